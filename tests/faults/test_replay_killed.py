"""A replay killed at any moment leaves a whole result or none, and run again it gives the same bytes."""

import random
import shutil
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from mash import clock
from mash.config import Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.resume_replay import SILENT, resume_replay
from mash.journeys.run_replay import Asked, begin_replay, run_replay
from mash.models import HistorySegment, Replay, ReplaySegment
from mash.replay.compare import Period
from mash.rules import RuleBook
from tests.journeys.test_sample import invent

pytestmark = pytest.mark.faults
KILLS = 20
END_OF_MARCH = datetime(2022, 3, 31, 22, 0, tzinfo=UTC)
Kept = tuple[object, list[bytes]]


def kept(database: Database, number: int) -> Kept | None:
    """Give what is kept of a replay; None where there is nothing at all of it."""
    with reading(database) as session:
        row = session.get_one(Replay, number)
        parts = session.scalars(
            select(ReplaySegment.content).where(ReplaySegment.replay_id == number).order_by(ReplaySegment.number)
        ).all()
        assert (row.state == "done") == (row.result is not None) == bool(parts)
        return (row.result, list(parts)) if row.result is not None else None


def begin(database: Database, asked: Asked) -> int:
    """Begin a replay, with history to be frozen anew, so that a kill can fall into that too."""
    with transaction(database) as session:
        session.execute(delete(HistorySegment))
        return begin_replay(session, asked, by=Actor.system("test"), at=clock.now()).id


def work(settings: Config, rulebook: RuleBook, number: int, asked: Asked) -> None:
    """Run a replay on a connection of its own."""
    run_replay(open_database(settings), rulebook, number, asked, clock.now)


def test_killed_twenty_times_it_is_whole_or_absent_and_taken_up_again_it_is_equal(
    migrated_folder: Path, tmp_path: Path, rulebook: RuleBook
) -> None:
    shutil.copytree(migrated_folder, tmp_path / "var")
    settings = Config(folder=tmp_path / "var")
    database = open_database(settings)
    invent(database, contacts=800, seed=2022, now=END_OF_MARCH)
    asked = Asked(rulebook.get("dn-2021-01"), rulebook.get("dn-2022-05"), Period())
    whole, forking, chance = begin(database, asked), get_context("fork"), random.Random(7)
    started = time.monotonic()
    run_replay(database, rulebook, whole, asked, clock.now)
    lasted = time.monotonic() - started
    expected = kept(database, whole)
    assert expected is not None
    database.engine.dispose()  # no connection of ours may live on in a fork
    found: list[Kept | None] = []
    for _ in range(KILLS):
        number = begin(database, asked)
        database.engine.dispose()
        process = forking.Process(target=work, args=(settings, rulebook, number, asked))
        process.start()
        process.join(chance.uniform(0.02, 1.2 * lasted))
        process.kill()
        process.join()
        found.append(kept(database, number))
    assert {repr(one) for one in found if one is not None} <= {repr(expected)}
    assert None in found
    dead = 1 + found.index(None) + whole  # numbers follow one another
    later = clock.now() + SILENT + timedelta(minutes=1)
    assert resume_replay(database, rulebook, lambda: later) == dead
    assert kept(database, dead) == expected
    database.engine.dispose()
