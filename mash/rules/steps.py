"""A growing list of AND, OR and AND-NOT steps over numbered registers, each written once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mash.rules.conditions import Atom, Sense

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

    `whole` remembers the register of a condition by its identity, while the versions that hold it are compiled.

    >>> steps = Steps()
    >>> steps.emit(OR, 3, 2) == steps.emit(OR, 2, 3), steps.emit(AND, NEVER, 2) == NEVER
    (True, True)
    """

    inputs: dict[Input, int] = field(default_factory=dict)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    done: dict[tuple[int, int, int], int] = field(default_factory=dict)
    whole: dict[int, int] = field(default_factory=dict)

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
        result = NEVER
        for register in registers:
            result = self.emit(OR, result, register)
        return result

    def some(self, least: int, registers: Sequence[int]) -> int:
        """Count by a ladder: rung n says that n of the registers so far are set. Ladders share their lower rungs."""
        rungs = [ALWAYS, *[NEVER] * least]
        for register in registers:
            for rung in range(least, 0, -1):
                rungs[rung] = self.emit(OR, rungs[rung], self.emit(AND, rungs[rung - 1], register))
        return rungs[least]


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
