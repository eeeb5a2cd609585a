"""A version whose publication is killed at any moment is live whole or not at all, and approving again makes it so."""

import os
import shutil
import signal
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from mash.config import Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import first_break
from mash.journeys.publish_thresholds import Thresholds, approve, propose
from mash.journeys.set_up import require_adopted
from mash.models import DraftRevision, Event, Proposal, Publication, RuleSetAdoption, ThresholdDraft, ThresholdSignOff
from mash.queries.rule_books import book_with_published, text_hash
from mash.rules import RuleBook
from tests.factories import MONDAY, an_actor
from tests.journeys.test_publish_thresholds import FOLDER, LATER, LIVE, NAME, House

pytestmark = pytest.mark.faults
KEPT = (Publication, RuleSetAdoption, ThresholdSignOff, Event)


def proposed(database: Database, rulebook: RuleBook) -> Actor:
    """Take a draft to where one signature is left; return who gives it."""
    text = next(FOLDER.glob("2022*.yaml")).read_text("utf-8").replace(f"id: {LIVE}", f"id: {NAME}", 1)
    text = text.replace("status: live\n  use: live", "status: draft\n  use: replay_only", 1)
    with transaction(database) as session:
        author, asker, second = (an_actor(session, role) for role in ("reviewer", "reviewer", "manager"))
        named = {"name": NAME, "title": "A draft", "based_on": LIVE, "revision": 1, "text": text}
        draft = ThresholdDraft(**named, by_id=author.user_id, at=MONDAY, changed_at=MONDAY)
        session.add(draft)
        session.flush()
        kept = {"number": 1, "what": "begun", "text": text, "text_hash": text_hash(text), "by_id": author.user_id}
        session.add(DraftRevision(draft_id=draft.id, **kept, at=MONDAY))
        session.flush()
        House(session, rulebook, author, asker, second).through_the_gates()
        propose(session, NAME, by=asker, at=MONDAY, thresholds=Thresholds(rulebook, FOLDER))
    return second


def publish(database: Database, rulebook: RuleBook, by: Actor) -> None:
    """Give the last signature, in a transaction of its own."""
    told = {"at": MONDAY, "thresholds": Thresholds(rulebook, FOLDER)}
    with transaction(database) as session:
        approve(session, NAME, starts_on=LATER, by=by, **told)  # type: ignore[arg-type]


def die_at(settings: Config, rulebook: RuleBook, by: Actor, statement: int) -> None:
    """Publish, and be killed as one of its statements is about to run; the last are those of the commit."""
    database, left = open_database(settings), iter(range(statement))

    def count(*_: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    publish(database, rulebook, by)
    os._exit(0)


def state(session: Session) -> tuple[object, ...]:
    """Return all that a publication changes."""
    counted = [session.scalar(select(func.count()).select_from(table)) for table in KEPT]
    said = session.scalars(select(ThresholdDraft.state)).one(), session.scalars(select(Proposal.state)).one()
    return (*counted, *said)


def test_a_publication_killed_at_each_statement_is_whole_or_absent_and_the_rerun_makes_it_whole(
    migrated_folder: Path, tmp_path: Path, rulebook: RuleBook
) -> None:
    shutil.copytree(migrated_folder, tmp_path / "var")
    settings = Config(folder=tmp_path / "var")
    database = open_database(settings)
    second = proposed(database, rulebook)
    with reading(database) as session:
        before = state(session)
    forking, statement, killed = get_context("fork"), 0, 0
    while True:
        database.engine.dispose()  # no connection of ours may live on in a fork
        process = forking.Process(target=die_at, args=(settings, rulebook, second, statement))
        process.start()
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        killed, statement = killed + 1, statement + 1
        with reading(database) as session:
            assert state(session) == before
            assert book_with_published(session, rulebook) is rulebook
            assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
    assert killed > len(KEPT)
    with reading(database) as session:
        assert state(session) == (1, 1, 1, before[3] + 2, "published", "approved")  # type: ignore[operator]
        require_adopted(session, rulebook)
        book = book_with_published(session, rulebook)
        assert (book.in_force(LATER).id, book.in_force(LATER - timedelta(days=1)).id) == (NAME, LIVE)
        assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
    with pytest.raises(NotFound):
        publish(database, rulebook, second)
    database.engine.dispose()
