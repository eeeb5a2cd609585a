"""Each stage of a clock is marked once in effect, however time steps, and whoever holds the contact is told once."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.messages import waiting_message
from mash.journeys.watch_deadlines import watch
from mash.journeys.watch_stages import watch_replies, watch_stages
from mash.models import Clock, Contact, Event, InformationRequest, Message, StageMark
from tests.factories import MONDAY, a_clock, a_contact, a_user

DUE = MONDAY + timedelta(hours=6)
EARLIER = MONDAY - timedelta(hours=2)
LIMIT = 500


def look(session: Session, at: datetime) -> None:
    watch_stages(session, at=at, limit=LIMIT)
    watch_replies(session, at=at, limit=LIMIT)
    watch(session, at=at)


def a_held_contact(session: Session, **told: Any) -> Contact:
    holder = a_user(session, "practitioner", email="holder@anytown.example")
    return a_contact(session, claimed_by_id=holder.id, **told)


def running(session: Session, contact: Contact, name: str = "social-care") -> Clock:
    return a_clock(session, contact, name, started_at=MONDAY, due_at=DUE)


def stages(session: Session) -> Counter[tuple[str, int, str]]:
    return Counter((row.subject, row.subject_id, row.stage) for row in session.scalars(select(StageMark)))


def subjects(session: Session) -> list[str]:
    return list(session.scalars(select(Message.subject).where(Message.kind == "deadline").order_by(Message.id)))


def events(session: Session) -> list[str]:
    wanted = Event.kind.like("clock.%") | Event.kind.like("information.%")
    return list(session.scalars(select(Event.kind).where(wanted).order_by(Event.seq)))


def test_stages_come_in_their_order_and_the_holder_is_told_of_each(session: Session) -> None:
    contact = a_held_contact(session)
    running(session, contact)
    for at in (MONDAY, DUE - timedelta(hours=3), DUE - timedelta(hours=1), DUE, DUE + timedelta(seconds=1)):
        look(session, at)
        look(session, at)
    assert events(session) == ["clock.half", "clock.hour", "clock.due", "clock.late"]
    says = ("half of its time has gone", "it is due within the hour", "it is due now", "it is late")
    assert subjects(session) == [f"{contact.reference}: {words}" for words in says]


def test_what_was_missed_is_marked_and_told_once(session: Session) -> None:
    contact = a_held_contact(session)
    running(session, contact)
    look(session, DUE + timedelta(hours=5))
    assert events(session) == ["clock.half", "clock.hour", "clock.due", "clock.late"]
    assert subjects(session) == [f"{contact.reference}: it is late"]


def test_a_message_holds_the_reference_and_nothing_of_the_family(session: Session) -> None:
    contact = a_held_contact(session)
    running(session, contact)
    look(session, DUE)
    (message,) = session.scalars(select(Message))
    assert contact.reference in message.body
    hidden = ("Robin", "Sample", "food", "school", "Sam Invented")
    assert [word for word in hidden if word in message.subject + message.body] == []
    assert waiting_message(session, contact) is None


def test_where_nobody_has_it_every_manager_with_an_address_is_told(session: Session) -> None:
    for name in ("one", "two"):
        a_user(session, "manager", email=f"{name}@anytown.example")
    a_user(session, "manager")
    a_user(session, "manager", email="left@anytown.example", active=False)
    running(session, a_contact(session))
    look(session, DUE)
    assert set(session.scalars(select(Message.to))) == {"one@anytown.example", "two@anytown.example"}


def test_a_message_says_truly_why_its_reader_is_told(session: Session) -> None:
    a_user(session, "manager", email="one@anytown.example")
    unreached = a_user(session, "practitioner")
    for contact in (a_held_contact(session), a_contact(session), a_contact(session, claimed_by_id=unreached.id)):
        running(session, contact)
    look(session, DUE)
    told = list(session.scalars(select(Message.body).order_by(Message.contact_id)))
    for body, why in zip(told, ("it is in your name", "nobody has it", "no e-mail reaches who has it"), strict=True):
        assert f"You are told because {why}." in body


def test_only_a_red_is_told_at_night(session: Session) -> None:
    night = MONDAY + timedelta(hours=13)
    for name in ("social-care", "red"):
        a_clock(session, a_held_contact(session), name, started_at=MONDAY, due_at=night + timedelta(minutes=30))
    look(session, night)
    held = {message.body: message.hold_until for message in session.scalars(select(Message))}
    assert {("red contact" in body): at for body, at in held.items()} == {
        True: night,
        False: MONDAY + timedelta(days=1, hours=-1, minutes=-30),
    }


def test_a_stopped_clock_and_one_that_the_policy_does_not_name_reach_no_stage(session: Session) -> None:
    contact = a_held_contact(session)
    running(session, contact).stopped_at = MONDAY
    running(session, contact, "lado")
    look(session, DUE)
    assert stages(session) == Counter()


def test_a_red_that_nobody_took_up_in_its_minutes_is_told_though_the_policy_names_no_stage_of_that_wait(
    session: Session,
) -> None:
    running(session, a_held_contact(session), "red-acknowledge")
    look(session, DUE + timedelta(seconds=1))
    assert (events(session), subjects(session)[0].partition(": ")[2]) == (["clock.late"], "it is late")


def test_a_reply_that_is_late_is_told_once_while_the_contact_is_open(session: Session) -> None:
    asked_by = a_user(session, "practitioner").id
    for rank in (1, None):
        contact = a_held_contact(session)
        contact.queue_rank = rank
        told = {"agency": "GP", "questions": "Known?", "asked_by_id": asked_by, "sent_at": EARLIER}
        session.add(InformationRequest(contact_id=contact.id, due_at=MONDAY, **told))
    session.flush()
    for at in (MONDAY, MONDAY + timedelta(minutes=1), MONDAY + timedelta(hours=1)):
        look(session, at)
    assert (events(session), len(subjects(session))) == (["information.late"], 1)
    assert subjects(session)[0].endswith("a reply is late")


@settings(max_examples=25)
@given(
    steps=st.lists(st.integers(-120, 240), max_size=12),
    names=st.lists(st.sampled_from(["social-care", "red", "feedback"]), min_size=1, max_size=3, unique=True),
)
def test_however_time_steps_every_stage_is_marked_once_and_told_at_most_once(
    session: Session, steps: list[int], names: list[str]
) -> None:
    within = session.begin_nested()
    contact = a_held_contact(session)
    clocks = [running(session, contact, name) for name in names]
    at = MONDAY
    for step in (*steps, 0):
        at += timedelta(minutes=step)
        look(session, at)
    look(session, DUE + timedelta(days=1))
    wanted = {"social-care": ("half", "hour", "due"), "red": ("half", "hour", "due"), "feedback": ("hour", "due")}
    assert stages(session) == Counter(("clock", clock.id, stage) for clock in clocks for stage in wanted[clock.name])
    keys = list(session.scalars(select(Message.key)))
    assert len(keys) == len(set(keys))
    assert sum("-late-" in key for key in keys) == len(clocks)
    within.rollback()
    session.expire_all()
