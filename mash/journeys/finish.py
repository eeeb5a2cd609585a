"""End a contact or take it up again: close, reopen, cancel as an error. The first decision always stays on record."""

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.hand_over import withdraw_offers
from mash.journeys.messages import withdraw
from mash.journeys.pattern import review_view, set_aside
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import (
    DECISION_CLOCKS,
    place_in_queue,
    run_on,
    running_clocks,
    start_clock,
    stop_clocks,
)
from mash.journeys.situations import situation_of
from mash.models import Contact, Decision, Event
from mash.workflow.contact import Move, MoveRefused, advance
from mash.workflow.words import State


def close(session: Session, reference: str, *, version: int, by: Actor, at: datetime, practice: Practice) -> Contact:
    """Close a contact whose every child has an outcome and, where someone must receive them, has been received.

    Raises:
        MoveRefused: If a hand-over is not accepted yet.
    """
    contact = contact_for_change(session, reference, version=version)
    contact.state = advance(situation_of(session, contact, by=by, at=at, practice=practice), Move.CLOSE)
    contact.closed_at = at
    place_in_queue(session, contact)
    record_event(session, kind="contact.closed", at=at, by=by, contact_id=contact.id)
    return contact


def reopen(
    session: Session, reference: str, *, reason: str, version: int, by: Actor, at: datetime, practice: Practice
) -> Contact:
    """Take a decided contact up again. Its outcomes are cleared to be decided anew; what was decided stays recorded.

    When it was first decided, and whether in time, does not change.

    Raises:
        MoveRefused: If the actor may not, or gives no reason.
    """
    contact = contact_for_change(session, reference, version=version)
    return _reopen(session, contact, reason=reason, by=by, at=at, practice=practice)


def _reopen(
    session: Session,
    contact: Contact,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    practice: Practice,
    kind: str = "contact.reopened",
) -> Contact:
    situation = situation_of(session, contact, by=by, at=at, practice=practice, reason=reason)
    was = contact.state
    contact.state = advance(situation, Move.REOPEN)
    ids = [child.id for child in contact.children]
    session.execute(
        update(Decision).where(Decision.child_id.in_(ids), Decision.status == "decided").values(status="replaced")
    )
    for child in contact.children:
        withdraw_offers(session, child, at=at)
        child.outcome = child.decided_at = None
    contact.closed_at = None
    set_aside(session, contact)
    unsent = withdraw(session, contact, why=reason, by=by, at=at)
    _clocks_again(session, contact, at=at, practice=practice)
    place_in_queue(session, contact)
    said = {"from": was, "reason": reason, "message_withdrawn": unsent}
    record_event(session, kind=kind, at=at, by=by, contact_id=contact.id, data=said)
    return contact


def review_pattern(
    session: Session,
    reference: str,
    *,
    answer: str,
    reason: str,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Review the view of the pattern on a closed contact. A manager who sees it otherwise reopens it in the same act.

    Args:
        answer: ``holds``, or ``differs`` with a reason.

    Raises:
        MoveRefused: If nothing waits for a review, the actor may not make it, or something is not said.
    """
    contact = review_view(session, reference, answer=answer, reason=reason, version=version, by=by, at=at)
    if answer == "differs" and by.is_manager:
        _reopen(session, contact, reason=reason, by=by, at=at, practice=practice)
    return contact


def _clocks_again(session: Session, contact: Contact, *, at: datetime, practice: Practice) -> None:
    """Run a clock on the new decision, from now: a red has its hours, everything else its working day."""
    if any(child.rating == "red" for child in contact.children):
        for name in ("red", "red-acknowledge"):
            start_clock(session, contact, name, practice=practice, started=at, again=True)
    elif not any(clock.name in DECISION_CLOCKS for clock in running_clocks(session, contact)):
        start_clock(session, contact, "social-care", practice=practice, started=at, again=True)


def undo(session: Session, reference: str, *, by: Actor, at: datetime, practice: Practice) -> Contact:
    """Take back one's own decision in its first minutes, unless the receiving team has begun.

    Raises:
        MoveRefused: If somebody else decided it, it is too late, or a hand-over was accepted.
    """
    contact = contact_for_change(session, reference, version=None)
    situation = situation_of(session, contact, by=by, at=at, practice=practice)
    objections = {
        "You cannot undo this now. The receiving team has accepted it.": any(
            child.hand_over == "accepted" for child in contact.children
        ),
        "Only the person who decided may undo it.": situation.decider_id != by.user_id,
        "The referrer was told what was decided, so this cannot be undone. A manager may reopen it.": _told(
            session, contact
        ),
        "It is too late to undo this: that is open for five minutes after a decision. A manager may reopen it.": (
            not situation.undo_open
        ),
    }
    if said := tuple(sentence for sentence, holds in objections.items() if holds):
        raise MoveRefused(Move.REOPEN, State(contact.state), said)
    run_on(session, contact, DECISION_CLOCKS, since=contact.decided_at)
    _reopen(session, contact, reason="Undone", by=by, at=at, practice=practice, kind="contact.undone")
    contact.decided_at = None  # it did not stand: whether in time is judged by the decision that does
    return contact


def _told(session: Session, contact: Contact) -> bool:
    """Say whether the referrer was told of the decision that stands."""
    if contact.decided_at is None:
        return False
    told = Event.contact_id == contact.id, Event.kind == "referrer.told_outcome", Event.at >= contact.decided_at
    return bool(session.scalar(select(exists().where(*told))))


def cancel(
    session: Session, reference: str, *, reason: str, version: int, by: Actor, at: datetime, practice: Practice
) -> Contact:
    """Mark a contact as made in error. It stays, is seen, and is counted as such.

    Raises:
        MoveRefused: If the actor is no manager, gives no reason, or anything was decided on it.
    """
    contact = contact_for_change(session, reference, version=version)
    situation = situation_of(session, contact, by=by, at=at, practice=practice, reason=reason)
    contact.state = advance(situation, Move.CANCEL)
    contact.closed_at = at
    stop_clocks(session, contact, (*DECISION_CLOCKS, "acknowledge", "red-acknowledge"), at=at)
    place_in_queue(session, contact)
    record_event(session, kind="contact.cancelled", at=at, by=by, contact_id=contact.id, data={"reason": reason})
    return contact
