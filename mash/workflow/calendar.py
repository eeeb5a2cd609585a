"""Working days and hours of a front door in England: effective-dated hours, bank holidays and local closures."""

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
WARN_DAYS = 90
BEYOND_DAYS = 3 * 366  # how far past the last known bank holiday a deadline may still be counted


@dataclass(frozen=True, slots=True)
class Week:
    """Opening and closing times by ISO weekday (1 is Monday) from a day; a weekday left out is closed."""

    starts: date
    hours: Mapping[int, tuple[time, time]]

    def __post_init__(self) -> None:
        for weekday, (opens, closes) in self.hours.items():
            if weekday not in range(1, 8) or opens >= closes:
                raise ValueError(
                    f"Opening hours need a weekday from 1 to 7 that opens before it closes, not {weekday}."
                )


@dataclass(frozen=True, slots=True)
class _Table:
    """Every working day as an ordinal, and for each day of the span how many came before it."""

    first: int
    before: list[int]
    working: list[int]


@dataclass(frozen=True)
class Calendar:
    """When the front door works. A working day is one with opening hours that is no bank holiday and no closure.

    Days are London days; moments are aware, in any zone, and come back in UTC. Questions about days before the first
    week of hours, or more than three years after the last bank holiday, raise LookupError.

    Attributes:
        weeks: Opening hours, oldest first.
        bank_holidays: The name of each bank holiday by its day.
        closures: Days the front door stays closed beyond those.
    """

    weeks: tuple[Week, ...]
    bank_holidays: Mapping[date, str]
    closures: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if not self.weeks or not self.bank_holidays:
            raise ValueError("A calendar needs opening hours and at least one bank holiday.")
        if list(self.weeks) != sorted(self.weeks, key=lambda week: week.starts):
            raise ValueError("List opening hours oldest first.")

    @property
    def runs_out_on(self) -> date:
        """The last day for which bank holidays are known."""
        return max(self.bank_holidays)

    def warning(self, today: date) -> str | None:
        """Say that the bank holidays run out in fewer than 90 days, or have done."""
        left = (self.runs_out_on - today).days
        if left >= WARN_DAYS:
            return None
        return f"Bank holidays are known only until {on_screen(self.runs_out_on)}. Add the next years."

    def is_working_day(self, day: date) -> bool:
        """Say whether the front door opens on a day."""
        table = self._table
        place = self._place(day)
        return table.before[place + 1] > table.before[place]

    def working_day(self, day: date) -> date:
        """Return the day itself if it is a working day, or else the next one."""
        return self.add_working_days(day, 0)

    def add_working_days(self, day: date, count: int) -> date:
        """Count working days on from a day, or from the next working day if it is not one."""
        table = self._table
        return date.fromordinal(table.working[table.before[self._place(day)] + count])

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after one day, up to and including another."""
        before = self._table.before
        return before[self._place(end) + 1] - before[self._place(start) + 1]

    def closed_days_between(self, start: date, end: date) -> tuple[date, ...]:
        """List the days after one day and before another on which the front door stays closed."""
        between = (start + timedelta(days=step) for step in range(1, (end - start).days))
        return tuple(day for day in between if not self.is_working_day(day))

    def opens(self, day: date) -> datetime:
        """Return when a working day opens, in UTC."""
        return self._at(day, 0)

    def closes(self, day: date) -> datetime:
        """Return when a working day closes, in UTC."""
        return self._at(day, 1)

    def next_open(self, moment: datetime) -> datetime:
        """Return the moment itself while the front door is open, or else the next opening. Closing time is closed."""
        day = self.working_day(london_day(moment))
        if moment >= self.closes(day):
            day = self.working_day(day + timedelta(days=1))
        return max(moment.astimezone(UTC), self.opens(day))

    def add_working_time(self, moment: datetime, worked: timedelta) -> datetime:
        """Count opening hours on from a moment; a length that ends at closing time ends that day."""
        at = self.next_open(moment)
        while (left := self.closes(london_day(at)) - at) < worked:
            worked -= left
            at = self.next_open(self.closes(london_day(at)))
        return at + worked

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """Add up the opening hours between two moments; none if the end comes first."""
        return max(timedelta(0), self._open_by(end) - self._open_by(start))

    def _open_by(self, moment: datetime) -> timedelta:
        day = london_day(moment)
        before = self._open_before[self._place(day)]
        if not self.is_working_day(day):
            return before
        return before + min(max(moment, self.opens(day)), self.closes(day)) - self.opens(day)

    @cached_property
    def _open_before(self) -> list[timedelta]:
        """Give the opening hours of all days before each day of the span."""
        working = {day: self.closes(day) - self.opens(day) for day in map(date.fromordinal, self._table.working)}
        days = range(self._table.first, self._table.first + len(self._table.before) - 1)
        return list(
            accumulate((working.get(date.fromordinal(day), timedelta(0)) for day in days), initial=timedelta(0))
        )

    def _at(self, day: date, end: int) -> datetime:
        hours = self._hours(day)
        if hours is None or not self.is_working_day(day):
            raise LookupError(f"The front door is closed on {on_screen(day)}.")
        return _moment(day, hours[end])

    def _hours(self, day: date) -> tuple[time, time] | None:
        week = self.weeks[bisect_right(self.weeks, day, key=lambda week: week.starts) - 1]
        return week.hours.get(day.isoweekday())

    def _place(self, day: date) -> int:
        place = day.toordinal() - self._table.first
        if not 0 <= place < len(self._table.before) - 1:
            last = self.runs_out_on + timedelta(days=BEYOND_DAYS)
            raise LookupError(f"The calendar runs from {on_screen(self.weeks[0].starts)} to {on_screen(last)}.")
        return place

    @cached_property
    def _table(self) -> _Table:
        first = self.weeks[0].starts.toordinal()
        before, working = [0], []
        for ordinal in range(first, self.runs_out_on.toordinal() + BEYOND_DAYS + 1):
            day = date.fromordinal(ordinal)
            if self._hours(day) and day not in self.bank_holidays and day not in self.closures:
                working.append(ordinal)
            before.append(len(working))
        return _Table(first, before, working)


@lru_cache(maxsize=4096)
def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def london_day(moment: datetime) -> date:
    """Return the London day of an aware moment.

    Raises:
        ValueError: If the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; pass an aware moment.")
    return moment.astimezone(LONDON).date()


def on_screen(moment: date) -> str:
    """Write a day as "Tuesday 17 March 2026", and a moment with its London time as "Tuesday 17 March 2026, 4:30pm"."""
    if not isinstance(moment, datetime):
        return _day_on_screen(moment)
    local = moment.astimezone(LONDON)
    clock = f"{local.hour % 12 or 12}{f':{local:%M}' if local.minute else ''}{'am' if local.hour < 12 else 'pm'}"
    return f"{_day_on_screen(local.date())}, { {'12am': 'midnight', '12pm': 'midday'}.get(clock, clock) }"


@lru_cache(maxsize=4096)
def _day_on_screen(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def weeks_from(document: Mapping[str, Any]) -> tuple[Week, ...]:
    """Read opening hours from their document, oldest first."""
    weeks = (
        Week(
            date.fromisoformat(entry["from"]),
            {
                int(weekday): (time.fromisoformat(opens), time.fromisoformat(closes))
                for weekday, (opens, closes) in entry["weekdays"].items()
            },
        )
        for entry in document["policies"]
    )
    return tuple(sorted(weeks, key=lambda week: week.starts))


def bank_holidays_from(document: Mapping[str, Any]) -> dict[date, str]:
    """Read the bank holidays of England and Wales from a document in the shape of the public feed.

    Raises:
        ValueError: If the document has another shape, or a date cannot be read.
    """
    try:
        events = document["england-and-wales"]["events"]
        return {date.fromisoformat(event["date"]): str(event["title"]) for event in events}
    except (KeyError, TypeError) as missing:
        raise ValueError(f"This is not the public feed of bank holidays: {missing} is missing or misplaced.") from None


@cache
def shipped_calendar(closures: tuple[date, ...] = ()) -> Calendar:
    """Return the calendar that comes with the service, with local closures if any."""
    data = files("mash") / "data"
    hours = json.loads((data / "opening_hours.json").read_text("utf-8"))
    holidays = json.loads((data / "bank_holidays.json").read_text("utf-8"))
    return Calendar(weeks_from(hours), bank_holidays_from(holidays), frozenset(closures))
