"""The geometry of a process chart, for a template to draw as SVG, and the sentence that says what it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from string import ascii_uppercase

from mash.measures.figures import Figure
from mash.measures.process import BETTER, WORSE, Process, process
from mash.queries.chart_limits import Begun
from mash.web.filters import day as written

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960, 300, 44, 150, 14, 34
FEWEST = 30
LABELS = 6
TOPS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 100_000)
HIGHER, LOWER = "higher", "lower"
NEITHER = {BETTER: HIGHER, WORSE: LOWER}
"""What marks are called on a figure of which neither more nor less is better."""
Part = tuple[int, int, Process | None]
"""A stretch of weeks judged by limits of its own: the place of the first, that after the last, and the limits."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the height of the chart stands for, and what is written after each number of it."""

    top: int
    unit: str

    def y(self, value: float) -> float:
        return round(TOP + (self.top - value) / self.top * (HEIGHT - TOP - BOTTOM), 1)

    def words(self, value: float) -> str:
        return f"{value:,.0f}{self.unit}"

    @property
    def ticks(self) -> list[tuple[str, float]]:
        return [(self.words(value), self.y(value)) for value in (self.top * part / 5 for part in range(6))]


@dataclass(frozen=True, slots=True)
class Point:
    """One week. ``judged`` is false where too few were due, or not all are yet: it is hollow and says nothing.

    ``share`` is what is drawn: per cent, or of a plain count the number itself, whose ``denominator`` is None.
    """

    first: date
    last: date
    numerator: int
    denominator: int | None
    share: float | None
    judged: bool
    mark: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A level line: what it is, from where to where it goes, its words, and where they stand."""

    kind: str
    words: str
    x: tuple[float, float]
    y: float
    words_x: float
    words_y: float


@dataclass(frozen=True, slots=True)
class Break:
    """Where limits begin anew: a letter to find it by, where it stands, from which day, and why."""

    letter: str
    x: float
    first: date
    reason: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn, with the sentences that say what it shows."""

    points: Sequence[Point]
    lines: Sequence[Line]
    ticks: Sequence[tuple[str, float]]
    labels: Sequence[tuple[str, float]]
    path: str
    says: str
    breaks: Sequence[Break] = ()


def chart_of(
    weeks: Sequence[Figure], target: int | None, *, complete_until: date, begun: Sequence[Begun] = ()
) -> Chart:
    """Lay out the weeks of one measure.

    Args:
        target: What is aimed at, in per cent; None for a figure of which neither more nor less is better.
        complete_until: The last day of which everything received is due by now.
        begun: From which weeks its limits begin anew; those before the first week shown change nothing.
    """
    plain = bool(weeks) and weeks[0].denominator is None
    enough = [plain or (week.denominator or 0) >= FEWEST for week in weeks]
    judged = [ok and week.last <= complete_until for ok, week in zip(enough, weeks, strict=True)]
    values = [_value(week) for week in weeks]
    known = [value if ok else None for value, ok in zip(values, judged, strict=True)]
    starts = {place: one for place, week in enumerate(weeks) for one in begun if place and one.monday == week.first}
    ends = [0, *starts, len(weeks)]
    most = float("inf") if plain else 100
    parts = [(first, end, process(known[first:end], most=most)) for first, end in pairwise(ends)]
    marks = [mark for first, end, one in parts for mark in (one.marks if one else [""] * (end - first))]
    if target is None:
        marks = [NEITHER.get(mark, mark) for mark in marks]
    scale = _scale([value for value in values if value is not None], parts, target, "" if plain else "%")
    step = (WIDTH - LEFT - RIGHT) / max(1, len(weeks) - 1)
    points = [
        Point(
            week.first, week.last, week.numerator, week.denominator, value, ok, mark,
            round(LEFT + place * step, 1), scale.y(value or 0),
        )
        for place, (week, value, ok, mark) in enumerate(zip(weeks, values, judged, marks, strict=True))
    ]  # fmt: skip
    every = max(1, len(points) // LABELS)
    return Chart(
        points=points,
        lines=_lines(parts, target, scale, step),
        ticks=scale.ticks,
        labels=[(f"{point.first.day} {point.first:%b}", point.x) for point in points[::every]],
        path=" ".join(f"{point.x},{point.y}" for point in points if point.share is not None),
        says=_says(points, parts, target, scale),
        breaks=[
            Break(letter, round(LEFT + (place - 0.5) * step, 1), one.monday, one.reason)
            for letter, (place, one) in zip(ascii_uppercase, starts.items(), strict=False)
        ],
    )


def _value(week: Figure) -> float | None:
    if week.denominator is None:
        return float(week.numerator)
    return None if week.share is None else float(week.share)


def _scale(values: Sequence[float], parts: Sequence[Part], target: int | None, unit: str) -> Scale:
    """Choose the height: all of a hundred where there is a target, else as little as holds everything."""
    if target is not None:
        return Scale(100, unit)
    most = max([*values, *(one.upper for *_, one in parts if one), 1])
    return Scale(next((top for top in TOPS if most <= top), int(most) + 1), unit)


def _lines(parts: Sequence[Part], target: int | None, scale: Scale, step: float) -> list[Line]:
    """Give the level lines: those that hold now with their words at the end, those before with their average above."""
    lines: list[Line] = []
    for first, end, found in parts[:-1]:
        if found:
            x = round(LEFT + max(0, first - 0.5) * step, 1), round(LEFT + (end - 0.5) * step, 1)
            for kind, level in (("limit", found.upper), ("average", found.average), ("limit", found.lower)):
                words = f"average {scale.words(level)}" if kind == "average" else ""
                lines.append(Line(kind, words, x, scale.y(level), x[0] + 4, scale.y(found.upper) - 8))
    first, _, found = parts[-1]
    x = round(LEFT + max(0, first - 0.5) * step, 1), float(WIDTH - RIGHT)
    return lines + _named(found, target, scale, x)


def _named(found: Process | None, target: int | None, scale: Scale, x: tuple[float, float]) -> list[Line]:
    """Give the lines that hold now, their words moved apart where they would stand on one another."""
    levels = [] if target is None else [("target", f"target {target}%", float(target))]
    if found:
        levels += [
            ("limit", f"upper limit {scale.words(found.upper)}", found.upper),
            ("average", f"average {scale.words(found.average)}", found.average),
            ("limit", f"lower limit {scale.words(found.lower)}", found.lower),
        ]
    lines: list[Line] = []
    for kind, words, level in sorted(levels, key=lambda one: -one[2]):
        words_y = scale.y(level) + 4
        if lines:
            words_y = max(words_y, lines[-1].words_y + 15)
        from_to = (float(LEFT), x[1]) if kind == "target" else x
        lines.append(Line(kind, words, from_to, scale.y(level), WIDTH - RIGHT + 8, words_y))
    return lines


def _says(points: Sequence[Point], parts: Sequence[Part], target: int | None, scale: Scale) -> str:
    known = [point for point in points if point.judged]
    if not known and points and points[0].denominator is None:
        return "No week here is over, so there is nothing to judge yet."
    if not known:
        return f"No week here has {FEWEST} contacts whose time is up, so there is nothing to judge yet."
    latest, (first, _, found) = known[-1], parts[-1]
    numbers = "" if latest.denominator is None else f", {latest.numerator} of {latest.denominator}"
    said = f"Latest: {scale.words(latest.share or 0)} (week to {written(latest.last)}{numbers})."
    if found is None:
        return f"{said} One week is too few to say what is usual."
    since = f"Since {written(points[first].first)} it" if first else "It"
    said += f" {since} usually lies between {_usual(found, scale)}."
    said += " " + _trend(latest.mark, [point for point in points[first:] if point.judged])
    if target is not None and target > found.upper:
        said += f" {target}% is above the upper limit, so it will not be reached by chance: the process has to change."
    if found.trial:
        said += " With fewer than 12 weeks to go by, the limits are trial limits."
    before = parts[-2][2] if len(parts) > 1 else None
    return said + (f" Before, it lay between {_usual(before, scale)}." if before else "")


def _usual(found: Process, scale: Scale) -> str:
    return f"{scale.words(found.lower)} and {scale.words(found.upper)}, around {scale.words(found.average)}"


def _trend(mark: str, known: Sequence[Point]) -> str:
    unusual = sum(point.mark in {BETTER, WORSE, HIGHER, LOWER} for point in known)
    if mark in {BETTER, WORSE, HIGHER, LOWER}:
        return f"The latest weeks are {mark} than usual: more than chance."
    if unusual:
        return f"{unusual} of {len(known)} weeks are marked as more than chance; the latest is as usual."
    return "No week is more than chance apart from the others."
