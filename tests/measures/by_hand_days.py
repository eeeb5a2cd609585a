"""London's days and the front door's opening hours, counted one by one, for figures worked out by hand."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAYS = timedelta(days=1)
EASTER = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4)}
OTHERS = {date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 5), date(2025, 5, 26), date(2025, 8, 25)}
CLOSED = EASTER | OTHERS | {date(2025, 1, 1), date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)}


def london(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def back_a_year(day: date) -> date:
    return day.replace(year=day.year - 1)


def working_days_on(day: date, many: int) -> date:
    while many:
        day += DAYS
        many -= day.isoweekday() < 6 and day not in CLOSED
    return day


def open_hours(start: datetime, end: datetime) -> float:
    """Count half hours, one by one, in which the front door is open: 8:30 to 17:00 on working days."""
    total, at = 0.0, start
    while at < end:
        here = at.astimezone(LONDON)
        working = here.isoweekday() < 6 and here.date() not in CLOSED
        total += 0.5 if working and 8.5 <= here.hour + here.minute / 60 < 17 else 0
        at += timedelta(minutes=30)
    return total
