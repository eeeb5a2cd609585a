"""Command ``audit``: seals and anchors, proves the audit whole, and says where it is not."""

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import text

from mash import clock
from mash.cli import main
from mash.config import Config
from mash.db import Database, transaction
from mash.jobs import Worker, seal
from mash.journeys.actor import Actor
from mash.journeys.anchors import anchors_in
from mash.journeys.audit_reads import Answer, Told, record_read
from mash.journeys.events import record_event
from mash.journeys.seal_reads import BATCH
from mash.models import Message
from tests.factories import a_contact, an_actor
from tests.processes import environment


def run(settings: Config, *words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words], env=environment(settings))


def something(database: Database, minutes: int = 0) -> None:
    with transaction(database) as session:
        who, at = an_actor(session, "manager"), clock.now() - timedelta(minutes=minutes)
        record_event(session, kind="contact.noted", at=at, by=Actor.system("test"))
        answer = Answer(who.user_id or 0, who.roles, "workspace.show", "shown", at, 1, "0" * 64)
        record_read(session, answer, Told(frozenset({a_contact(session).reference})))


def test_the_audit_is_sealed_anchored_and_proved_whole(settings: Config, database: Database) -> None:
    something(database, minutes=5)
    refused = run(settings, "verify")
    assert (refused.exit_code, "Read 1 of" in refused.output) == (1, True)
    assert "Sealed up to read 1; anchored at event 1." in run(settings, "seal").output
    well = run(settings, "verify")
    assert (well.exit_code, well.output) == (
        0, "The audit is whole.\nLooked at 1 events, 1 reads under 1 seals, 1 anchors.\n"
    )  # fmt: skip
    assert json.loads(run(settings, "verify", "--format", "json").output)["reads"] == 1


def test_where_it_breaks_is_said_and_is_the_exit_code(settings: Config, database: Database) -> None:
    something(database)
    run(settings, "seal")
    with database.engine.begin() as connection:
        drop = "DROP TRIGGER event_no_update" if database.embedded else "DROP TRIGGER event_only_erased ON event"
        connection.execute(text(drop))
        connection.execute(text("UPDATE event SET kind = 'other' WHERE seq = 1"))
    said = run(settings, "verify")
    assert (said.exit_code, said.output.splitlines()[0]) == (1, "Event 1 is not as it was written.")


def test_the_scheduler_seals_and_anchors_only_while_it_leads(database: Database, tmp_path: Path) -> None:
    something(database)
    worker, path = Worker(database), tmp_path / "anchors"
    worker.run("seals", seal, BATCH)
    worker.anchor(path, "officer@anytown.gov.uk")
    assert not path.exists()
    worker.beat()
    worker.run("seals", seal, BATCH)
    worker.anchor(path, "officer@anytown.gov.uk")
    assert [(one.heads.event_seq, one.heads.last_read) for one in anchors_in(path)] == [(1, 1)]
    with transaction(database) as session:
        assert session.query(Message).one().kind == "anchor"
