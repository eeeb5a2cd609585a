"""Take back what was just shared out: each contact goes to whoever had it before, or says why it stays where it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.share_out import MOST, NotShared, Outcome, each_of
from mash.journeys.tell_colleague import tell_colleague
from mash.models import Contact, Event, EventHead, User

UNDO_WITHIN = timedelta(minutes=5)
SHARED = ("contact.assigned", "contact.claimed")
NEAR = 2 * MOST
"""How far apart in the chain the first and last event of one sharing-out can be, with room to spare."""


def just_shared(session: Session, *, by: Actor, at: datetime) -> int | None:
    """Give the number of the first event of what the actor shared out at this moment; None if nothing changed hands."""
    end = session.scalar(select(EventHead.seq)) or 0
    mine = Event.seq > end - NEAR, Event.by_id == by.user_id, Event.at == at, Event.kind.in_(SHARED)
    return session.scalar(select(Event.seq).where(*mine).order_by(Event.seq).limit(1))


def share_back(session: Session, first: int, *, by: Actor, at: datetime) -> list[Outcome]:
    """Undo one's own sharing-out within five minutes, named by its first event. Both stay on the record.

    Raises:
        NotFound: If the actor shared nothing out there.
        NotShared: If five minutes have passed.
    """
    begun = session.get(Event, first)
    if begun is None or begun.by_id != by.user_id or begun.kind not in SHARED:
        raise NotFound("There is nothing of yours to undo there.")
    if at - begun.at > UNDO_WITHIN:
        raise NotShared("Five minutes have passed. Take them or give them on instead.")
    same = Event.seq.between(first, first + NEAR), Event.by_id == by.user_id, Event.at == begun.at
    rows = session.execute(
        select(Contact.reference, Event)
        .join(Event, Event.contact_id == Contact.id)
        .where(*same, Event.kind.in_(SHARED))
        .order_by(Event.seq)
    )
    shared: Mapping[str, Event] = {row.reference: row.Event for row in rows}
    outcomes = each_of(
        session,
        list(shared),
        lambda contact: _back(session, contact, shared[contact.reference], by=by, at=at),
        by=by,
    )
    _tell(session, outcomes, shared, by=by, at=at)
    return outcomes


def _back(session: Session, contact: Contact, event: Event, *, by: Actor, at: datetime) -> str:
    given_to, before = event.data.get("to") or by.user_id, event.data.get("from")
    if contact.claimed_by_id != given_to:
        raise NotShared("It has changed hands since.")
    if given_to != by.user_id and contact.claimed_at != event.at:
        raise NotShared(f"{event.data['to_name']} has begun on it.")
    contact.claimed_by_id, contact.claimed_at = before, at if before else None
    said = {"from": given_to, "to": before}
    record_event(session, kind="contact.share_undone", at=at, by=by, contact_id=contact.id, data=said)
    holder = session.get(User, before) if before else None
    return f"Back with {holder.name}." if holder else "Back in the queue."


def _tell(session: Session, outcomes: list[Outcome], shared: Mapping[str, Event], *, by: Actor, at: datetime) -> None:
    """Tell whoever had been given them."""
    back: dict[int, list[str]] = {}
    for one in outcomes:
        to = shared[one.reference].data.get("to")
        if one.done and to and to != by.user_id:
            back.setdefault(to, []).append(one.reference)
    for user_id, references in back.items():
        tell_colleague(session, user_id=user_id, text=f"{by.name} took back {', '.join(references)}.", at=at)
