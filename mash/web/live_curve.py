"""The curve of a slider as a drawing: how many children move down and up at each value a number could have."""

from collections.abc import Sequence
from dataclasses import dataclass

from mash.web.live_numbers import Number

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 170, 44, 44, 12, 28
LABELS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One value: how many move down and up there, None where the draft cannot be read so; and where it is drawn."""

    shown: str
    lower: int | None
    higher: int | None
    here: bool
    x: float
    lower_y: float
    higher_y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawing ready for a template, with the sentence that says what it shows."""

    number: Number
    steps: Sequence[Step]
    lower_path: str
    higher_path: str
    labels: Sequence[tuple[str, float]]
    ticks: Sequence[tuple[int, float]]
    here: float | None
    says: str


def curve_of(number: Number, moves: Sequence[tuple[int, int] | None]) -> Curve:
    """Lay a curve out.

    Args:
        moves: Down and up at each value of the number, in order; None where the draft cannot be read so.
    """
    most = max((count for pair in moves if pair for count in pair), default=0) or 1
    gap = (WIDTH - LEFT - RIGHT) / max(1, len(moves) - 1)
    steps = [
        Step(
            shown,
            pair[0] if pair else None,
            pair[1] if pair else None,
            value == number.now,
            round(LEFT + place * gap, 1),
            _y(pair[0] if pair else 0, most),
            _y(pair[1] if pair else 0, most),
        )
        for place, (value, shown, pair) in enumerate(zip(number.values, number.shown, moves, strict=True))
    ]
    known = [step for step in steps if step.lower is not None]
    every = -(-len(steps) // LABELS)
    return Curve(
        number,
        steps,
        " ".join(f"{step.x},{step.lower_y}" for step in known),
        " ".join(f"{step.x},{step.higher_y}" for step in known),
        [(value, step.x) for value, step in list(zip(number.values, steps, strict=True))[::every]],
        [(0, _y(0, most)), (most, _y(most, most))],
        next((step.x for step in steps if step.here), None),
        _says(known),
    )


def _y(count: int, most: int) -> float:
    return round(TOP + (most - count) / most * (HEIGHT - TOP - BOTTOM), 1)


def _says(known: Sequence[Step]) -> str:
    if not known:
        return "At no value can this be read yet."
    if not any(step.lower or step.higher for step in known):
        return "Nobody of this past moves, whatever this number is."
    here = next((step for step in known if step.here), None)
    said = f"Here {here.lower:,} move down and {here.higher:,} up. " if here else ""
    ways = []
    for word, counts in (("down", [step.lower or 0 for step in known]), ("up", [step.higher or 0 for step in known])):
        at = known[counts.index(max(counts))]
        ways.append(f"most move {word} at {at.shown} ({max(counts):,})" if any(counts) else f"none moves {word}")
    return said + f"Over the whole range {', and '.join(ways)}."
