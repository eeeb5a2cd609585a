"""End a contact or take it up again: close, reopen, cancel as an error. The first decision always stays on record."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import DECISION_CLOCKS, place_in_queue, stop_clocks
from mash.journeys.situations import situation_of
from mash.models import Contact, Decision
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


def _reopen(session: Session, contact: Contact, *, reason: str, by: Actor, at: datetime, practice: Practice) -> Contact:
    situation = situation_of(session, contact, by=by, at=at, practice=practice, reason=reason)
    was = contact.state
    contact.state = advance(situation, Move.REOPEN)
    ids = [child.id for child in contact.children]
    session.execute(
        update(Decision).where(Decision.child_id.in_(ids), Decision.status == "decided").values(status="replaced")
    )
    for child in contact.children:
        child.outcome = child.decided_at = child.hand_over = None
    contact.closed_at = None
    place_in_queue(session, contact)
    said = {"from": was, "reason": reason}
    record_event(session, kind="contact.reopened", at=at, by=by, contact_id=contact.id, data=said)
    return contact


def undo(session: Session, reference: str, *, by: Actor, at: datetime, practice: Practice) -> Contact:
    """Take back one's own decision in its first minutes, unless the receiving team has begun.

    Raises:
        MoveRefused: If somebody else decided it, it is too late, or a hand-over was accepted.
    """
    contact = contact_for_change(session, reference, version=None)
    taken = [child for child in contact.children if child.hand_over == "accepted"]
    if taken:
        sentence = "You cannot undo this now. The receiving team has accepted it."
        raise MoveRefused(Move.REOPEN, State(contact.state), (sentence,))
    return _reopen(session, contact, reason="Undone", by=by, at=at, practice=practice)


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
