"""Two versions said to other engines, as expressions over the comparisons: SQL, zen, Python for DMN, numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mash.rules import RuleSet
from mash.rules.conditions import All, Condition, Leaf, NotRuledOut, Sense, Some, Unless
from mash.rules.steps import Input


@dataclass(frozen=True, slots=True)
class Tongue:
    """How an engine writes logic; `number` makes 1 or 0 of a truth, `part` names a part worked out before."""

    all: str
    either: str
    no: str
    number: str
    never: str
    part: str = "{}"

    def every(self, parts: Sequence[str]) -> str:
        return f"({self.all.join(parts)})"

    def some(self, parts: Sequence[str]) -> str:
        return f"({self.either.join(parts)})" if parts else self.never

    def without(self, one: str, stopped: Sequence[str]) -> str:
        return self.every([one, self.no.format(self.some(stopped))]) if stopped else one

    def sum(self, parts: Sequence[str]) -> str:
        return " + ".join(map(self.number.format, parts))


ZEN = Tongue(" and ", " or ", "not({})", "({} ? 1 : 0)", "false", "$.{}")
PYTHON = Tongue(" and ", " or ", "(not {})", "(1 if {} else 0)", "False")
NUMPY = Tongue(" & ", " | ", "(~{})", "({}).astype('i1')", "never")


@dataclass(frozen=True, slots=True)
class Told:
    """A version: its parts by name, each over the comparisons, and the level over the parts. 0 is not a child."""

    parts: Mapping[str, str]
    places: Sequence[str]
    adult: str


def told(version: RuleSet, inputs: Sequence[Input], side: str, tongue: Tongue) -> Told:
    """Say a version's level."""
    at = {given: f"c{place}" for place, given in enumerate(inputs)}
    given: dict[tuple[str, int], list[str]] = {}
    for rule in version.level_rules():
        if rule.then.level:
            key = (rule.strand if rule.lowerable else "", rule.then.level)
            given.setdefault(key, []).append(_said(rule.when, Sense.RAISES, at, tongue))
    names = {key: f"{side}{number}" for number, key in enumerate(given)}
    parts = {name: tongue.some(given[key]) for key, name in names.items()}
    for number, offset in enumerate(version.offsets):
        parts[f"{side}o{number}"] = _said(offset.established, Sense.LOWERS, at, tongue)
    kept = [_said(leaf, Sense.RAISES, at, tongue) for leaf in version.not_a_child.unless]
    parts[f"{side}adult"] = tongue.without(_said(version.not_a_child.when, Sense.LOWERS, at, tongue), kept)
    places = []
    for place in range(1, len(version.levels)):
        holds = []
        for (strand, level), name in names.items():
            lowered = [
                tongue.part.format(f"{side}o{number}")
                for number, offset in enumerate(version.offsets)
                if strand in offset.strands and offset.leaves(level) < place
            ]
            if level >= place:
                holds.append(tongue.without(tongue.part.format(name), lowered))
        places.append(tongue.some(holds))
    return Told(parts, places, tongue.part.format(f"{side}adult"))


def _said(condition: Condition, sense: Sense, at: Mapping[Input, str], tongue: Tongue) -> str:
    match condition:
        case Leaf(atom):
            return at[Input(atom, sense)]
        case All(parts):
            return tongue.every([_said(part, sense, at, tongue) for part in parts])
        case Some(1, parts):
            return tongue.some([_said(part, sense, at, tongue) for part in parts])
        case Some(least, parts):
            return f"({tongue.sum([_said(part, sense, at, tongue) for part in parts])} >= {least})"
        case NotRuledOut(part):
            return _said(part, Sense.DOUBT, at, tongue)
        case Unless(part, exceptions):
            stopped = [_said(leaf, Sense.LOWERS, at, tongue) for leaf in exceptions]
            return tongue.without(_said(part, sense, at, tongue), stopped)
    raise TypeError(condition)


def sql_of(both: tuple[RuleSet, RuleSet], inputs: Sequence[Input], number: str) -> str:
    """Return the from-to table of levels as SQL over a table `history` with a column for each comparison."""
    tongue = Tongue(" AND ", " OR ", "NOT {}", number, "false")
    parts, levels = [], []
    for side, version in zip("ab", both, strict=True):
        one = told(version, inputs, side, tongue)
        parts += [f"{said} AS {name}" for name, said in one.parts.items()]
        places = " + ".join(f"CASE WHEN {place} THEN 1 ELSE 0 END" for place in one.places)
        levels.append(f"CASE WHEN {one.adult} THEN 0 ELSE 1 + {places} END")
    met = f"WITH met AS MATERIALIZED (SELECT {', '.join(parts)} FROM history)"
    return f"{met} SELECT {', '.join(levels)}, count(*) FROM met GROUP BY 1, 2"
