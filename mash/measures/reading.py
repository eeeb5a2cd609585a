"""Figures that are read row by row over a period: the rows of each, what they come to, and the contacts behind them.

A sum by day cannot hold what hangs on other rows, such as an earlier contact of the same child. Whatever a figure says
is worked out from its rows alone, so it and the list behind it cannot differ.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from mash.measures.counting import Since, since_folded
from mash.measures.extracts import Period
from mash.models import Contact
from mash.workflow.calendar import Calendar

IN, OF = "in", "of"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a figure is out of.

    Attributes:
        contact_id: The contact it belongs to; None for what another system told of.
        met: Whether it is in the numerator.
        part: Which part of the figure it belongs to; empty for the whole alone.
        hours: How long it took, where the figure says so.
    """

    contact_id: int | None
    met: bool = True
    part: str = ""
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """London days, both included, as they are seen at a moment, with the calendar in force.

    ``kept`` holds rows that several figures are read from, by a name.
    """

    session: Session
    period: Period
    at: datetime
    calendar: Calendar
    since: Since
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def received(self) -> ColumnElement[bool]:
        """Contacts received in the period and not cancelled as an error."""
        return and_(self.holds(Contact.received_at), Contact.state != "cancelled")

    def decided(self) -> ColumnElement[bool]:
        return and_(self.holds(Contact.decided_at), Contact.state != "cancelled")

    def holds(self, moment: Any) -> ColumnElement[bool]:
        """Say in SQL whether a moment lies in the period."""
        return and_(moment >= self.period.begins, moment < self.period.ends)


Read = Callable[[Window], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle one, the ninth of ten, and the most, in the unit that the measure names."""

    middle: float
    ninth: float
    most: float


@dataclass(frozen=True, slots=True)
class Total:
    """What rows come to: how many are in it, out of how many, and how long they took."""

    part: str
    numerator: int
    denominator: int
    spread: Spread | None = None


def window(session: Session, first: date, last: date, at: datetime, calendar: Calendar) -> Window:
    """Look at a period as of a moment."""
    return Window(session, Period(first, last), at, calendar, since_folded(session))


def totals(rows: Iterable[Row], *, mix: bool = False) -> list[Total]:
    """Add rows up: the whole first, then each part by its name.

    Args:
        mix: Whether the parts are shares of the whole, whose own rows have no part; else each is out of its own rows.
    """
    held: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        held[row.part].append(row)
    whole = held.pop("", []) if mix else [row for part in held.values() for row in part]
    out_of = {part: len(whole if mix else some) for part, some in held.items()}
    parts = [_total(part, held[part], out_of[part]) for part in sorted(held) if part]
    return [_total("", whole, len(whole)), *parts]


def _total(part: str, rows: Sequence[Row], out_of: int) -> Total:
    lengths = [row.hours for row in rows if row.met and row.hours is not None]
    return Total(part, sum(row.met for row in rows), out_of, spread_of(lengths))


def spread_of(lengths: Sequence[float]) -> Spread | None:
    """Say how lengths are spread; None of none. The ninth of ten is the least that nine in ten do not pass.

    >>> spread_of([1, 2, 3, 10])
    Spread(middle=2.5, ninth=10, most=10)
    """
    if not lengths:
        return None
    ordered = sorted(lengths)
    ninth = ordered[ceil(len(ordered) * 9 / 10) - 1]
    return Spread(*(round(length, 1) for length in (median(ordered), ninth, ordered[-1])))


def behind(rows: Iterable[Row], side: str, part: str = "", *, mix: bool = False) -> Counter[int | None]:
    """Count the contacts behind a number; under None what no contact here stands for."""
    wanted = "" if mix and side == OF else part
    of_part = (row for row in rows if row.part == wanted or not (wanted or mix))
    return Counter(row.contact_id for row in of_part if side == OF or row.met)


def hours(start: datetime | None, end: datetime | None) -> float | None:
    """Give the hours from one moment to another, day and night; None where either is not known."""
    if start is None or end is None:
        return None
    return max(end - start, timedelta(0)) / timedelta(hours=1)
