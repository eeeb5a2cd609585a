"""Where each decision stands in the diagram: inputs at the foot, what reads them above, the results at the top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 180, 60
ACROSS, UP, MOST_IN_A_LINE = 220, 140, 10


@dataclass(frozen=True, slots=True)
class Place:
    """The upper left corner of a shape, in pixels."""

    x: int
    y: int

    @property
    def top(self) -> tuple[int, int]:
        """Return the middle of the upper edge."""
        return self.x + WIDTH // 2, self.y

    @property
    def bottom(self) -> tuple[int, int]:
        """Return the middle of the lower edge."""
        return self.x + WIDTH // 2, self.y + HEIGHT


def places_of(inputs: Iterable[str], decisions: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Place]:
    """Place inputs and decisions in lines, each decision above all that it reads.

    Args:
        inputs: Names of the inputs.
        decisions: Each decision with the names it reads, after those.

    >>> places_of(["facts"], [("level", ["facts"])])
    {'level': Place(x=40, y=40), 'facts': Place(x=40, y=180)}
    """
    depth = dict.fromkeys(inputs, 0)
    for name, needs in decisions:
        depth[name] = 1 + max((depth[need] for need in needs), default=0)
    lines: list[list[str]] = []
    for level in range(max(depth.values(), default=0), -1, -1):
        names = [name for name, own in depth.items() if own == level]
        lines += [names[at : at + MOST_IN_A_LINE] for at in range(0, len(names), MOST_IN_A_LINE)]
    return {
        name: Place(40 + number * ACROSS, 40 + line * UP)
        for line, names in enumerate(lines)
        for number, name in enumerate(names)
    }


def size_of_note(text: str) -> tuple[int, int]:
    """Return how wide and high a note is, in pixels, with room for every line."""
    wide = 560
    lines = sum(1 + len(line) // 80 for line in text.splitlines())
    return wide, 20 + 18 * lines
