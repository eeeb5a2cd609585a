"""When a thing is due, and how that was worked out. No clock ever pauses; moments are UTC, days are London's."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from mash.workflow.calendar import LONDON, Calendar, london_day, on_screen
from mash.workflow.clock_policy import (
    CLOCKS,
    Clock,
    ClockPolicy,
    Deemed,
    Limit,
    Reading,
    Unit,
    clock_named,
    clock_policies_from,
    clock_policy_on,
    decision_clock,
    limits_of,
    reply_clock,
)

__all__ = [
    "CLOCKS",
    "Clock",
    "ClockPolicy",
    "Deemed",
    "Due",
    "Limit",
    "Reading",
    "Unit",
    "clock_named",
    "clock_policies_from",
    "clock_policy_on",
    "counts_from",
    "decision_clock",
    "due",
    "due_at",
    "limits_of",
    "reply_clock",
    "rerated",
]


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due.

    Attributes:
        at: The last moment in time, UTC.
        how: How it was worked out, one plain sentence a step.
        reading: How working days were read; None for a clock that does not count in them.
    """

    at: datetime
    how: tuple[str, ...]
    reading: Reading | None = None

    def met_by(self, moment: datetime) -> bool:
        """Say whether a thing done at a moment was in time: until and including the moment it is due."""
        return moment <= self.at


def due(clock: Clock | str, received: datetime, policy: ClockPolicy, calendar: Calendar) -> Due:
    """Work out when a clock that starts at `received`, an aware moment, runs out, and say how.

    Raises:
        ValueError: If the moment has no time zone.
        LookupError: If there is no such clock, or the day lies outside the calendar.
    """
    clock = clock if isinstance(clock, Clock) else clock_named(clock)
    limit = policy.limits[clock.name]
    at = due_at(clock, received, policy, calendar)
    how = (
        f"The clock starts {clock.starts}: {on_screen(received)}.",
        *_how(limit, received, at, policy, calendar),
        f"It is due {on_screen(at)}, and in time until and including then.",
    )
    return Due(at, how, policy.reading if limit.unit is Unit.WORKING_DAYS else None)


def due_at(clock: Clock | str, received: datetime, policy: ClockPolicy, calendar: Calendar) -> datetime:
    """Work out the same moment as `due` without the sentences, for many at a time."""
    clock = clock if isinstance(clock, Clock) else clock_named(clock)
    limit = policy.limits[clock.name]
    reading = _reading(limit, policy)
    if reading is Reading.CLOSE:
        nought = counts_from(received, policy.deemed, calendar)
        count = limit.amount if calendar.is_working_day(nought) else limit.amount - 1
        return calendar.closes(calendar.add_working_days(nought, count))
    if reading is Reading.HOURS:
        return calendar.add_working_time(received, _length(limit, policy))
    if received.tzinfo is None:
        raise ValueError(f"{received!r} has no time zone; pass an aware moment.")
    return received.astimezone(UTC) + _length(limit, policy)


def rerated(
    was: Due, clock: Clock | str, received: datetime, at: datetime, policy: ClockPolicy, calendar: Calendar
) -> Due:
    """Work out when a contact is due after its rating changed, at a moment, to that of another clock.

    The new clock runs from receipt too. A nearer deadline replaces the old one, even if it has passed. A later one
    replaces it only if the old one had not passed by then: lowering a rating never turns late into in time.
    """
    new = due(clock, received, policy, calendar)
    if new.at > was.at and not was.met_by(at):
        kept = f"The rating was lowered on {on_screen(at)}, after that had passed, so it stays late."
        return replace(was, how=(*was.how, kept))
    return new


def counts_from(received: datetime, deemed: Deemed, calendar: Calendar) -> date:
    """Return the day on which a contact counts as received: day nought of its working days."""
    day = london_day(received)
    if deemed is Deemed.AS_RECEIVED:
        return day
    if deemed is Deemed.NEXT_OPENING:
        return london_day(calendar.next_open(received))
    return calendar.working_day(day)


def _reading(limit: Limit, policy: ClockPolicy) -> Reading:
    if limit.unit is Unit.WORKING_DAYS:
        return policy.reading
    return Reading.HOURS if limit.unit is Unit.WORKING_HOURS else Reading.ELAPSED


def _length(limit: Limit, policy: ClockPolicy) -> timedelta:
    if limit.unit is not Unit.WORKING_DAYS:
        return limit.length
    return limit.amount * (policy.working_day if policy.reading is Reading.HOURS else timedelta(days=1))


def _how(limit: Limit, received: datetime, at: datetime, policy: ClockPolicy, calendar: Calendar) -> list[str]:
    reading, end = _reading(limit, policy), london_day(at)
    spelt = f" ({_length(limit, policy) / timedelta(hours=1):g} hours)" if limit.unit is Unit.WORKING_DAYS else ""
    if reading is Reading.ELAPSED:
        return [f"It allows {limit.words}{spelt}, counted day and night.", *_clock_change(received, at)]
    if reading is Reading.CLOSE:
        counted = counts_from(received, policy.deemed, calendar)
        moved = "" if counted == london_day(received) else f"so it counts as received on {on_screen(counted)}"
        allows = f"It allows {limit.words}, to the close of {on_screen(end)}."
    else:
        opening = calendar.next_open(received)
        counted = london_day(opening)
        moved = "" if opening == received else f"so it counts from the next opening, {on_screen(opening)}"
        allows = f"It allows {limit.words}{spelt}, counted while the front door is open."
    closed = [f"The front door was closed then, {moved}."] if moved else []
    passed = _passed_over(counted, end, calendar)
    return [*closed, *passed, allows, *_clock_change(received, at), *_beyond(end, calendar)]


def _passed_over(start: date, end: date, calendar: Calendar) -> list[str]:
    """Say which closed days lie between, naming bank holidays and leaving weekends unnamed."""
    closed = calendar.closed_days_between(start, end)
    weekend = ["weekends"] if any(day.isoweekday() > 5 for day in closed) else []
    named = [
        f"{on_screen(day)} ({calendar.bank_holidays.get(day, 'closed')})"
        for day in closed
        if day.isoweekday() < 6 or day in calendar.bank_holidays or day in calendar.closures
    ]
    return [f"Not counted: {', '.join([*weekend, *named])}."] if closed else []


def _clock_change(start: datetime, end: datetime) -> list[str]:
    before, after = (moment.astimezone(LONDON).utcoffset() for moment in (start, end))
    return [] if before == after else ["The clocks change in between; the times shown are the times on the wall."]


def _beyond(last: date, calendar: Calendar) -> list[str]:
    known = calendar.runs_out_on
    return [f"Bank holidays after {on_screen(known)} are not known yet."] if last > known else []
