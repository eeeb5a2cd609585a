"""How times, ages and counts are written: for reading, in London's time, in the same words on every page."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask

from mash.clock import LONDON
from mash.web.wiring import moment as now


def time(at: datetime) -> str:
    """Write a time of day, such as ``4:30pm``."""
    local = at.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def day(value: date | datetime) -> str:
    """Write a day for a table, such as ``Tue 24 Nov 2026``."""
    local = _local_day(value)
    return f"{local:%a} {local.day} {local:%b %Y}"


def long_day(value: date | datetime) -> str:
    """Write a day in words, such as ``24 November 2026``."""
    local = _local_day(value)
    return f"{local.day} {local:%B %Y}"


def moment(at: datetime, since: datetime | None = None) -> str:
    """Write a moment as it stands to this one: ``4:30pm today``, ``11:20am tomorrow``, ``10:15am Thu 26 Nov``."""
    local, today = _local_day(at), _local_day(since or now())
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((local - today).days)
    if near:
        return f"{time(at)} {near}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{time(at)} {local:%a} {local.day} {local:%b}{year}"


def is_today(at: datetime, since: datetime | None = None) -> bool:
    """Say whether a moment falls on the day it is now."""
    return _local_day(at) == _local_day(since or now())


def overdue(due: datetime, since: datetime | None = None) -> bool:
    """Say whether a due moment has passed."""
    return (since or now()) > due


def span(length: timedelta, *, spoken: bool = False) -> str:
    """Write a length of time by its two largest parts: ``2h 16m``, or spoken, ``2 hours 16 minutes``."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "day", " day"), (hours, "hour", "h"), (rest, "minute", "m")]
    kept = [part for part in parts if part[0]][:2] or [(0, "minute", "m")]
    if days:
        kept = [part for part in kept if part[1] != "minute"]
    return " ".join(_part(*part, spoken=spoken) for part in kept)


def _part(count: int, word: str, short: str, *, spoken: bool) -> str:
    plural = "s" if count != 1 else ""
    if spoken:
        return f"{count} {word}{plural}"
    return f"{count}{short}{plural if short.startswith(' ') else ''}"


def left(due: datetime, since: datetime | None = None, *, spoken: bool = False) -> str:
    """Write how long is left: ``2h 16m left``, or ``Overdue 1h 5m``."""
    at = since or now()
    length = span(due - at, spoken=spoken)
    return f"Overdue {length}" if at > due else f"{length} left"


def ago(at: datetime, since: datetime | None = None) -> str:
    """Write how long something has lasted: ``22m``, ``2h 10m``, ``3 days``."""
    return span((since or now()) - at)


def just_ago(at: datetime, since: datetime | None = None) -> str:
    """Write how long ago something was: ``just now``, ``22m ago``."""
    length = (since or now()) - at
    return "just now" if length < timedelta(minutes=1) else f"{span(length)} ago"


def age(born: date | None, on: date | None = None) -> str:
    """Write an age: in weeks under 3 months, in months under 2 years, else in years. ``Age not known`` if unborn on."""
    if born is None:
        return "age not known"
    today = on or _local_day(now())
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if today < born:
        return "age not known"
    if months < 3:
        weeks = (today - born).days // 7
        return "under 1 week" if not weeks else f"{weeks} week{'s' if weeks > 1 else ''}"
    return f"{months} months" if months < 24 else str(months // 12)


def person_age(person: Any, on: date | None = None) -> str:
    """Write a person's age from what is known: a birth date, a due date if unborn, or an estimate."""
    if person.unborn:
        due = person.due_date
        return f"unborn, due {due.day} {due:%b %Y}" if due else "unborn, due date not known"
    if person.date_of_birth is None and person.estimated_age is not None:
        return f"about {person.estimated_age}"
    return age(person.date_of_birth, on)


def count(number: int, one: str, many: str = "") -> str:
    """Write a number and what it counts: ``1 contact``, ``1,204 contacts``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _local_day(value: date | datetime) -> date:
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value


def set_up(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(
        time=time, day=day, long_day=long_day, moment=moment, left=left, ago=ago, age=age, person_age=person_age,
        just_ago=just_ago, span=span, count_of=count, is_today=is_today, overdue=overdue,
    )  # fmt: skip
