"""Hide small numbers in a table that leaves the team, and as many more as it takes that none can be worked out.

As the Department for Education publishes: 0 and 6 or more are shown, 1 to 5 are replaced by ``c``.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

SMALLEST_SHOWN = 6
HIDDEN = "c"
Name = TypeVar("Name", bound=str)
Row = Mapping[str, int | None]


def small(number: int | None) -> bool:
    """Say whether a number is too small to leave the team."""
    return number is not None and 0 < number < SMALLEST_SHOWN


def suppressed(rows: Sequence[Row], sums: Mapping[str, Sequence[str]]) -> list[dict[str, int | str | None]]:
    """Replace what must not leave by ``c``.

    A sum less the rest of its parts would give back a single hidden part, so where one part is hidden another is too:
    the smallest that is not nought. The same holds down each column for the rows that the last row adds up.

    Args:
        rows: Numbers by column; the last row is the total of those above it.
        sums: For each column that adds up others, which ones.
    """
    hidden = {(place, name) for place, row in enumerate(rows) for name, number in row.items() if small(number)}
    while more := _given_away(rows, sums, hidden):
        hidden.add(more)
    return [
        {name: HIDDEN if (place, name) in hidden else number for name, number in row.items()}
        for place, row in enumerate(rows)
    ]


def _given_away(
    rows: Sequence[Row], sums: Mapping[str, Sequence[str]], hidden: set[tuple[int, str]]
) -> tuple[int, str] | None:
    """Find a group in which exactly one number is hidden, and give the next to hide there; None if there is none."""
    for group in _groups(rows, sums):
        known = [(number, cell) for cell in group if (number := rows[cell[0]].get(cell[1])) is not None]
        lone = [cell for _, cell in known if cell in hidden]
        others = [(number, cell) for number, cell in known if cell not in hidden and number]
        if len(lone) == 1 and others:
            return min(others)[1]
    return None


def _groups(rows: Sequence[Row], sums: Mapping[str, Sequence[str]]) -> list[list[tuple[int, str]]]:
    """List every set of cells of which one is the sum of the others."""
    across = [
        [(place, name), *((place, part) for part in parts)]
        for place in range(len(rows))
        for name, parts in sums.items()
    ]
    down = [[(place, name) for place in range(len(rows))] for name in (rows[0] if len(rows) > 1 else {})]
    return across + down
