"""Restrict a contact, say who is let in or kept from it by name, review that every 90 days, and lift it: two people."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import locked
from mash.journeys.events import record_event
from mash.journeys.stand_aside import stand_aside
from mash.models import Contact, NamedAccess, Person, Restriction, User
from mash.queries.named_access import managers_who_know
from mash.workflow.calendar import london_day

REVIEWED_EVERY = timedelta(days=90)
GROUNDS = {
    "staff_family": "Family of a colleague or of a partner’s worker",
    "allegation": "An allegation about somebody who works with children",
    "high_profile": "Somebody widely known",
    "witness": "Witness protection, or a threat to life",
    "adoption": "Adoption",
    "incident": "A serious incident",
    "other": "Another ground",
}


class AccessRefused(Exception):
    """Something about access that may not be done so. ``field`` is the answer that it is about."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def restrict(
    session: Session, reference: str, *, ground: str, reason: str, people_too: bool, by: Actor, at: datetime
) -> Restriction:
    """Restrict a contact, and with it the people on it where that is asked. Whoever does so stays let in by name.

    Raises:
        AccessRefused: If no reason is given, or it is restricted already.
    """
    contact = _found(session, reference)
    _need(bool(reason.strip()), "reason", "Say why it is restricted")
    _need(standing(session, contact) is None, "ground", "It is restricted already")
    made = Restriction(
        contact_id=contact.id,
        ground=ground,
        reason=reason,
        by_id=by.user_id,
        at=at,
        review_on=london_day(at) + REVIEWED_EVERY,
    )
    session.add(made)
    contact.restricted = True
    people = people_on(contact)
    if people_too and people:
        session.execute(update(Person).where(Person.id.in_(people)).values(restricted=True))
    session.flush()
    said = {"restriction": made.id, "ground": ground, "reason": reason, "people_too": people_too}
    record_event(session, kind="contact.restricted", at=at, by=by, contact_id=contact.id, data=said)
    if by.user_id is not None and not by.is_manager:
        _name(session, contact, by.user_id, "let_in", "They restricted it", by=by, at=at)
    stand_aside(session, [contact.id], by=by, at=at)
    return made


def name(
    session: Session, reference: str, *, user_id: int, kind: str, reason: str, by: Actor, at: datetime
) -> NamedAccess:
    """Let somebody in to a contact by name, or keep them from it and from the people on it, whatever their roles.

    Args:
        kind: ``let_in`` or ``kept_from``.

    Raises:
        AccessRefused: If the actor is no manager, gives no reason, names themself to let in, or nobody who works here.
    """
    contact = _found(session, reference)
    _need(by.is_manager, "whom", "A manager names who is let in or kept from it")
    _need(bool(reason.strip()), "reason", "Say why")
    _need(kind == "kept_from" or user_id != by.user_id, "whom", "Somebody else lets you in")
    user = session.get(User, user_id)
    _need(user is not None and user.active, "whom", "Choose somebody who works here")
    _need(
        kind == "let_in" or user_id != by.user_id or bool(_others(session, contact, {user_id}, at)),
        "whom",
        "Nobody else could see it then: name another manager first",
    )
    return _name(session, contact, user_id, kind, reason, by=by, at=at)


def end_name(session: Session, reference: str, access_id: int, *, by: Actor, at: datetime) -> None:
    """Take somebody's name off again. What they declared themselves, or an emergency, does not end so.

    Raises:
        AccessRefused: If the actor is no manager or it is about themself, or there is no such name on it.
    """
    contact = _found(session, reference)
    found = session.get(NamedAccess, access_id, with_for_update=True)
    named = found is not None and found.contact_id == contact.id and found.kind in {"let_in", "kept_from"}
    _need(found is not None and named and found.ended_at is None, "whom", "That name is not on this contact")
    assert found is not None  # noqa: S101  # said above; for the types
    _need(by.is_manager and found.user_id != by.user_id, "whom", "Another manager takes a name off")
    found.ended_at, found.ended_by_id = at, by.user_id
    said = {"access": found.id, "user": found.user_id, "kind": found.kind}
    record_event(session, kind="access.ended", at=at, by=by, contact_id=contact.id, data=said)
    stand_aside(session, [contact.id], by=by, at=at)


def keep_restricted(session: Session, reference: str, *, reason: str, by: Actor, at: datetime) -> date:
    """Review a restriction and let it stand for another 90 days. Return the day of the next review.

    Raises:
        AccessRefused: If the actor is no manager, gives no reason, or it is not restricted.
    """
    contact, found = _restricted(session, reference, by, at)
    _need(bool(reason.strip()), "reason", "Say why it stays restricted")
    before, found.review_on = found.review_on, london_day(at) + REVIEWED_EVERY
    said = {"restriction": found.id, "reason": reason, "from": str(before), "to": str(found.review_on)}
    record_event(session, kind="contact.restriction_kept", at=at, by=by, contact_id=contact.id, data=said)
    return found.review_on


def ask_to_lift(session: Session, reference: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Ask that a restriction is lifted. It stands until another manager agrees.

    Raises:
        AccessRefused: If the actor is no manager, gives no reason, or it is not restricted.
    """
    contact, found = _restricted(session, reference, by, at)
    _need(bool(reason.strip()), "reason", "Say why it can be lifted")
    found.lift_reason, found.lift_asked_by_id, found.lift_asked_at = reason, by.user_id, at
    said = {"restriction": found.id, "reason": reason}
    record_event(session, kind="contact.lift_asked", at=at, by=by, contact_id=contact.id, data=said)


def lift(session: Session, reference: str, *, by: Actor, at: datetime) -> None:
    """Lift a restriction that another manager asked to be lifted. Whoever is kept from it by name stays so.

    Raises:
        AccessRefused: If nobody asked, or the actor did.
    """
    contact, found = _restricted(session, reference, by, at)
    _need(found.lift_asked_by_id is not None, "reason", "Ask first; then another manager lifts it")
    _need(found.lift_asked_by_id != by.user_id, "reason", "You asked for it. Another manager agrees to that")
    found.lifted_by_id, found.lifted_at = by.user_id, at
    contact.restricted = False
    said = {"restriction": found.id, "asked_by": found.lift_asked_by_id, "reason": found.lift_reason}
    record_event(session, kind="contact.unrestricted", at=at, by=by, contact_id=contact.id, data=said)


def people_on(contact: Contact) -> list[int]:
    """Give everyone on a contact, by id."""
    return [child.person_id for child in contact.children] + [adult.person_id for adult in contact.adults]


def standing(session: Session, contact: Contact) -> Restriction | None:
    """Give the restriction of a contact that stands; None where there is none, or nobody said why."""
    here = Restriction.contact_id == contact.id, Restriction.lifted_at.is_(None)
    return session.scalars(select(Restriction).where(*here).order_by(Restriction.id.desc()).limit(1)).one_or_none()


def _restricted(session: Session, reference: str, by: Actor, at: datetime) -> tuple[Contact, Restriction]:
    """Find a restricted contact with its restriction; one that was recorded as restricted gets its own first."""
    contact = _found(session, reference)
    _need(by.is_manager, "reason", "A manager reviews a restriction")
    _need(contact.restricted, "reason", "It is not restricted")
    found = standing(session, contact)
    if found is None:
        found = Restriction(
            contact_id=contact.id,
            ground="other",
            reason="Recorded as restricted",
            by_id=contact.recorded_by_id or by.user_id,
            at=contact.entered_at,
            review_on=london_day(contact.entered_at) + REVIEWED_EVERY,
        )
        session.add(found)
        session.flush()
    return contact, found


def _found(session: Session, reference: str) -> Contact:
    return session.scalars(locked(reference)).one()


def _need(so: bool, field: str, words: str) -> None:
    if not so:
        raise AccessRefused(field, words)


def _name(
    session: Session, contact: Contact, user_id: int, kind: str, reason: str, *, by: Actor, at: datetime
) -> NamedAccess:
    made = NamedAccess(user_id=user_id, kind=kind, contact_id=contact.id, reason=reason, by_id=by.user_id, at=at)
    session.add(made)
    session.flush()
    said = {"access": made.id, "user": user_id, "kind": kind, "reason": reason}
    record_event(session, kind="access.named", at=at, by=by, contact_id=contact.id, data=said)
    if kind == "kept_from":
        stand_aside(session, [contact.id], by=by, at=at)
    return made


def _others(session: Session, contact: Contact, but: Iterable[int], at: datetime) -> list[int]:
    return [one for one in managers_who_know(session, contact.id, at) if one not in set(but)]
