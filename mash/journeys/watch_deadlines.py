"""Mark every clock that has passed a stage, once in effect, whoever asks and however often."""

from datetime import datetime

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import Happened, record_events
from mash.journeys.watch_stages import tell_late
from mash.models import Clock, ClockMark, EventHead

BATCH = 500
SCHEDULER = Actor.system("scheduler")


def watch(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Mark running clocks that are past due and not marked yet, oldest first.

    The pair of clock and stage is unique in the database, so nothing is marked twice. Whoever holds it is told.

    Returns:
        How many were marked; ask again while it equals ``limit``.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())  # before the clocks, as all others do
    marked = exists().where(ClockMark.clock_id == Clock.id, ClockMark.stage == "late")
    passed = session.execute(
        select(Clock.id, Clock.contact_id, Clock.name, Clock.due_at)
        .where(Clock.stopped_at.is_(None), Clock.due_at < at, ~marked)
        .order_by(Clock.due_at, Clock.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if passed:
        session.execute(insert(ClockMark), [{"clock_id": row.id, "stage": "late", "at": at} for row in passed])
    happened = [
        Happened("clock.late", row.contact_id, {"clock": row.name, "due_at": row.due_at.isoformat()}) for row in passed
    ]
    record_events(session, happened, at=at, by=SCHEDULER)
    tell_late(session, passed, at=at)
    return len(passed)
