"""Conditions in plain words: what must be so for a rule to hold, for someone who reads the document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mash.rules import phrases
from mash.rules.catalogue import FactType
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
            said = Clause(said.words, (*said.parts, Clause(phrases.UNLESS, but)))
        case NotRuledOut(Leaf(Missing(fact))):
            said = Clause(phrases.unknown(known := ruleset.catalogue.facts[fact], known.words))
        case NotRuledOut(part):
            said = Clause(phrases.NOT_RULED_OUT, (in_words(ruleset, part),))
        case _:
            said = Clause(_single(ruleset, condition))
    return said


def _single(ruleset: RuleSet, condition: Leaf | LevelReached | BasisReached) -> str:
    if isinstance(condition, Leaf):
        return _comparison(ruleset, condition.atom)
    if isinstance(condition, LevelReached):
        return phrases.reaches(level_name(ruleset, condition.level))
    return phrases.reaches_basis(next(one.name for one in ruleset.bases if one.key == condition.basis))


def gives_in_words(ruleset: RuleSet, then: Effect) -> Iterator[str]:
    """Say what comes of a rule that is met, its level aside."""
    others = [
        *(ruleset.extra_routes[key].name for key in then.also),
        *(ruleset.duties[key].words for key in then.duties),
        *(ruleset.instructions[key].words for key in then.instructions),
    ]
    return phrases.effects(
        "" if then.rating is None else ruleset.ratings[then.rating].name,
        [basis.name for basis in ruleset.bases if basis.key in then.bases],
        "" if then.route_floor is None else ruleset.routes[then.route_floor].name,
        others,
        then.ask,
    )


def level_name(ruleset: RuleSet, place: int) -> str:
    """Name a level by its number and its name."""
    level = ruleset.levels[place]
    return phrases.level(level.ordinal, level.name)


def _all_of(ruleset: RuleSet, parts: Sequence[Condition]) -> Clause:
    details = [part.atom for part in parts if isinstance(part, Leaf) and isinstance(part.atom, Qualified)]
    if len(details) == len(parts) and len({atom.fact for atom in details}) == 1:
        said = " and ".join(_detail(ruleset, atom) for atom in details)
        return Clause(f"{ruleset.catalogue.facts[details[0].fact].words}: {said}")
    told = tuple(_in_turn(ruleset, parts))
    return told[0] if len(told) == 1 else Clause(phrases.ALL, told)


def _in_turn(ruleset: RuleSet, parts: Sequence[Condition]) -> Iterator[Clause]:
    """Say each part; a count and the areas of life that it must lie over, which are two parts, as one."""
    left = list(parts)
    while left:
        part, *left = left
        said = in_words(ruleset, part)
        if isinstance(part, Some) and left and isinstance(over := left[0], Some) and _same_counted(part, over):
            left, words = left[1:], f"{said.words.removesuffix(':')}, {phrases.spread(over.least)}:"
            said = Clause(words, said.parts)
        yield said


def _same_counted(count: Some, over: Some) -> bool:
    """Say whether the second groups what the first counts, by areas of life."""
    grouped = [one for part in over.parts for one in (part.parts if isinstance(part, Some) else (part,))]
    return set(map(id, grouped)) == set(map(id, count.parts))


def _some_of(ruleset: RuleSet, least: int, parts: Sequence[Condition]) -> Clause:
    told = _without_implied(parts) if least == 1 else parts
    said = tuple(in_words(ruleset, part) for part in told)
    if len(said) == 1:
        return said[0]
    return Clause(phrases.at_least(least, len(parts)), said)


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
            return phrases.compared(fact.words, phrases.band(fact, low, high))
        case Qualified():
            return phrases.compared(fact.words, _detail(ruleset, atom))
        case Established(evidence=evidence, valid_days=days):
            seen = "" if "said" in evidence else ", seen or confirmed"
            return f"{fact.words}{seen}{f', in the last {days} days' if days else ''}"
        case OneOf(allowed=allowed) if fact.type is FactType.CHOICE:
            return phrases.compared(fact.words, phrases.answers(value for value in fact.values if value in allowed))
        case _:
            return fact.words


def _detail(ruleset: RuleSet, atom: Qualified) -> str:
    values = ruleset.catalogue.qualifiers[atom.qualifier].values
    return phrases.detail(atom.qualifier, next(value for value in values if value in atom.allowed), values)
