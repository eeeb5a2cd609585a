"""Hold the message that tells a referrer what was decided, so that a decision can be undone before anyone hears of it.

A message is written and held; after the hold it waits for a person to send it and to say that they did. It holds a
reference and the kind of response, never a child's name or what was told of the family.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.models import Contact, Message

HOLD = timedelta(minutes=5)
OUTCOME = "outcome"
PROFESSIONAL = frozenset("2345678")


def hold_outcome(session: Session, contact: Contact, practice: Practice, *, by: Actor, at: datetime) -> Message | None:
    """Write what the referrer is told of a decision, and hold it. None where there is nowhere to send it."""
    if contact.referrer_identity == "anonymous" or not contact.referrer_email:
        return None
    withdraw(session, contact, why="A later decision replaced it", by=by, at=at)
    message = Message(
        key=f"{OUTCOME}-{contact.reference}-{contact.version}",
        contact_id=contact.id,
        kind=OUTCOME,
        to=contact.referrer_email,
        subject=f"Your contact {contact.reference}",
        body=outcome_words(contact, practice, at),
        hold_until=at + HOLD,
    )
    session.add(message)
    session.flush()
    said = {"message": message.id, "not_before": message.hold_until.isoformat()}
    record_event(session, kind="message.held", at=at, by=by, contact_id=contact.id, data=said)
    return message


def outcome_words(contact: Contact, practice: Practice, at: datetime) -> str:
    """Say what kind of response was decided: to a professional which, to anyone else that it was."""
    opening = f"You contacted us about a child. Our reference is {contact.reference}."
    routes = practice.routes(contact, at)
    decided = dict.fromkeys(routes.get(child.outcome) for child in contact.children)
    kinds = "; ".join(route.words.lower() for route in decided if route)
    told = "We have decided what we will do, and cannot tell you more about the family."
    if contact.source_code[:1] in PROFESSIONAL and kinds:
        told = f"We have decided what kind of response is needed: {kinds}. We cannot tell you more about the family."
    closing = "If anything gets worse, contact us again. If a child is in danger now, call 999."
    return f"{opening}\n\n{told}\n\n{closing}"


def waiting_message(session: Session, contact: Contact) -> Message | None:
    """Find the message of a contact that nobody has sent or withdrawn."""
    waits = Message.contact_id == contact.id, Message.kind == OUTCOME, Message.state == "waiting"
    return session.scalars(select(Message).where(*waits).order_by(Message.id.desc()).limit(1)).one_or_none()


def withdraw(session: Session, contact: Contact, *, why: str, by: Actor, at: datetime) -> bool:
    """Withdraw the message that waits, if there is one; it stays on the record as not sent."""
    message = waiting_message(session, contact)
    if message is None:
        return False
    message.state = "cancelled"
    said = {"message": message.id, "reason": why}
    record_event(session, kind="message.withdrawn", at=at, by=by, contact_id=contact.id, data=said)
    return True


def note_sent(session: Session, contact: Contact, *, at: datetime) -> None:
    """Note that a person told the referrer, so that the message waits no longer."""
    message = waiting_message(session, contact)
    if message is not None:
        message.state, message.sent_at = "sent", at
