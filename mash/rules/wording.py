"""Conditions in plain words: what must be so for a rule to hold, for someone who reads the document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mash.rules.catalogue import Fact, FactType
from mash.rules.conditions import (
    All,
    Atom,
    BasisReached,
    Condition,
    Established,
    Leaf,
    LevelReached,
    Missing,
    NotRuledOut,
    OneOf,
    Qualified,
    Some,
    Unless,
    Within,
)
from mash.rules.parts import Effect
from mash.rules.ruleset import RuleSet

LEAST = {
    "severity": "at least {0}",
    "frequency": "at least {0}",
    "duration": "for {0} or longer",
}
AGES = frozenset({"years", "weeks"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, and what belongs under it: a single comparison has nothing there."""

    words: str
    parts: "tuple[Clause, ...]" = ()

    @property
    def size(self) -> int:
        """Count the sentences."""
        return 1 + sum(part.size for part in self.parts)


def in_words(ruleset: RuleSet, condition: Condition) -> Clause:
    """Say what must be so for a condition to hold."""
    match condition:
        case All(parts):
            said = _all_of(ruleset, parts)
        case Some(least, parts):
            said = _some_of(ruleset, least, parts)
        case Unless(part, exceptions):
            said, but = in_words(ruleset, part), tuple(in_words(ruleset, one) for one in exceptions)
            said = Clause(said.words, (*said.parts, Clause("unless it is established that:", but)))
        case NotRuledOut(Leaf(Missing(fact))):
            said = Clause(f"It is not known: {ruleset.catalogue.facts[fact].words}")
        case NotRuledOut(part):
            said = Clause("This is so, or has not been ruled out:", (in_words(ruleset, part),))
        case _:
            said = Clause(_single(ruleset, condition))
    return said


def _single(ruleset: RuleSet, condition: Leaf | LevelReached | BasisReached) -> str:
    if isinstance(condition, Leaf):
        return _comparison(ruleset, condition.atom)
    if isinstance(condition, LevelReached):
        return f"The rules reach {level_name(ruleset, condition.level)} or higher"
    return f"A rule reaches: {next(one.name for one in ruleset.bases if one.key == condition.basis)}"


def gives_in_words(ruleset: RuleSet, then: Effect) -> Iterator[str]:
    """Say what comes of a rule that is met, its level aside."""
    if then.rating is not None:
        yield f"Rate {ruleset.ratings[then.rating].name}"
    yield from (basis.name for basis in ruleset.bases if basis.key in then.bases)
    if then.route_floor is not None:
        yield f"At least {ruleset.routes[then.route_floor].name.lower()}"
    yield from (ruleset.extra_routes[key].name for key in then.also)
    yield from (ruleset.duties[key].words for key in then.duties)
    yield from (ruleset.instructions[key].words for key in then.instructions)
    yield from then.ask


def level_name(ruleset: RuleSet, place: int) -> str:
    """Name a level by its number and its name."""
    level = ruleset.levels[place]
    return f"level {level.ordinal}, {level.name}"


def _all_of(ruleset: RuleSet, parts: Sequence[Condition]) -> Clause:
    details = [part.atom for part in parts if isinstance(part, Leaf) and isinstance(part.atom, Qualified)]
    if len(details) == len(parts) and len({atom.fact for atom in details}) == 1:
        said = " and ".join(_detail(ruleset, atom) for atom in details)
        return Clause(f"{ruleset.catalogue.facts[details[0].fact].words}: {said}")
    return Clause("All of these:", tuple(in_words(ruleset, part) for part in parts))


def _some_of(ruleset: RuleSet, least: int, parts: Sequence[Condition]) -> Clause:
    told = _without_implied(parts) if least == 1 else parts
    said = tuple(in_words(ruleset, part) for part in told)
    if len(said) == 1:
        return said[0]
    if least == len(parts):
        return Clause("All of these:", said)
    return Clause("Any of these:" if least == 1 else f"At least {least} of these {len(parts)}:", said)


def _without_implied(parts: Sequence[Condition]) -> list[Condition]:
    """Leave out what says more about a fact whose presence alone is enough: "present" covers "present and serious"."""
    bare = [_bare(part) for part in parts]
    enough = {part.atom.fact for part in bare if isinstance(part, Leaf) and isinstance(part.atom, OneOf)}

    def implied(part: Condition) -> bool:
        if isinstance(part, Leaf):
            return isinstance(part.atom, Qualified) and part.atom.fact in enough
        return isinstance(part, All) and any(isinstance(one, Leaf) and one.atom.fact in enough for one in part.parts)

    return [part for part, inside in zip(parts, bare, strict=True) if not implied(inside)]


def _bare(condition: Condition) -> Condition:
    return _bare(condition.part) if isinstance(condition, Unless) else condition


def _comparison(ruleset: RuleSet, atom: Atom) -> str:
    fact = ruleset.catalogue.facts[atom.fact]
    match atom:
        case Within(low=low, high=high):
            return f"{fact.words}: {_band(fact, low, high)}"
        case Qualified():
            return f"{fact.words}: {_detail(ruleset, atom)}"
        case Established(evidence=evidence, valid_days=days):
            seen = "" if "said" in evidence else ", seen or confirmed"
            return f"{fact.words}{seen}{f', in the last {days} days' if days else ''}"
        case OneOf(allowed=allowed) if fact.type is FactType.CHOICE:
            return f"{fact.words}: {_answers(fact, allowed)}"
        case _:
            return fact.words


def _answers(fact: Fact, allowed: frozenset[str]) -> str:
    said = [value.replace("_", " ") for value in fact.values if value in allowed]
    return " or ".join(said)


def _detail(ruleset: RuleSet, atom: Qualified) -> str:
    values = ruleset.catalogue.qualifiers[atom.qualifier].values
    least = next(value for value in values if value in atom.allowed)
    if least == values[-1]:
        return least
    return LEAST.get(atom.qualifier, "at least {0}").format(least)


def _band(fact: Fact, low: int | None, high: int | None) -> str:
    if low is None:
        age = fact.unit in AGES and high is not None
        return f"under {_many(fact, (high or 0) + 1)}" if age else f"{_many(fact, high or 0)} or fewer"
    if high is None:
        return f"{_many(fact, low)} or more"
    return _many(fact, low) if low == high else f"{low} to {_many(fact, high)}"


def _many(fact: Fact, number: int) -> str:
    if fact.unit == "percent":
        return f"{number}%"
    unit = fact.unit.removesuffix("s") if number == 1 else fact.unit
    return f"{number} {unit}".rstrip()
