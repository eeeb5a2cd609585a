"""Deadlines are watched by one process at a time, in pieces that each prove it still leads; failures are seen."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mash import clock
from mash.config import Config
from mash.db import Database, reading, transaction
from mash.jobs import BEAT_SECONDS, Worker, deadlines, keep_beating
from mash.journeys.leading import SILENT_SECONDS
from mash.journeys.watch_deadlines import BATCH
from mash.models import ClockMark, Event, JobRun, Lease, StageMark
from mash.timetable import made_timetable
from tests.factories import MONDAY, a_clock, a_contact
from tests.processes import environment

LATE = BATCH + 7


class Hands:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at

    def ticks(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    moved = Hands()
    monkeypatch.setattr(clock, "now", moved.now)
    monkeypatch.setattr(clock, "ticks", moved.ticks)
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


def test_of_more_than_one_piece_takes_every_stage_is_marked_not_only_that_it_is_late(
    database: Database, hands: Hands
) -> None:
    many = BATCH // 3 + 10
    with transaction(database) as session:
        contact = a_contact(session)
        for number in range(many):
            started = MONDAY - timedelta(days=2, seconds=number)
            a_clock(session, contact, "red", started_at=started, due_at=MONDAY - timedelta(hours=1))
    worker = Worker(database)
    worker.beat()
    worker.run("deadlines", deadlines, BATCH)
    with reading(database) as session:
        stages = Counter(session.scalars(select(StageMark.stage)))
    assert stages == {"half": many, "hour": many, "due": many}
    assert marks(database) == many


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
    other.beat()
    hands.at += timedelta(seconds=SILENT_SECONDS)
    other.beat()
    sleeper.run("deadlines", deadlines, BATCH)
    assert marks(database) == 0
    assert sleeper.mine is None
    sleeper.beat()
    assert sleeper.mine is None
    sleeper._note_failure("deadlines", MONDAY, ValueError())
    with reading(database) as session:
        assert session.get(JobRun, "deadlines") is None
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
    assert (last_run(database).result, last_run(database).finished_at) == ("failed: NoRoom", None)
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


def test_a_leader_replaced_while_it_works_keeps_nothing_of_that_work(
    database: Database, hands: Hands, late_clocks: int
) -> None:
    def replaced_in_the_middle(session: Session, at: datetime) -> int:
        taken = session.scalars(select(Lease)).one()
        taken.epoch, taken.holder = taken.epoch + 1, "another"
        return deadlines(session, at)

    worker = Worker(database)
    worker.beat()
    worker.run("deadlines", replaced_in_the_middle, BATCH)
    assert (marks(database), worker.mine) == (0, None)


def test_rounds_missed_for_an_hour_are_made_up_by_one() -> None:
    runs, timetable = [], made_timetable()
    start = clock.now() - timedelta(hours=1)
    timetable.add_job(lambda: runs.append(1), "interval", seconds=60, start_date=start, next_run_time=start)
    timetable.start()
    until(lambda: bool(runs))
    timetable.shutdown(wait=True)
    assert len(runs) == 1


@pytest.mark.parametrize("hours", [-2, -1, 1, 2])
def test_when_somebody_sets_the_clock_everything_is_run_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    runs, timetable, over, truly = [], made_timetable(), threading.Event(), clock.now
    worker = Worker(database)
    worker.beat()
    timetable.add_job(lambda: runs.append(1), "interval", seconds=3600)
    timetable.start()
    beating = threading.Thread(target=keep_beating, args=(worker, timetable, over))
    beating.start()
    time.sleep(2 * BEAT_SECONDS)
    assert runs == []
    monkeypatch.setattr(clock, "now", lambda: truly() + timedelta(hours=hours))
    with monkeypatch.context() as stepped:
        stepped.setattr("apscheduler.schedulers.base.datetime", stepping(hours))
        until(lambda: bool(runs), 10)
        over.set()
        beating.join()
        timetable.shutdown(wait=True)
    assert (len(runs), worker.mine is None) == (1, False)


def stepping(hours: int) -> type[datetime]:
    """Give a class of moments whose now is hours away, as the timetable's own clock."""

    class Stepped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=hours)  # it stands for the machine's clock

    return Stepped


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
    with reading(database) as session:
        assert session.scalars(select(Lease.holder)).one() == ""
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
    start_scheduler()
    until(lambda: marks(database) == late_clocks)
