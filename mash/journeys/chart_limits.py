"""Begin a figure's process limits anew from a week on, or take that back: by a person, with a reason, on the chain."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.queries.chart_limits import BEGUN, TAKEN_BACK, limits_begun


class LimitsRefused(Exception):
    """Limits that cannot begin, or be taken back. ``field`` is the answer at fault; the message is fit for a page."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def begin_limits(
    session: Session, measure: str, day: date, *, reason: str, today: date, by: Actor, at: datetime
) -> date:
    """Begin limits with the week of a day. Return its Monday.

    Raises:
        LimitsRefused: If the week has not begun, or limits begin with it already.
    """
    monday = day - timedelta(days=day.weekday())
    if monday > today:
        raise LimitsRefused("week", "The week must have begun")
    if any(one.monday == monday for one in limits_begun(session).get(measure, ())):
        raise LimitsRefused("week", "New limits begin with that week already")
    said = {"measure": measure, "from": monday.isoformat(), "reason": reason}
    record_event(session, kind=BEGUN, at=at, by=by, data=said)
    return monday


def take_back_limits(session: Session, measure: str, day: date, *, reason: str, by: Actor, at: datetime) -> date:
    """Take back that limits begin with the week of a day. Return its Monday.

    Raises:
        LimitsRefused: If none do.
    """
    monday = day - timedelta(days=day.weekday())
    if all(one.monday != monday for one in limits_begun(session).get(measure, ())):
        raise LimitsRefused("week", "No new limits begin with that week")
    said = {"measure": measure, "from": monday.isoformat(), "reason": reason}
    record_event(session, kind=TAKEN_BACK, at=at, by=by, data=said)
    return monday
