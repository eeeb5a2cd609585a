"""Every rule left out in turn, without a run for any: from the registers that one run left.

A rule gives a child a level, or what an offset that lowers its strand leaves of it. Where one rule alone gives the
child's own level, and no other as much or more, the level falls without that rule; anywhere else it stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from mash.replay.column import without
from mash.replay.judge import Judged
from mash.rules import RuleSet
from mash.rules.program import Outputs

Given = tuple[str, int]
"""The strand by which an offset can lower a rule, empty if none can, and the place of the level it gives."""

Met = dict[tuple[int, ...], tuple[int, int]]
"""By the registers of some rules, the children who met one of them, and those who met two."""


class Givers(NamedTuple):
    """What gives the same: the registers of the rules, and by place from the lowest those of what leaves less."""

    given: Given
    rules: tuple[int, ...]
    lowered: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=64)
def given_by(ruleset: RuleSet) -> Mapping[str, Given]:
    """Return what each rule of the level gives; rules that give no level above the lowest are left out."""
    rules = (rule for rule in ruleset.level_rules() if rule.then.level)
    return {rule.id: (rule.strand if rule.lowerable else "", rule.then.level or 0) for rule in rules}


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
                kept = _kept(one, lowered[place])
                twice |= _kept(more, lowered[place]) | (once & kept)
                once |= kept
        alone.append(without(judged.level.get(str(level.ordinal), 0) & asked & once, twice))
    return {given: _falls(lowered, alone) for given, _, _, lowered in groups}


def _groups(judged: Judged, met: Met) -> Iterator[tuple[Given, int, int, list[int]]]:
    """Yield what is given, who met one rule that gives it, who two, and by place for whom an offset leaves less."""
    lowered = dict[tuple[int, ...], int]()
    for given, rules, lowering in _givers(judged.ruleset, judged.outputs):
        if rules not in met:
            met[rules] = _met(rules, judged.registers)
        if met[rules][0]:
            for offsets in lowering:
                if offsets not in lowered:
                    lowered[offsets] = reduce(or_, map(judged.registers.__getitem__, offsets), 0)
            yield given, *met[rules], [lowered[offsets] for offsets in lowering]


def _kept(children: int, lowered: int) -> int:
    return without(children, lowered) if lowered else children


def _falls(lowered: list[int], alone: list[int]) -> int:
    found = 0
    for place in range(1, len(lowered)):
        found |= _kept(alone[place], lowered[place])
    return found


def _met(rules: tuple[int, ...], registers: Sequence[int]) -> tuple[int, int]:
    once = twice = 0
    for rule in rules:
        if children := registers[rule]:
            twice |= once & children
            once |= children
    return once, twice


@lru_cache(maxsize=64)
def _givers(ruleset: RuleSet, outputs: Outputs) -> tuple[Givers, ...]:
    """Return what gives each level, with what can lower it, by the places of their registers."""
    gives, rules = given_by(ruleset), dict[Given, list[int]]()
    for rule, register in zip(ruleset.level_rules(), outputs.rules, strict=True):
        if rule.id in gives:
            rules.setdefault(gives[rule.id], []).append(register)
    offsets = [*zip(ruleset.offsets, outputs.offsets, strict=True)]
    return tuple(
        Givers(
            (strand, level),
            tuple(registers),
            tuple(
                tuple(
                    register
                    for offset, register in offsets
                    if strand in offset.strands and offset.leaves(level) < place
                )
                for place in range(level + 1)
            ),
        )
        for (strand, level), registers in rules.items()
    )
