"""A growing list of AND, OR and AND-NOT steps over numbered registers, each written once."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mash.rules.conditions import All, Atom, Condition, Leaf, NotRuledOut, Sense, Some, Unless

AND, OR, AND_NOT = 0, 1, 2
NEVER, ALWAYS = 0, 1
REGISTER = 24  # bits for the number of a register


@dataclass(frozen=True, slots=True)
class Input:
    """A comparison and the way it pushes: RAISES and LOWERS ask "known true", DOUBT asks "not known false"."""

    atom: Atom
    sense: Sense


@dataclass(slots=True)
class Steps:
    """Steps so far; the same step is never written twice. `inputs` is filled before the first step.

    `beside` says where each fact stands among those it is counted with, facts that are counted together having the
    upper bits in common. `noted` and `whole` remember conditions by their identity, while the versions that hold them
    are compiled; `counted` the registers of what was counted before, "either" being a count to one; `any_of` those of
    "either" by what it is of, in whatever order.

    >>> steps = Steps()
    >>> steps.emit(OR, NEVER, ALWAYS) == ALWAYS, steps.emit(AND, NEVER, ALWAYS) == NEVER
    (True, True)
    """

    beside: Mapping[str, int] = field(default_factory=dict)
    inputs: dict[Input, int] = field(default_factory=dict)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    noted: set[tuple[int, Sense]] = field(default_factory=set)
    done: dict[tuple[int, int, int], int] = field(default_factory=dict)
    whole: dict[tuple[int, Sense], int] = field(default_factory=dict)
    counted: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = field(default_factory=dict)
    any_of: dict[frozenset[int], int] = field(default_factory=dict)
    _ranks: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._ranks = [NEVER, ALWAYS, *map(self._rank, self.inputs.items())]

    def note(self, condition: Condition, sense: Sense) -> None:
        """Number the comparisons of a condition, so that steps can follow them; parts held by several are read once."""
        key = (id(condition), sense)
        if key in self.noted:
            return
        self.noted.add(key)
        if isinstance(condition, Leaf):
            self.whole[key] = self._input(Input(condition.atom, sense))
        elif isinstance(condition, All | Some):
            for part in condition.parts:
                self.note(part, sense)
        elif isinstance(condition, NotRuledOut):
            self.note(condition.part, Sense.DOUBT)
        elif isinstance(condition, Unless):
            self.note(condition.part, sense)
            for leaf in condition.exceptions:
                self.note(leaf, Sense.LOWERS)

    def _input(self, given: Input) -> int:
        register = self.inputs.setdefault(given, len(self._ranks))
        if register == len(self._ranks):
            self._ranks.append(self._rank((given, register)))
        return register

    def _rank(self, numbered: tuple[Input, int]) -> int:
        """Return where a register stands: with its fact, those of one fact in the order written."""
        given, register = numbered
        return self.beside.get(given.atom.fact, 0) << REGISTER | register

    def emit(self, operation: int, left: int, right: int) -> int:
        if operation != AND_NOT and left > right:
            left, right = right, left
        if left <= ALWAYS or right <= ALWAYS or left == right:
            settled = _settled(operation, left, right)
            if settled is not None:
                return settled
        step = (operation, left, right)
        found = self.done.get(step)
        if found is None:
            self.steps.append(step)
            found = self.done[step] = len(self._ranks)
            self._ranks.append(self._ranks[left] >> REGISTER << REGISTER | found)  # it stands with its first input
        return found

    def every(self, registers: Iterable[int]) -> int:
        result = ALWAYS
        for register in registers:
            result = self.emit(AND, result, register)
        return result

    def either(self, registers: Iterable[int]) -> int:
        different = frozenset(registers)
        found = self.any_of.get(different)
        if found is None:
            found = self.any_of[different] = self.some(1, [*different])
        return found

    def some(self, least: int, registers: Sequence[int]) -> int:
        """Count by halves, cut at the same places whatever is counted: counts of much the same share their parts."""
        if least < 1:
            return ALWAYS
        return NEVER if len(registers) < least else self._rungs(least, self._sorted(registers))[least - 1]

    def spread(self, least: int, least_groups: int, groups: Iterable[Sequence[int]]) -> int:
        """Return whether so many registers are set, in so many groups.

        With so many groups there is one in each, so no group need be counted farther than what is then wanting. A group
        of none is never one of them.
        """
        wanting = max(1, least - least_groups + 1)
        counted = [self._rungs(min(wanting, len(group)), self._sorted(group)) for group in groups if group]
        enough_groups = self.some(least_groups, [rungs[0] for rungs in counted])
        if wanting == 1 or enough_groups == NEVER:
            return enough_groups
        enough = self._joined(least, counted)
        return self.emit(AND, enough[least - 1], enough_groups) if len(enough) >= least else NEVER

    def _joined(self, most: int, counted: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Join counts of different registers, by halves."""
        if len(counted) == 1:
            return counted[0]
        half = len(counted) // 2
        return self._both(most, self._joined(most, counted[:half]), self._joined(most, counted[half:]))

    def _both(self, most: int, one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
        """Join the counts of two halves: a number is reached by one alone, or by so many here and the rest there."""
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
        return tuple(rungs)

    def _rungs(self, most: int, registers: tuple[int, ...]) -> tuple[int, ...]:
        """Return a register for each number from one to `most`: that many of the sorted registers are set."""
        if len(registers) == 1:
            return registers
        found = self.counted.get((most, registers))
        if found is None:
            cut = self._cut(registers)
            found = self._both(most, self._rungs(most, registers[:cut]), self._rungs(most, registers[cut:]))
            self.counted[most, registers] = found
        return found

    def _sorted(self, registers: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(registers, key=self._ranks.__getitem__))

    def _cut(self, registers: tuple[int, ...]) -> int:
        """Return where the upper half of sorted registers begins: at the highest bit in which their ranks differ."""
        ranks = self._ranks
        first, last = ranks[registers[0]], ranks[registers[-1]]
        if first == last:
            return len(registers) // 2
        bit = (first ^ last).bit_length() - 1
        return bisect_left(registers, last >> bit << bit, key=ranks.__getitem__)


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
