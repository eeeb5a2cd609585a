"""One child with one fact changed, for every change worth trying, side by side; and what is met at the ceiling only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mash.rules.changes import Try, tries_for
from mash.rules.columns import VIEWS, with_changes
from mash.rules.facts import Facts
from mash.rules.outcome import Outcome, outcome_of
from mash.rules.program import Outputs, program_for
from mash.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Tried:
    """The tries that move a result, with the outcome then; and the ids of the rules met at the ceiling but not now."""

    moved: tuple[tuple[Try, Outcome], ...]
    possible: frozenset[str]


def tried(ruleset: RuleSet, facts: Facts) -> Tried:
    """Try every change that makes sense on one child."""
    program, tries = program_for(ruleset), tries_for(ruleset).of(facts)
    registers = with_changes(program, facts, [(attempt.fact, attempt.value) for attempt in tries])
    rules = zip(ruleset.level_rules(), program.outputs.rules, strict=True)
    possible = frozenset(rule.id for rule, place in rules if registers[place] & 3 == 2)
    return Tried(tuple(_moved(ruleset, program.outputs, tries, registers)), possible)


def _moved(
    ruleset: RuleSet, outputs: Outputs, tries: Sequence[Try], registers: Sequence[int]
) -> Iterator[tuple[Try, Outcome]]:
    full = (1 << len(VIEWS) + len(tries)) - 1
    results = (*outputs.levels, *outputs.ratings, *outputs.strengths, *outputs.redirects, outputs.not_a_child)
    moved = 0
    for register in results:
        bits = registers[register]
        moved |= bits ^ (full if bits & 1 else 0)
    for number, attempt in enumerate(tries, len(VIEWS)):
        if moved >> number & 1:
            yield attempt, outcome_of(ruleset, outputs, registers, number)
