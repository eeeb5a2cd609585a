"""One child alone: put together what each answer comes to by itself, and do only the steps that two answers share.

The steps are the program's own, and all that is left out is those that could not come out otherwise: what one answer
by itself makes of a child of whom nothing else was asked is worked out once, by the same steps.
"""

from functools import lru_cache

from mash.rules.columns import Columns, odd_inputs
from mash.rules.facts import Facts, Value
from mash.rules.program import CONSTANTS, Program
from mash.rules.steps import AND, OR

ANSWERS = 4096  # answers whose registers are kept for a program: some 6 KB each


class Alone:
    """A program made ready for one child. Registers are bytes here, one bit a view."""

    def __init__(self, program: Program) -> None:
        nobody = Columns(program)
        nobody.add(Facts({}))
        self.program = program
        self.nobody = bytes(nobody.run())
        users: list[list[int]] = [[] for _ in self.nobody]
        for number, (_, left, right) in enumerate(program.steps):
            users[left].append(number)
            users[right].append(number)
        self.users = tuple(map(tuple, users))
        first = CONSTANTS + len(program.inputs)
        self.steps = [(*step, to, self.users[to]) for to, step in enumerate(program.steps, first)]
        self._nobody = int.from_bytes(self.nobody, "little")
        self.answered = lru_cache(maxsize=ANSWERS)(self._answered)

    def run(self, facts: Facts) -> bytearray:
        """Return the registers of one child, one bit for each view, as `Columns.run` would.

        A register that one answer changes, or none, is as it is for that answer alone, unless a step before it took
        from two. Those steps are done again.
        """
        registers, seen, shared = self._nobody, 0, 0
        for name, value in facts:
            changed, reached = self.answered(name, value)
            registers ^= changed
            shared |= seen & reached
            seen |= reached
        found = bytearray(registers.to_bytes(len(self.nobody), "little"))
        self._follow(found, bytearray(shared.to_bytes(len(self.steps), "little")))
        return found

    def _follow(self, registers: bytearray, waiting: bytearray) -> None:
        """Do the steps that wait, first to last, and those that come to wait because one before them changes."""
        steps, following = self.steps, waiting.find
        number = following(1)
        while number >= 0:
            operation, left, right, to, users = steps[number]
            if operation == AND:
                result = registers[left] & registers[right]
            elif operation == OR:
                result = registers[left] | registers[right]
            else:
                result = registers[left] & ~registers[right]
            if result != registers[to]:
                registers[to] = result
                for user in users:
                    waiting[user] = 1
            number = following(1, number + 1)

    def _answered(self, name: str, value: Value) -> tuple[int, int]:
        """Return what one answer by itself changes, a byte a register, and the steps it reaches, a byte a step."""
        registers, reached = bytearray(self.nobody), bytearray(len(self.steps))
        for place, odd in odd_inputs(self.program, name, value):
            registers[CONSTANTS + place] ^= odd
            for user in self.users[CONSTANTS + place]:
                reached[user] = 1
        self._follow(registers, reached)
        return int.from_bytes(registers, "little") ^ self._nobody, int.from_bytes(reached, "little")


@lru_cache(maxsize=64)
def alone(program: Program) -> Alone:
    """Return a program made ready for one child at a time, once for each program."""
    return Alone(program)
