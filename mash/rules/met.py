"""What of a version can be met, in the order in which it is told, and what of it was: for one child or for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import and_

from mash.rules.columns import VIEWS
from mash.rules.parts import Kind, RouteRule, Rule, UrgencyRule
from mash.rules.program import program_for
from mash.rules.ruleset import RuleSet

Part = Rule | UrgencyRule | RouteRule


@dataclass(frozen=True, slots=True, eq=False)
class Meetable:
    """Rules of the level by kind, then urgency, then routes: each a number, a part of the version and a register.

    Attributes:
        asking: The numbers of the rules that ask something, with their questions.
        silent: Those that say not to approach the family for agreement.
        speaking: Those that ask or are silent.
        unsure: Those that are met because something is not known.
        at: Register to the numbers that rest on it.
    """

    parts: tuple[Part, ...]
    ids: tuple[str, ...]
    places: tuple[int, ...]
    asking: Mapping[int, tuple[str, ...]]
    silent: frozenset[int]
    speaking: frozenset[int]
    unsure: frozenset[int]
    at: Mapping[int, tuple[int, ...]]

    def by_one(self, registers: bytearray) -> list[int]:
        """Return the numbers met now by the one child whose registers these are, a byte each."""
        mask = _mask(self, len(registers))
        now = (int.from_bytes(registers, "little") & mask).to_bytes(len(registers), "little")
        found: list[int] = []
        place = now.find(1)
        while place >= 0:
            found += self.at[place]
            place = now.find(1, place + 1)
        found.sort()
        return found

    def by_each(self, registers: Sequence[int], children: int) -> list[list[int]]:
        """Return the numbers met now by each child. The views of one stand next to each other, NOW the first."""
        width = len(VIEWS)
        now = ((1 << width * children) - 1) // ((1 << width) - 1)
        found: list[list[int]] = [[] for _ in range(children)]
        for number, held in enumerate(map(and_, map(registers.__getitem__, self.places), repeat(now))):
            left = held
            while left:
                last = left.bit_length() - 1
                found[last // width].append(number)
                left ^= 1 << last
        return found


@lru_cache(maxsize=64)
def _mask(meetable: Meetable, size: int) -> int:
    """Return a one for NOW in the byte of each register that something rests on."""
    return int.from_bytes(bytes(place in meetable.at for place in range(size)), "little")


@lru_cache(maxsize=64)
def meetable(ruleset: RuleSet) -> Meetable:
    """Return what can be met under a version, worked out once for each content hash."""
    outputs, kinds = program_for(ruleset).outputs, list(Kind)
    rules = sorted(zip(ruleset.level_rules(), outputs.rules, strict=True), key=lambda pair: kinds.index(pair[0].kind))
    told: list[tuple[Part, int]] = [*rules]
    told += zip(ruleset.urgency, outputs.urgency, strict=True)
    told += zip(ruleset.route_rules, outputs.route_rules, strict=True)
    at: dict[int, tuple[int, ...]] = {}
    for number, (_, place) in enumerate(told):
        at[place] = (*at.get(place, ()), number)
    silencing = {key for key, note in ruleset.instructions.items() if note.do_not_seek}
    numbered = list(enumerate(rule for rule, _ in rules))
    asking = {number: rule.then.ask for number, rule in numbered if rule.then.ask}
    silent = frozenset(number for number, rule in numbered if silencing.intersection(rule.then.instructions))
    return Meetable(
        parts=tuple(part for part, _ in told),
        ids=tuple(part.id for part, _ in told),
        places=tuple(place for _, place in told),
        asking=asking,
        silent=silent,
        speaking=silent.union(asking),
        unsure=frozenset(number for number, rule in numbered if rule.kind is Kind.UNKNOWN),
        at=at,
    )
