"""A growing list of AND, OR and AND-NOT steps over numbered registers, each written once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import starmap
from operator import xor
from typing import NamedTuple, TypeVar

from mash.rules.conditions import All, Atom, Condition, Leaf, NotRuledOut, Sense, Some, Unless

AND, OR, AND_NOT = 0, 1, 2
NEVER, ALWAYS = 0, 1
REGISTER = 24  # bits for the number of a register
FAR = 1 << REGISTER  # farther than any two registers stand apart

T = TypeVar("T")
Rungs = tuple[int, ...]
"""A register for each number from one on: so many of some registers are set."""


class Input(NamedTuple):
    """A comparison and the way it pushes: RAISES and LOWERS ask "known true", DOUBT asks "not known false"."""

    atom: Atom
    sense: Sense


@dataclass(slots=True)
class Steps:
    """Steps so far; the same step is never written twice. `inputs` is filled before the first step.

    `beside` says where each fact stands among those it is counted with, facts that are counted together having the
    upper bits in common. `noted` and `whole` remember conditions by their identity, while the versions that hold them
    are compiled, by the way they push; `counted` the counts of two halves joined before; `any_of` the registers of
    "either" by what it is of, in whatever order.

    >>> steps = Steps()
    >>> steps.emit(OR, NEVER, ALWAYS) == ALWAYS, steps.emit(AND, NEVER, ALWAYS) == NEVER
    (True, True)
    """

    beside: Mapping[str, int] = field(default_factory=dict)
    inputs: dict[Input, int] = field(default_factory=dict)
    noted: dict[Sense, set[int]] = field(default_factory=lambda: {sense: set() for sense in Sense})
    steps: dict[tuple[int, int, int], int] = field(default_factory=dict)
    whole: dict[Sense, dict[int, int]] = field(default_factory=lambda: {sense: {} for sense in Sense})
    counted: dict[tuple[int, Rungs, Rungs], Rungs] = field(default_factory=dict)
    any_of: dict[frozenset[int], int] = field(default_factory=dict)
    _ranks: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._ranks = [NEVER, ALWAYS, *starmap(self._rank, self.inputs.items())]

    def note(self, conditions: Iterable[tuple[Condition, Sense]]) -> None:
        """Number the comparisons in conditions, so that steps can follow them; what several hold is read once."""
        waiting = [*conditions]
        for condition, sense in waiting:  # which grows meanwhile
            noted = self.noted[sense]
            if id(condition) in noted:
                continue
            noted.add(id(condition))
            if isinstance(condition, Leaf):
                self.whole[sense][id(condition)] = self._input(Input(condition.atom, sense))
            elif isinstance(condition, All | Some):
                waiting += [(part, sense) for part in condition.parts if id(part) not in noted]
            elif isinstance(condition, NotRuledOut):
                waiting.append((condition.part, Sense.DOUBT))
            elif isinstance(condition, Unless):
                waiting.append((condition.part, sense))
                waiting += [(leaf, Sense.LOWERS) for leaf in condition.exceptions]

    def _input(self, given: Input) -> int:
        register = len(self._ranks)
        found = self.inputs.setdefault(given, register)
        if found == register:
            self._ranks.append(self._rank(given, register))
        return found

    def _rank(self, given: Input, register: int) -> int:
        """Return where a register stands: with its fact, those of one fact in the order written."""
        return self.beside.get(given.atom.fact, 0) << REGISTER | register

    def emit(self, operation: int, left: int, right: int) -> int:
        if operation != AND_NOT and left > right:
            left, right = right, left
        if left <= ALWAYS or right <= ALWAYS or left == right:
            settled = _settled(operation, left, right)
            if settled is not None:
                return settled
        step = (operation, left, right)
        found = self.steps.get(step)
        if found is None:
            found = self.steps[step] = len(self._ranks)
            self._ranks.append(self._ranks[left] >> REGISTER << REGISTER | found)  # it stands with its first input
        return found

    def every(self, registers: Iterable[int]) -> int:
        result = ALWAYS
        for register in registers:
            result = self.emit(AND, result, register)
        return result

    def either(self, registers: Iterable[int]) -> int:
        different = frozenset(registers)
        if not different:
            return NEVER
        found = self.any_of.get(different)
        if found is None:
            ordered = self._sorted(different)
            found = self.any_of[different] = self._halves(ordered, ordered, partial(self.emit, OR))
        return found

    def some(self, least: int, registers: Sequence[int]) -> int:
        """Return whether so many of some registers are set."""
        if least < 1:
            return ALWAYS
        if least == 1:
            return self.either(registers)
        return NEVER if len(registers) < least else self._rungs(least, registers)[least - 1]

    def spread(self, least: int, least_groups: int, groups: Iterable[Sequence[int]]) -> int:
        """Return whether so many registers are set, in so many groups.

        With so many groups there is one in each, so no group need be counted farther than what is then wanting. A group
        of none is never one of them.
        """
        wanting = max(1, least - least_groups + 1)
        counted = [self._rungs(wanting, group) for group in groups if group]
        enough_groups = self.some(least_groups, [rungs[0] for rungs in counted])
        if wanting == 1 or enough_groups == NEVER:
            return enough_groups
        enough = self._joined(least, counted)
        return self.emit(AND, enough[least - 1], enough_groups) if len(enough) >= least else NEVER

    def _joined(self, most: int, counted: Sequence[Rungs]) -> Rungs:
        """Join counts of different registers, by halves."""
        if len(counted) == 1:
            return counted[0]
        half = len(counted) // 2
        return self._both(most, self._joined(most, counted[:half]), self._joined(most, counted[half:]))

    def _rungs(self, most: int, registers: Iterable[int]) -> Rungs:
        """Return how many of some registers are set, counted no farther than `most`."""
        ordered = self._sorted(registers)
        return self._halves(ordered, [(register,) for register in ordered], partial(self._both, most))

    def _sorted(self, registers: Iterable[int]) -> list[int]:
        return sorted(registers, key=self._ranks.__getitem__)

    def _halves(self, ordered: Sequence[int], parts: Sequence[T], join: Callable[[T, T], T]) -> T:
        """Join the parts of sorted registers by halves, cut where the ranks of those begin to differ.

        So whatever is joined is cut at the same places, and sets of much the same share what they come to. A part waits
        for those nearer to it than to what stood before; with each is held how far it stands from what follows.
        """
        ranks = [*map(self._ranks.__getitem__, ordered)]
        apart = [*map(int.bit_length, map(xor, ranks, ranks[1:])), FAR]
        waiting: list[tuple[int, T]] = []
        for part, gap in zip(parts, apart, strict=True):
            joined = part
            while waiting and waiting[-1][0] < gap:
                joined = join(waiting.pop()[1], joined)
            waiting.append((gap, joined))
        return waiting[0][1]

    def _both(self, most: int, one: Rungs, other: Rungs) -> Rungs:
        """Join the counts of two halves: a number is reached by one alone, or by so many here and the rest there."""
        key = most, one, other
        found = self.counted.get(key)
        if found is not None:
            return found
        emit, rungs = self.emit, list[int]()
        for rung in range(1, min(most, len(one) + len(other)) + 1):
            result = NEVER
            for here in range(max(0, rung - len(other)), min(rung, len(one)) + 1):
                there = rung - here
                if here and there:
                    reached = emit(AND, one[here - 1], other[there - 1])
                else:
                    reached = one[here - 1] if here else other[there - 1]
                result = emit(OR, result, reached) if result else reached
            rungs.append(result)
        self.counted[key] = found = tuple(rungs)
        return found


def _settled(operation: int, left: int, right: int) -> int | None:
    """Return the result of a step that needs no work, with the smaller register on the left unless AND_NOT."""
    if operation == AND_NOT:
        return NEVER if left == NEVER or right in (ALWAYS, left) else left if right == NEVER else None
    if left == right:
        return left
    if left == NEVER:
        return NEVER if operation == AND else right
    if left == ALWAYS:
        return right if operation == AND else ALWAYS
    return None
