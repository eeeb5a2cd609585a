"""A from-to table as a drawing: a band from each level to each, those who move up or down told apart from who stays."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate

from mash.measures.board_report import FromTo, Group, Shown

WIDTH, TOP, HEIGHT, GAP = 720, 10, 300, 14
LEFT, RIGHT, BAR = 190, 520, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A level on one side: its label, its number, and where it stands."""

    label: str
    number: Shown
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """Children from one level to another; `way` is down, same or up."""

    way: str
    path: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A drawing ready for a template."""

    left: Sequence[Bar]
    right: Sequence[Bar]
    bands: Sequence[Band]


def flow_of(table: FromTo, weakest_first: Sequence[str], aside: AbstractSet[str] = frozenset()) -> Flow:
    """Lay a table out, the strongest on top; what is hidden in the table has no band.

    Args:
        weakest_first: The order of labels; those that it does not know come beneath.
        aside: Labels that are neither stronger nor weaker than others: they come beneath too.
    """
    places = {label: place for place, label in enumerate(weakest_first) if label not in aside}
    labels = sorted({*table.rows, *table.columns}, key=lambda label: (-places.get(label, -1), label))
    counts = {
        (row, column): number
        for row, line in zip(table.rows, table.counts, strict=True)
        for column, number in zip(table.columns, line, strict=True)
        if isinstance(number, int) and number
    }
    scale = (HEIGHT - GAP * (len(labels) - 1)) / (sum(counts.values()) or 1)
    went = [sum(number for (row, _), number in counts.items() if row == label) * scale for label in labels]
    came = [sum(number for (_, column), number in counts.items() if column == label) * scale for label in labels]
    totals = (
        dict(zip(table.rows, table.row_totals, strict=True)),
        dict(zip(table.columns, table.column_totals, strict=True)),
    )
    sides = [
        [Bar(label, side.get(label, 0), x, *spot) for label, spot in zip(labels, _stacked(heights), strict=True)]
        for side, x, heights in ((totals[0], LEFT, went), (totals[1], RIGHT, came))
    ]
    return Flow(sides[0], sides[1], _bands(labels, counts, scale, sides, aside))


def _stacked(heights: Sequence[float]) -> list[tuple[float, float]]:
    tops = accumulate((height + GAP for height in heights), initial=float(TOP))
    return [(round(top, 1), round(height, 1)) for top, height in zip(tops, heights, strict=False)]


def _bands(
    labels: Sequence[str],
    counts: dict[tuple[str, str], int],
    scale: float,
    sides: Sequence[Sequence[Bar]],
    aside: AbstractSet[str],
) -> list[Band]:
    used = [{bar.label: bar.y for bar in side} for side in sides]
    found, middle = [], (LEFT + BAR + RIGHT) / 2
    for row, was in enumerate(labels):
        for column, now in enumerate(labels):
            if not (number := counts.get((was, now))):
                continue
            high, y, z = number * scale, used[0][was], used[1][now]
            used[0][was], used[1][now] = y + high, z + high
            path = f"M{LEFT + BAR} {y:.1f}C{middle} {y:.1f} {middle} {z:.1f} {RIGHT} {z:.1f}v{high:.1f}"
            path += f"C{middle} {z + high:.1f} {middle} {y + high:.1f} {LEFT + BAR} {y + high:.1f}z"
            stays = row == column or not aside.isdisjoint((was, now))
            found.append(Band("same" if stays else "up" if column < row else "down", path))
    return sorted(found, key=lambda band: band.way != "same")


@dataclass(frozen=True, slots=True)
class Dot:
    """A group's difference in points, as a dot, with its range as a line where there is one; `words` say both."""

    label: str
    words: str
    y: int
    x: float
    line: tuple[float, float] | None


def dots_of(groups: Sequence[Group]) -> tuple[list[Dot], float]:
    """Lay out the differences of groups that can be shown, and where nought stands."""
    shown = [one for one in groups if one.difference is not None]
    reach = max((abs(end) for one in shown for end in _ends(one)), default=0.0) or 0.01

    def x(share: float) -> float:
        return round(LEFT + (share + reach) / (2 * reach) * (RIGHT - LEFT), 1)

    dots = [
        Dot(
            one.name,
            _points(one),
            24 + place * 24,
            x(one.difference or 0),
            (x(one.range[0]), x(one.range[1])) if one.range else None,
        )
        for place, one in enumerate(shown)
    ]
    return dots, x(0)


def _ends(group: Group) -> tuple[float, ...]:
    return (group.difference or 0.0, *(group.range or ()))


def _points(group: Group) -> str:
    words = f"{100 * (group.difference or 0):+.1f}"
    if group.range is None:
        return words
    low, high = group.range
    return f"{words} ({100 * low:+.1f} to {100 * high:+.1f})"
