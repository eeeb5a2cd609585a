"""The results alone, for many children at once: the same program as an advice, without its words and what-ifs.

For history, where a million children are judged and a few are read. `evaluate` gives the same level, rating, route and
legal basis, and the reasons in words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from mash.rules.bits import of_bits, set_bits
from mash.rules.columns import NOT_ASKED, NOW, Difference, odd_inputs
from mash.rules.facts import Facts
from mash.rules.program import Program, program_for
from mash.rules.ruleset import RuleSet
from mash.rules.source import Json

AT_ONCE = 8192


@dataclass(slots=True)
class Results:
    """What a version gives for one child, by its keys, and the ids of the rules that were met.

    `level` is the shared ordinal, None for a person who is not a child. `route` is the main route; `strength` the one
    that rules and gates give when a redirect stands in front.
    """

    ruleset_id: str
    ruleset_hash: str
    level: int | None
    rating: str
    route: str
    strength: str
    bases: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Json]:
        """Return the results by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def results_for(ruleset: RuleSet, facts_of: Iterable[Facts]) -> Iterator[Results]:
    """Yield the results of many children, in the order given."""
    children = iter(facts_of)
    while batch := list(islice(children, AT_ONCE)):
        yield from _batch(ruleset, program_for(ruleset), batch)


def _batch(ruleset: RuleSet, program: Program, batch: Sequence[Facts]) -> list[Results]:
    registers = program.run(_columns(program, batch), (1 << len(batch)) - 1)
    outputs, size = program.outputs, len(batch)
    levels, ratings = _places(registers, outputs.levels, size), _places(registers, outputs.ratings, size)
    strengths = _places(registers, outputs.strengths, size)
    found = [
        Results(
            ruleset.id,
            ruleset.content_hash,
            ruleset.levels[level].ordinal,
            ruleset.ratings[rating].key,
            ruleset.routes[strength].key,
            ruleset.routes[strength].key,
        )
        for level, rating, strength in zip(levels, ratings, strengths, strict=True)
    ]
    for redirect, register in reversed(list(zip(ruleset.redirects, outputs.redirects, strict=True))):
        for place in set_bits(registers[register]):
            found[place].route = redirect.route
    for basis, register in zip(ruleset.bases, outputs.bases, strict=True):
        for place in set_bits(registers[register]):
            found[place].bases.append(basis.key)
    for rule, register in zip(ruleset.level_rules(), outputs.rules, strict=True):
        for place in set_bits(registers[register]):
            found[place].rules.append(rule.id)
    grown = ruleset.routes[ruleset.not_a_child.route].key
    for place in set_bits(registers[outputs.not_a_child]):
        one = found[place]
        one.level, one.route, one.strength, one.bases = None, grown, grown, []
    return found


def _columns(program: Program, batch: Sequence[Facts]) -> list[int]:
    """Return one number for each input: bit i says whether its comparison counts for child i, as things are now."""
    given: dict[Difference, list[int]] = {}
    find = odd_inputs(program).__getitem__
    for child, facts in enumerate(batch):
        for difference in map(find, facts.values.items()):
            given.setdefault(difference, []).append(child)
    full = (1 << len(batch)) - 1
    usual = [full if pattern >> NOW & 1 else 0 for pattern in NOT_ASKED]
    columns = [usual[sense] for sense in program.senses]
    for difference, children in given.items():
        bits = of_bits(children, len(batch))
        for place, odd in difference.odd:
            if odd >> NOW & 1:
                columns[place] ^= bits
    return columns


def _places(registers: Sequence[int], steps: Sequence[int], size: int) -> list[int]:
    """Return how far each child gets along an ordered list: a register for each place above the lowest."""
    reached = [0] * size
    for register in steps:
        for child in set_bits(registers[register]):
            reached[child] += 1
    return reached
