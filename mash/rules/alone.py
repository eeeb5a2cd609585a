"""One child alone: begin from a child of whom nothing was asked, and do only the steps that the answers reach.

The steps are the program's own, and all that is left out is those that could not come out otherwise.
"""

from functools import lru_cache

from mash.rules.columns import Columns, odd_inputs
from mash.rules.facts import Facts
from mash.rules.program import CONSTANTS, Program
from mash.rules.steps import AND, OR


class Alone:
    """A program with the registers of a child of whom nothing was asked, and the steps that use each of them."""

    def __init__(self, program: Program) -> None:
        nobody = Columns(program)
        nobody.add(Facts({}))
        self.program = program
        self.registers = nobody.run()
        self.first = CONSTANTS + len(program.inputs)
        users: list[list[int]] = [[] for _ in self.registers]
        for number, (_, left, right) in enumerate(program.steps):
            users[left].append(number)
            users[right].append(number)
        self.users = tuple(map(tuple, users))
        self.steps = [(*step, to, self.users[to]) for to, step in enumerate(program.steps, self.first)]

    def run(self, facts: Facts) -> list[int]:
        """Return the registers of one child, one bit for each view, as `Columns.run` would."""
        registers = self.registers.copy()
        waiting = self._answered(facts, registers)
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
        return registers

    def _answered(self, facts: Facts, registers: list[int]) -> bytearray:
        """Change the registers of the inputs, and return a byte for each step: 1 where it must be done."""
        waiting = bytearray(len(self.program.steps))
        for name, value in facts:
            for place, odd in odd_inputs(self.program, name, value):
                registers[CONSTANTS + place] ^= odd
                for user in self.users[CONSTANTS + place]:
                    waiting[user] = 1
        return waiting


@lru_cache(maxsize=64)
def alone(program: Program) -> Alone:
    """Return a program made ready for one child at a time, once for each program."""
    return Alone(program)
