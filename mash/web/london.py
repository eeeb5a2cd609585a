"""The day it is in London, as moments, for pages that say "today"."""

from datetime import date, datetime, time, timedelta

from mash.clock import LONDON


def london_day(at: datetime) -> tuple[datetime, datetime]:
    """Return when the London day of a moment begins and ends; 23 or 25 hours apart when the clocks change."""
    day = at.astimezone(LONDON).date()
    return london_moment(day, time()), london_moment(day + timedelta(days=1), time())


def london_moment(day: date, clock: time) -> datetime:
    """Return the moment of a time on the wall in London."""
    return datetime.combine(day, clock, LONDON)
