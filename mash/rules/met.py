"""What of a version can be met, in the order in which it is told, and what of it was: for one child or for many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mash.rules.columns import VIEWS
from mash.rules.parts import Kind, RouteRule, Rule, UrgencyRule
from mash.rules.program import program_for
from mash.rules.ruleset import RuleSet

Part = Rule | UrgencyRule | RouteRule


@dataclass(frozen=True, slots=True, eq=False)
class Meetable:
    """Rules of the level by kind, then urgency, then routes: for each its id, its register, and the part itself.

    Attributes:
        asking: The rules that ask something, with their questions.
        silent: Those that say not to approach the family for agreement.
        speaking: Those that ask or are silent, with their registers.
        unsure: Those that are met because something is not known.
        at: Register to the places, in this order, of what rests on it.
    """

    ids: tuple[str, ...]
    registers: tuple[int, ...]
    parts: Mapping[str, Part]
    asking: Mapping[str, tuple[str, ...]]
    silent: frozenset[str]
    speaking: Mapping[str, int]
    unsure: frozenset[str]
    at: Mapping[int, tuple[int, ...]]

    def by_one(self, registers: bytearray) -> list[str]:
        """Return the ids of what the one child meets now whose registers these are, a byte each."""
        mask = _mask(self, len(registers))
        now = (int.from_bytes(registers, "little") & mask).to_bytes(len(registers), "little")
        places: list[int] = []
        register = now.find(1)
        while register >= 0:
            places += self.at[register]
            register = now.find(1, register + 1)
        return [self.ids[place] for place in sorted(places)]

    def by_each(self, registers: Sequence[int], children: int) -> list[list[str]]:
        """Return the ids of what each child meets now. The views of one stand next to each other, NOW the first."""
        return _by_each(zip(self.ids, self.registers, strict=True), registers, children)

    def spoken_by_each(self, registers: Sequence[int], children: int) -> list[list[str]]:
        """Return the ids of those that speak among what each child meets now."""
        return _by_each(self.speaking.items(), registers, children)


def _by_each(places: Iterable[tuple[str, int]], registers: Sequence[int], children: int) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(children)]
    ones, now = _ones(children)
    at: list[list[str]] = [[]] * len(ones)  # by bit length, of which only those that end in NOW come up
    at[1 :: len(VIEWS)] = found
    for id, register in places:
        left = registers[register] & now
        while left:
            last = left.bit_length()
            at[last].append(id)
            left ^= ones[last]
    return found


@lru_cache(maxsize=8)
def _ones(children: int) -> tuple[tuple[int, ...], int]:
    """Return the number with one bit set for each bit length, and the number with NOW set for each child."""
    ones = [1 << length >> 1 for length in range(len(VIEWS) * children + 1)]
    return tuple(ones), sum(ones[1 :: len(VIEWS)])


@lru_cache(maxsize=64)
def _mask(meetable: Meetable, size: int) -> int:
    """Return a one for NOW in the byte of each register that something rests on."""
    return int.from_bytes(bytes(register in meetable.at for register in range(size)), "little")


@lru_cache(maxsize=64)
def meetable(ruleset: RuleSet) -> Meetable:
    """Return what can be met under a version, worked out once for each content hash."""
    outputs, kinds = program_for(ruleset).outputs, list(Kind)
    rules = sorted(zip(ruleset.level_rules(), outputs.rules, strict=True), key=lambda pair: kinds.index(pair[0].kind))
    told: list[tuple[Part, int]] = [*rules]
    told += zip(ruleset.urgency, outputs.urgency, strict=True)
    told += zip(ruleset.route_rules, outputs.route_rules, strict=True)
    at: dict[int, tuple[int, ...]] = {}
    for place, (_, register) in enumerate(told):
        at[register] = (*at.get(register, ()), place)
    silencing = {key for key, note in ruleset.instructions.items() if note.do_not_seek}
    asking = {rule.id: rule.then.ask for rule, _ in rules if rule.then.ask}
    silent = frozenset(rule.id for rule, _ in rules if silencing.intersection(rule.then.instructions))
    return Meetable(
        ids=tuple(part.id for part, _ in told),
        registers=tuple(register for _, register in told),
        parts={part.id: part for part, _ in told},
        asking=asking,
        silent=silent,
        speaking={rule.id: register for rule, register in rules if rule.id in asking or rule.id in silent},
        unsure=frozenset(rule.id for rule, _ in rules if rule.kind is Kind.UNKNOWN),
        at=at,
    )
