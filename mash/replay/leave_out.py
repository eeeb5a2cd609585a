"""Every rule left out in turn, without a run for any: from the registers that one run left.

A rule gives a child a level, or what an offset that lowers its strand leaves of it. Where one rule alone gives the
child's own level, and no other as much or more, the level falls without that rule; anywhere else it stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import or_

from mash.replay.column import without
from mash.replay.judge import Judged, rule_places, rules_of
from mash.rules import RuleSet
from mash.rules.program import Outputs


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What a rule gives: for each place from the lowest to its level, the registers of the offsets that leave less.

    What is alike is the same object, so that it is found at once.
    """

    lowering: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=4096)
def _given(lowering: tuple[tuple[int, ...], ...]) -> Given:
    return Given(lowering)


NOTHING = _given(())

Met = dict[tuple[int, ...], tuple[int, int]]
"""By the registers of some rules, the children who met one of them, and those who met two."""


@lru_cache(maxsize=64)
def met_by(ruleset: RuleSet, outputs: Outputs) -> tuple[tuple[str, int, Given], ...]:
    """Return all that can be met: its id, its register, and what it gives if that is a level above the lowest."""
    offsets = [*zip(ruleset.offsets, outputs.offsets, strict=True)]

    @cache
    def given(strand: str, level: int) -> Given:
        lowering = [(one.leaves(level), register) for one, register in offsets if strand in one.strands]
        return _given(
            tuple(tuple(register for leaves, register in lowering if leaves < place) for place in range(level + 1))
        )

    gives = {
        rule.id: given(rule.strand if rule.lowerable else "", rule.then.level)
        for rule in ruleset.level_rules()
        if rule.then.level
    }
    registers = zip(rules_of(ruleset), rule_places(outputs), strict=True)
    return tuple((id, register, gives.get(id, NOTHING)) for id, register in registers)


@lru_cache(maxsize=64)
def _givers(ruleset: RuleSet, outputs: Outputs) -> Mapping[Given, tuple[int, ...]]:
    """Return the registers of the rules that give the same."""
    found: dict[Given, tuple[int, ...]] = {}
    for _, register, given in met_by(ruleset, outputs):
        if given is not NOTHING:
            found[given] = (*found.get(given, ()), register)
    return found


def falls_without(judged: Judged, asked: int, met: Met | None = None) -> dict[Given, int]:
    """Return, for rules that give the same, the children whose level falls when the one of them that is met goes.

    Args:
        judged: A version over a frame, with its reasons.
        asked: The children that count.
        met: What was found of another version judged together with this; what is found is added.
    """
    groups = [*_groups(judged, Met() if met is None else met)]
    alone = [0]
    for place, level in enumerate(judged.ruleset.levels[1:], 1):
        once = twice = 0
        for _, one, more, lowered in groups:
            if place < len(lowered):
                kept = without(one, lowered[place])
                twice |= without(more, lowered[place]) | (once & kept)
                once |= kept
        alone.append(without(judged.level.get(str(level.ordinal), 0) & asked & once, twice))
    return {given: _falls(lowered, alone) for given, _, _, lowered in groups}


def _groups(judged: Judged, met: Met) -> Iterator[tuple[Given, int, int, list[int]]]:
    """Yield what is given, who met one rule that gives it, who two, and by place for whom an offset leaves less."""
    for given, rules in _givers(judged.ruleset, judged.outputs).items():
        if rules not in met:
            met[rules] = _met(rules, judged.registers)
        lowered = [reduce(or_, map(judged.registers.__getitem__, offsets), 0) for offsets in given.lowering]
        yield given, *met[rules], lowered


def _falls(lowered: Sequence[int], alone: Sequence[int]) -> int:
    found = 0
    for place in range(1, len(lowered)):
        found |= without(alone[place], lowered[place])
    return found


def _met(rules: Sequence[int], registers: Sequence[int]) -> tuple[int, int]:
    once = twice = 0
    for rule in rules:
        if children := registers[rule]:
            twice |= once & children
            once |= children
    return once, twice
