"""Somebody declares whom they are related to, or where they live: from then on those records are closed to them.

What they declare need not be known here: it holds for whatever comes about the same people or home later too. Nothing
they are told says whether anything is on record.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import locked
from mash.journeys.events import record_event
from mash.journeys.people import AddressGiven, address_key, search_form
from mash.journeys.restrict import AccessRefused, people_on
from mash.journeys.stand_aside import stand_aside
from mash.models import Contact, NamedAccess
from mash.queries.named_access import named_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Whom or what somebody declares: a person by name and day of birth, a home, or both."""

    name: str = ""
    born: date | None = None
    address: AddressGiven | None = None
    reason: str = ""


def declare(session: Session, told: Declared, *, by: Actor, at: datetime) -> NamedAccess:
    """Declare a person or a home. Contacts about them that the actor holds go back to the queue at once.

    Raises:
        AccessRefused: If neither is said, or no reason.
    """
    key = address_key(told.address) if told.address else ""
    name = search_form(told.name)
    if not name and not key.strip("| "):
        raise AccessRefused("name", "Enter a name or an address")
    if not told.reason.strip():
        raise AccessRefused("reason", "Say how you know them")
    made = NamedAccess(
        user_id=by.user_id,
        kind="conflict",
        search_name=name,
        born=told.born,
        address_key=key if key.strip("| ") else "",
        reason=told.reason,
        by_id=by.user_id,
        at=at,
    )
    return _kept(session, made, by=by, at=at)


def declare_family_of(session: Session, reference: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Say "I know this family" of an open contact: it closes to the actor, with every other about the same people.

    Raises:
        AccessRefused: If no reason is given.
    """
    contact = session.scalars(locked(reference)).one()
    if not reason.strip():
        raise AccessRefused("reason", "Say how you know them")
    told = {"user_id": by.user_id, "kind": "conflict", "reason": reason, "by_id": by.user_id, "at": at}
    _kept(session, NamedAccess(contact_id=contact.id, **told), by=by, at=at)
    for person_id in people_on(contact):
        _kept(session, NamedAccess(person_id=person_id, **told), by=by, at=at)
    if contact.address is not None and not contact.address.protected:
        _kept(session, NamedAccess(address_key=contact.address.key, **told), by=by, at=at)


def end_conflict(session: Session, access_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """End a declaration, such as one made in error. A manager does, and never their own.

    Raises:
        AccessRefused: If the actor is no manager or declared it, or there is none.
    """
    found = session.get(NamedAccess, access_id, with_for_update=True)
    if found is None or found.kind != "conflict" or found.ended_at is not None:
        raise AccessRefused("reason", "There is no such declaration")
    if not by.is_manager or found.user_id == by.user_id:
        raise AccessRefused("reason", "Another manager ends a declaration")
    if not reason.strip():
        raise AccessRefused("reason", "Say why it ends")
    found.ended_at, found.ended_by_id = at, by.user_id
    said = {"access": found.id, "user": found.user_id, "reason": reason}
    record_event(session, kind="conflict.ended", at=at, by=by, data=said)


def _kept(session: Session, made: NamedAccess, *, by: Actor, at: datetime) -> NamedAccess:
    session.add(made)
    session.flush()
    record_event(session, kind="conflict.declared", at=at, by=by, data={"access": made.id})
    if made.user_id is not None:
        theirs = named_for(session, made.user_id, at).contacts_kept
        open_now = select(Contact.id).where(Contact.id.in_(theirs), Contact.queue_rank >= 0)
        stand_aside(session, session.scalars(open_now).all(), by=by, at=at)
    return made
