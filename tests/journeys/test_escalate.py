"""A red that nobody takes up is told of: at its minutes, day and night, once each, whatever was missed meanwhile."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mash.config import Config
from mash.db import Database, open_database, reading, transaction
from mash.jobs import Worker, deadlines
from mash.journeys.actor import Actor
from mash.journeys.escalate import escalate
from mash.journeys.posts import set_post
from mash.journeys.red_turns import take_up, undo_turn
from mash.journeys.tell_holders import still_stands
from mash.journeys.users import UserRefused
from mash.models import Clock, Contact, Escalation, Event, Message, Policy, PostHeld, User, UserSession
from mash.queries.red_turns import in_post
from tests.factories import MONDAY, a_clock, a_contact, a_user
from tests.journeys.front_door import FrontDoor

BY = Actor.system("test")


def waiting(session: Session, since: datetime = MONDAY) -> Contact:
    """Add a red that has waited for a manager since a moment."""
    contact = a_contact(session, rating="red", queue_rank=0, state="rated", due_at=since + timedelta(hours=4))
    a_clock(session, contact, "red-acknowledge", started_at=since, due_at=since + timedelta(minutes=30))
    return contact


def told(session: Session) -> list[tuple[str, list[str]]]:
    rows = session.execute(select(Escalation.post, Escalation.told).order_by(Escalation.id))
    return [(row.post, row.told) for row in rows]


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def holder(session: Session, post: str, name: str) -> int:
    """Put a new manager, signed in, in a post."""
    user = a_user(session, "manager", name=name)
    set_post(session, user_id=user.id, post=post, by=BY, at=MONDAY)
    told = {"token_hash": name, "started_at": MONDAY, "seen_at": MONDAY, "expires_at": after(24 * 60)}
    session.add(UserSession(user_id=user.id, **told))
    session.flush()
    return user.id


def test_the_deputy_is_told_at_thirty_minutes_and_the_head_of_service_at_sixty(session: Session) -> None:
    contact = waiting(session)
    holder(session, "deputy", "Joy Cole")
    holder(session, "head_of_service", "Ann Head")
    assert escalate(session, at=after(29.9)) == 0
    assert [escalate(session, at=after(30)) for _ in range(2)] == [1, 0]
    assert told(session) == [("deputy", ["Joy Cole"])]
    assert [escalate(session, at=after(60)) for _ in range(2)] == [1, 0]
    assert told(session)[1:] == [("head_of_service", ["Ann Head"])]
    events = session.scalars(select(Event).where(Event.kind == "red.escalated").order_by(Event.seq)).all()
    assert [(e.contact_id, e.actor, e.data["waited_minutes"]) for e in events] == [
        (contact.id, "scheduler", 30),
        (contact.id, "scheduler", 60),
    ]


def test_whoever_is_told_finds_it_said_on_their_next_page(session: Session) -> None:
    contact = waiting(session)
    deputy = holder(session, "deputy", "Joy Cole")
    other = holder(session, "head_of_service", "Ann Head")
    escalate(session, at=after(31))
    said = {row.user_id: row.notices for row in session.scalars(select(UserSession))}
    assert contact.reference in said[deputy][0]["text"]
    assert said[other] == []


def test_whoever_is_told_gets_an_email_at_once_and_managers_do_where_it_reaches_nobody_in_the_post(
    session: Session,
) -> None:
    contact = waiting(session, MONDAY.replace(hour=20))
    session.get_one(User, holder(session, "deputy", "Joy Cole")).email = "deputy@anytown.example"
    a_user(session, "manager", email="manager@anytown.example")
    at = MONDAY.replace(hour=21)
    escalate(session, at=at)
    escalate(session, at=at)
    sent = list(session.scalars(select(Message).order_by(Message.id)))
    everyone = ["deputy@anytown.example", "manager@anytown.example"]
    assert [row.to for row in sent] == ["deputy@anytown.example", *everyone]
    assert sent[0].subject == f"{contact.reference} needs a manager now, and none has taken it up after 60 minutes"
    assert "You are told because you are the deputy manager." in sent[0].body
    assert "You are told because no e-mail reaches a head of service." in sent[1].body
    assert {row.hold_until for row in sent} == {at}


def test_an_email_of_a_red_that_was_taken_up_meanwhile_stands_no_longer(session: Session) -> None:
    contact = waiting(session)
    a_user(session, "manager", email="manager@anytown.example")
    escalate(session, at=after(31))
    message = session.scalars(select(Message)).one()
    assert still_stands(session, message)
    session.scalars(select(Clock).where(Clock.contact_id == contact.id)).one().stopped_at = after(32)
    assert not still_stands(session, message)


def test_it_goes_on_past_closing_time_and_what_was_missed_is_told_at_the_next_look(session: Session) -> None:
    closing = MONDAY.replace(hour=17, minute=25)
    waiting(session, closing)
    assert escalate(session, at=closing + timedelta(minutes=31)) == 1
    waiting(session, closing)
    assert escalate(session, at=closing + timedelta(hours=9)) == 3


def test_nobody_in_the_post_is_on_the_record_too(session: Session) -> None:
    waiting(session)
    a_user(session, "manager", name="In no post")
    escalate(session, at=after(45))
    assert told(session) == [("deputy", [])]


def test_a_red_that_was_taken_up_is_told_to_nobody_and_one_undone_waits_from_where_it_began(door: FrontDoor) -> None:
    contact = door.contact({})
    door.rate(contact, "red")
    manager, rated = door.manager, door.now
    take_up(door.session, contact.reference, by=manager, at=rated + timedelta(minutes=20))
    assert escalate(door.session, at=rated + timedelta(hours=3)) == 0
    undo_turn(door.session, contact.reference, by=manager, at=rated + timedelta(minutes=20, seconds=59))
    assert escalate(door.session, at=rated + timedelta(minutes=29)) == 0
    assert escalate(door.session, at=rated + timedelta(minutes=30)) == 1


def test_the_policy_counts_that_was_in_force_when_the_wait_began(session: Session) -> None:
    for starts, minutes in ((date(2012, 1, 1), 30), (MONDAY.date() + timedelta(days=1), 5)):
        content = {"steps": [{"post": "deputy", "minutes": minutes}], "night_team": "Night team"}
        session.add(Policy(name="escalation", effective_from=starts, content=content, at=MONDAY))
    waiting(session)
    waiting(session, MONDAY + timedelta(days=1))
    assert escalate(session, at=after(29)) == 0
    assert escalate(session, at=MONDAY + timedelta(days=1, minutes=5)) == 2


def test_the_database_itself_holds_one_telling_for_each_clock_and_post(session: Session) -> None:
    waiting(session)
    escalate(session, at=after(30))
    again = text("INSERT INTO escalation (clock_id, post, told, at) SELECT clock_id, post, told, at FROM escalation")
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(again)


def test_after_a_restart_half_way_each_is_told_once(database: Database, settings: Config) -> None:
    with transaction(database) as session:
        waiting(session)

    def cut_short() -> None:
        with transaction(database) as session:
            assert escalate(session, at=after(61)) == 2
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_short()
    restarted = open_database(settings)
    for _ in range(2):
        worker = Worker(restarted)
        worker.beat()
        worker.run("deadlines", deadlines, 500)
        worker.leave()
    with reading(restarted) as session:
        counted = session.scalar(select(func.count()).select_from(Event).where(Event.kind == "red.escalated"))
        assert ([post for post, _ in told(session)], counted) == (["deputy", "head_of_service"], 2)
    restarted.engine.dispose()


def test_only_a_manager_holds_a_post_and_what_ended_stays_on_record(session: Session) -> None:
    practitioner, manager = a_user(session, "practitioner"), a_user(session, "manager", name="Joy Cole")
    with pytest.raises(UserRefused, match="role of manager"):
        set_post(session, user_id=practitioner.id, post="deputy", by=BY, at=MONDAY)
    for minutes, post in enumerate(("deputy", "deputy", "head_of_service", "")):
        set_post(session, user_id=manager.id, post=post, by=BY, at=after(minutes))
    rows = session.execute(select(PostHeld.post, PostHeld.ended_at).order_by(PostHeld.id)).all()
    assert [tuple(row) for row in rows] == [("deputy", after(2)), ("head_of_service", after(3))]
    assert in_post(session) == {}
