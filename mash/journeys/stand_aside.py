"""Take work out of the hands of whoever may no longer know of it, so that no child waits because of that."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.tell_roles import tell_roles
from mash.models import Contact, RedTurn, User
from mash.queries.named_access import reader_of
from mash.queries.red_turns import NOBODY, holds
from mash.queries.restricted import may_know

WORDS = "is back in the queue: whoever had it may not work on it. Take it, or give it to somebody."


def stand_aside(session: Session, contact_ids: Iterable[int], *, by: Actor, at: datetime) -> list[str]:
    """Free each of these contacts, and each red, from a holder who may not know of it, and tell the managers who may.

    Its clocks go on as they are; a red that is freed waits to be taken up again, and is told of as any other.

    Returns:
        The references of what was freed.
    """
    freed = []
    rows = (
        select(Contact).where(Contact.id.in_(tuple(contact_ids))).order_by(Contact.id).with_for_update(key_share=True)
    )
    for contact in session.scalars(rows):
        held = _claim_freed(session, contact, by=by, at=at)
        turned = _red_freed(session, contact, by=by, at=at)
        if held or turned:
            freed.append(contact.reference)
            tell_roles(
                session,
                ("manager",),
                contact_id=contact.id,
                key=f"stand-aside-{contact.id}-{at.timestamp():.0f}",
                text=f"{contact.reference} {WORDS}",
                at=at,
                link=f"/contacts/{contact.reference}",
            )
    return freed


def _claim_freed(session: Session, contact: Contact, *, by: Actor, at: datetime) -> bool:
    holder = contact.claimed_by_id
    if holder is None or contact.queue_rank is None or _may(session, holder, contact, at):
        return False
    contact.claimed_by_id = contact.claimed_at = None
    record_event(session, kind="contact.released", at=at, by=by, contact_id=contact.id, data={"stood_aside": holder})
    return True


def _red_freed(session: Session, contact: Contact, *, by: Actor, at: datetime) -> bool:
    """Take back the turn of whoever has a red, or was given it, and may not know of it."""
    hold = holds(session, [contact.id]).get(contact.id, NOBODY)
    last = hold.last
    if contact.queue_rank is None or last is None or last.kind not in {"taken", "given"}:
        return False
    whose = last.to_id if last.kind == "given" else last.by_id
    if whose is None or _may(session, whose, contact, at):
        return False
    session.add(RedTurn(contact_id=contact.id, kind="undone", by_id=by.user_id, at=at))
    session.flush()
    record_event(session, kind="red.undone", at=at, by=by, contact_id=contact.id, data={"stood_aside": whose})
    return True


def _may(session: Session, user_id: int, contact: Contact, at: datetime) -> bool:
    roles = frozenset(role.role for role in session.get_one(User, user_id).roles)
    return may_know(reader_of(session, user_id, roles, at), contact.id, restricted=contact.restricted)
