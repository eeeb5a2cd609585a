"""Which rules were met, in words, with what each gives and the facts it rests on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mash.rules.advice import FactUsed, Noted, Reason
from mash.rules.conditions import Condition, Sense, View, atoms, counts
from mash.rules.facts import Facts
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


def met_of(ruleset: RuleSet, outputs: Outputs, bits: Callable[[int], int]) -> Met:
    """Read from the registers what holds for one child; `bits` gives its bits, NOW first and CEILING second."""

    def held(parts: tuple[T, ...], registers: tuple[int, ...]) -> tuple[T, ...]:
        return tuple(part for part, register in zip(parts, registers, strict=True) if bits(register) & 1)

    rules = [(rule, bits(register) & 3) for rule, register in zip(ruleset.level_rules(), outputs.rules, strict=True)]
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
        facts=facts_used(ruleset, facts, rule.when),
    )


def _plain(
    ruleset: RuleSet,
    facts: Facts,
    rule: UrgencyRule | RouteRule | Redirect | NotAChild,
    kind: str,
    rating: str | None = None,
    route: str | None = None,
) -> Reason:
    used = facts_used(ruleset, facts, rule.when)
    return Reason(rule.id, kind, rule.words, rule.source, None, rating, route, (), (), used)


def facts_used(ruleset: RuleSet, facts: Facts, condition: Condition) -> tuple[FactUsed, ...]:
    """Return the facts that make a condition hold: those known to be so, and those in doubt that it counts."""
    used: dict[str, FactUsed] = {}
    for atom, sense in atoms(condition):
        value = facts.get(atom.fact)
        truth = atom.truth(value)
        if sense is not Sense.LOWERS and counts(truth, sense, View.NOW, recorded=value is not None):
            words = ruleset.catalogue.facts[atom.fact].words
            used[atom.fact] = FactUsed(atom.fact, words, None if value is None else value.to_json())
    return tuple(used.values())


def noted(notes: Mapping[str, Note], met: Met, keys: Callable[[Effect], tuple[str, ...]]) -> tuple[Noted, ...]:
    """Return the second routes, duties or instructions that the rules met call for, in the order of the version."""
    called: dict[str, list[str]] = {}
    for rule in met.rules:
        for key in keys(rule.then):
            called.setdefault(key, []).append(rule.id)
    return tuple(Noted(key, note.name, note.words, tuple(called[key])) for key, note in notes.items() if key in called)
