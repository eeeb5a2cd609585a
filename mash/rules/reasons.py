"""Which rules were met, in words, with what each gives and the facts it rests on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from mash.rules.advice import FactUsed, Noted, Reason
from mash.rules.conditions import Atom, Sense, atoms
from mash.rules.facts import Facts, Value
from mash.rules.met import Part
from mash.rules.outcome import Outcome
from mash.rules.parts import Effect, NotAChild, Note, Offset, Redirect, RouteRule, Rule, UrgencyRule
from mash.rules.ruleset import RuleSet


def reasons(
    ruleset: RuleSet, facts: Facts, met: Iterable[Part], offsets: Sequence[Offset], now: Outcome
) -> tuple[Reason, ...]:
    """Return a reason for all that was met: the not-a-child gate first, then `met` in its order, then the redirect."""
    return tuple(_reasons(ruleset, facts, met, offsets, now))


def _reasons(
    ruleset: RuleSet, facts: Facts, met: Iterable[Part], offsets: Sequence[Offset], now: Outcome
) -> Iterator[Reason]:
    adult = ruleset.not_a_child
    if now.level is None:
        yield _plain(ruleset, facts, adult, "not_a_child", route=ruleset.routes[adult.route].key)
    evidence = evidence_for(ruleset)
    for part in met:
        if isinstance(part, Rule):
            yield _reason(ruleset, part, offsets, evidence.used(facts, part.id))
        elif isinstance(part, UrgencyRule):
            yield _plain(ruleset, facts, part, "urgency", rating=ruleset.ratings[part.rating].key)
        else:
            yield _plain(ruleset, facts, part, "route", route=ruleset.routes[part.route].key)
    if now.redirect is not None:
        redirect = ruleset.redirects[now.redirect]
        yield _plain(ruleset, facts, redirect, "redirect", route=redirect.route)


def _reason(ruleset: RuleSet, rule: Rule, offsets: Sequence[Offset], used: tuple[FactUsed, ...]) -> Reason:
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
        facts=used,
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
        known, values = self.known[id], facts.values
        told = sorted(known.keys() & values.keys())
        names = [name for name in told if True in [atom.truth(values[name]) for atom in known[name]]]
        if self.doubted[id]:
            names += [atom.fact for atom in self.doubted[id] if atom.truth(values.get(atom.fact)) is None]
        return tuple([self._used(name, values.get(name)) for name in dict.fromkeys(names)])

    def _used(self, name: str, value: Value | None) -> FactUsed:
        return FactUsed(name, self.catalogue.facts[name].words, None if value is None else value.to_json())


@lru_cache(maxsize=64)
def evidence_for(ruleset: RuleSet) -> Evidence:
    """Return the comparisons of a version by rule and fact, worked out once for each content hash."""
    return Evidence(ruleset)


def noted(
    notes: Mapping[str, Note], rules: Iterable[Rule], keys: Callable[[Effect], tuple[str, ...]]
) -> tuple[Noted, ...]:
    """Return the second routes, duties or instructions that the rules met call for, in the order of the version."""
    called: dict[str, list[str]] = {}
    for rule in rules:
        for key in keys(rule.then):
            called.setdefault(key, []).append(rule.id)
    return tuple(Noted(key, note.name, note.words, tuple(called[key])) for key, note in notes.items() if key in called)
