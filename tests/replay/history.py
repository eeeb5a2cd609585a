"""Small histories for tests: children of the small catalogue, frozen a few to a frame."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from mash.replay.compare import Cohort
from mash.replay.frame import Frame
from mash.replay.past import Past, frozen
from mash.rules import Facts
from tests.rules.small import CATALOGUE

FIRST_DAY = date(2021, 1, 4)


def a_past(number: int, facts: Mapping[str, Any] | Facts | None, **told: Any) -> Past:
    """Give a child of the past, received a day after the one before."""
    known = facts.to_json() if isinstance(facts, Facts) else facts
    return Past(str(number), told.pop("received", FIRST_DAY + timedelta(days=number)), known, **told)


def a_cohort(children: Sequence[Past], size: int = 4) -> Cohort:
    """Freeze children, so many to a frame."""
    frames = [frozen(children[at : at + size]) for at in range(0, len(children), size)]
    return over(frames)


def over(frames: Iterable[Frame]) -> Cohort:
    """Make frames ready."""
    kept = list(frames)
    return Cohort(kept, CATALOGUE, [frame.digest() for frame in kept])
