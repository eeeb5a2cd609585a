"""Which rules were met, in words, with what each gives and the facts it rests on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from mash.rules.advice import FactUsed, Noted, Reason
from mash.rules.conditions import Atom, Sense, atoms
from mash.rules.facts import Facts, Value
from mash.rules.outcome import Outcome
from mash.rules.parts import Effect, Kind, NotAChild, Note, Offset, Redirect, RouteRule, Rule, UrgencyRule
from mash.rules.program import Outputs
from mash.rules.ruleset import RuleSet

T = TypeVar("T")
_ORDER = list(Kind)


@dataclass(frozen=True, slots=True)
class Met:
    """What holds for one child now, and the rules that would be met at the ceiling only."""

    rules: tuple[Rule, ...]
    possible: tuple[Rule, ...]
    offsets: tuple[Offset, ...]
    urgency: tuple[UrgencyRule, ...]
    route_rules: tuple[RouteRule, ...]
    redirects: tuple[Redirect, ...]


def met_of(ruleset: RuleSet, outputs: Outputs, registers: list[int], start: int) -> Met:
    """Read from the registers what holds for one child, whose bit NOW is at `start` and bit CEILING follows it."""

    def held(parts: tuple[T, ...], places: tuple[int, ...]) -> tuple[T, ...]:
        return tuple(part for part, place in zip(parts, places, strict=True) if registers[place] >> start & 1)

    places = zip(ruleset.level_rules(), outputs.rules, strict=True)
    rules = [(rule, seen) for rule, place in places if (seen := registers[place] >> start & 3)]
    return Met(
        rules=tuple(sorted((rule for rule, seen in rules if seen & 1), key=lambda rule: _ORDER.index(rule.kind))),
        possible=tuple(rule for rule, seen in rules if seen == 2),
        offsets=held(ruleset.offsets, outputs.offsets),
        urgency=held(ruleset.urgency, outputs.urgency),
        route_rules=held(ruleset.route_rules, outputs.route_rules),
        redirects=held(ruleset.redirects, outputs.redirects),
    )


def reasons(ruleset: RuleSet, facts: Facts, met: Met, now: Outcome) -> tuple[Reason, ...]:
    """Return every rule that was met: the not-a-child gate first, then by kind, then urgency, routes and redirects."""
    return tuple(_reasons(ruleset, facts, met, now))


def _reasons(ruleset: RuleSet, facts: Facts, met: Met, now: Outcome) -> Iterator[Reason]:
    adult = ruleset.not_a_child
    if now.level is None:
        yield _plain(ruleset, facts, adult, "not_a_child", route=ruleset.routes[adult.route].key)
    for rule in met.rules:
        yield _reason(ruleset, facts, rule, met.offsets)
    for urgent in met.urgency:
        yield _plain(ruleset, facts, urgent, "urgency", rating=ruleset.ratings[urgent.rating].key)
    for route in met.route_rules:
        yield _plain(ruleset, facts, route, "route", route=ruleset.routes[route.route].key)
    for redirect in met.redirects[:1] if now.level is not None else ():
        yield _plain(ruleset, facts, redirect, "redirect", route=redirect.route)


def _reason(ruleset: RuleSet, facts: Facts, rule: Rule, offsets: tuple[Offset, ...]) -> Reason:
    then, level, lowered_by = rule.then, rule.then.level, []
    if rule.lowerable and level:
        lowering = [offset for offset in offsets if rule.strand in offset.strands and offset.leaves(level) < level]
        lowered_by = [offset.id for offset in lowering]
        level = min([level, *(offset.leaves(level) for offset in lowering)])
    return Reason(
        id=rule.id,
        kind=rule.kind,
        words=rule.words,
        source=rule.source,
        level=None if level is None else ruleset.levels[level].key,
        rating=None if then.rating is None else ruleset.ratings[then.rating].key,
        route=None if then.route_floor is None else ruleset.routes[then.route_floor].key,
        bases=then.bases,
        lowered_by=tuple(lowered_by),
        facts=evidence_for(ruleset).used(facts, rule.id),
    )


def _plain(
    ruleset: RuleSet,
    facts: Facts,
    rule: UrgencyRule | RouteRule | Redirect | NotAChild,
    kind: str,
    rating: str | None = None,
    route: str | None = None,
) -> Reason:
    used = evidence_for(ruleset).used(facts, rule.id)
    return Reason(rule.id, kind, rule.words, rule.source, None, rating, route, (), (), used)


class Evidence:
    """The comparisons of each rule by fact, so that only those about recorded facts need a look."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.catalogue = ruleset.catalogue
        self.known: dict[str, dict[str, tuple[Atom, ...]]] = {}
        self.doubted: dict[str, tuple[Atom, ...]] = {}
        named = [(rule.id, rule.when) for rule in ruleset.level_rules()]
        named += [(rule.id, rule.when) for rule in ruleset.urgency]
        named += [(rule.id, rule.when) for rule in ruleset.route_rules]
        named += [(rule.id, rule.when) for rule in ruleset.redirects]
        named += [(ruleset.not_a_child.id, ruleset.not_a_child.when)]
        for id, condition in named:
            found = list(dict.fromkeys(atoms(condition)))
            self.known[id] = {}
            for atom, sense in found:
                if sense is not Sense.LOWERS:
                    self.known[id][atom.fact] = (*self.known[id].get(atom.fact, ()), atom)
            self.doubted[id] = tuple(atom for atom, sense in found if sense is Sense.DOUBT)

    def used(self, facts: Facts, id: str) -> tuple[FactUsed, ...]:
        """Return the facts that a rule rests on: those known to be so, then those that count because of doubt."""
        known = self.known[id]
        names = [name for name, value in facts if name in known and any(atom.truth(value) for atom in known[name])]
        doubted = [atom.fact for atom in self.doubted[id] if atom.truth(facts.get(atom.fact)) is None]
        return tuple(self._used(name, facts.get(name)) for name in dict.fromkeys((*names, *doubted)))

    def _used(self, name: str, value: Value | None) -> FactUsed:
        return FactUsed(name, self.catalogue.facts[name].words, None if value is None else value.to_json())


@lru_cache(maxsize=64)
def evidence_for(ruleset: RuleSet) -> Evidence:
    """Return the comparisons of a version by rule and fact, worked out once for each content hash."""
    return Evidence(ruleset)


def noted(notes: Mapping[str, Note], met: Met, keys: Callable[[Effect], tuple[str, ...]]) -> tuple[Noted, ...]:
    """Return the second routes, duties or instructions that the rules met call for, in the order of the version."""
    called: dict[str, list[str]] = {}
    for rule in met.rules:
        for key in keys(rule.then):
            called.setdefault(key, []).append(rule.id)
    return tuple(Noted(key, note.name, note.words, tuple(called[key])) for key, note in notes.items() if key in called)
