"""Mark each stage that a running clock has reached, and each partner's reply that is late: once in effect, and told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, insert, or_, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import Happened, record_events
from mash.journeys.practice import calendar_from
from mash.journeys.tell_holders import Passed, tell_holders
from mash.journeys.timeliness import timeliness_policy
from mash.models import Clock, ClockMark, Contact, EventHead, InformationRequest, StageMark
from mash.workflow.clock_policy import CLOCKS
from mash.workflow.timeliness import Stage

SCHEDULER = Actor.system("scheduler")
SAYS = {"half": "half of its time has gone", "hour": "it is due within the hour", "due": "it is due now"}
TOLD_WHEN_LATE = frozenset({"red-acknowledge"})
"""Clocks of which the holder is told once they are late, whatever stages the policy names."""


def watch_stages(session: Session, *, at: datetime, limit: int) -> int:
    """Mark the stages that running clocks have reached and nobody has marked, the soonest due first.

    Whoever holds the contact is told of the latest of them; what was missed while nothing watched is marked, not told.
    Of a clock that is late by now, that is what is told instead. The look is over running clocks only.

    Returns:
        How many stages were marked; ask again while it is ``limit`` or more.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())  # before the clocks, as all others do
    stages, made = timeliness_policy(session, at).stages, 0
    late = exists().where(ClockMark.clock_id == Clock.id, ClockMark.stage == "late")
    running = select(Clock.id, Clock.contact_id, Clock.name, Clock.started_at, Clock.due_at).where(
        Clock.stopped_at.is_(None), or_(false(), *map(_has_more, stages, stages.values())), ~late
    )
    reached = [
        (clock, names)
        for clock in session.execute(running.order_by(Clock.due_at, Clock.id))
        if (names := [s.name for s in stages[clock.name] if s.comes(clock.started_at, clock.due_at) <= at])
    ]
    marked = _marked(session, [clock.id for clock, _ in reached])
    new: list[tuple[Any, str]] = []
    told: list[Passed] = []
    for clock, names in reached:
        if made >= limit:
            break
        unmarked = [name for name in names if (clock.id, name) not in marked]
        new += [(clock, name) for name in unmarked]
        made += len(unmarked)
        if unmarked and clock.due_at >= at:
            told.append(_passed(clock, unmarked[-1], SAYS.get(unmarked[-1], f"it has reached {unmarked[-1]}")))
    _mark(session, "clock", [(clock.id, clock.contact_id, name) for clock, name in new], at)
    happened = [
        Happened(f"clock.{name}", clock.contact_id, {"clock": clock.name, "due_at": clock.due_at.isoformat()})
        for clock, name in new
    ]
    record_events(session, happened, at=at, by=SCHEDULER)
    _tell(session, told, at)
    return made


def _has_more(clock: str, stages: Sequence[Stage]) -> ColumnElement[bool]:
    """Test whether a clock of this name has a stage yet to be marked. Whatever has none is only counted."""
    names = [stage.name for stage in stages]
    mine = StageMark.subject == "clock", StageMark.subject_id == Clock.id, StageMark.stage.in_(names)
    marks = select(func.count()).select_from(StageMark).where(*mine).scalar_subquery()
    return and_(Clock.name == clock, marks < len(names))


def tell_late(session: Session, clocks: Sequence[Any], *, at: datetime) -> None:
    """Tell whoever holds each contact that a clock of the policy has run out, and whose red nobody took up in time."""
    if clocks:
        told = timeliness_policy(session, at).stages.keys() | TOLD_WHEN_LATE
        _tell(session, [_passed(clock, "late", "it is late") for clock in clocks if clock.name in told], at)


def watch_replies(session: Session, *, at: datetime, limit: int) -> int:
    """Mark partners' replies that are late on contacts still in the queue, the longest late first, and tell of each.

    Returns:
        How many were marked; ask again while it equals ``limit``.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())
    asked = InformationRequest
    done = exists().where(StageMark.subject == "request", StageMark.subject_id == asked.id, StageMark.stage == "late")
    late = session.execute(
        select(asked.id, asked.contact_id, asked.agency, asked.due_at)
        .join(Contact, Contact.id == asked.contact_id)
        .where(Contact.queue_rank >= 0, asked.replied_at.is_(None), asked.due_at < at, ~done)
        .order_by(asked.due_at, asked.id)
        .limit(limit)
    ).all()
    _mark(session, "request", [(row.id, row.contact_id, "late") for row in late], at)
    said = [{"request": row.id, "agency": row.agency, "due_at": row.due_at.isoformat()} for row in late]
    happened = [Happened("information.late", row.contact_id, data) for row, data in zip(late, said, strict=True)]
    record_events(session, happened, at=at, by=SCHEDULER)
    what, says = "A partner's reply", "a reply is late"
    told = [Passed("request", row.id, row.contact_id, "late", what, says, row.due_at) for row in late]
    _tell(session, told, at)
    return len(late)


def _tell(session: Session, told: Sequence[Passed], at: datetime) -> None:
    if told:
        tell_holders(session, told, at=at, calendar=calendar_from(session))


def _marked(session: Session, ids: list[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for start in range(0, len(ids), 500):
        some = StageMark.subject_id.in_(ids[start : start + 500])
        rows = session.execute(select(StageMark.subject_id, StageMark.stage).where(StageMark.subject == "clock", some))
        found |= {(row.subject_id, row.stage) for row in rows}
    return found


def _mark(session: Session, subject: str, reached: Iterable[tuple[int, int, str]], at: datetime) -> None:
    """Keep that subjects of these ids, on these contacts, have reached these stages."""
    rows = [
        {"subject": subject, "subject_id": number, "contact_id": contact_id, "stage": stage, "at": at}
        for number, contact_id, stage in reached
    ]
    if rows:
        session.execute(insert(StageMark), rows)


def _passed(clock: Any, stage: str, says: str) -> Passed:
    known = CLOCKS[clock.name]
    at_once = known.day_and_night
    return Passed("clock", clock.id, clock.contact_id, stage, known.words, says, clock.due_at, at_once)
