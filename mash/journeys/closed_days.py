"""Add a bank holiday or a local closure, and work out again what is open, once, with an event for each that moves."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.move_deadlines import move_deadlines
from mash.journeys.practice import practice_from
from mash.models import BankHoliday, EventHead, LocalClosure
from mash.rules import RuleBook
from mash.workflow.clock_policy import CLOCKS


def add_closed_day(
    session: Session, day: date, why: str, *, bank_holiday: bool, rulebook: RuleBook, by: Actor, at: datetime
) -> int | None:
    """Add a day on which the front door is closed, and move the deadlines of what is open.

    Nobody is told again of a stage that they were told of before the day was added.

    Returns:
        How many deadlines moved; None if the day was known already, which changes nothing.
    """
    table = BankHoliday if bank_holiday else LocalClosure
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())
    if session.get(BankHoliday, day) or session.get(LocalClosure, day):
        return None
    session.add(BankHoliday(day=day, title=why) if table is BankHoliday else LocalClosure(day=day, reason=why))
    session.flush()
    said = {"day": day.isoformat(), "why": why, "bank_holiday": bank_holiday}
    record_event(session, kind="calendar.day_closed", at=at, by=by, data=said)
    counted = [name for name, clock in CLOCKS.items() if not clock.day_and_night]
    practice = practice_from(session, rulebook)
    return move_deadlines(session, counted, practice=practice, why=f"{day.isoformat()}: {why}", by=by, at=at)
