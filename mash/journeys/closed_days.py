"""Add a bank holiday or a local closure, and work out again what is open, once, with an event for each that moves."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.practice import Practice, practice_from
from mash.journeys.running_clocks import place_in_queue
from mash.models import BankHoliday, Clock, Contact, EventHead, LocalClosure
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
    return _move(session, practice_from(session, rulebook), why=f"{day.isoformat()}: {why}", by=by, at=at)


def _move(session: Session, practice: Practice, *, why: str, by: Actor, at: datetime) -> int:
    """Work out every running clock that counts days or hours of opening again; what moves is an event."""
    counted = [name for name, clock in CLOCKS.items() if not clock.day_and_night]
    running = select(Clock).where(Clock.stopped_at.is_(None), Clock.name.in_(counted)).order_by(Clock.id)
    moved, contacts = 0, dict[int, None]()
    for clock in session.scalars(running).all():
        due = practice.due(clock.name, clock.started_at)
        if due.at == clock.due_at:
            continue
        said = {"clock": clock.name, "from": clock.due_at.isoformat(), "to": due.at.isoformat(), "reason": why}
        clock.due_at, clock.how = due.at, list(due.how)
        session.flush()
        record_event(session, kind="clock.moved", at=at, by=by, contact_id=clock.contact_id, data=said)
        contacts[clock.contact_id] = None
        moved += 1
    for contact_id in contacts:
        contact = session.get_one(Contact, contact_id)
        if contact.queue_rank is not None:
            place_in_queue(session, contact)
    return moved
