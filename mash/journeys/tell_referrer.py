"""Tell the referrer that their contact arrived, and later what kind of response was decided, or say why not."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.messages import note_sent, withdraw
from mash.journeys.running_clocks import stop_clocks
from mash.models import Contact
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.words import Role, State

ARRIVED, OUTCOME = "arrived", "outcome"
CLOCK = {ARRIVED: "acknowledge", OUTCOME: "feedback"}
WAYS = ("telephone", "email", "letter", "in_person", "cannot")
ON_DUTY = frozenset({Role.CONTACT_OFFICER.value, Role.PRACTITIONER.value, Role.MANAGER.value})


def tell_referrer(
    session: Session, reference: str, *, what: str, way: str, note: str, version: int, by: Actor, at: datetime
) -> Contact:
    """Record that the referrer was told, and stop the clock on it.

    Args:
        what: ``arrived`` or ``outcome``.
        way: How, one of ``WAYS``; ``cannot`` when they cannot be told, which needs a reason in ``note``.

    Raises:
        MoveRefused: If the actor is not on duty here, no way or reason is given, or nothing is decided to tell yet.
    """
    contact = contact_for_change(session, reference, version=version)
    if objections := _objections(contact, what=what, way=way, note=note, by=by):
        raise MoveRefused(Move.CLOSE, State(contact.state), objections)
    stop_clocks(session, contact, (CLOCK[what],), at=at)
    if what == OUTCOME and way == "cannot":
        withdraw(session, contact, why=note, by=by, at=at)
    elif what == OUTCOME:
        note_sent(session, contact, at=at)
    if what == ARRIVED:
        contact.acknowledged_at = contact.acknowledged_at or at
    kind = "referrer.told_arrived" if what == ARRIVED else "referrer.told_outcome"
    record_event(session, kind=kind, at=at, by=by, contact_id=contact.id, data={"way": way, "note": note})
    return contact


def _objections(contact: Contact, *, what: str, way: str, note: str, by: Actor) -> tuple[str, ...]:
    lacking = {
        "This is for the front door: tell the referrer.": bool(by.roles & ON_DUTY),
        "Select how the referrer was told, or that they cannot be.": way in WAYS,
        "Say why the referrer cannot be told.": way != "cannot" or bool(note.strip()),
        "Nothing is decided yet, so there is no outcome to tell.": what == ARRIVED or contact.decided_at is not None,
    }
    return tuple(sentence for sentence, done in lacking.items() if not done)
