"""Triage a contact: take it, screen it, note what is found, rate it. Nothing here decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound, contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import place_in_queue, start_clock, stop_clocks
from mash.journeys.situations import situation_of
from mash.models import ChildOnContact, Clock, Contact, Observation, Rating
from mash.queries.policies import claim_lapse
from mash.queries.restricted import open_for_work
from mash.queries.skipped import skipped_by
from mash.rules import read_facts
from mash.workflow.contact import Move, MoveRefused, advance
from mash.workflow.words import Rating as RatingWord
from mash.workflow.words import Role, State

RENEW_AFTER = timedelta(minutes=1)


def is_claimed_by_another(session: Session, contact: Contact, *, by: Actor, at: datetime) -> bool:
    """Say whether someone else holds a contact and has been active since the policy would have freed it."""
    if contact.claimed_by_id in {None, by.user_id} or contact.claimed_at is None:
        return False
    return at - contact.claimed_at < claim_lapse(session, at)


def claim(session: Session, reference: str, *, by: Actor, at: datetime, reason: str = "") -> Contact:
    """Take a contact. It does not change what the contact says, so its version stays.

    Whoever holds it already goes on holding it, with at most one write a minute.

    Raises:
        MoveRefused: If someone else holds it and no reason for taking it over is given.
    """
    contact = session.scalars(
        select(Contact).where(Contact.reference == reference, open_for_work(by.roles)).with_for_update(key_share=True)
    ).one_or_none()
    if contact is None:
        raise NotFound(f"There is no contact {reference}.")
    taken_over = is_claimed_by_another(session, contact, by=by, at=at)
    if taken_over and not reason.strip():
        raise MoveRefused(
            Move.SCREEN, State(contact.state), ("Someone else has this open. Say why you are taking it over.",)
        )
    fresh = contact.claimed_by_id != by.user_id
    before = contact.claimed_by_id
    if fresh or contact.claimed_at is None or contact.claimed_at < at - RENEW_AFTER:
        contact.claimed_by_id, contact.claimed_at = by.user_id, at
    if fresh:
        said = {"from": before, "reason": reason} if taken_over else {}
        record_event(session, kind="contact.claimed", at=at, by=by, contact_id=contact.id, data=said)
    return contact


def claim_next(session: Session, *, by: Actor, at: datetime, skipped_too: bool = True) -> Contact | None:
    """Take the next contact that nobody holds: RED first, then the soonest due. None when nothing is left.

    Args:
        skipped_too: Take one that the actor skipped lately when nothing else is left.
    """
    skipped = skipped_by(by.user_id, at)
    found = _next(session, ~skipped, by=by, at=at) or (_next(session, skipped, by=by, at=at) if skipped_too else None)
    return found and claim(session, found.reference, by=by, at=at)


def _next(session: Session, which: ColumnElement[bool], *, by: Actor, at: datetime) -> Contact | None:
    free = or_(
        Contact.claimed_by_id.is_(None),
        Contact.claimed_at.is_(None),
        Contact.claimed_at <= at - claim_lapse(session, at),
    )
    return session.scalars(
        select(Contact)
        .where(which, Contact.queue_rank >= 0, Contact.state.in_(("received", "screened", "rated", "reopened")), free)
        .where(open_for_work(by.roles))
        .where(or_(Contact.claimed_by_id.is_(None), Contact.claimed_by_id != by.user_id))
        .order_by(Contact.queue_rank, Contact.due_at, Contact.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def release(session: Session, reference: str, *, by: Actor, at: datetime) -> None:
    """Put a contact back. Only the person who holds it can."""
    held = Contact.reference == reference, Contact.claimed_by_id == by.user_id
    contact_id = session.scalars(select(Contact.id).where(*held)).one_or_none()
    if contact_id is not None:
        session.execute(update(Contact).where(*held).values(claimed_by_id=None, claimed_at=None))
        record_event(session, kind="contact.released", at=at, by=by, contact_id=contact_id)


def screen(session: Session, reference: str, *, version: int, by: Actor, at: datetime, practice: Practice) -> Contact:
    """Record that people were matched and open cases looked for.

    Raises:
        MoveRefused: If it cannot be screened now.
    """
    contact = contact_for_change(session, reference, version=version)
    contact.state = advance(situation_of(session, contact, by=by, at=at, practice=practice), Move.SCREEN)
    place_in_queue(session, contact)
    open_to = {child.id: child.open_to for child in contact.children if child.open_to}
    record_event(session, kind="contact.screened", at=at, by=by, contact_id=contact.id, data={"open": open_to})
    return contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One fact about one child, with where it comes from. ``value`` is as ``mash.rules.read_facts`` takes it."""

    code: str
    value: Any
    source: str = ""
    evidence: str = ""
    standing: str = "reported"


def observe(
    session: Session, child: ChildOnContact, seen: tuple[Seen, ...], *, by: Actor, at: datetime, practice: Practice
) -> int:
    """Keep what was found about one child. A changed fact supersedes the old row, which stays.

    Returns:
        How many facts changed.

    Raises:
        FactsRefused: If a code is unknown or a value is of the wrong kind; nothing is kept.
    """
    read_facts(practice.rulebook.catalogue, {item.code: item.value for item in seen})
    current = {
        row.code: row
        for row in session.scalars(
            select(Observation).where(Observation.child_id == child.id, Observation.superseded_at.is_(None))
        )
    }
    changed: dict[str, Any] = {}
    for item in seen:
        old = current.get(item.code)
        if old is not None and old.value == item.value and (old.evidence == item.evidence or not item.evidence):
            continue
        if old is not None:
            old.superseded_at = at
            session.flush()
        session.add(_observation(child, item, by=by, at=at))
        changed[item.code] = {"from": old.value if old else None, "to": item.value}
    if changed:
        session.flush()
        said = {"child": child.id, "facts": changed}
        record_event(session, kind="child.observed", at=at, by=by, contact_id=child.contact_id, data=said)
    return len(changed)


def _observation(child: ChildOnContact, item: Seen, *, by: Actor, at: datetime) -> Observation:
    return Observation(
        child_id=child.id,
        code=item.code,
        value=item.value,
        source=item.source,
        evidence=item.evidence,
        standing=item.standing,
        by_id=by.user_id,
        at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingGiven:
    """How urgent one child is, and why; the reason is needed only to go down."""

    child_id: int
    value: str
    reason: str = ""


def rate(
    session: Session,
    reference: str,
    given: tuple[RatingGiven, ...],
    *,
    version: int | None,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Rate children of a contact, or propose a rating where the actor is not social-work-qualified.

    Raises:
        MoveRefused: With every objection, such as lowering RED without a manager.
    """
    contact = contact_for_change(session, reference, version=version)
    rate_children(session, contact, given, by=by, at=at, practice=practice)
    return contact


QUALIFIED = frozenset({Role.PRACTITIONER.value, Role.MANAGER.value})


def rate_children(
    session: Session,
    contact: Contact,
    given: tuple[RatingGiven, ...],
    *,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> None:
    """Rate children of a contact that is already locked for change."""
    children = {child.id: child for child in contact.children}
    if by.roles & QUALIFIED:
        changes = {
            item.child_id: {
                "rating": RatingWord(item.value),
                "rating_before": RatingWord(was) if (was := children[item.child_id].rating) else None,
                "why_lower": item.reason,
            }
            for item in given
        }
        situation = situation_of(session, contact, by=by, at=at, practice=practice, changes=changes)
        contact.state = advance(situation, Move.RATE)
    for item in given:
        keep_rating(session, children[item.child_id], item, by=by, at=at)
    red_clocks(session, contact, at=at, practice=practice)
    place_in_queue(session, contact)


def keep_rating(session: Session, child: ChildOnContact, item: RatingGiven, *, by: Actor, at: datetime) -> None:
    """Keep a rating as a row and an event; one proposed by someone not qualified does not stand."""
    proposed = not by.roles & QUALIFIED
    if child.rating == item.value and not proposed:
        return
    session.add(
        Rating(
            child_id=child.id,
            value=item.value,
            was=child.rating,
            proposed=proposed,
            reason=item.reason,
            by_id=by.user_id,
            at=at,
        )
    )
    said = {"child": child.id, "from": child.rating, "to": item.value, "reason": item.reason}
    kind = "child.rating_proposed" if proposed else "child.rated"
    record_event(session, kind=kind, at=at, by=by, contact_id=child.contact_id, data=said)
    if not proposed:
        child.rating = item.value
    session.flush()


def red_clocks(session: Session, contact: Contact, *, at: datetime, practice: Practice) -> None:
    """Run the red clocks while any child is red: from receipt to decide, from now to be acknowledged."""
    if any(child.rating == "red" for child in contact.children):
        running = session.scalars(
            select(Clock.name).where(Clock.contact_id == contact.id, Clock.stopped_at.is_(None))
        ).all()
        if "red" not in running:
            start_clock(session, contact, "red", practice=practice, started=_red_starts(contact, at), again=True)
            start_clock(session, contact, "red-acknowledge", practice=practice, started=at, again=True)
    else:
        stop_clocks(session, contact, ("red", "red-acknowledge"), at=at)


def _red_starts(contact: Contact, at: datetime) -> datetime:
    """Count red from receipt when it is rated within a day of it; a later rise counts from the rise.

    Counting an old contact from its receipt would call it late at the moment the danger is recognised.
    """
    return contact.received_at if at - contact.received_at < timedelta(days=1) else at
