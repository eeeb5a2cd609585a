"""Work running clocks out again after what they are counted by has changed, with an event for each that moves."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import Happened, record_events
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import place_in_queue
from mash.models import Clock, Contact


def move_deadlines(
    session: Session,
    names: Collection[str],
    *,
    practice: Practice,
    why: str,
    by: Actor,
    at: datetime,
    since: datetime | None = None,
) -> int:
    """Work out every running clock of these names again that has not run out: late never turns into in time.

    Nobody is told again of a stage that they were told of.

    Args:
        since: Only clocks that started at or after this moment; None for all.

    Returns:
        How many deadlines moved.
    """
    running = (
        select(Clock).where(Clock.stopped_at.is_(None), Clock.name.in_(names), Clock.due_at > at).order_by(Clock.id)
    )
    running = running.where(Clock.started_at >= since) if since else running
    happened, contacts = list[Happened](), dict[int, None]()
    for clock in session.scalars(running).all():
        due = practice.due(clock.name, clock.started_at)
        if due.at == clock.due_at:
            continue
        said = {"clock": clock.name, "from": clock.due_at.isoformat(), "to": due.at.isoformat(), "reason": why}
        clock.due_at, clock.reading, clock.how = due.at, due.reading or "", list(due.how)
        happened.append(Happened("clock.moved", clock.contact_id, said))
        contacts[clock.contact_id] = None
    session.flush()
    record_events(session, happened, at=at, by=by)
    for contact_id in contacts:
        contact = session.get_one(Contact, contact_id)
        if contact.queue_rank is not None:
            place_in_queue(session, contact)
    return len(happened)
