"""The geometry of two plain drawings, for a template to draw as SVG: shares month by month, and bars group by group.

Every line has its own dash and its own shape at each point, and its name at its end; nothing is told by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960, 300, 44, 230, 14, 34
BAR_LEFT, BAR_LONGEST, BAR_STEP = 210, 520, 34
SHAPES = ("circle", "diamond", "triangle", "square")
TOPS = (5, 10, 25, 50, 100)
APART = 17
MOST_LABELS = 8
Number = Decimal | float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its words, its shape, its points (x, y), the path through them, and where its words stand."""

    words: str
    shape: str
    points: Sequence[tuple[float, float]]
    path: str
    words_y: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Shares by month, ready to be drawn; ``ticks`` and ``labels`` are words with where they stand."""

    series: Sequence[Series]
    ticks: Sequence[tuple[int, float]]
    labels: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, what is said beside it, and where a mark for comparison stands, if there is one."""

    words: str
    said: str
    y: int
    width: float
    mark: float | None


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars, ready to be drawn; ``height`` is that of the whole drawing."""

    bars: Sequence[Bar]
    height: int


def lines(months: Sequence[str], shares: Sequence[tuple[str, Sequence[Number]]]) -> Lines | None:
    """Lay out one line for each named share; None where there is nothing to draw. A month without a share has a gap."""
    known = [float(share) for _, values in shares for share in values if share is not None]
    if not known:
        return None
    top = next((one for one in TOPS if max(known) <= one), max(known))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(months) - 1)

    def y(share: float) -> float:
        return round(TOP + (top - share) / top * (HEIGHT - TOP - BOTTOM), 1)

    drawn: list[tuple[str, str, list[tuple[float, float]], str]] = []
    for shape, (words, values) in zip(SHAPES, shares, strict=False):
        places = [
            None if share is None else (round(LEFT + place * step, 1), y(float(share)))
            for place, share in enumerate(values)
        ]
        if points := [point for point in places if point]:
            drawn.append((words, shape, points, _path(places)))
    every = -(-len(months) // MOST_LABELS)
    return Lines(
        _named(drawn),
        [(tick, y(tick)) for tick in range(0, int(top) + 1, max(1, int(top) // 5))],
        [(words, round(LEFT + place * step, 1)) for place, words in enumerate(months)][::every],
    )


def _path(places: Sequence[tuple[float, float] | None]) -> str:
    said, pen = [], "M"
    for point in places:
        if point:
            said.append(f"{pen}{point[0]} {point[1]}")
        pen = "L" if point else "M"
    return " ".join(said)


def _named(drawn: Sequence[tuple[str, str, list[tuple[float, float]], str]]) -> list[Series]:
    """Put each name by the last point of its line, and far enough below the one above to be read."""
    named: list[Series] = []
    for words, shape, points, path in sorted(drawn, key=lambda one: one[2][-1][1]):
        words_y = points[-1][1] + 4
        if named:
            words_y = max(words_y, named[-1].words_y + APART)
        named.append(Series(words, shape, points, path, round(words_y, 1)))
    over = named[-1].words_y - (HEIGHT - BOTTOM + 4) if named else 0
    if over <= 0:
        return named
    return [Series(one.words, one.shape, one.points, one.path, round(one.words_y - over, 1)) for one in named]


def bars(shares: Sequence[tuple[str, Number, str, Number]]) -> Bars | None:
    """Lay out bars for groups: words, share, what is said beside it, and a share to compare with; None for no bar."""
    known = [float(one) for _, share, _, mark in shares for one in (share, mark) if one is not None]
    if not known:
        return None
    most = max(known) or 1.0

    def length(share: float) -> float:
        return round(share / most * BAR_LONGEST, 1)

    laid = [
        Bar(
            words,
            said,
            place * BAR_STEP,
            length(float(share or 0)),
            None if mark is None else round(BAR_LEFT + length(float(mark)), 1),
        )
        for place, (words, share, said, mark) in enumerate(shares)
    ]
    return Bars(laid, len(laid) * BAR_STEP + 6)
