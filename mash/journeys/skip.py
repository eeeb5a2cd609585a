"""Skip a contact for another, saying why. It keeps its place in the queue and is offered to everyone else at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound, locked
from mash.journeys.events import record_event
from mash.journeys.triage import QUALIFIED, claim_next, release
from mash.models import Contact
from mash.queries.skipped import SKIPPED
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.words import Role, State

ON_DUTY = QUALIFIED | {Role.CONTACT_OFFICER}


def skip_contact(session: Session, reference: str, *, reason: str, by: Actor, at: datetime) -> Contact | None:
    """Put a contact back, with why, and take the next one.

    Returns:
        The next contact; None when nothing else is left.

    Raises:
        NotFound: If there is no such contact.
        MoveRefused: If the actor is not on duty, gives no reason, or the contact is in nobody's queue.
    """
    contact = session.scalars(locked(reference)).one_or_none()
    if contact is None:
        raise NotFound(f"There is no contact {reference}.")
    lacking = {
        "This is for the front door: skip a contact.": bool(by.roles & ON_DUTY),
        "This contact is not in the queue, so there is nothing to skip.": contact.queue_rank is not None,
        "Give a reason.": bool(reason.strip()),
    }
    if objections := tuple(sentence for sentence, done in lacking.items() if not done):
        raise MoveRefused(Move.SCREEN, State(contact.state), objections)
    release(session, reference, by=by, at=at)
    said = {"reason": reason.strip(), "rating": contact.rating}
    record_event(session, kind=SKIPPED, at=at, by=by, contact_id=contact.id, data=said)
    return claim_next(session, by=by, at=at, skipped_too=False)
