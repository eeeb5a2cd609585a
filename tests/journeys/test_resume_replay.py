"""A replay whose process ended is taken up by one other, once; tried for hours, and never by versions that changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mash import clock
from mash.db import Database, reading, transaction
from mash.jobs import Worker
from mash.journeys.actor import Actor
from mash.journeys.resume_replay import GIVEN_UP, GONE, SILENT, TOO_OFTEN, resume_replay, take_up
from mash.journeys.run_replay import Asked, begin_replay, cancel_replay
from mash.models import HistorySegment, Replay
from mash.replay.compare import Period
from mash.rules import RuleBook
from tests.journeys.test_freeze_history import decide

LONG = SILENT + timedelta(minutes=1)


@pytest.fixture
def asked(rulebook: RuleBook) -> Asked:
    return Asked(rulebook.get("dn-2021-01"), rulebook.get("dn-2022-05"), Period("2021-01-01", None))


@pytest.fixture
def dead(database: Database, asked: Asked, actor: Callable[[str], Actor]) -> int:
    """Leave a replay that was begun an age ago and says nothing any more."""
    decide(database, actor("practitioner"), advice=None)
    with transaction(database) as session:
        return begin_replay(session, asked, by=Actor.system("test"), at=clock.now() - LONG).id


def state(database: Database, number: int) -> tuple[str, str, bool]:
    with reading(database) as session:
        row = session.get_one(Replay, number)
        return row.state, row.wrong, row.result is not None


def test_it_is_run_again_and_kept_whole(database: Database, rulebook: RuleBook, dead: int) -> None:
    assert resume_replay(database, rulebook, clock.now) == dead
    assert state(database, dead) == ("done", "", True)
    assert resume_replay(database, rulebook, clock.now) is None


def test_of_two_only_one_takes_it_up(database: Database, dead: int) -> None:
    with transaction(database) as session:
        assert take_up(session, clock.now()) == dead
    with transaction(database) as session:
        assert take_up(session, clock.now()) is None


def test_one_that_is_heard_of_or_was_stopped_is_left_alone(
    database: Database, rulebook: RuleBook, asked: Asked, dead: int
) -> None:
    with transaction(database) as session:
        cancel_replay(session, dead, at=clock.now())
        begin_replay(session, asked, by=Actor.system("test"), at=clock.now())
    assert resume_replay(database, rulebook, clock.now) is None


def test_after_hours_of_dying_it_is_given_up_with_the_reason(database: Database, rulebook: RuleBook, dead: int) -> None:
    later = clock.now() + GIVEN_UP
    assert resume_replay(database, rulebook, lambda: later) is None
    assert state(database, dead) == ("failed", TOO_OFTEN, False)


def test_it_is_not_run_by_a_version_that_has_changed(database: Database, rulebook: RuleBook, dead: int) -> None:
    versions = [replace(one, content_hash="another") if one.id == "dn-2022-05" else one for one in rulebook.versions]
    assert resume_replay(database, RuleBook(rulebook.catalogue, tuple(versions)), clock.now) == dead
    assert state(database, dead) == ("failed", GONE, False)


def test_the_scheduler_that_leads_runs_it_and_freezes_what_is_new(
    database: Database, rulebook: RuleBook, dead: int
) -> None:
    worker = Worker(database)
    worker.replays(rulebook)
    assert state(database, dead)[0] == "running"
    worker.beat()
    worker.replays(rulebook)
    assert state(database, dead)[0] == "done"
    with reading(database) as session:
        assert session.query(HistorySegment).count() == 1
