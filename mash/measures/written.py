"""Figures as they are written: the definition beside each, the source documents' own form for a change, and as JSON."""

from calendar import month_name
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mash.measures.figures import Figure, YearOnYear, totals
from mash.measures.registry import Measure
from mash.measures.suppress import HIDDEN, suppressed


def signed(number: int | None) -> str:
    """Write a difference as the reports do.

    >>> signed(706), signed(-121), signed(0), signed(None)
    ('+706', '-121', '0', '')
    """
    return "" if number is None else f"{number:+,}" if number else "0"


def signed_share(change: Decimal | None) -> str:
    """Write a change in per cent as the reports do.

    >>> signed_share(Decimal("33.6")), signed_share(Decimal("-5.8")), signed_share(None)
    ('+33.6%', '-5.8%', '')
    """
    return "" if change is None else f"{change:+}%" if change else f"{change}%"


def definition(measure: Measure) -> dict[str, Any]:
    """Give all that must stand beside a figure, as JSON values."""
    return {
        "id": measure.id,
        "name": measure.name,
        "unit": measure.unit,
        "numerator": list(measure.numerator),
        "denominator": list(measure.denominator),
        "cohort": measure.cohort,
        "clock": measure.clock,
        "exclusions": measure.exclusions,
        "known_breaks": list(measure.breaks),
        "parts": list(measure.parts),
        "stands_beside": measure.headline or None,
    }


def table_of(rows: Sequence[YearOnYear], *, leaving: bool) -> list[dict[str, Any]]:
    """Write months of two years with their differences, and their total last.

    Args:
        leaving: Whether it leaves the team, so that small numbers are hidden and none can be worked out.
    """
    last = totals(rows)
    every = [*rows, last] if last else list(rows)
    numbers: list[dict[str, Any]] = [{"earlier": row.earlier, "later": row.later} for row in every]
    if leaving and last:
        both = [place for place, row in enumerate(every) if row.difference is not None]
        for place, shown in zip(both, suppressed([numbers[place] for place in both], {}), strict=True):
            numbers[place] = shown
        alone = [place for place in range(len(every)) if place not in both]
        numbers = [suppressed([row], {})[0] if place in alone else row for place, row in enumerate(numbers)]
    return [_written(row, shown) for row, shown in zip(every, numbers, strict=True)]


def _written(row: YearOnYear, shown: Mapping[str, Any]) -> dict[str, Any]:
    hidden = HIDDEN in shown.values()
    difference, change = (None, None) if hidden else (row.difference, row.change)
    return {
        "month": month_name[row.month] if row.month else "Total",
        **shown,
        "difference": difference,
        "percentage": None if change is None else float(change),
        "written": f"{signed(difference)} {signed_share(change)}".strip(),
    }


def figure_row(found: Figure, *, leaving: bool) -> dict[str, Any]:
    """Write one figure over its period: numerator, denominator and percentage."""
    numbers: dict[str, Any] = {"numerator": found.numerator}
    if found.denominator is not None:
        numbers |= {"denominator": found.denominator}
    if leaving:
        rest = {"rest": found.denominator - found.numerator} if found.denominator is not None else {}
        shown = suppressed([{**numbers, **rest}], {"denominator": ("numerator", "rest")} if rest else {})[0]
        numbers = {name: shown[name] for name in numbers}
    known = HIDDEN not in numbers.values() and found.share is not None
    return {
        "measure": found.measure.id,
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        **numbers,
        **(
            {"percentage": float(found.share) if known and found.share is not None else None}
            if found.denominator is not None
            else {}
        ),
    }
