"""Which single facts are worth asking about or imagining otherwise, for one child under one version."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from mash.rules.catalogue import Fact, FactType, Protective, Role
from mash.rules.comparisons import inputs_of
from mash.rules.conditions import Atom, Qualified, Within, facts_in
from mash.rules.facts import ABSENT, PRESENT, Facts, Value
from mash.rules.parts import Rule
from mash.rules.ruleset import RuleSet

# A rule over more facts than this (a count over a whole strand) does not make each of them a question.
FEW_FACTS = 8


@dataclass(frozen=True, slots=True)
class Try:
    """One fact with another answer. Of the tries of one `group`, nearest first, only the first that matters is told.

    `asks` says that the present answer is not known, so that the try is a question; `detail` names a qualifier when
    only that is not known.
    """

    fact: str
    value: Value
    group: str
    asks: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """A rule that rests on more than one fact, few enough to ask about each."""

    rule: Rule
    facts: frozenset[str]


class Tries:
    """The tries that make sense under one version."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.catalogue = ruleset.catalogue
        self.joint = tuple(
            Joint(rule, frozenset(names))
            for rule in ruleset.level_rules()
            if 2 <= len(names := facts_in(rule.when)) <= FEW_FACTS
        )
        atoms = [atom for atom, _ in inputs_of(ruleset)]
        self.used = tuple(dict.fromkeys(atom.fact for atom in atoms))
        one_of_many = [fact for fact in self.catalogue.facts.values() if fact.indicator or fact.role is Role.EXCEPTION]
        self._asked_of_all = frozenset(self.used) - {fact.name for fact in one_of_many}
        self._neighbours: dict[str, set[str]] = {}
        for joint in self.joint:
            for name in joint.facts:
                self._neighbours.setdefault(name, set()).update(joint.facts)
        self._ends: dict[str, list[int]] = {}
        self._qualifiers: dict[str, list[str]] = {}
        for atom in atoms:
            self._note(atom)

    def _note(self, atom: Atom) -> None:
        if isinstance(atom, Within):
            ends = {atom.low, None if atom.low is None else atom.low - 1}
            ends |= {atom.high, None if atom.high is None else atom.high + 1}
            known = self._ends.get(atom.fact, [])
            self._ends[atom.fact] = sorted({*known, *(end for end in ends if end is not None and end >= 0)})
        if isinstance(atom, Qualified) and atom.qualifier not in self._qualifiers.setdefault(atom.fact, []):
            self._qualifiers[atom.fact].append(atom.qualifier)

    def live(self, facts: Facts) -> frozenset[str]:
        """Return the risks that are on record for this child."""
        risks = self.catalogue.facts
        return frozenset(
            name for name, value in facts if risks[name].role is Role.RISK and value.known not in (None, ABSENT, 0)
        )

    def of(self, facts: Facts) -> list[Try]:
        """Return the tries for one child, in a stable order.

        Every recorded answer is tried otherwise; so is every fact not asked, but an indicator or exception not asked
        only where a rule joins it to a risk on record.
        """
        chosen = self._asked_of_all.union(facts.values, *(self._neighbours.get(risk, ()) for risk in self.live(facts)))
        return list(chain.from_iterable(_tries(self, name, facts.get(name)) for name in self.used if name in chosen))

    def tries(self, name: str, value: Value | None) -> Iterator[Try]:
        """Yield the tries of one fact, given its present answer."""
        fact = self.catalogue.facts[name]
        asks = value is None or value.known is None
        if fact.type is FactType.PRESENCE:
            return self._presence(fact, value)
        if fact.type is FactType.NUMBER:
            return self._number(fact, None if value is None else value.known)
        others = [choice for choice in fact.values if value is None or choice != value.known]
        return (Try(name, Value(choice), name if asks else f"{name}={choice}", asks) for choice in others)

    def _number(self, fact: Fact, now: str | int | None) -> Iterator[Try]:
        ends = [end for end in self._ends.get(fact.name, ()) if end <= fact.most]
        if not isinstance(now, int):
            worst = ends[-1:] if fact.role is Role.RISK else ends[:1] if fact.role is Role.URGENCY else ends
            for end in worst:
                yield Try(fact.name, Value(end), fact.name, asks=True)
            return
        for end in sorted(ends, key=lambda end: abs(end - now)):
            if end != now:
                yield Try(fact.name, Value(end), f"{fact.name} {'more' if end > now else 'less'}", asks=False)

    def _presence(self, fact: Fact, value: Value | None) -> Iterator[Try]:
        if value is None or value.known is None:
            asks = fact.role is not Role.PROTECTIVE and fact.role is not Role.EXCEPTION
            yield Try(fact.name, Value(PRESENT, self._worst(fact)), fact.name, asks)
            return
        if value.known == ABSENT:
            return
        yield Try(fact.name, Value(ABSENT), fact.name, asks=False)
        for name in self._qualifiers.get(fact.name, ()):
            yield from self._degrees(fact.name, value, name)

    def _degrees(self, fact: str, value: Value, qualifier: str) -> Iterator[Try]:
        values, now = self.catalogue.qualifiers[qualifier].values, value.detail(qualifier)
        others = {key: kept for key, kept in value.details if key != qualifier}
        if now is None:
            worst = Value(PRESENT, tuple(sorted({**others, qualifier: values[-1]}.items())))
            yield Try(fact, worst, f"{fact} {qualifier}", asks=True, detail=qualifier)
            return
        here = values.index(str(now))
        for place in sorted(range(len(values)), key=lambda place: abs(place - here)):
            if place != here:
                then = Value(PRESENT, tuple(sorted({**others, qualifier: values[place]}.items())))
                yield Try(fact, then, f"{fact} {qualifier} {'more' if place > here else 'less'}", asks=False)

    def _worst(self, fact: Fact) -> tuple[tuple[str, str | int], ...]:
        if isinstance(fact.protective, Protective):
            return (("days_old", 0), ("evidence", fact.protective.evidence))
        qualifiers = self.catalogue.qualifiers
        return tuple(sorted((name, qualifiers[name].values[-1]) for name in self._qualifiers.get(fact.name, ())))


@lru_cache(maxsize=8192)
def _tries(tries: Tries, name: str, value: Value | None) -> tuple[Try, ...]:
    return tuple(tries.tries(name, value))


@lru_cache(maxsize=64)
def tries_for(ruleset: RuleSet) -> Tries:
    """Return the tries of a version, worked out once for each content hash."""
    return Tries(ruleset)
