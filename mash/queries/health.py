"""How the service itself is: when the scheduler last finished its round, and how far the calendar reaches."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.models import BankHoliday, Delivery, JobRun
from mash.queries.apart import of_roles
from mash.queries.backups import last_good, of_backups
from mash.workflow.calendar import WARN_DAYS, on_screen

STALE = timedelta(minutes=3)
TRIED_OFTEN = 3
LATELY = timedelta(days=1)
HOLDS_NO_LONGER = "It holds no longer"
"""Why a message is not sent that nobody needs any more. Every other reason for giving one up is a problem."""


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. ``problems`` are whole sentences; none means all is well.

    Attributes:
        watched_at: When deadlines were last watched to the end; None if never, or if the last try failed.
        backed_up_at: When the last good backup was taken; None if never.
        holidays_until: The last bank holiday that is known; None if none is.
    """

    watched_at: datetime | None
    holidays_until: date | None
    problems: tuple[str, ...]
    backed_up_at: datetime | None = None


def health(session: Session, at: datetime) -> Health:
    """Look at how the service is at a moment."""
    watched = watched_last(session)
    until = session.scalar(select(func.max(BankHoliday.day)))
    said = (
        of_scheduler(watched, at),
        _of_calendar(until, at.date()),
        _of_mail(session),
        _of_given_up(session, at),
        of_backups(session, at),
        of_roles(session),
    )
    return Health(watched, until, tuple(problem for problem in said if problem), last_good(session))


def watched_last(session: Session) -> datetime | None:
    """Say when deadlines were last watched to the end; None if never, or if the last try failed."""
    return session.scalar(select(JobRun.finished_at).where(JobRun.name == "deadlines"))


def of_scheduler(watched: datetime | None, at: datetime) -> str:
    """Say that deadlines, last watched to the end at a moment, are not being watched; nothing if they are."""
    if watched is None:
        return "Deadlines are not being watched. Run: mash scheduler"
    if abs(at - watched) > STALE:
        return f"Deadlines were last watched {_minutes(at - watched)}. See that mash scheduler is running."
    return ""


def _minutes(gone: timedelta) -> str:
    minutes = round(gone / timedelta(minutes=1))
    return f"{minutes:,} minutes ago" if minutes > 0 else "in the future by this machine's clock"


def _of_calendar(until: date | None, today: date) -> str:
    if until is None:
        return "No bank holidays are known. Run: mash migrate"
    if (until - today).days < WARN_DAYS:
        return f"Bank holidays are known only until {on_screen(until)}. Add the next years."
    return ""


def _of_mail(session: Session) -> str:
    """Say that messages are turned away again and again. That no mail is set up is no fault."""
    stuck = Delivery.state == "waiting", Delivery.tries >= TRIED_OFTEN
    number = session.scalar(select(func.count()).select_from(Delivery).where(*stuck)) or 0
    return (
        f"Messages to colleagues that could not be sent: {number}. See that the mail server answers." if number else ""
    )


def _of_given_up(session: Session, at: datetime) -> str:
    """Say how many messages were given up lately, and what the mail server said of the last."""
    lost = Delivery.state == "given_up", Delivery.next_try_at >= at - LATELY, Delivery.problem != HOLDS_NO_LONGER
    number = session.scalar(select(func.count()).select_from(Delivery).where(*lost)) or 0
    if not number:
        return ""
    last = select(Delivery.problem).where(*lost).order_by(Delivery.next_try_at.desc(), Delivery.message_id.desc())
    why = session.scalar(last.limit(1)) or "no reason given"
    return f"Messages to colleagues given up in the last day: {number}. Nobody was told. The last, because: {why}."
