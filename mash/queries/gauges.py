"""What a monitor watches besides the pages: how much waits, how much is late, when deadlines were last watched."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.models import Clock, Contact, Delivery, JobRun


@dataclass(frozen=True, slots=True)
class Gauges:
    """Numbers of the whole service, of nobody in particular.

    Attributes:
        queue: Contacts that wait for a decision.
        red: Those of them that are red.
        late: Clocks that run and are past their time.
        outbox: Messages to colleagues that wait to be sent.
        heartbeat: Seconds since deadlines were last watched to the end; None if they never were.
    """

    queue: int
    red: int
    late: int
    outbox: int
    heartbeat: float | None


def gauges(session: Session, at: datetime) -> Gauges:
    """Read the numbers at a moment."""
    waiting = select(func.count()).select_from(Contact).where(Contact.queue_rank >= 0)
    late = select(func.count()).select_from(Clock).where(Clock.stopped_at.is_(None), Clock.due_at < at)
    outbox = select(func.count()).select_from(Delivery).where(Delivery.state == "waiting")
    watched = session.scalar(select(JobRun.finished_at).where(JobRun.name == "deadlines"))
    return Gauges(
        queue=session.scalar(waiting) or 0,
        red=session.scalar(waiting.where(Contact.rating == "red")) or 0,
        late=session.scalar(late) or 0,
        outbox=session.scalar(outbox) or 0,
        heartbeat=None if watched is None else (at - watched).total_seconds(),
    )
