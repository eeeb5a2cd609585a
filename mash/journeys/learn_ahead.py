"""Learn once a day what the weeks before teach of those ahead: for the forecast, and for the simulation.

All of it is worked out again from the record, so old days are let go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.db import Database, reading, transaction
from mash.journeys.practice import calendar_from
from mash.measures.chance_cases import Case, as_rows, begins, cases_received, last_mondays, pace_before, weekly_looks
from mash.measures.counting import behind
from mash.measures.working import ratings, working_of
from mash.models import Learning
from mash.rules import RuleBook
from mash.staffing.answer import Past, calibrated
from mash.staffing.working import Working
from mash.workflow.calendar import Calendar, london_day

WEEKS, BEFORE = 18, timedelta(weeks=5)
"""Weeks that looks are kept of, and how long before them contacts are read, for the pace and for what was open then."""
MEASURED, HELD_BACK = 12, 4
"""Weeks the simulation is measured and fitted on, the last of them held back to see how well it does."""
FEWEST = 300
"""Fewer contacts than these give no simulation."""
KEPT_DAYS = 35
FAR_BEHIND = 20_000
SEED = 1


@dataclass(frozen=True, slots=True)
class _Read:
    cases: Sequence[Case]
    rated: dict[int, str | None]
    working: Working
    calendar: Calendar


def learn_ahead(database: Database, rulebook: RuleBook, at: datetime) -> bool:
    """Learn, if nothing was learnt today yet; say whether it did. It reads, works, and then writes in one statement."""
    with reading(database) as session:
        if _is_learnt(session, at) or behind(session) > FAR_BEHIND:
            return False
        read = _read(session, at)
    mondays = last_mondays(at, WEEKS)
    looks = as_rows(weekly_looks(read.cases, mondays, read.calendar, at))
    working, fit = _simulated(read, at)
    with transaction(database) as session:
        if _is_learnt(session, at):
            return False
        session.execute(delete(Learning).where(Learning.day < london_day(at) - timedelta(days=KEPT_DAYS)))
        pace = pace_before(read.cases, at, read.calendar)
        day = london_day(at)
        session.add(Learning(day=day, at=at, pace=pace, looks=looks, working=working, fit=fit))
    return True


def _is_learnt(session: Session, at: datetime) -> bool:
    return session.scalar(select(Learning.id).where(Learning.day == london_day(at))) is not None


def _read(session: Session, at: datetime) -> _Read:
    mondays = last_mondays(at, WEEKS)
    calendar = calendar_from(session)
    cases = cases_received(session, mondays[0] - BEFORE, london_day(at))
    began = min((london_day(case.received_at) for case in cases), default=mondays[-1])
    first, last = max(mondays[-MEASURED], began), mondays[-1] + timedelta(days=6)
    return _Read(
        cases,
        ratings(session, [case.id for case in cases]),
        working_of(session, cases, first, last, calendar),
        calendar,
    )


def _simulated(read: _Read, at: datetime) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Fit the simulation to the weeks before; None and no weeks where too few contacts came."""
    mondays = last_mondays(at, MEASURED)
    first, last = begins(mondays[0]), begins(mondays[-1])
    past = [
        Past(max(case.received_at, first), case.due, read.rated.get(case.id) == "red", case.in_time)
        for case in sorted(read.cases, key=lambda case: case.received_at)
        if case.received_at < last and (case.received_at >= first or (case.decided_at or at) > first)
    ]
    if sum(one.received_at > first for one in past) < FEWEST or not any(read.working.people.values()):
        return None, []
    working, fit = calibrated(read.working, past, first, HELD_BACK, read.calendar, SEED)
    return working.to_json(), [week.to_json() for week in fit]
