"""What became of today's reds: how soon a manager took them up, and which were lowered."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mash.models import Clock, Contact, Event
from mash.queries.restricted import open_to

A_DAY_AT_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RedToday:
    """Figures of one day.

    Attributes:
        taken_up, in_time: Waits that ended today, and those that ended within their limit.
        median_minutes: None if none ended.
        lowered: The reference of each contact lowered from red today, with the reason given.
    """

    taken_up: int
    in_time: int
    limit: timedelta | None
    median_minutes: int | None
    lowered: Sequence[tuple[str, str]]


def events_today(kind: str, day_starts: datetime) -> Select[*tuple[Any, ...]]:
    """Select the events of one kind since a moment, the newest first, looking no further back than a day can reach."""
    newest = (
        select(Event.seq, Event.contact_id, Event.at, Event.data)
        .where(Event.kind == kind)
        .order_by(Event.seq.desc())
        .limit(A_DAY_AT_MOST)
        .subquery()
    )
    return select(newest).where(newest.c.at >= day_starts).order_by(newest.c.seq.desc())


def red_today(session: Session, *, roles: AbstractSet[str], day_starts: datetime) -> RedToday:
    """Work out the figures of the day that began at a moment."""
    taken = {row.contact_id for row in session.execute(events_today("oversight.acknowledged", day_starts))}
    waits = session.execute(
        select(Clock.started_at, Clock.due_at, Clock.stopped_at)
        .join(Contact, Contact.id == Clock.contact_id)
        .where(Clock.contact_id.in_(taken), Clock.name == "red-acknowledge", Clock.stopped_at >= day_starts)
        .where(open_to(roles))
        .order_by(Clock.id)
    ).all()
    minutes = [(stopped - started).total_seconds() / 60 for started, _, stopped in waits if stopped]
    return RedToday(
        taken_up=len(waits),
        in_time=sum(bool(stopped and stopped <= due) for _, due, stopped in waits),
        limit=max((due - started for started, due, _ in waits), default=None),
        median_minutes=round(median(minutes)) if minutes else None,
        lowered=_lowered(session, roles, day_starts),
    )


def _lowered(session: Session, roles: AbstractSet[str], day_starts: datetime) -> Sequence[tuple[str, str]]:
    fallen = {
        row.contact_id: row.data.get("reason", "")
        for row in session.execute(events_today("child.rated", day_starts))
        if row.data.get("from") == "red" and row.data.get("to") != "red"
    }
    references = session.execute(
        select(Contact.id, Contact.reference).where(Contact.id.in_(fallen), open_to(roles)).order_by(Contact.id)
    )
    return [(row.reference, fallen[row.id]) for row in references]


def last_red_closed(session: Session, *, roles: AbstractSet[str]) -> datetime | None:
    """Say when the last of the newest decided red contacts was closed; None if none was."""
    newest = select(Contact.closed_at, Contact.rating, Contact.restricted).order_by(
        Contact.decided_at.desc(), Contact.id.desc()
    )
    recent = newest.where(Contact.decided_at.is_not(None), open_to(roles)).limit(A_DAY_AT_MOST).subquery()
    closed: datetime | None = session.scalar(select(func.max(recent.c.closed_at)).where(recent.c.rating == "red"))
    return closed
