"""Freeze a month's figures once it is over: never changed after, only frozen again, with a reason."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.timeliness import timeliness_policy
from mash.measures.figures import month_of
from mash.measures.frozen import Month, made_of, packed
from mash.models import FigureFreeze, FrozenFigure
from mash.workflow.calendar import london_day


class NotFrozen(Exception):
    """A month that cannot be frozen, or not again. The message is fit for a page."""


def next_to_freeze(session: Session, at: datetime) -> date | None:
    """Give the first day of the month to be frozen next, or None while there is none.

    The first ever is the last one over: what was brought in of the years before was never published from here.
    """
    day = london_day(at - timeliness_policy(session, at).freeze_after)
    over = month_of(day.replace(day=1) - timedelta(days=1))[0]
    newest = session.scalar(select(func.max(FigureFreeze.month)))
    following = over if newest is None else month_of(newest)[1] + timedelta(days=1)
    return following if following <= over else None


def keep_frozen(session: Session, month: Month, *, by: Actor, at: datetime, reason: str = "") -> FigureFreeze | None:
    """Keep a month's figures as they were measured, with an event. None if the month is frozen already, and no reason.

    Raises:
        NotFrozen: If the month is not over.
    """
    if london_day(at) <= month_of(month.first)[1]:
        raise NotFrozen("A month is frozen once it is over.")
    before = session.scalar(select(func.max(FigureFreeze.number)).where(FigureFreeze.month == month.first)) or 0
    if before and not reason.strip():
        return None
    freeze = FigureFreeze(
        month=month.first, number=before + 1, seq=month.seq, at=at, by_id=by.user_id, reason=reason.strip()
    )
    session.add(freeze)
    session.flush()
    for one in month.figures:
        figure = one.figure
        session.add(
            FrozenFigure(
                freeze_id=freeze.id,
                measure=figure.measure.id,
                part=figure.part,
                numerator=figure.numerator,
                denominator=figure.denominator,
                spread=asdict(figure.spread) if figure.spread else None,
                definition=made_of(figure.measure),
                inside=packed(one.inside),
                out_of=packed(one.out_of),
            )
        )
    said = {"month": month.first.isoformat()[:7], "number": freeze.number, "reason": freeze.reason}
    record_event(session, kind="figures.frozen", at=at, by=by, data=said | {"figures": len(month.figures)})
    return freeze
