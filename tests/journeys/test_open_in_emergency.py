"""A restricted contact opened in an emergency: an hour, told at once, reviewed by another; and its abuse."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.deliver import claim as claim_message
from mash.journeys.open_in_emergency import open_in_emergency, review_emergency
from mash.journeys.restrict import AccessRefused
from mash.models import BreakGlass, Contact, Event, Message, NamedAccess, User
from mash.queries.named_access import reader_of
from mash.queries.restricted import emergency_until, may_know
from mash.queries.restrictions import emergencies
from mash.workflow.calendar import shipped_calendar
from tests.factories import MONDAY, a_child, a_contact, an_actor

Who = Callable[[str], Actor]
REASON = "The police hold the child now and ask who may collect him."
HOUR = timedelta(minutes=60)


@pytest.fixture
def secret(session: Session) -> Contact:
    child = a_child(session, "Noor", "Grove", restricted=True)
    return a_contact(session, reference="C-26-00001", children=(child,), restricted=True)


def opened(session: Session, by: Actor, reference: str = "C-26-00001", **told: Any) -> BreakGlass:
    sound: dict[str, Any] = {"reason": REASON, "proved": True, "at": MONDAY, "calendar": shipped_calendar()}
    return open_in_emergency(session, reference, by=by, **(sound | told))


def knows(session: Session, who: Actor, contact: Contact, at: datetime) -> bool:
    reader = reader_of(session, who.user_id or 0, who.roles, at)
    return may_know(reader, contact.id, restricted=contact.restricted)


def test_it_is_open_for_an_hour_to_the_one_who_opened_it_and_no_longer(
    session: Session, actor: Who, secret: Contact
) -> None:
    me = actor("practitioner")
    assert not knows(session, me, secret, MONDAY)
    opened(session, me)
    assert knows(session, me, secret, MONDAY)
    assert knows(session, me, secret, MONDAY + HOUR - timedelta(seconds=1))
    assert not knows(session, me, secret, MONDAY + HOUR)
    assert emergency_until(reader_of(session, me.user_id or 0, me.roles, MONDAY), secret.id) == MONDAY + HOUR
    assert not knows(session, actor("contact_officer"), secret, MONDAY)


def test_managers_and_auditors_are_told_at_once_by_reference_only(
    session: Session, actor: Who, secret: Contact
) -> None:
    session.execute(update(User).values(email=User.username + "@example.org"))
    made = opened(session, actor("practitioner"))
    sent = session.scalars(select(Message).where(Message.kind == "access")).all()
    told = {session.get_one(User, int(one.key.rpartition("-")[2])).roles[0].role for one in sent}
    assert told == {"manager", "auditor"}
    assert all("Noor" not in one.subject + one.body and "Grove" not in one.subject + one.body for one in sent)
    assert {one.hold_until for one in sent} == {MONDAY}
    assert claim_message(session, at=MONDAY) is not None
    [event] = session.scalars(select(Event).where(Event.kind == "emergency.opened"))
    assert (event.by_id, event.data["reason"], event.data["access"]) == (made.user_id, REASON, made.access_id)


def test_it_is_reviewed_within_a_working_day(session: Session, actor: Who, secret: Contact) -> None:
    friday = MONDAY + timedelta(days=4, hours=10)
    made = opened(session, actor("practitioner"), at=friday)
    assert made.review_due_at.date() == (MONDAY + timedelta(days=7)).date()


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_somebody_else_reviews_it_once(session: Session, actor: Who, secret: Contact, role: str) -> None:
    made = opened(session, actor("practitioner"))
    review_emergency(session, made.access_id, finding="right", words="", by=actor(role), at=MONDAY)
    [shown] = emergencies(session, roles=actor("manager").roles)
    assert (shown.finding, shown.reviewed_by) == ("right", actor(role).name)
    with pytest.raises(AccessRefused, match="already"):
        review_emergency(session, made.access_id, finding="right", words="", by=actor("manager"), at=MONDAY)


def test_one_found_wrong_is_closed_there_and_then(session: Session, actor: Who, secret: Contact) -> None:
    me = actor("practitioner")
    made = opened(session, me)
    with pytest.raises(AccessRefused, match="what was wrong"):
        review_emergency(session, made.access_id, finding="wrong", words=" ", by=actor("manager"), at=MONDAY)
    review_emergency(session, made.access_id, finding="wrong", words="No call came.", by=actor("manager"), at=MONDAY)
    assert not knows(session, me, secret, MONDAY)


@pytest.mark.parametrize("role", ["manager", "auditor", "reviewer", "admin", "receiving_team", "safeguarding_partner"])
def test_no_other_role_opens_one(session: Session, actor: Who, secret: Contact, role: str) -> None:
    with pytest.raises(AccessRefused, match="Your role"):
        opened(session, an_actor(session, role))
    assert session.scalars(select(BreakGlass)).all() == []


@pytest.mark.parametrize(
    "reason", ["", " ", "urgent", "x" * 19, "   nineteen signs       ", "\n" * 40, "police  ask  now"]
)
def test_a_short_reason_opens_nothing(session: Session, actor: Who, secret: Contact, reason: str) -> None:
    with pytest.raises(AccessRefused, match="at least 20"):
        opened(session, actor("practitioner"), reason=reason)
    assert not knows(session, actor("practitioner"), secret, MONDAY)


@pytest.mark.parametrize("role", ["practitioner", "contact_officer"])
def test_without_a_second_factor_nothing_opens(session: Session, actor: Who, secret: Contact, role: str) -> None:
    with pytest.raises(AccessRefused, match="second step"):
        opened(session, actor(role), proved=False)


@pytest.mark.parametrize("reference", ["C-26-99999", "", "%", "c-26-00001", "C-26-00001 ", "C-26-0000_"])
def test_a_reference_must_be_the_whole_of_it(session: Session, actor: Who, secret: Contact, reference: str) -> None:
    with pytest.raises(AccessRefused, match="No contact with that reference"):
        opened(session, actor("practitioner"), reference)


@pytest.mark.parametrize("kind", ["kept_from", "conflict"])
def test_whoever_is_kept_from_it_by_name_is_told_the_same_as_of_one_that_is_not_there(
    session: Session, actor: Who, secret: Contact, kind: str
) -> None:
    me = actor("practitioner")
    session.add(NamedAccess(user_id=me.user_id, kind=kind, contact_id=secret.id, by_id=me.user_id, at=MONDAY))
    session.flush()
    said = set()
    for reference in ("C-26-00001", "C-26-99999"):
        with pytest.raises(AccessRefused) as refused:
            opened(session, me, reference)
        said.add(str(refused.value))
    assert len(said) == 1


def test_another_restricted_contact_about_the_same_child_stays_closed(
    session: Session, actor: Who, secret: Contact
) -> None:
    other = a_contact(session, reference="C-26-00002", children=(secret.children[0].person,), restricted=True)
    opened(session, actor("practitioner"))
    assert not knows(session, actor("practitioner"), other, MONDAY)


def test_it_is_not_opened_twice_to_last_longer(session: Session, actor: Who, secret: Contact) -> None:
    opened(session, actor("practitioner"))
    with pytest.raises(AccessRefused, match="open to you already"):
        opened(session, actor("practitioner"), at=MONDAY + timedelta(minutes=59))
    again = opened(session, actor("practitioner"), at=MONDAY + HOUR)
    assert again.until == MONDAY + 2 * HOUR
    assert len(emergencies(session, roles=actor("manager").roles)) == 2


def test_an_open_contact_is_not_opened_in_an_emergency(session: Session, actor: Who) -> None:
    a_contact(session, reference="C-26-00003")
    with pytest.raises(AccessRefused, match="open to you already"):
        opened(session, actor("practitioner"), "C-26-00003")


def test_nobody_reviews_their_own_whatever_their_roles(session: Session, secret: Contact) -> None:
    both = an_actor(session, "practitioner")
    made = opened(session, both)
    promoted = Actor(both.user_id, both.name, frozenset({"practitioner", "manager"}))
    with pytest.raises(AccessRefused, match="You opened it"):
        review_emergency(session, made.access_id, finding="right", words="", by=promoted, at=MONDAY)


def test_the_database_too_refuses_a_review_by_whoever_opened_it(session: Session, actor: Who, secret: Contact) -> None:
    made = opened(session, actor("practitioner"))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(BreakGlass).values(reviewed_by_id=made.user_id))


@pytest.mark.parametrize("role", ["practitioner", "contact_officer", "reviewer", "admin", "receiving_team"])
def test_only_managers_and_auditors_review(session: Session, actor: Who, secret: Contact, role: str) -> None:
    made = opened(session, actor("practitioner"))
    with pytest.raises(AccessRefused, match="nothing like that"):
        review_emergency(session, made.access_id, finding="right", words="", by=an_actor(session, role), at=MONDAY)


def test_a_manager_kept_from_the_contact_neither_hears_of_it_nor_reviews_it(
    session: Session, actor: Who, secret: Contact
) -> None:
    session.execute(update(User).values(email=User.username + "@example.org"))
    kin = an_actor(session, "manager")
    session.add(NamedAccess(user_id=kin.user_id, kind="conflict", contact_id=secret.id, by_id=kin.user_id, at=MONDAY))
    session.flush()
    made = opened(session, actor("practitioner"))
    told = {one.key.rpartition("-")[2] for one in session.scalars(select(Message))}
    assert str(kin.user_id) not in told
    assert emergencies(session, roles=reader_of(session, kin.user_id or 0, kin.roles, MONDAY)) == []
    with pytest.raises(AccessRefused, match="nothing like that"):
        review_emergency(session, made.access_id, finding="right", words="", by=kin, at=MONDAY)


@pytest.mark.parametrize(("number", "finding"), [(999, "right"), (1, ""), (1, "maybe"), (-1, "wrong")])
def test_a_review_is_of_one_that_was_opened_and_says_something(
    session: Session, actor: Who, secret: Contact, number: int, finding: str
) -> None:
    made = opened(session, actor("practitioner"))
    told = made.access_id if number == 1 else number
    with pytest.raises(AccessRefused):
        review_emergency(session, told, finding=finding, words="x", by=actor("manager"), at=MONDAY)
