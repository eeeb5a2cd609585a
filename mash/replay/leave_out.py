"""Every rule left out in turn, without a run for any: from the registers that one run left.

A rule gives a child a level, or what an offset that lowers its strand leaves of it. Where one rule alone gives the
child's own level, and no other as much or more, the level falls without that rule; anywhere else it stays.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from mash.replay.column import without
from mash.replay.judge import Judged
from mash.rules import RuleSet

Given = tuple[str, int]
"""The strand by which an offset can lower a rule, empty if none can, and the place of the level it gives."""


@lru_cache(maxsize=64)
def given_by(ruleset: RuleSet) -> Mapping[str, Given]:
    """Return what each rule of the level gives; rules that give no level above the lowest are left out."""
    rules = (rule for rule in ruleset.level_rules() if rule.then.level)
    return {rule.id: (rule.strand if rule.lowerable else "", rule.then.level or 0) for rule in rules}


def falls_without(judged: Judged, asked: int) -> dict[Given, int]:
    """Return, for rules that give the same, the children whose level falls when the one of them that is met goes.

    Args:
        judged: A version over a frame, with its reasons.
        asked: The children that count.
    """
    places = range(1, len(judged.ruleset.levels))
    groups = {given: (once, twice, _left(judged, given)) for given, (once, twice) in _met(judged).items()}
    alone = dict.fromkeys(places, 0)
    for place in places:
        once = twice = 0
        for one, more, lowered in groups.values():
            if place < len(lowered):
                kept = without(one, lowered[place])
                twice |= without(more, lowered[place]) | (once & kept)
                once |= kept
        level = judged.level.get(str(judged.ruleset.levels[place].ordinal), 0) & asked
        alone[place] = without(level & once, twice)
    return {given: _any(lowered, alone) for given, (_, _, lowered) in groups.items()}


def _any(lowered: list[int], alone: Mapping[int, int]) -> int:
    found = 0
    for place in range(1, len(lowered)):
        found |= without(alone[place], lowered[place])
    return found


def _met(judged: Judged) -> dict[Given, tuple[int, int]]:
    """Return, by what rules give, the children who met one of them, and those who met two."""
    found: dict[Given, tuple[int, int]] = {}
    fired = judged.fired
    for rule, given in given_by(judged.ruleset).items():
        if met := fired[rule]:
            once, twice = found.get(given, (0, 0))
            found[given] = (once | met, twice | (once & met))
    return found


def _left(judged: Judged, given: Given) -> list[int]:
    """Return, by place up to the level given, the children for whom an offset leaves less than that."""
    strand, level = given
    lowered = [0] * (level + 1)
    for leaves, children in _offsets(judged, strand, level):
        for place in range(leaves + 1, level + 1):
            lowered[place] |= children
    return lowered


def _offsets(judged: Judged, strand: str, level: int) -> Iterator[tuple[int, int]]:
    for offset, register in zip(judged.ruleset.offsets, judged.outputs.offsets, strict=True):
        if strand in offset.strands:
            yield offset.leaves(level), judged.registers[register]
