"""The geometry of a process chart, for a template to draw as SVG, and the sentence that says what it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mash.measures.figures import Figure
from mash.measures.process import BETTER, WORSE, Process, process
from mash.web.filters import day as written

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960, 300, 44, 150, 14, 34
FEWEST = 30
LABELS = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One week. ``judged`` is false where too few were due, or not all are yet: it is hollow and says nothing."""

    first: date
    last: date
    numerator: int
    denominator: int
    share: float | None
    judged: bool
    mark: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A level line: what it is, its per cent, and where it and its words stand."""

    kind: str
    words: str
    y: float
    words_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn, with the sentences that say what it shows."""

    points: Sequence[Point]
    lines: Sequence[Line]
    ticks: Sequence[tuple[int, float]]
    labels: Sequence[tuple[str, float]]
    path: str
    says: str


def chart_of(weeks: Sequence[Figure], target: int, *, complete_until: date) -> Chart:
    """Lay out the weeks of one measure.

    Args:
        target: What is aimed at, in per cent.
        complete_until: The last day of which everything received is due by now.
    """
    judged = [(week.denominator or 0) >= FEWEST and week.last <= complete_until for week in weeks]
    shares = [float(week.share) if week.share is not None else None for week in weeks]
    found = process([share if ok else None for share, ok in zip(shares, judged, strict=True)])
    marks = found.marks if found else tuple("" for _ in weeks)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(weeks) - 1)
    points = [
        Point(
            week.first, week.last, week.numerator, week.denominator or 0, share, ok, mark,
            round(LEFT + place * step, 1), _y(share or 0),
        )
        for place, (week, share, ok, mark) in enumerate(zip(weeks, shares, judged, marks, strict=True))
    ]  # fmt: skip
    every = max(1, len(points) // LABELS)
    return Chart(
        points=points,
        lines=_lines(found, target),
        ticks=[(share, _y(share)) for share in (0, 25, 50, 75, 100)],
        labels=[(f"{point.first.day} {point.first:%b}", point.x) for point in points[::every]],
        path=" ".join(f"{point.x},{point.y}" for point in points if point.share is not None),
        says=_says(points, found, target),
    )


def _y(share: float) -> float:
    return round(TOP + (100 - share) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def _lines(found: Process | None, target: int) -> list[Line]:
    """Give the level lines, their words moved apart where they would stand on one another."""
    levels = [("target", f"target {target}%", float(target))]
    if found:
        levels += [
            ("limit", f"upper limit {found.upper:.0f}%", found.upper),
            ("average", f"average {found.average:.0f}%", found.average),
            ("limit", f"lower limit {found.lower:.0f}%", found.lower),
        ]
    lines: list[Line] = []
    for kind, words, level in sorted(levels, key=lambda one: -one[2]):
        words_y = _y(level) + 4
        if lines:
            words_y = max(words_y, lines[-1].words_y + 15)
        lines.append(Line(kind, words, _y(level), words_y))
    return lines


def _says(points: Sequence[Point], found: Process | None, target: int) -> str:
    known = [point for point in points if point.judged]
    if not known:
        return f"No week here has {FEWEST} contacts whose time is up, so there is nothing to judge yet."
    latest = known[-1]
    said = f"Latest: {latest.share:.0f}% (week to {written(latest.last)}, {latest.numerator} of {latest.denominator})."
    if found is None:
        return f"{said} One week is too few to say what is usual."
    said += f" It usually lies between {found.lower:.0f}% and {found.upper:.0f}%, around {found.average:.0f}%."
    said += " " + _trend(latest.mark, known)
    if target > found.upper:
        said += f" {target}% is above the upper limit, so it will not be reached by chance: the process has to change."
    if found.trial:
        said += " With fewer than 12 weeks to go by, the limits are trial limits."
    return said


def _trend(mark: str, known: Sequence[Point]) -> str:
    if mark == BETTER:
        return "The latest weeks are better than usual: more than chance."
    if mark == WORSE:
        return "The latest weeks are worse than usual: more than chance."
    unusual = sum(point.mark in {BETTER, WORSE} for point in known)
    if unusual:
        return f"{unusual} of {len(known)} weeks are marked as more than chance; the latest is as usual."
    return "No week is more than chance apart from the others."
