"""Invented people and contacts for tests, each with sound defaults: say only what the test is about."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from mash.db import Base
from mash.journeys.actor import Actor
from mash.models import (
    Address,
    AdultOnContact,
    ChildOnContact,
    Clock,
    Contact,
    Decision,
    Episode,
    Observation,
    Person,
    PhoneTail,
    User,
    UserRole,
)
from mash.models.people import phone_tails

MONDAY = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
"""The suite's clock: a working Monday morning, 10:00 in London."""

Row = TypeVar("Row", bound=Base)
_next = count(1)


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def a_user(session: Session, *roles: str, **told: Any) -> User:
    """Add someone who may sign in. No password fits until a test sets one."""
    number = next(_next)
    defaults = {"username": f"user{number}", "name": f"Invented Person {number}", "password_hash": "!"}
    user = User(made_at=MONDAY, **(defaults | told), roles=[UserRole(role=role) for role in roles])
    return _added(session, user)


def an_actor(session: Session, *roles: str, **told: Any) -> Actor:
    """Add a user and return them as one who acts."""
    return Actor.of(a_user(session, *roles, **told))


def an_address(session: Session, lines: str = "12 Made-up Street", postcode: str = "DN1 1AA", **told: Any) -> Address:
    """Add a place, found again by its own key."""
    defaults = {"key": f"{lines.lower()} {postcode.lower()} {next(_next)}"}
    return _added(session, Address(lines=lines, postcode=postcode, **(defaults | told)))


def a_child(session: Session, forename: str = "Robin", surname: str = "Sample", **told: Any) -> Person:
    """Add a child, nine years old on the suite's Monday unless told otherwise."""
    defaults: dict[str, Any] = {"date_of_birth": date(2017, 3, 2), "sex": "U", "kind": "child"}
    return _a_person(session, forename, surname, defaults | told)


def an_adult(session: Session, forename: str = "Alex", surname: str = "Sample", **told: Any) -> Person:
    """Add an adult, thirty-four years old on the suite's Monday unless told otherwise."""
    defaults: dict[str, Any] = {"date_of_birth": date(1992, 1, 9), "sex": "U", "kind": "adult"}
    return _a_person(session, forename, surname, defaults | told)


def _a_person(session: Session, forename: str, surname: str, told: dict[str, Any]) -> Person:
    defaults = {"search_name": f"{forename} {surname}".strip().lower(), "made_at": MONDAY}
    person = _added(session, Person(forename=forename, surname=surname, **(defaults | told)))
    session.add_all(PhoneTail(tail=tail, person_id=person.id) for tail in phone_tails(person.phone))
    session.flush()
    return person


def a_contact(
    session: Session, *, children: tuple[Person, ...] = (), adults: tuple[Person, ...] = (), **told: Any
) -> Contact:
    """Add a contact from a school, received on the suite's Monday, about one new child unless told otherwise."""
    number = next(_next)
    defaults: dict[str, Any] = {
        "reference": f"C-26-{number:05}",
        "type_at_receipt": "service_request",
        "source_code": "2B",
        "source_agency": "Anytown Primary School",
        "referrer_name": "Sam Invented",
        "referrer_role": "Designated safeguarding lead",
        "received_at": MONDAY,
        "entered_at": MONDAY,
        "narrative": "Robin told a teacher that there was no food at home this weekend.",
    }
    contact = Contact(**(defaults | told))
    for position, child in enumerate(children or (a_child(session),), start=1):
        contact.children.append(ChildOnContact(person=child, position=position))
    contact.adults.extend(AdultOnContact(person=adult, relation="parent") for adult in adults)
    return _added(session, contact)


def an_observation(session: Session, child: ChildOnContact, code: str, value: Any, **told: Any) -> Observation:
    """Add a fact about one child on a contact."""
    return _added(session, Observation(child_id=child.id, code=code, value=value, **({"at": MONDAY} | told)))


def a_clock(session: Session, contact: Contact, name: str = "decision", **told: Any) -> Clock:
    """Add a running clock, due one day after the suite's Monday unless told otherwise."""
    defaults: dict[str, Any] = {
        "started_at": MONDAY,
        "due_at": MONDAY + timedelta(days=1),
        "how": ["One working day from receipt."],
    }
    return _added(session, Clock(contact_id=contact.id, name=name, **(defaults | told)))


def a_decision(session: Session, child: ChildOnContact, by: Actor, **told: Any) -> Decision:
    """Add a decision already made for one child."""
    defaults: dict[str, Any] = {
        "status": "decided",
        "level": 3,
        "route": "child_and_family_assessment",
        "reason": "Neglect that early help has not changed.",
        "contact_type": "service_request",
        "decided_by_id": by.user_id,
        "decided_at": MONDAY,
    }
    return _added(session, Decision(child_id=child.id, **(defaults | told)))


def an_episode(session: Session, person: Person, kind: str = "referral", **told: Any) -> Episode:
    """Add something already known of a child."""
    defaults: dict[str, Any] = {"key": f"episode-{next(_next)}", "started_on": date(2025, 11, 3), "made_at": MONDAY}
    return _added(session, Episode(person_id=person.id, kind=kind, **(defaults | told)))
