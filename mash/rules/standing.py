"""The results of a child in every view, and the parts of an advice that follow from these alone, kept by what they are.

There are few ways in which results can stand, so each is put into keys once and found again by its registers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from mash.rules.advice import Bound
from mash.rules.columns import CEILING, LOWEST, NOW, UNKNOWN_CEILING
from mash.rules.outcome import Outcome, outcome_of
from mash.rules.program import program_for
from mash.rules.ruleset import RuleSet

WAYS = 4096
DIGITS = "0123456789abcdef"  # one for the views of one child


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How the results stand.

    Attributes:
        now: The outcome as things are.
        before_gates: The place of the route before agreement is looked at.
        open: Whether a fact recorded as unknown could raise a result.
        told: Part of an advice to what it holds.
        first: Ids met that are told before the rules: the not-a-child gate.
        last: Ids met that are told after the route rules: the redirect.
    """

    now: Outcome
    before_gates: int
    open: bool
    told: Mapping[str, Any]
    first: tuple[str, ...]
    last: tuple[str, ...]


class Standings:
    """The ways in which the results of one version can stand, each worked out when it is first met."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset, self.outputs = ruleset, program_for(ruleset).outputs
        outputs = self.outputs
        of_results = (*outputs.levels, *outputs.ratings, *outputs.strengths, *outputs.before_gates, *outputs.bases)
        self.places = (*of_results, *outputs.redirects, outputs.not_a_child)
        self._read = itemgetter(*self.places)
        self._standing = lru_cache(maxsize=WAYS)(self._worked_out)

    def of_one(self, registers: Sequence[int]) -> Standing:
        """Return how the results of one child stand, whose registers these are."""
        return self._standing("".join([DIGITS[register] for register in self._read(registers)]))

    def of_each(self, registers: Sequence[int], children: int) -> Iterator[Standing]:
        """Yield how the results of each child stand, in order. The views of one child are one hexadecimal digit."""
        written = "".join([f"{register:0{children}x}" for register in self._read(registers)])
        return (self._standing(written[child::children]) for child in reversed(range(children)))

    def _worked_out(self, digits: str) -> Standing:
        ruleset, outputs = self.ruleset, self.outputs
        registers = {place: int(digit, 16) for place, digit in zip(self.places, digits, strict=True)}
        seen = [outcome_of(ruleset, outputs, registers, view) for view in (NOW, CEILING, UNKNOWN_CEILING, LOWEST)]
        now, ceiling, unknown_ceiling, lowest = seen
        perhaps_adult = registers[outputs.not_a_child] >> LOWEST & 1
        weakest = min(lowest.strength, _reached(registers, outputs.strengths, LOWEST))
        adult, redirect = now.level is None, None if now.redirect is None else ruleset.redirects[now.redirect]
        route = ruleset.routes[now.strength].key
        told = {
            "ruleset_id": ruleset.id,
            "ruleset_hash": ruleset.content_hash,
            "not_a_child": adult,
            "level": None if now.level is None else ruleset.levels[now.level].key,
            "rating": ruleset.ratings[now.rating].key,
            "route": route if redirect is None else redirect.route,
            "strength": route,
            "bases": now.bases,
            "lowest": _bound(ruleset, lowest, weakest),
            "ceiling": self._highest(ceiling, perhaps_adult),
            "unknown_ceiling": self._highest(unknown_ceiling, perhaps_adult),
        }
        return Standing(
            now=now,
            before_gates=_reached(registers, outputs.before_gates, NOW),
            open=unknown_ceiling.beyond(now),
            told=told,
            first=(ruleset.not_a_child.id,) if adult else (),
            last=() if redirect is None else (redirect.id,),
        )

    def _highest(self, outcome: Outcome, perhaps_adult: int) -> Bound:
        """Return a limit. While it is open whether the person is a child, it covers both answers."""
        return _bound(self.ruleset, outcome, max(outcome.strength, self.ruleset.not_a_child.route * perhaps_adult))


def _reached(registers: Mapping[int, int], places: tuple[int, ...], view: int) -> int:
    return sum(registers[place] >> view & 1 for place in places)


def _bound(ruleset: RuleSet, outcome: Outcome, strength: int) -> Bound:
    level = None if outcome.level is None else ruleset.levels[outcome.level].key
    return Bound(level, ruleset.ratings[outcome.rating].key, ruleset.routes[strength].key)
