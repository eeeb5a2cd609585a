"""Facts as the numbers a program runs on: children side by side, and for each the cases that its advice compares."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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


def with_changes(program: Program, facts: Facts, changes: Sequence[Change]) -> list[int]:
    """Run a program over one child and return its registers: a bit for each view, then one for each change.

    A change is of a single fact, and is seen from NOW.
    """
    width, odd_of = len(VIEWS) + len(changes), odd_inputs(program)
    tried = (1 << width) - (1 << len(VIEWS))
    usual = [pattern | tried if pattern & 1 else pattern for pattern in NOT_ASKED]
    columns = [usual[sense] for sense in program.senses]
    for recorded in facts:
        for place, odd in odd_of[recorded].odd:
            columns[place] ^= odd | tried if odd & 1 else odd
    for number, (name, value) in enumerate(changes, len(VIEWS)):
        before = facts.get(name)
        for answer in (before, value) if before is not None else (value,):
            for place, odd in odd_of[name, answer].odd:
                columns[place] ^= (odd & 1) << number
    return program.run(columns, (1 << width) - 1)


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
