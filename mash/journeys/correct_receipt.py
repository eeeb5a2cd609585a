"""Set a recorded time of receipt back to an earlier one. A manager does it, with a reason, and it is an event."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import place_in_queue, start_clock, stop_clocks
from mash.journeys.situations import situation_of
from mash.models import Clock, Contact
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.guards import may_backdate
from mash.workflow.words import State


def set_receipt_back(
    session: Session,
    reference: str,
    received_at: datetime,
    *,
    version: int,
    reason: str,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Correct when a contact was received. A manager does it, with a reason; the decision clocks are worked out anew.

    Raises:
        MoveRefused: If the actor is no manager, gives no reason, or names a time that is not earlier.
    """
    contact = contact_for_change(session, reference, version=version)
    objections = may_backdate(situation_of(session, contact, by=by, at=at, practice=practice, reason=reason))
    if received_at >= contact.received_at:
        objections = (*objections, "The time of receipt can only be set back to an earlier one.")
    if objections:
        raise MoveRefused(Move.SCREEN, State(contact.state), objections)
    said = {"from": contact.received_at.isoformat(), "to": received_at.isoformat(), "reason": reason}
    contact.received_at = received_at
    running = session.scalars(
        select(Clock.name).where(Clock.contact_id == contact.id, Clock.stopped_at.is_(None))
    ).all()
    from_receipt = [name for name in ("social-care", "early-help", "acknowledge") if name in running]
    stop_clocks(session, contact, tuple(from_receipt), at=at)
    for name in from_receipt:
        start_clock(session, contact, name, practice=practice, started=received_at)
    place_in_queue(session, contact)
    record_event(session, kind="contact.receipt_corrected", at=at, by=by, contact_id=contact.id, data=said)
    return contact
