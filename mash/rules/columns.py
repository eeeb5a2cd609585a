"""Facts as the numbers a program runs on: children side by side, and for each the cases that its advice compares."""

from collections.abc import Sequence
from functools import lru_cache
from operator import xor

from mash.rules.conditions import Sense, View, counts
from mash.rules.facts import Facts, Value
from mash.rules.program import Program

VIEWS = (View.NOW, View.CEILING, View.UNKNOWN_CEILING, View.LOWEST)
NOW, CEILING, UNKNOWN_CEILING, LOWEST = range(len(VIEWS))
Change = tuple[str, Value]


def _pattern(sense: Sense, truth: bool | None, *, recorded: bool) -> int:
    """Return one bit for each view, in the order of VIEWS."""
    return sum(counts(truth, sense, view, recorded=recorded) << place for place, view in enumerate(VIEWS))


NOT_ASKED = [_pattern(sense, None, recorded=False) for sense in Sense]


@lru_cache(maxsize=8192)
def odd_inputs(program: Program, name: str, value: Value) -> tuple[tuple[int, int], ...]:
    """Return the inputs that an answer makes different from "not asked", each with the views in which it does."""
    odd = []
    for place in program.inputs_of.get(name, ()):
        given = program.inputs[place]
        recorded = _pattern(given.sense, given.atom.truth(value), recorded=True)
        if recorded != NOT_ASKED[given.sense]:
            odd.append((place, recorded ^ NOT_ASKED[given.sense]))
    return tuple(odd)


class Columns:
    """Cases side by side. A child takes one bit for each view and one for each change of a single fact tried on it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.width = 0
        self._firsts = 0  # the first bit of every child
        self._tried = 0  # the bits of every change
        self._unusual = [0] * len(program.inputs)

    def add(self, facts: Facts, changes: Sequence[Change] = ()) -> int:
        """Add a child and return the place of its first bit: the views, then each change seen from NOW."""
        start, unusual, program = self.width, self._unusual, self.program
        self.width += len(VIEWS) + len(changes)
        self._firsts |= 1 << start
        tried = ((1 << len(changes)) - 1) << len(VIEWS)
        self._tried |= tried << start
        for name, value in facts:
            for place, odd in odd_inputs(program, name, value):
                unusual[place] ^= (odd | tried if odd & 1 else odd) << start
        for number, (name, value) in enumerate(changes, start + len(VIEWS)):
            before = facts.get(name)
            for answer in (before, value) if before is not None else (value,):
                for place, odd in odd_inputs(program, name, answer):
                    unusual[place] ^= (odd & 1) << number
        return start

    def run(self) -> list[int]:
        """Run the program over every case added and return its registers."""
        usual = [pattern * self._firsts | (self._tried if pattern & 1 else 0) for pattern in NOT_ASKED]
        expected = map(usual.__getitem__, self.program.senses)
        return self.program.run(list(map(xor, expected, self._unusual)), (1 << self.width) - 1)
