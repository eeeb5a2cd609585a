"""A program made ready for many children at once: registers that are done with give their place to new ones.

The steps and what they mean are the program's own. Only where they put a result differs, so that all that is in use
stays in the processor's cache: with some thousands of children side by side that is ten times as fast.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from mash.rules import Program
from mash.rules.program import CONSTANTS, Outputs
from mash.rules.steps import AND, OR

UNUSED, KEPT = -1, -2  # in place of the step that reads a register last


@dataclass(frozen=True, slots=True)
class Wide:
    """Steps as (operation, left, right, where to), over `size` places; `outputs` say where each version's are."""

    steps: tuple[tuple[int, int, int, int], ...]
    outputs: tuple[Outputs, ...]
    size: int

    def run(self, columns: Sequence[int], full: int) -> list[int]:
        """Do what `Program.run` does: `outputs` are the places to read; others may hold anything."""
        places = [0, full, *columns, *[0] * (self.size - CONSTANTS - len(columns))]
        for operation, left, right, to in self.steps:
            if operation == AND:
                places[to] = places[left] & places[right]
            elif operation == OR:
                places[to] = places[left] | places[right]
            else:
                kept = places[left]
                places[to] = kept ^ (kept & places[right])
        return places


@lru_cache(maxsize=64)
def wide(programs: tuple[Program, ...], reasons: int | None = None) -> Wide:
    """Give every register of programs that share their steps a place. Inputs and results keep theirs to the end.

    Args:
        programs: From `together`.
        reasons: For how many of them, from the first, it is wanted which rules were met; None is all. Of the others
            the results alone are. Steps that nothing wanted rests on are left out.
    """
    first = CONSTANTS + len(programs[0].inputs)
    most = len(programs) if reasons is None else reasons
    wanted = [_wanted(program.outputs, reasons=number < most) for number, program in enumerate(programs)]
    last = _last_uses(programs[0], set().union(*map(_places, wanted)))
    place = [*range(first)]
    free, size = list[int](), first
    steps: list[tuple[int, int, int, int]] = []
    for number, (operation, left, right) in enumerate(programs[0].steps):
        until = last[first + number]
        if until == UNUSED:
            place.append(0)
            continue
        if last[left] == number:
            free.append(place[left])
        if last[right] == number:
            free.append(place[right])
        if free and until != KEPT:
            to = free.pop()
        else:
            to, size = size, size + 1
        place.append(to)
        steps.append((operation, place[left], place[right], to))
    return Wide(tuple(steps), tuple(_moved(one, place) for one in wanted), size)


def _wanted(outputs: Outputs, *, reasons: bool) -> Outputs:
    """Return the results that replay reads."""
    kept = replace(outputs, before_gates=(), bases=())
    return kept if reasons else replace(kept, rules=(), offsets=(), urgency=(), route_rules=())


def _last_uses(program: Program, outputs: set[int]) -> list[int]:
    """Return for each register the last step that reads it and leads to an output: or UNUSED, or KEPT to the end."""
    first = CONSTANTS + len(program.inputs)
    last = [KEPT] * first + [UNUSED] * len(program.steps)
    for register in outputs:
        last[register] = KEPT
    for number in range(len(program.steps) - 1, -1, -1):
        if last[first + number] != UNUSED:
            _, left, right = program.steps[number]
            if last[left] == UNUSED:
                last[left] = number
            if last[right] == UNUSED:
                last[right] = number
    return last


def _places(outputs: Outputs) -> set[int]:
    found: set[int] = set()
    for field in fields(outputs):
        value: Any = getattr(outputs, field.name)
        found |= {value} if isinstance(value, int) else set(value)
    return found


def _moved(outputs: Outputs, place: Sequence[int]) -> Outputs:
    moved: dict[str, Any] = {}
    for field in fields(outputs):
        value: Any = getattr(outputs, field.name)
        moved[field.name] = place[value] if isinstance(value, int) else tuple(place[one] for one in value)
    return replace(outputs, **moved)
