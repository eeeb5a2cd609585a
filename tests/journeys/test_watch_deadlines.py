"""A clock that has run out is marked once in effect, whoever asks, however often, and across a restart."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.config import Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.events import first_break
from mash.journeys.watch_deadlines import watch
from mash.models import ClockMark, Event
from tests.factories import MONDAY, a_clock, a_contact

DUE = MONDAY + timedelta(days=1)
JUST_LATE = DUE + timedelta(microseconds=1)


def marks(session: Session) -> Counter[int]:
    return Counter(session.scalars(select(ClockMark.clock_id)))


def told(session: Session) -> list[int | None]:
    return list(session.scalars(select(Event.contact_id).where(Event.kind == "clock.late").order_by(Event.seq)))


def test_a_clock_is_late_just_after_it_is_due_and_not_before(session: Session) -> None:
    contact = a_contact(session)
    clock = a_clock(session, contact, "social-care")
    assert watch(session, at=DUE) == 0
    assert (watch(session, at=JUST_LATE), watch(session, at=JUST_LATE)) == (1, 0)
    assert (marks(session), told(session)) == ({clock.id: 1}, [contact.id])
    event = session.scalars(select(Event).where(Event.kind == "clock.late")).one()
    assert (event.data, event.actor) == ({"clock": "social-care", "due_at": DUE.isoformat()}, "scheduler")


def test_a_clock_that_was_stopped_in_time_is_never_late(session: Session) -> None:
    a_clock(session, a_contact(session), stopped_at=MONDAY)
    assert watch(session, at=JUST_LATE) == 0


def test_the_oldest_are_marked_first_a_few_at_a_time(session: Session) -> None:
    contacts = [a_contact(session) for _ in range(5)]
    for days, contact in enumerate(reversed(contacts)):
        a_clock(session, contact, due_at=MONDAY + timedelta(minutes=days))
    assert [watch(session, at=JUST_LATE, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert told(session) == [contact.id for contact in reversed(contacts)]


def test_a_red_marked_late_after_it_was_marked_for_another_reason_is_still_marked(session: Session) -> None:
    clock = a_clock(session, a_contact(session), "red")
    session.add(ClockMark(clock_id=clock.id, stage="approaching", at=MONDAY))
    session.flush()
    assert watch(session, at=JUST_LATE) == 1


@pytest.fixture
def forty_late(database: Database, cast: dict[str, Actor]) -> Database:
    """Have forty clocks run out that nobody has marked."""
    with transaction(database) as session:
        for _ in range(40):
            a_clock(session, a_contact(session))
    return database


def test_two_who_watch_at_once_and_one_after_a_restart_mark_each_clock_once(
    forty_late: Database, settings: Config
) -> None:
    second = open_database(settings)
    ready, counted, wrong = threading.Barrier(2), [0, 0], []

    def work(place: int, database: Database) -> None:
        ready.wait()
        try:
            for _ in range(12):
                with transaction(database) as session:
                    counted[place] += watch(session, at=JUST_LATE, limit=5)
        except Exception as fault:  # noqa: BLE001  # told to the test, which fails on any
            wrong.append(fault)

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate((forty_late, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    second.engine.dispose()
    assert (wrong, sum(counted)) == ([], 40)
    restarted = open_database(settings)
    with transaction(restarted) as session:
        assert watch(session, at=JUST_LATE + timedelta(days=1)) == 0
    with reading(restarted) as session:
        assert set(marks(session).values()) == {1}
        assert len(told(session)) == len(set(told(session))) == 40
        assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
    restarted.engine.dispose()


def test_a_watch_that_ends_half_way_has_marked_nothing_and_told_nothing(forty_late: Database) -> None:
    def cut_short() -> None:
        with transaction(forty_late) as session:
            watch(session, at=JUST_LATE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_short()
    with reading(forty_late) as session:
        assert (marks(session), told(session)) == (Counter(), [])
