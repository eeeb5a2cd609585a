"""A growing list of AND, OR and AND-NOT steps over numbered registers, each written once."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mash.rules.conditions import All, Atom, Condition, Leaf, NotRuledOut, Sense, Some, Unless

AND, OR, AND_NOT = 0, 1, 2
NEVER, ALWAYS = 0, 1


@dataclass(frozen=True, slots=True)
class Input:
    """A comparison and the way it pushes: RAISES and LOWERS ask "known true", DOUBT asks "not known false"."""

    atom: Atom
    sense: Sense


@dataclass(slots=True)
class Steps:
    """Steps so far; the same step is never written twice. `inputs` is filled before the first step.

    `noted` and `whole` remember conditions by their identity, while the versions that hold them are compiled;
    `counted` the registers of what was counted before, "either" being a count to one.

    >>> steps = Steps()
    >>> steps.emit(OR, 3, 2) == steps.emit(OR, 2, 3), steps.emit(AND, NEVER, 2) == NEVER
    (True, True)
    """

    inputs: dict[Input, int] = field(default_factory=dict)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    noted: set[tuple[int, Sense]] = field(default_factory=set)
    done: dict[tuple[int, int, int], int] = field(default_factory=dict)
    whole: dict[tuple[int, Sense], int] = field(default_factory=dict)
    counted: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = field(default_factory=dict)

    def note(self, condition: Condition, sense: Sense) -> None:
        """Number the comparisons of a condition, so that steps can follow them; parts held by several are read once."""
        key = (id(condition), sense)
        if key in self.noted:
            return
        self.noted.add(key)
        if isinstance(condition, Leaf):
            self.inputs.setdefault(Input(condition.atom, sense), 2 + len(self.inputs))
        elif isinstance(condition, All | Some):
            for part in condition.parts:
                self.note(part, sense)
        elif isinstance(condition, NotRuledOut):
            self.note(condition.part, Sense.DOUBT)
        elif isinstance(condition, Unless):
            self.note(condition.part, sense)
            for leaf in condition.exceptions:
                self.note(leaf, Sense.LOWERS)

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
            found = self.done[step] = 1 + len(self.inputs) + len(self.steps)
        return found

    def every(self, registers: Iterable[int]) -> int:
        result = ALWAYS
        for register in registers:
            result = self.emit(AND, result, register)
        return result

    def either(self, registers: Iterable[int]) -> int:
        return self.some(1, sorted(set(registers)))

    def some(self, least: int, registers: Sequence[int]) -> int:
        """Count by halves, cut at the same places whatever is counted: counts of much the same share their parts."""
        if least < 1:
            return ALWAYS
        return NEVER if len(registers) < least else self._rungs(least, tuple(sorted(registers)))[least - 1]

    def _rungs(self, most: int, registers: tuple[int, ...]) -> tuple[int, ...]:
        """Return a register for each number from one to `most`: that many of the sorted registers are set."""
        if len(registers) == 1:
            return registers
        found = self.counted.get((most, registers))
        if found is None:
            cut = _cut(registers)
            one, other = self._rungs(most, registers[:cut]), self._rungs(most, registers[cut:])
            found = tuple(self._rung(rung, one, other) for rung in range(1, min(most, len(registers)) + 1))
            self.counted[most, registers] = found
        return found

    def _rung(self, rung: int, one: tuple[int, ...], other: tuple[int, ...]) -> int:
        """Return whether two halves together reach a number: all of it in one, or so many here and the rest there."""
        result = NEVER
        for here in range(max(0, rung - len(other)), min(rung, len(one)) + 1):
            there = rung - here
            left = one[here - 1] if here else ALWAYS
            result = self.emit(OR, result, self.emit(AND, left, other[there - 1] if there else ALWAYS))
        return result


def _cut(registers: tuple[int, ...]) -> int:
    """Return where the upper half of sorted registers begins: at the highest bit in which first and last differ."""
    first, last = registers[0], registers[-1]
    if first == last:
        return len(registers) // 2
    bit = (first ^ last).bit_length() - 1
    return bisect_left(registers, last >> bit << bit)


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
