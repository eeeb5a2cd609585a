"""Figures worked out: numerator, denominator and percentage, for a period or month by month, and year on year."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from mash.measures.counting import Counted, count
from mash.measures.measure import Measure
from mash.measures.reading import Spread
from mash.measures.registry import CONVERSION, MEASURES

EVERYONE = "contacts-received"


def percentage(numerator: int, denominator: int, places: int = 1) -> Decimal | None:
    """Give a share in per cent, a half rounded away from nought; None of nothing.

    >>> percentage(-121, 2091), percentage(706, 2104), percentage(1, 0)
    (Decimal('-5.8'), Decimal('33.6'), None)
    """
    if not denominator:
        return None
    exact = Decimal(100 * numerator) / Decimal(denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over one period, both days included, or one ``part`` of it.

    ``denominator`` is None for a plain count. ``spread`` says how long the counted took, where the measure tells.
    """

    measure: Measure
    first: date
    last: date
    numerator: int
    denominator: int | None
    part: str = ""
    spread: Spread | None = None

    @property
    def key(self) -> tuple[date, str, str]:
        """Its first day, its measure and its part."""
        return self.first, self.measure.id, self.part

    @property
    def share(self) -> Decimal | None:
        return None if self.denominator is None else percentage(self.numerator, self.denominator)


def figures(session: Session, ids: Iterable[str], first: date, last: date, at: datetime) -> dict[str, Figure]:
    """Work out measures for a period, each with the parts it blends and the headline it stands beside.

    Raises:
        KeyError: If there is no such measure.
    """
    wanted = with_company(ids)
    counted = count(session, dict.fromkeys(term for one in wanted for term in one.terms), first, last, at)
    return {one.id: _figure(one, counted, first, last) for one in wanted}


def by_period(
    session: Session, ids: Iterable[str], periods: Sequence[tuple[date, date]], at: datetime
) -> list[dict[str, Figure]]:
    """Work out measures for each of several periods, oldest first, from one count."""
    wanted = with_company(ids)
    names = dict.fromkeys(term for one in wanted for term in one.terms)
    counted = count(session, names, periods[0][0], periods[-1][1], at)
    return [{one.id: _figure(one, counted, *period) for one in wanted} for period in periods]


def with_company(ids: Iterable[str]) -> list[Measure]:
    """Add the parts of what is blended and the headline of what may not stand alone."""
    wanted: dict[str, Measure] = {}
    waiting = list(ids)
    while waiting:
        one = MEASURES[waiting.pop(0)]
        if one.id not in wanted:
            wanted[one.id] = one
            waiting += [*one.parts, *([one.headline] if one.headline else [])]
    return list(wanted.values())


def _figure(measure: Measure, counted: Counted, first: date, last: date) -> Figure:
    def add(names: tuple[str, ...]) -> int:
        return sum(n for name in names for day, n in counted[name].items() if first <= day <= last)

    return Figure(
        measure, first, last, add(measure.numerator), add(measure.denominator) if measure.denominator else None
    )


def month_of(day: date) -> tuple[date, date]:
    """Give the first and last day of a day's month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def months(first: date, last: date) -> list[tuple[date, date]]:
    """List the months from that of one day to that of another."""
    listed, at = [], first.replace(day=1)
    while at <= last:
        listed.append(month_of(at))
        at = listed[-1][1] + timedelta(days=1)
    return listed


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """One month of two years. A year is None where the record holds no contact of that month: missing is not nought."""

    month: int
    earlier: int | None
    later: int | None

    @property
    def difference(self) -> int | None:
        return None if self.earlier is None or self.later is None else self.later - self.earlier

    @property
    def change(self) -> Decimal | None:
        """The difference as a percentage of the earlier year."""
        if self.difference is None or not self.earlier:
            return None
        return percentage(self.difference, self.earlier)


def year_on_year(
    session: Session, measure_id: str, earlier: int, later: int, at: datetime, only: tuple[int, int] = (1, 12)
) -> list[YearOnYear]:
    """Set the numerators of two years' months beside one another, leaving out months without any contact on record.

    Args:
        only: The first and last month to give.
    """
    found: dict[int, list[int | None]] = {}
    for year in (earlier, later):
        periods = months(date(year, only[0], 1), date(year, only[1], 1))
        counted = by_period(session, (EVERYONE, measure_id), periods, at)
        found[year] = [one[measure_id].numerator if one[EVERYONE].numerator else None for one in counted]
    rows = [YearOnYear(only[0] + place, *both) for place, both in enumerate(zip(*found.values(), strict=True))]
    return [row for row in rows if row.earlier is not None or row.later is not None]


def totals(rows: Sequence[YearOnYear]) -> YearOnYear | None:
    """Add up the months that both years have; None where there are none."""
    both = [(row.earlier, row.later) for row in rows if row.earlier is not None and row.later is not None]
    return YearOnYear(0, sum(a for a, _ in both), sum(b for _, b in both)) if both else None


def reconciled(found: dict[str, Figure]) -> list[str]:
    """Say how the shares of all contacts and the shares of requests meet, with the numbers that part them.

    Args:
        found: Figures of every measure in ``CONVERSION`` for one period.
    """
    of = {id: found[id].numerator for id in CONVERSION}
    requests, everyone = found["request-share"].numerator, found["request-share"].denominator or 0
    said = []
    for route, words in (("assessment", "an assessment"), ("early-help", "early help")):
        whole, asked = of[f"{route}-share"], of[f"{route}-of-requests"]
        said.append(
            f"{percentage(asked, requests, 0)}% of requests came to {words}. That is {percentage(asked, everyone)}% of "
            f"all contacts, not {percentage(whole, everyone, 0)}%: of the {whole:,} that did, {whole - asked:,} were "
            "not recorded as requests at receipt."
        )
    said.append(
        f"{percentage(requests, everyone, 0)}% of contacts asked for a service, and "
        f"{percentage(of['no-service-of-requests'], requests, 0)}% of those came to neither. They are two figures with "
        f"two denominators; of all contacts, {percentage(of['no-service-share'], everyone, 0)}% came to neither."
    )
    return said
