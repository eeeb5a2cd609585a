"""A day closed from now on moves what is open, once, with an event for each, and tells nobody a second time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from mash.journeys.actor import Actor
from mash.journeys.closed_days import add_closed_day
from mash.journeys.events import first_break
from mash.journeys.set_up import set_up
from mash.journeys.watch_stages import watch_stages
from mash.models import Clock, Contact, Event, Message, StageMark
from tests.factories import MONDAY, a_contact, a_user
from tests.journeys.front_door import FrontDoor

TUESDAY = date(2026, 4, 14)
BY = Actor.system("test")


def close_tuesday(door: FrontDoor) -> int | None:
    told = {"bank_holiday": True, "rulebook": door.practice.rulebook, "by": BY, "at": door.now}
    return add_closed_day(door.session, TUESDAY, "A day of mourning", **told)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _as_set_up(door: FrontDoor) -> None:
    set_up(door.session, rulebook=door.practice.rulebook, by=BY, at=MONDAY)


def test_open_deadlines_move_once_and_what_is_decided_stays(door: FrontDoor) -> None:
    open_one, red, done = door.contact(), door.contact(), door.contact()
    door.rate(red, "red")
    door.read(done, door.practitioner)
    door.decide(done, door.choice(done))
    before = {clock.id: clock.due_at for clock in door.session.scalars(select(Clock))}
    moved = close_tuesday(door)
    door.session.expire_all()
    clocks = list(door.session.scalars(select(Clock)))
    changed = {clock for clock in clocks if clock.due_at != before[clock.id]}
    assert moved == len(changed)
    assert {(clock.contact_id, clock.name) for clock in changed} >= {
        (open_one.id, "social-care"),
        (red.id, "social-care"),
    }
    assert {clock.name for clock in changed}.isdisjoint({"red", "red-acknowledge"})
    assert all(clock.stopped_at is None for clock in changed)
    events = list(door.session.scalars(select(Event).where(Event.kind == "clock.moved")))
    assert len(events) == moved
    assert all("A day of mourning" in event.data["reason"] for event in events)
    assert open_one.due_at == MONDAY + timedelta(days=2, hours=7)
    assert "A day of mourning" in " ".join(next(c.how for c in changed if c.name == "social-care"))
    assert (close_tuesday(door), len(door.events(open_one))) == (None, len(door.events(open_one)))


def test_nobody_is_told_again_of_a_stage_that_comes_a_second_time(door: FrontDoor) -> None:
    contact = door.contact()
    holder = door.practitioner.user_id
    contact.claimed_by_id = holder
    half = MONDAY + timedelta(hours=16)
    watch_stages(door.session, at=half, limit=500)
    close_tuesday(door)
    watch_stages(door.session, at=half + timedelta(days=1), limit=500)
    marks = list(door.session.scalars(select(StageMark.stage).where(StageMark.contact_id == contact.id)))
    assert marks.count("half") == 1
    assert len(set(door.session.scalars(select(Message.key)))) == len(list(door.session.scalars(select(Message.id))))


def test_three_thousand_deadlines_move_once_and_nobody_is_told_twice(door: FrontDoor) -> None:
    session, holder = door.session, a_user(door.session, "practitioner", email="holder@anytown.example")
    contacts = [a_contact(session, claimed_by_id=holder.id) for _ in range(30)]
    began = [MONDAY - timedelta(hours=1, seconds=number) for number in range(100)]
    due = {start: door.practice.due("social-care", start) for start in began}
    rows = [
        {"contact_id": contact.id, "name": "social-care", "started_at": start, "due_at": due[start].at, "how": []}
        for contact in contacts
        for start in began
    ]
    session.execute(insert(Clock), rows)
    half = MONDAY + timedelta(hours=16)
    while watch_stages(session, at=half, limit=1000):
        pass
    told = list(session.scalars(select(Message.key)))
    assert len(told) == len(rows)
    assert close_tuesday(door) == len(rows)
    assert close_tuesday(door) is None
    events = session.scalars(select(Event.data).where(Event.kind == "clock.moved")).all()
    assert {(said["from"] < said["to"], said["reason"]) for said in events} == {(True, "2026-04-14: A day of mourning")}
    assert len(events) == len(rows)
    session.expire_all()
    assert set(session.scalars(select(Contact.due_at).where(Contact.claimed_by_id == holder.id))) == {
        MONDAY + timedelta(days=2, hours=7)
    }
    while watch_stages(session, at=half + timedelta(hours=24), limit=1000):
        pass
    assert list(session.scalars(select(Message.key))) == told
    assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
