"""Mark each stage that a running clock has reached, and each partner's reply that is late: once in effect, and told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.practice import calendar_from
from mash.journeys.tell_holders import Passed, tell_holder
from mash.journeys.timeliness import timeliness_policy
from mash.models import Clock, ClockMark, Contact, EventHead, InformationRequest, StageMark
from mash.workflow.clock_policy import CLOCKS

SCHEDULER = Actor.system("scheduler")
SAYS = {"half": "half of its time has gone", "hour": "it is due within the hour", "due": "it is due now"}


def watch_stages(session: Session, *, at: datetime, limit: int) -> int:
    """Mark the stages that running clocks have reached and nobody has marked, the soonest due first.

    Whoever holds the contact is told of the latest of them; what was missed while nothing watched is marked, not told.
    Of a clock that is late by now, that is what is told instead. The look is over running clocks only.

    Returns:
        How many stages were marked; ask again while it is ``limit`` or more.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())  # before the clocks, as all others do
    stages, calendar, made = timeliness_policy(session, at).stages, calendar_from(session), 0
    late = exists().where(ClockMark.clock_id == Clock.id, ClockMark.stage == "late")
    running = select(Clock).where(Clock.stopped_at.is_(None), Clock.name.in_(stages), ~late)
    reached = [
        (clock, [stage.name for stage in stages[clock.name] if stage.comes(clock.started_at, clock.due_at) <= at])
        for clock in session.scalars(running.order_by(Clock.due_at, Clock.id))
    ]
    marked = _marked(session, [clock.id for clock, names in reached if names])
    for clock, names in reached:
        new = [name for name in names if (clock.id, name) not in marked]
        if made >= limit:
            break
        for name in new:
            said = {"clock": clock.name, "due_at": clock.due_at.isoformat()}
            _mark(session, "clock", clock.id, clock.contact_id, name, f"clock.{name}", said, at)
        made += len(new)
        if new and clock.due_at >= at:
            told = _passed(clock, new[-1], SAYS.get(new[-1], f"it has reached {new[-1]}"))
            tell_holder(session, told, at=at, calendar=calendar)
    return made


def tell_late(session: Session, clock: Clock, *, at: datetime) -> None:
    """Tell whoever holds the contact that a clock of the policy has run out."""
    if clock.name in timeliness_policy(session, at).stages:
        told = _passed(clock, "late", "it is late")
        tell_holder(session, told, at=at, calendar=calendar_from(session))


def watch_replies(session: Session, *, at: datetime, limit: int) -> int:
    """Mark partners' replies that are late on contacts still in the queue, the longest late first, and tell of each.

    Returns:
        How many were marked; ask again while it equals ``limit``.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())
    done = exists().where(
        StageMark.subject == "request", StageMark.subject_id == InformationRequest.id, StageMark.stage == "late"
    )
    late = session.scalars(
        select(InformationRequest)
        .join(Contact, Contact.id == InformationRequest.contact_id)
        .where(Contact.queue_rank >= 0, InformationRequest.replied_at.is_(None), InformationRequest.due_at < at, ~done)
        .order_by(InformationRequest.due_at, InformationRequest.id)
        .limit(limit)
    ).all()
    for request in late:
        said = {"request": request.id, "agency": request.agency, "due_at": request.due_at.isoformat()}
        _mark(session, "request", request.id, request.contact_id, "late", "information.late", said, at)
        told = Passed(
            subject="request",
            subject_id=request.id,
            contact_id=request.contact_id,
            stage="late",
            what="A partner's reply",
            says="a reply is late",
            due_at=request.due_at,
        )
        tell_holder(session, told, at=at, calendar=calendar_from(session))
    return len(late)


def _marked(session: Session, ids: list[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for start in range(0, len(ids), 500):
        some = StageMark.subject_id.in_(ids[start : start + 500])
        rows = session.execute(select(StageMark.subject_id, StageMark.stage).where(StageMark.subject == "clock", some))
        found |= {(row.subject_id, row.stage) for row in rows}
    return found


def _mark(
    session: Session,
    subject: str,
    subject_id: int,
    contact_id: int,
    stage: str,
    kind: str,
    said: Mapping[str, object],
    at: datetime,
) -> None:
    session.add(StageMark(subject=subject, subject_id=subject_id, contact_id=contact_id, stage=stage, at=at))
    session.flush()
    record_event(session, kind=kind, at=at, by=SCHEDULER, contact_id=contact_id, data=said)


def _passed(clock: Clock, stage: str, says: str) -> Passed:
    known = CLOCKS[clock.name]
    return Passed(
        subject="clock",
        subject_id=clock.id,
        contact_id=clock.contact_id,
        stage=stage,
        what=known.words,
        says=says,
        due_at=clock.due_at,
        at_once=known.day_and_night,
    )
