"""Deadlines are watched by one process at a time, in pieces that each prove it still leads; failures are seen."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mash import clock
from mash.config import Config
from mash.db import Database, reading, transaction
from mash.jobs import Worker, deadlines, made_timetable
from mash.journeys.leading import LASTS
from mash.journeys.watch_deadlines import BATCH
from mash.models import ClockMark, Event, JobRun, Lease
from tests.factories import MONDAY, a_clock, a_contact
from tests.processes import environment

LATE = BATCH + 7


class Hands:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    moved = Hands()
    monkeypatch.setattr(clock, "now", moved.now)
    return moved


@pytest.fixture
def late_clocks(database: Database) -> int:
    """Add more clocks that ran out yesterday than one piece of work takes."""
    with transaction(database) as session:
        contact = a_contact(session)
        for number in range(LATE):
            a_clock(session, contact, f"clock-{number}", due_at=MONDAY - timedelta(days=1, seconds=number))
    return LATE


def marks(database: Database) -> int:
    with reading(database) as session:
        told = select(func.count()).select_from(Event).where(Event.kind == "clock.late").scalar_subquery()
        counted, late = session.execute(
            select(select(func.count()).select_from(ClockMark).scalar_subquery(), told)
        ).one()
        assert late == counted
        return int(counted)


def last_run(database: Database) -> JobRun:
    with reading(database) as session:
        return session.scalars(select(JobRun)).one()


def test_everything_due_is_marked_in_one_round_and_nothing_twice(
    database: Database, hands: Hands, late_clocks: int
) -> None:
    worker = Worker(database)
    worker.beat()
    for _ in range(2):
        worker.run("deadlines", deadlines, BATCH)
        assert marks(database) == late_clocks
    assert last_run(database).finished_at == MONDAY


def test_one_that_does_not_lead_does_nothing(database: Database, hands: Hands, late_clocks: int) -> None:
    leader, other = Worker(database), Worker(database)
    leader.beat()
    other.beat()
    other.run("deadlines", deadlines, BATCH)
    assert marks(database) == 0


def test_a_leader_that_slept_past_its_lead_is_refused_and_its_work_undone(
    database: Database, hands: Hands, late_clocks: int
) -> None:
    sleeper, other = Worker(database), Worker(database)
    sleeper.beat()
    hands.at += LASTS + timedelta(seconds=1)
    other.beat()
    sleeper.run("deadlines", deadlines, BATCH)
    assert marks(database) == 0
    assert sleeper.mine is None
    sleeper.beat()
    assert sleeper.mine is None
    other.run("deadlines", deadlines, BATCH)
    assert marks(database) == late_clocks


def test_a_job_that_fails_is_noted_undone_and_tried_again(database: Database, hands: Hands, late_clocks: int) -> None:
    def fails(session: Session, at: datetime) -> int:
        deadlines(session, at)
        raise OperationalError("", {}, Exception("the disk is full"))

    worker = Worker(database)
    worker.beat()
    worker.run("deadlines", fails, BATCH)
    assert marks(database) == 0
    assert (last_run(database).result, last_run(database).finished_at) == ("failed: OperationalError", None)
    worker.run("deadlines", deadlines, BATCH)
    assert marks(database) == late_clocks
    assert last_run(database).finished_at == MONDAY


def test_what_a_job_logs_and_notes_holds_nothing_of_the_failure_but_its_kind(
    database: Database, hands: Hands, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(session: Session, at: datetime) -> int:
        raise ValueError("Robin Sample")

    worker = Worker(database)
    worker.beat()
    worker.run("deadlines", fails, BATCH)
    assert "Robin" not in capfd.readouterr().err + last_run(database).result


def test_rounds_missed_for_an_hour_are_made_up_by_one() -> None:
    runs, timetable = [], made_timetable()
    start = clock.now() - timedelta(hours=1)
    timetable.add_job(lambda: runs.append(1), "interval", seconds=60, start_date=start, next_run_time=start)
    timetable.add_job(lambda: timetable.shutdown(wait=False), "date", run_date=clock.now() + timedelta(seconds=0.5))
    timetable.start()
    assert len(runs) == 1


Schedulers = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start_scheduler(settings: Config) -> Iterator[Schedulers]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "mash.cli", "scheduler"],
            env=environment(settings),
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It did not come about in time."
        time.sleep(0.05)


@pytest.mark.faults
def test_when_the_leader_is_stopped_another_takes_over_at_once_and_marks_nothing_twice(
    database: Database, late_clocks: int, start_scheduler: Schedulers
) -> None:
    first = start_scheduler()
    until(lambda: marks(database) == late_clocks)
    first.send_signal(signal.SIGTERM)
    assert first.wait(120) == 0
    with transaction(database) as session:
        assert session.scalars(select(Lease.expires_at)).one() <= clock.now()
    start_scheduler()

    def second_leads() -> bool:
        with reading(database) as session:
            return session.scalars(select(Lease.epoch)).one() == 2

    until(second_leads)
    assert marks(database) == late_clocks


@pytest.mark.faults
def test_a_leader_killed_in_the_middle_leaves_whole_pieces_and_the_next_finishes(
    database: Database, late_clocks: int, start_scheduler: Schedulers
) -> None:
    first = start_scheduler()
    until(lambda: marks(database) > 0)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert marks(database) in {BATCH, late_clocks}
    with transaction(database) as session:
        session.scalars(select(Lease)).one().expires_at = clock.now()
    start_scheduler()
    until(lambda: marks(database) == late_clocks)
