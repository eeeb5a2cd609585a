"""When each person is sent what is theirs to do today, and the words of it: references and times, never a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum

from mash.workflow.calendar import LONDON, Calendar, london_day

TOO_OLD = timedelta(hours=2)
"""A digest that could not be written in its time is not written so long after it: the next one is nearer."""
MOST = 40
"""The most lines under one heading."""


class Standing(Enum):
    """How a deadline stands, the most pressing first. The value is its heading."""

    LATE = "Late"
    AT_RISK = "At risk: little time left"
    DUE = "Due later today"


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that somebody owes.

    Attributes:
        mine: Whether it is in the reader's name; otherwise in nobody's.
        what: What is due, such as "a decision".
    """

    reference: str
    what: str
    due_at: datetime
    mine: bool


def slot_at(at: datetime, times: Sequence[time], calendar: Calendar) -> datetime | None:
    """Return the moment of the digest that is to be written now: the last of today that is not too old, if any is.

    The times are London's. On a day on which the front door is closed there is none.
    """
    day = london_day(at)
    if not calendar.is_working_day(day):
        return None
    come = [moment for each in times if (moment := datetime.combine(day, each, LONDON)) <= at]
    return max(come) if come and at - max(come) < TOO_OLD else None


def standing(due_at: datetime, at: datetime, at_risk: timedelta) -> Standing:
    """Say how a deadline stands at a moment."""
    if due_at < at:
        return Standing.LATE
    return Standing.AT_RISK if due_at - at <= at_risk else Standing.DUE


def sorted_out(owed: Sequence[Owed], at: datetime, at_risk: timedelta) -> Mapping[Standing, list[Owed]]:
    """Put what is owed under its headings, the longest late and the soonest due first."""
    found: dict[Standing, list[Owed]] = {heading: [] for heading in Standing}
    for one in sorted(owed, key=lambda each: (each.due_at, each.reference, each.what)):
        found[standing(one.due_at, at, at_risk)].append(one)
    return {heading: rows for heading, rows in found.items() if rows}


def subject_of(found: Mapping[Standing, Sequence[Owed]]) -> str:
    """Count what is under each heading."""
    said = {Standing.LATE: "late", Standing.AT_RISK: "at risk", Standing.DUE: "due later today"}
    return "MASH front door: " + ", ".join(f"{len(rows)} {said[heading]}" for heading, rows in found.items())


def body_of(found: Mapping[Standing, Sequence[Owed]]) -> str:
    """List what is under each heading, with where it is and when it is due."""
    parts = []
    for heading, rows in found.items():
        lines = [f"* {one.reference}: {one.what}, due {_when(one.due_at)}{_whose(one)}" for one in rows[:MOST]]
        more = [f"and {len(rows) - MOST} more"] if len(rows) > MOST else []
        parts.append("\n".join([f"{heading.value}, {len(rows)}", *lines, *more]))
    return "\n\n".join([*parts, "Open the MASH front door to see them. Each was so when this was written."])


def _whose(one: Owed) -> str:
    return "" if one.mine else " (nobody has it)"


def _when(due_at: datetime) -> str:
    local = due_at.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"
