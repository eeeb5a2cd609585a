"""Figures as they are written: the definition beside each, the source documents' own form for a change, and as JSON."""

import csv
import io
from calendar import month_name
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from mash.measures.extract_rows import guarded
from mash.measures.figures import Figure, YearOnYear, totals
from mash.measures.measure import Measure
from mash.measures.outside import FigureNumber
from mash.measures.suppress import HIDDEN, small


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
    told = {"id": measure.id, "name": measure.name, "unit": measure.unit}
    if measure.not_held:
        return told | {"asked_for_as": list(measure.codes), "not_held_because": measure.not_held}
    return told | {
        "asked_for_as": list(measure.codes),
        "numerator": list(measure.numerator) or [measure.counts],
        "denominator": list(measure.denominator) or ([measure.out_of] if measure.out_of else []),
        "parted_by": measure.by or None,
        "spread_in": measure.spread or None,
        "cohort": measure.cohort,
        "clock": measure.clock,
        "exclusions": measure.exclusions,
        "known_breaks": list(measure.breaks),
        "parts": list(measure.parts),
        "stands_beside": measure.headline or None,
    }


def table_of(rows: Sequence[YearOnYear], hidden: AbstractSet[tuple[int, str]] | None) -> list[dict[str, Any]]:
    """Write months of two years with their differences, and their total last.

    A total that adds up a hidden month is hidden too: the other months are shown elsewhere, and with fewer of them.

    Args:
        hidden: The months, and ``earlier`` or ``later``, that may not leave the team; None for a table that stays.
    """
    last = totals(rows)
    every = [*rows, last] if last else list(rows)
    numbers: list[dict[str, Any]] = [{"earlier": row.earlier, "later": row.later} for row in every]
    if hidden is not None:
        for year in ("earlier", "later"):
            few = [(row.month, year) in hidden or small(shown[year]) for row, shown in zip(every, numbers, strict=True)]
            summed = any(one for row, one in zip(every, few, strict=True) if row.difference is not None)
            for row, shown, one in zip(every, numbers, few, strict=True):
                if one or (summed and row is last):
                    shown[year] = HIDDEN
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


def figure_rows(found: Sequence[Figure], hidden: AbstractSet[FigureNumber] | None) -> list[dict[str, Any]]:
    """Write figures over their periods: numerator, denominator, percentage, and how long they took where that is told.

    Args:
        hidden: The numbers that may not leave the team; None for figures that stay.
    """
    sides = ("numerator", "denominator")
    return [_figure_row(one, {side for side in sides if (*one.key, side) in (hidden or ())}) for one in found]


def _figure_row(found: Figure, hidden: AbstractSet[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"measure": found.measure.id, "from": found.first.isoformat(), "to": found.last.isoformat()}
    row |= {"part": found.part} if found.measure.by else {}
    row["numerator"] = HIDDEN if "numerator" in hidden else found.numerator
    if found.denominator is not None:
        row["denominator"] = HIDDEN if "denominator" in hidden else found.denominator
        row["percentage"] = None if hidden or found.share is None else float(found.share)
    if found.measure.spread and not found.part:
        told = None if hidden else found.spread
        row["spread"] = told and {"unit": found.measure.spread, **asdict(told)}
    return row


def csv_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write figures as CSV, a spread as three columns; or tables of two years, one below the other."""
    flat = [{**row, **(row.get("spread") or {})} for row in rows]
    if rows and "rows" in rows[0]:
        flat = [{"years": f"{one['earlier']}-{one['later']}", **row} for one in rows for row in one["rows"]]
    names = list(dict.fromkeys(name for row in flat for name in row if name != "spread"))
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerows([names, *([_cell(row.get(name)) for name in names] for row in flat)])
    return out.getvalue()


def _cell(said: Any) -> Any:
    """Keep a spreadsheet from running a change such as "-5 -5.8%", or an agency's name, as a formula."""
    return guarded(said) if isinstance(said, str) else said
