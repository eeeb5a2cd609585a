"""What the weeks before taught, as it was last kept; and what it says of the contacts open now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.measures.chance import FEWEST, GAP_WEEKS, LEARNT_WEEKS, Chance, Learnt, Record, learn, record_of
from mash.measures.chance_cases import cases_open, from_rows, looks_at
from mash.models import Learning
from mash.staffing.answer import FitWeek
from mash.staffing.working import Working
from mash.workflow.calendar import Calendar

HELD_BACK = 8


@dataclass(frozen=True, slots=True)
class Taught:
    """What was learnt last: for the forecast, and for the simulation where there was enough to measure.

    Attributes:
        at: When it was learnt.
        pace: Contacts decided in an opening hour, over the weeks before.
        record: How well the forecast did on weeks it had not seen.
    """

    at: datetime
    pace: float
    learnt: Learnt
    record: Record
    working: Working | None
    fit: tuple[FitWeek, ...]

    @property
    def enough(self) -> bool:
        """Whether there was enough to learn a forecast from."""
        return self.learnt.looks >= FEWEST


def taught_last(session: Session) -> Taught | None:
    """Give what was learnt last; None if nothing was yet."""
    row = session.scalars(select(Learning).order_by(Learning.day.desc()).limit(1)).first()
    return taught_by(row) if row else None


def taught_by(row: Learning) -> Taught:
    """Read what was learnt as it was kept."""
    weeks = from_rows(row.looks)
    last = max(0, len(weeks) - GAP_WEEKS)
    learnt = learn([counts for _, counts in weeks[max(0, last - LEARNT_WEEKS) : last]])
    working = Working.from_json(row.working) if row.working else None
    fit = tuple(FitWeek.from_json(week) for week in row.fit)
    return Taught(row.at, row.pace, learnt, record_of(weeks, HELD_BACK), working, fit)


def chances_now(session: Session, taught: Taught, at: datetime, calendar: Calendar) -> Mapping[str, Chance]:
    """Say of every contact that is open and not yet late how likely it is to be, by reference."""
    cases = {case.id: case for case in cases_open(session, at)}
    looks = looks_at(cases.values(), at, taught.pace, calendar)
    return {cases[id].reference: taught.learnt.chance(look) for id, look in looks.items()}
