"""Process (XmR) charts: what a figure usually does, and which of its points are more than chance.

Limits are the mean and 2.66 mean moving ranges either side of it. Four signals, as the National Health Service's own
charts use: beyond a limit; seven on one side of the mean; seven rising or falling; two of three near a limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

SPREAD, RUN, ENOUGH = 2.66, 7, 12
BETTER, WORSE, USUAL = "better", "worse", "usual"


@dataclass(frozen=True, slots=True)
class Process:
    """What was found. Each of ``marks`` stands at the place of its value: better, worse, usual; empty for none.

    ``trial`` says that there are too few values for limits to be more than a first guess.
    """

    average: float
    upper: float
    lower: float
    marks: tuple[str, ...]
    trial: bool


def process(values: Sequence[float | None], *, least: float = 0, most: float = 100) -> Process | None:
    """Work out the limits of a figure for which more is better, and mark its points; None without two values.

    Args:
        values: In order of time; None where there is too little to judge, which counts for nothing.
        least: What no limit goes below; ``most``, what none goes above.
    """
    kept = [value for value in values if value is not None]
    if len(kept) < 2:
        return None
    average = mean(kept)
    spread = SPREAD * mean(abs(after - before) for before, after in pairwise(kept))
    upper, lower = average + spread, average - spread
    found = _marks(kept, average, spread)
    places = iter(found)
    marks = tuple("" if value is None else next(places) for value in values)
    return Process(average, min(upper, most), max(lower, least), marks, trial=len(kept) < ENOUGH)


def _marks(values: Sequence[float], average: float, spread: float) -> list[str]:
    marks = [USUAL] * len(values)
    sides = [(value > average) - (value < average) for value in values]
    for place, value in enumerate(values):
        three = range(max(0, place - 2), place + 1)
        near = [sides[one] for one in three if _near(values[one], average, spread)]
        if abs(value - average) > spread or (_near(value, average, spread) and near.count(sides[place]) >= 2):
            marks[place] = BETTER if sides[place] > 0 else WORSE
    for start in range(len(values) - RUN + 1):
        stretch = range(start, start + RUN)
        side = sum(sides[place] for place in stretch)
        steps = [values[place + 1] - values[place] for place in stretch[:-1]]
        if abs(side) == RUN or all(step > 0 for step in steps) or all(step < 0 for step in steps):
            up = side > 0 if abs(side) == RUN else steps[0] > 0
            for place in stretch:
                marks[place] = BETTER if up else WORSE
    return marks


def _near(value: float, average: float, spread: float) -> bool:
    """Say whether a value lies in the outer third between the mean and a limit, or beyond."""
    return spread > 0 and abs(value - average) > spread * 2 / 3
