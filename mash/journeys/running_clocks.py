"""Start, stop and mark the clocks of a contact, and keep its place in the queue true."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.practice import Practice
from mash.models import Clock, Contact

DECISION_CLOCKS = ("social-care", "early-help", "red")
IN_QUEUE = frozenset({"received", "screened", "rated", "waiting_for_information", "with_manager", "reopened"})


def start_clock(
    session: Session, contact: Contact, name: str, *, practice: Practice, started: datetime, again: bool = False
) -> Clock:
    """Start a named clock. One already started at that moment is left as it is, or runs on where ``again`` says so."""
    found = session.scalars(
        select(Clock).where(Clock.contact_id == contact.id, Clock.name == name, Clock.started_at == started)
    ).one_or_none()
    if found is not None:
        found.stopped_at = None if again else found.stopped_at
        return found
    due = practice.due(name, started)
    clock = Clock(
        contact_id=contact.id, name=name, reading=due.reading, started_at=started, due_at=due.at, how=list(due.how)
    )
    session.add(clock)
    session.flush()
    return clock


def stop_clocks(session: Session, contact: Contact, names: tuple[str, ...], *, at: datetime) -> None:
    """Stop the running clocks of these names. What had already passed stays passed."""
    for clock in running_clocks(session, contact):
        if clock.name in names:
            clock.stopped_at = at
    session.flush()


def running_clocks(session: Session, contact: Contact) -> list[Clock]:
    """Give the clocks of a contact that nothing has stopped."""
    return list(session.scalars(select(Clock).where(Clock.contact_id == contact.id, Clock.stopped_at.is_(None))))


def run_on(session: Session, contact: Contact, names: tuple[str, ...], *, since: datetime | None) -> None:
    """Let clocks stopped at a moment run on as if they never had."""
    stopped = Clock.contact_id == contact.id, Clock.name.in_(names), Clock.stopped_at == since
    for clock in session.scalars(select(Clock).where(*stopped)):
        clock.stopped_at = None
    session.flush()


def place_in_queue(session: Session, contact: Contact) -> None:
    """Set the contact's rating, level, due time and place in the queue from its children and its clocks."""
    ratings = {child.rating for child in contact.children if child.rating}
    contact.rating = next((value for value in ("red", "amber", "green") if value in ratings), None)
    contact.level = max((child.level for child in contact.children if child.level), default=None)
    if contact.state not in IN_QUEUE:
        contact.queue_rank = None
    else:
        in_danger = bool(contact.danger_now) and contact.rating is None
        contact.queue_rank = 0 if contact.rating == "red" or in_danger else 1
        session.flush()
        running = [clock.due_at for clock in running_clocks(session, contact) if clock.name in DECISION_CLOCKS]
        contact.due_at = min(running, default=contact.due_at)
