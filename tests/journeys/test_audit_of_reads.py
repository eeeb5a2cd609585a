"""What was read is sealed in batches, anchored outside, and proved whole; nothing of it may be changed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from mash.config import DATA, Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.anchors import BadAnchor, anchors_in, heads_of, mail_heads, write_anchor
from mash.journeys.audit_reads import Answer, Told, record_read
from mash.journeys.deliver import claim
from mash.journeys.dispose import decide_disposal, propose
from mash.journeys.events import record_event
from mash.journeys.fold_figures import fold
from mash.journeys.seal_reads import seal_reads
from mash.journeys.set_up import keep_shipped
from mash.journeys.verify_audit import Report, verify_audit
from mash.models import AuditHead, AuditRead, AuditSeal, Message
from tests.factories import MONDAY, a_child, a_contact

As = Callable[[str], Actor]
LATER = MONDAY + timedelta(days=365 * 26)


def read(session: Session, by: Actor, *told: str, at: int = 0) -> None:
    when = MONDAY + timedelta(seconds=at)
    answer = Answer(by.user_id or 0, by.roles, "workspace.show", "shown", when, 1, "0" * 64, ("identity",))
    record_read(session, answer, Told(frozenset(told)))


def verified(database: Database, anchors: Path, *, gaps: bool = False, seconds: int = 0) -> Report:
    with reading(database, as_one=True) as session:
        at = MONDAY + timedelta(seconds=seconds)
        return verify_audit(session, anchors=anchors, at=at, gaps_are_breaks=gaps)


def seals(session: Session) -> list[tuple[int, int, int, list[list[int]], list[int]]]:
    rows = session.scalars(select(AuditSeal).order_by(AuditSeal.seq))
    return [(row.first_id, row.last_id, row.rows, row.missing, row.late) for row in rows]


def test_what_was_read_is_sealed_once_in_order_and_so_many_at_a_time(session: Session, actor: As) -> None:
    for number in range(5):
        read(session, actor("manager"), at=number)
    counts = [seal_reads(session, at=MONDAY, limit=2) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
    assert [one[:3] for one in seals(session)] == [(1, 2, 2), (3, 4, 2), (5, 5, 1)]


def test_a_number_that_was_missing_is_named_and_may_come_late(database: Database, actor: As, tmp_path: Path) -> None:
    """As on PostgreSQL, where a transaction that began earlier may end later."""
    with transaction(database) as session:
        for number in range(3):
            read(session, actor("manager"), at=number)
    with transaction(database) as session:
        rows = [dict(row._asdict()) for row in session.execute(select(*AuditRead.__table__.columns))]
        before = {"id": 5, **{name: value for name, value in rows[0].items() if name != "id"}}
        session.execute(insert(AuditRead), [before])
        assert seal_reads(session, at=MONDAY) == 4
        assert seals(session)[-1] == (1, 5, 4, [[4, 4]], [])
    assert verified(database, tmp_path / "none").notes == ["Numbers that stand for no read: 1. Their writes failed."]
    with transaction(database) as session:
        session.execute(insert(AuditRead), [before | {"id": 4}])
        assert seal_reads(session, at=MONDAY) == 1
        assert seals(session)[-1] == (6, 5, 1, [], [4])
    with reading(database) as session:
        write_anchor(tmp_path / "anchors", heads_of(session), MONDAY)
    assert (verified(database, tmp_path / "anchors").problems, verified(database, tmp_path / "anchors").notes) == (
        [],
        [],
    )
    with transaction(database) as session:
        session.execute(insert(AuditRead), [before | {"id": 9}])
        seal_reads(session, at=MONDAY)
    with transaction(database) as session:
        session.execute(insert(AuditRead), [before | {"id": 7}])
        assert seal_reads(session, at=MONDAY + timedelta(minutes=4)) == 0
    with reading(database) as session:
        write_anchor(tmp_path / "anchors", heads_of(session), MONDAY)
    assert verified(database, tmp_path / "anchors").problems == [
        "Read 7 stands where none was when its batch was sealed."
    ]
    assert "missing under seal 1: 4" in verified(database, tmp_path / "anchors", gaps=True).problems[0]


def test_the_chain_of_seals_does_not_fork(session: Session, actor: As) -> None:
    read(session, actor("manager"))
    seal_reads(session, at=MONDAY)
    read(session, actor("manager"))
    head = session.get_one(AuditHead, 1)
    head.hash, head.seq = "", head.seq + 1
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        seal_reads(session, at=MONDAY)


def test_what_waits_to_be_sealed_for_over_a_minute_is_said(database: Database, actor: As, tmp_path: Path) -> None:
    with transaction(database) as session:
        read(session, actor("manager"))
    assert verified(database, tmp_path / "none", seconds=59).problems == []
    assert "is not sealed yet" in verified(database, tmp_path / "none", seconds=61).problems[0]


def test_a_whole_audit_is_proved_whole_and_counted(database: Database, actor: As, tmp_path: Path) -> None:
    with transaction(database) as session:
        made = a_contact(session)
        for number in range(4):
            record_event(session, kind="contact.noted", at=MONDAY, by=actor("manager"), contact_id=made.id)
            read(session, actor("manager"), made.reference, at=number)
        seal_reads(session, at=MONDAY, limit=3)
        seal_reads(session, at=MONDAY)
    assert verified(database, tmp_path / "none").problems == [
        "There are no anchors at none, so a chain made anew whole would not show."
    ]
    with reading(database) as session:
        assert write_anchor(tmp_path / "anchors", heads_of(session), MONDAY)
        assert not write_anchor(tmp_path / "anchors", heads_of(session), MONDAY)
    found = verified(database, tmp_path / "anchors")
    assert (found.problems, found.events, found.reads, found.seals, found.anchors) == ([], 4, 4, 2, 1)
    assert (tmp_path / "anchors").stat().st_mode & 0o777 == 0o600


def test_a_file_of_anchors_that_was_written_by_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anchors").write_text("nothing of ours\n")
    with pytest.raises(BadAnchor, match="line 1"):
        list(anchors_in(tmp_path / "anchors"))


def test_the_heads_are_sent_once_a_day_and_hold_nobody(session: Session) -> None:
    for at in (MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1)):
        mail_heads(session, "officer@anytown.gov.uk", heads_of(session), at)
    assert [one.key for one in session.scalars(select(Message).order_by(Message.id))] == [
        "anchor-2026-04-13", "anchor-2026-04-14"
    ]  # fmt: skip
    sent = claim(session, at=MONDAY)
    assert sent is not None
    assert (sent.to, "Events 0" in sent.body) == ("officer@anytown.gov.uk", True)


CHANGES = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}")


def test_no_row_of_the_audit_can_be_changed_taken_away_or_written_over(database: Database, actor: As) -> None:
    with transaction(database) as session:
        read(session, actor("manager"), a_contact(session).reference)
        record_event(session, kind="contact.noted", at=MONDAY, by=actor("manager"))
        seal_reads(session, at=MONDAY)
    keys = {"event": "seq", "audit_read": "id", "audit_list": "id", "audit_listed": "number", "audit_seal": "seq"}
    changes = [change.format(table, key) for table, key in keys.items() for change in CHANGES]
    if database.embedded:
        changes += [f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}" for name in keys if name != "audit_listed"]
    else:
        changes += [f"TRUNCATE {name} CASCADE" for name in keys]
    for change in changes:
        with pytest.raises(DBAPIError, match="only ever added"), transaction(database) as session:
            session.execute(text(change))


REFUSED = [
    *(
        change.format(*each)
        for each in (("event", "kind"), ("audit_read", "page"), ("audit_seal", "seq"))
        for change in CHANGES
    ),
    "UPDATE event_erasure SET kept_hash = ''",
    "DELETE FROM figure_freeze",
    "UPDATE frozen_figure SET numerator = 0",
    "DELETE FROM audit_list",
    "TRUNCATE audit_read, audit_seal",
    "DELETE FROM event_head",
    "ALTER TABLE audit_read DISABLE TRIGGER ALL",
    "DROP TABLE audit_seal",
    "CREATE TABLE mine (it text)",
]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_role_of_the_service_reads_and_adds_and_disposes_and_is_refused_fifteen_ways_to_change(
    database: Database, settings: Config, actor: As, postgresql_server: object
) -> None:
    script = (DATA / "postgresql_role.sql").read_text().partition("*/")[2].replace(":app", "mash_app")
    with database.engine.begin() as connection:
        connection.execute(
            text("DROP OWNED BY mash_app") if _has_role(database) else text("CREATE ROLE mash_app LOGIN")
        )
        for statement in script.strip().rstrip(";").split(";"):
            connection.execute(text(statement))
    url = settings.database_url.replace("//mash@", "//mash_app@")
    as_app = open_database(Config(folder=settings.folder, database_url=url))
    with transaction(as_app) as session:
        record_event(session, kind="contact.noted", at=MONDAY, by=actor("manager"))
        read(session, actor("manager"), a_contact(session).reference)
        seal_reads(session, at=MONDAY)
        keep_shipped(session, "retention", by=Actor.system("test"), at=MONDAY)
        old = a_contact(session, children=(a_child(session, "Ada", "Sample"),), state="closed", closed_at=MONDAY)
        row = propose(session, old.reference, "Read", by=actor("auditor"), at=LATER)
        fold(session, at=LATER)
    with transaction(as_app) as session:
        decide_disposal(session, row.id, dispose=True, reason="Agreed", by=actor("manager"), at=LATER)
    with pytest.raises(DBAPIError, match="only ever added"), transaction(as_app) as session:
        session.execute(text("UPDATE event SET data = '{}'"))
    assert len(REFUSED) == 15
    for statement in REFUSED:
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), transaction(as_app) as session:
            session.execute(text(statement))
    as_app.engine.dispose()


def _has_role(database: Database) -> bool:
    with database.engine.connect() as connection:
        return connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = 'mash_app'")).first() is not None
