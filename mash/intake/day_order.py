"""Whether the dates of a file are written month first, seen from all of them together: one alone may be either."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mash.intake.tables import FileRefused, Match, RawTable

_WRITTEN = re.compile(r"\s*([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-][0-9]{4}(?:[ T][0-9:.]+)?\s*")
_LONGEST = 32
MONTHS = 12


@dataclass(slots=True)
class _Column:
    """What the dates of one column have shown so far. ``such_as`` is the first that cannot be day first."""

    day_first: int = 0
    month_first: int = 0
    such_as: str = ""
    line: int = 0


def require_day_first(found: Iterable[tuple[RawTable, Match]]) -> None:
    """Refuse a file in which some column has dates that only fit month first, and none that only fit day first.

    Raises:
        FileRefused: Naming the column, the first such date and its line; or if the file is damaged part way.
    """
    for table, match in found:
        columns: dict[str, _Column] = {}
        for name, line, cell, first, second in _dates(table, match):
            column = columns.setdefault(name, _Column())
            column.day_first += first > MONTHS >= second
            if second > MONTHS >= first:
                column.month_first += 1
                if not column.such_as:
                    column.such_as, column.line = cell.strip(), line
        for name, column in columns.items():
            if column.month_first and not column.day_first:
                raise FileRefused(
                    f"The dates under {match.headings[name]} look month first: “{column.such_as}” on line "
                    f"{column.line} can be nothing else, and none in that column can only be day first. "
                    "Nothing was brought in.",
                    "Write every date day first, as DD/MM/YYYY, or as YYYY-MM-DD.",
                )


def _dates(table: RawTable, match: Match) -> Iterator[tuple[str, int, str, int, int]]:
    for raw in table.rows():
        if raw.line <= match.line or raw.fault is not None:
            continue
        for name, cell in match.cells(raw).items():
            if isinstance(cell, str) and len(cell) <= _LONGEST and (written := _WRITTEN.fullmatch(cell)):
                yield name, raw.line, cell, int(written[1]), int(written[2])
