"""One child alone: put together what each answer comes to by itself, and do only the steps where answers meet.

The steps are the program's own, and all that is left out is those that could not come out otherwise: what one answer
by itself makes of a child of whom nothing else was asked is worked out once, by the same steps.
"""

from functools import lru_cache

from mash.rules.columns import odd_inputs, side_by_side
from mash.rules.facts import Facts, Value
from mash.rules.program import CONSTANTS, Program
from mash.rules.steps import AND, AND_NOT, OR

ANSWERS = 4096  # answers whose registers are kept for a program: some 6 KB each


class Alone:
    """A program made ready for one child. Registers are bytes here, one bit a view."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.nobody = bytes(side_by_side(program, [Facts({})]))
        users: list[list[int]] = [[] for _ in self.nobody]
        for number, (_, left, right) in enumerate(program.steps):
            users[left].append(number)
            users[right].append(number)
        self.users = tuple(map(tuple, users))
        first = CONSTANTS + len(program.inputs)
        self.steps = [(*step, to, self.users[to]) for to, step in enumerate(program.steps, first)]
        self._nobody = _number(self.nobody)
        self.answered = lru_cache(maxsize=ANSWERS)(self._answered)

    def run(self, facts: Facts) -> bytearray:
        """Return the registers of one child, one bit for each view, as `side_by_side` would.

        What each answer changes by itself stands, except where two of them meet in a step and do not simply add up.
        Those steps are done again, and so is what follows from them.
        """
        changed = shared = seen = sharp = 0
        for name, value in facts:
            alone, reached, keen = self.answered(name, value)
            changed |= alone
            shared |= (seen & keen) | (sharp & reached)
            seen |= reached
            sharp |= keen
        registers = bytearray((self._nobody ^ changed).to_bytes(len(self.nobody), "little"))
        self._follow(registers, bytearray(shared.to_bytes(len(self.steps), "little")))
        return registers

    def _follow(self, registers: bytearray, waiting: bytearray) -> None:
        """Do the steps that wait, first to last, and those that come to wait because one before them changes."""
        steps, following = self.steps, waiting.find
        number = following(1)
        while number >= 0:
            operation, left, right, to, users = steps[number]
            if operation == OR:
                result = registers[left] | registers[right]
            elif operation == AND:
                result = registers[left] & registers[right]
            else:
                result = registers[left] & ~registers[right]
            if result != registers[to]:
                registers[to] = result
                for user in users:
                    waiting[user] = 1
            number = following(1, number + 1)

    def _answered(self, name: str, value: Value) -> tuple[int, int, int]:
        """Return what one answer by itself changes, a byte a register; the steps it reaches; and where it is keen.

        It is keen where it does not simply add up with another: in an OR when it takes something away, in an AND when
        it brings something, and in every AND-NOT.
        """
        registers, reached = bytearray(self.nobody), bytearray(len(self.steps))
        for place, odd in odd_inputs(self.program)[name, value].odd:
            registers[CONSTANTS + place] ^= odd
            for user in self.users[CONSTANTS + place]:
                reached[user] = 1
        self._follow(registers, reached)
        keen = bytearray(reached)
        for number, (operation, *operands, _, _) in enumerate(self.steps):
            if keen[number] and operation != AND_NOT:
                pairs = [(self.nobody[operand], registers[operand]) for operand in operands]
                keen[number] = any(before & ~after if operation == OR else after & ~before for before, after in pairs)
        return _number(registers) ^ self._nobody, _number(reached), _number(keen)


def _number(registers: bytes | bytearray) -> int:
    return int.from_bytes(registers, "little")


@lru_cache(maxsize=64)
def alone(program: Program) -> Alone:
    """Return a program made ready for one child at a time, once for each program."""
    return Alone(program)
