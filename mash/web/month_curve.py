"""The share of children referred month by month, by each version, drawn as two lines, broken off where hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from mash.measures.board_report import Group

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 230, 52, 16, 12, 34
LABELS = 8
FEWEST = 2
"""Months that must be shown for there to be a curve."""


@dataclass(frozen=True, slots=True)
class MonthCurve:
    """A drawing ready for a template.

    Attributes:
        before: By the version compared with, the points of each unbroken line; `after` by the one rehearsed.
        ticks: Shares in per cent, with where they stand; `labels` months in words, with where they stand.
        hidden: How many months are not drawn.
    """

    before: Sequence[str]
    after: Sequence[str]
    ticks: Sequence[tuple[int, float]]
    labels: Sequence[tuple[str, float]]
    hidden: int


def month_curve(months: Sequence[Group]) -> MonthCurve | None:
    """Lay out months, in order; None where too few can be shown."""
    sides = [[_share(month, side) for month in months] for side in (0, 1)]
    shown = [share for side in sides for share in side if share is not None]
    known = sum(None not in pair for pair in zip(*sides, strict=True))
    if known < FEWEST:
        return None
    most = next(top for top in (5, 10, 20, 50, 100) if 100 * max(shown) <= top)
    gap = (WIDTH - LEFT - RIGHT) / max(1, len(months) - 1)
    places = [round(LEFT + place * gap, 1) for place in range(len(months))]
    every = -(-len(months) // LABELS)
    before, after = (_lines(side, places, most) for side in sides)
    ticks = [(round(most * part / 2), _y(part / 2 * most / 100, most)) for part in range(3)]
    labels = [(months[place].name, places[place]) for place in range(0, len(months), every)]
    return MonthCurve(before, after, ticks, labels, len(months) - known)


def _share(month: Group, side: int) -> float | None:
    part = (month.before, month.after)[side]
    whole = month.children
    return part / whole if isinstance(part, int) and isinstance(whole, int) and whole else None


def _lines(shares: Sequence[float | None], places: Sequence[float], most: int) -> list[str]:
    """Return the points of each stretch of months that are shown; one by itself is drawn as a short stroke."""
    lines: list[list[str]] = [[]]
    for share, x in zip(shares, places, strict=True):
        if share is None:
            lines.append([])
        else:
            lines[-1].append(f"{x},{_y(share, most)}")
    return [" ".join(line if len(line) > 1 else [*line, *line]) for line in lines if line]


def _y(share: float, most: int) -> float:
    return round(TOP + (1 - 100 * share / most) * (HEIGHT - TOP - BOTTOM), 1)
