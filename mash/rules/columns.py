"""Facts as the numbers a program runs on: children side by side, and for each the cases that its advice compares."""

from collections.abc import Sequence
from dataclasses import dataclass
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


ANSWERS = 8192  # answers kept for a program
NOT_ASKED = [_pattern(sense, None, recorded=False) for sense in Sense]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """The inputs that one answer makes different from "not asked", each with the views in which it does."""

    odd: tuple[tuple[int, int], ...]


class Odd(dict[tuple[str, Value], Difference]):
    """Answer to what it changes, which is found by itself and not by what is in it: many children give one answer."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program

    def __missing__(self, answer: tuple[str, Value]) -> Difference:
        if len(self) >= ANSWERS:
            self.clear()
        name, value = answer
        odd = []
        for place in self.program.inputs_of.get(name, ()):
            given = self.program.inputs[place]
            recorded = _pattern(given.sense, given.atom.truth(value), recorded=True)
            if recorded != NOT_ASKED[given.sense]:
                odd.append((place, recorded ^ NOT_ASKED[given.sense]))
        found = self[answer] = Difference(tuple(odd))
        return found


@lru_cache(maxsize=64)
def odd_inputs(program: Program) -> Odd:
    """Return what answers change among the inputs of a program, worked out as they come."""
    return Odd(program)


class Columns:
    """Cases side by side. A child takes one bit for each view and one for each change of a single fact tried on it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.odd = odd_inputs(program)
        self.width = 0
        self._firsts = 0  # the first bit of every child
        self._tried = 0  # the bits of every change
        self._unusual = [0] * len(program.inputs)

    def add(self, facts: Facts, changes: Sequence[Change] = ()) -> int:
        """Add a child and return the place of its first bit: the views, then each change seen from NOW."""
        start, unusual, odd_of = self.width, self._unusual, self.odd
        self.width += len(VIEWS) + len(changes)
        self._firsts |= 1 << start
        tried = ((1 << len(changes)) - 1) << len(VIEWS)
        self._tried |= tried << start
        for recorded in facts:
            for place, odd in odd_of[recorded].odd:
                unusual[place] ^= (odd | tried if odd & 1 else odd) << start
        for number, (name, value) in enumerate(changes, start + len(VIEWS)):
            before = facts.get(name)
            for answer in (before, value) if before is not None else (value,):
                for place, odd in odd_of[name, answer].odd:
                    unusual[place] ^= (odd & 1) << number
        return start

    def run(self) -> list[int]:
        """Run the program over every case added and return its registers."""
        usual = [pattern * self._firsts | (self._tried if pattern & 1 else 0) for pattern in NOT_ASKED]
        expected = map(usual.__getitem__, self.program.senses)
        return self.program.run(list(map(xor, expected, self._unusual)), (1 << self.width) - 1)


def side_by_side(program: Program, batch: Sequence[Facts]) -> list[int]:
    """Run a program over children of whom no change is tried, and return its registers.

    A child takes one bit for each view, the first child the lowest. What an answer changes is written once for all the
    children who gave it.
    """
    given: dict[Difference, int] = {}
    find, first = odd_inputs(program).__getitem__, 1
    for facts in batch:
        for difference in map(find, facts.values.items()):
            given[difference] = given.get(difference, 0) | first
        first <<= len(VIEWS)
    columns = list(_unasked(program, len(batch)))
    for difference, children in given.items():
        for place, odd in difference.odd:
            columns[place] ^= odd * children
    return program.run(columns, first - 1)


@lru_cache(maxsize=64)
def _unasked(program: Program, children: int) -> tuple[int, ...]:
    """Return the number for each input of so many children of whom nothing was asked."""
    firsts = sum(1 << len(VIEWS) * child for child in range(children))
    return tuple(NOT_ASKED[sense] * firsts for sense in program.senses)
