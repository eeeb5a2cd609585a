"""Send what waits to be sent to colleagues: claimed before it is tried, tried again later, given up in the end.

A claim is kept before the server is spoken to, so that no two try at once. Should whoever tried die before keeping
what came of it, it is tried again under the same Message-ID: the same message, not a second one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.tell_holders import still_stands
from mash.models import Delivery, Message
from mash.queries.health import HOLDS_NO_LONGER

SCHEDULER = Actor.system("scheduler")
CLAIM = timedelta(minutes=5)
STALE = timedelta(days=1)
"""A deadline told of a day late helps nobody, as after mail has been set up on a service long in use."""
TRIES = 8


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, claimed."""

    message_id: int
    key: str
    to: str
    subject: str
    body: str


def claim(session: Session, *, at: datetime) -> Outgoing | None:
    """Claim the message that has waited longest; None if none is to be tried now."""
    ready = (
        Delivery.state == "waiting",
        Delivery.next_try_at <= at,
        or_(Delivery.claimed_until.is_(None), Delivery.claimed_until < at, Delivery.claimed_until > at + CLAIM),
    )
    oldest = select(Delivery).where(*ready).order_by(Delivery.next_try_at, Delivery.message_id).limit(1)
    while delivery := session.scalars(oldest.with_for_update(skip_locked=True)).one_or_none():
        message = session.get_one(Message, delivery.message_id)
        holds = still_stands(session, message)
        if holds and message.hold_until >= at - STALE:
            delivery.claimed_until, delivery.tries = at + CLAIM, delivery.tries + 1
            session.flush()
            return Outgoing(message.id, message.key, message.to, message.subject, message.body)
        _give_up(session, delivery, message, "It waited longer than a day" if holds else HOLDS_NO_LONGER, at)
    return None


def note_sent(session: Session, message_id: int, *, at: datetime) -> None:
    """Keep that a message was taken by the server, unless another who tried it kept what came of it first."""
    delivery, message = _both(session, message_id)
    if delivery.state != "waiting":
        return
    delivery.state, delivery.claimed_until = "sent", None
    message.state, message.sent_at = "sent", at
    said = {"message": message.id, "tries": delivery.tries}
    record_event(session, kind="message.sent", at=at, by=SCHEDULER, contact_id=message.contact_id, data=said)


def note_not_sent(session: Session, message_id: int, *, problem: str, at: datetime) -> None:
    """Keep that a message was not taken, and when to try again: each time after twice as long, at most eight times."""
    delivery, message = _both(session, message_id)
    if delivery.state != "waiting":
        return
    delivery.problem, delivery.claimed_until = problem[:200], None
    if delivery.tries >= TRIES:
        _give_up(session, delivery, message, problem, at)
        return
    delivery.next_try_at = at + timedelta(minutes=2 ** (delivery.tries - 1))


def _both(session: Session, message_id: int) -> tuple[Delivery, Message]:
    return session.get_one(Delivery, message_id, with_for_update=True), session.get_one(Message, message_id)


def _give_up(session: Session, delivery: Delivery, message: Message, problem: str, at: datetime) -> None:
    delivery.state, delivery.problem, delivery.claimed_until = "given_up", problem[:200], None
    message.state = "failed"
    said = {"message": message.id, "tries": delivery.tries, "reason": problem}
    record_event(session, kind="message.not_sent", at=at, by=SCHEDULER, contact_id=message.contact_id, data=said)
