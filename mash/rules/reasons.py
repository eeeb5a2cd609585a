"""Which rules were met, in words, with what each gives and the facts it rests on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from mash.rules.advice import FactUsed, Noted, Reason
from mash.rules.conditions import Atom, Sense, atoms
from mash.rules.facts import Facts, Value
from mash.rules.met import Part, meetable
from mash.rules.parts import Effect, NotAChild, Note, Offset, Redirect, RouteRule, Rule, UrgencyRule
from mash.rules.ruleset import RuleSet


def reasons(ruleset: RuleSet, facts: Facts, met: Iterable[str], offsets: Iterable[Offset]) -> tuple[Reason, ...]:
    """Return a reason for each id that was met, in the same order.

    Args:
        ruleset: The version.
        facts: What is recorded.
        met: The ids, as `Advice.rules_met` gives them.
        offsets: The strengths that lower something for this child.
    """
    told, lowering = _reasons_for(ruleset), tuple(offset.id for offset in offsets)
    return tuple([told.reason(id, facts, lowering) for id in met])


class _Reasons:
    """The reasons of a version: each kept by the answers that its rule looks at, and by what lowers it."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset, self.evidence = ruleset, Evidence(ruleset)
        self.parts: dict[str, Part | Redirect | NotAChild] = {ruleset.not_a_child.id: ruleset.not_a_child}
        self.parts |= {redirect.id: redirect for redirect in ruleset.redirects}
        self.parts |= meetable(ruleset).parts
        self.lowerable = frozenset(rule.id for rule in ruleset.level_rules() if rule.lowerable)
        self._told = lru_cache(maxsize=16_384)(self._put)

    def reason(self, id: str, facts: Facts, lowering: tuple[str, ...]) -> Reason:
        looked_at = self.evidence.looked_at[id]
        answers = tuple([answer for answer in facts.values.items() if answer[0] in looked_at])
        return self._told(id, answers, lowering if id in self.lowerable else ())

    def _put(self, id: str, answers: tuple[tuple[str, Value], ...], lowering: tuple[str, ...]) -> Reason:
        ruleset, used = self.ruleset, self.evidence.used(Facts(dict(answers)), id)
        match self.parts[id]:
            case Rule() as rule:
                return _reason(ruleset, rule, [one for one in ruleset.offsets if one.id in lowering], used)
            case UrgencyRule() as urgent:
                return _plain(urgent, "urgency", used, rating=ruleset.ratings[urgent.rating].key)
            case RouteRule() as route:
                return _plain(route, "route", used, route=ruleset.routes[route.route].key)
            case Redirect() as redirect:
                return _plain(redirect, "redirect", used, route=redirect.route)
            case NotAChild() as adult:
                return _plain(adult, "not_a_child", used, route=ruleset.routes[adult.route].key)


@lru_cache(maxsize=64)
def _reasons_for(ruleset: RuleSet) -> _Reasons:
    return _Reasons(ruleset)


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
    rule: UrgencyRule | RouteRule | Redirect | NotAChild,
    kind: str,
    used: tuple[FactUsed, ...],
    rating: str | None = None,
    route: str | None = None,
) -> Reason:
    return Reason(rule.id, kind, rule.words, rule.source, None, rating, route, (), (), used)


class Evidence:
    """The comparisons of each rule by fact, so that only those about recorded facts need a look."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.catalogue = ruleset.catalogue
        self.known: dict[str, dict[str, tuple[Atom, ...]]] = {}
        self.doubted: dict[str, tuple[Atom, ...]] = {}
        self.looked_at: dict[str, frozenset[str]] = {}
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
            self.looked_at[id] = frozenset((*self.known[id], *(atom.fact for atom in self.doubted[id])))

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


def noted(
    notes: Mapping[str, Note], rules: Iterable[Rule], keys: Callable[[Effect], tuple[str, ...]]
) -> tuple[Noted, ...]:
    """Return the second routes, duties or instructions that the rules met call for, in the order of the version."""
    called: dict[str, list[str]] = {}
    for rule in rules:
        for key in keys(rule.then):
            called.setdefault(key, []).append(rule.id)
    return tuple(Noted(key, note.name, note.words, tuple(called[key])) for key, note in notes.items() if key in called)
