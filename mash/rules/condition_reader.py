"""Read conditions, refusing any use of a fact that its role does not allow: here the promises of a version are kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from mash.rules.catalogue import Catalogue, Fact, FactType, Role
from mash.rules.conditions import (
    All,
    BasisReached,
    Condition,
    Leaf,
    LevelReached,
    Missing,
    NotRuledOut,
    OneOf,
    Qualified,
    Some,
    Within,
    either,
    once,
)
from mash.rules.facts import PRESENT
from mash.rules.parts import Rule
from mash.rules.problems import meant
from mash.rules.source import Entry

_UPWARD = (Role.RISK,)
_DOWNWARD = (Role.URGENCY,)
_COMPARISONS = ("is", "one_of", "at_least", "at_most", "under")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a condition is for, and so which facts and results it may look at."""

    name: str
    roles: tuple[Role, ...]
    level: bool = False
    basis: bool = False


RULE = Purpose("a rule that sets level or rating", (Role.RISK, Role.CONTEXT))
DUTY = Purpose("a duty", (Role.RISK, Role.CONTEXT, Role.ROUTING))
URGENCY = Purpose("an urgency rule", (Role.RISK, Role.CONTEXT, Role.URGENCY), level=True)
ROUTE = Purpose("a route rule", (Role.RISK, Role.CONTEXT, Role.ROUTING), level=True, basis=True)
REDIRECT = Purpose("a redirect", (Role.RISK, Role.CONTEXT, Role.ROUTING))
AGE_GATE = Purpose("the not-a-child gate", (Role.CONTEXT,))


@dataclass(slots=True)
class Scope:
    """What names mean in one version. `lines` fills as the indicator map is read; counts see only `codes`."""

    catalogue: Catalogue
    levels: tuple[str, ...]
    bases: tuple[str, ...]
    codes: tuple[str, ...]
    lines: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    complete: bool = False
    used: set[str] = field(default_factory=set)

    def fact(self, entry: Entry, purpose: Purpose) -> Fact:
        """Return the fact named, if the purpose may look at it."""
        fact = self.catalogue.facts[entry.one_of(self.catalogue.facts, "fact")]
        if fact.role not in purpose.roles:
            raise entry.wrong(
                f"'{fact.name}' has the role {fact.role}, and {purpose.name} may not look at it",
                f"Use facts with the role {' or '.join(purpose.roles)}",
            )
        self.used.add(fact.name)
        return fact


def read_condition(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    """Read one condition.

    Raises:
        Wrong: when a key, name or value is not known, or the purpose does not allow it.
    """
    readers: dict[str, Callable[[Entry, Scope, Purpose], Condition]] = {
        "all": _all,
        "any": _any,
        "count": _count,
        "indicator": partial(_indicator, entry),
        "fact": partial(_fact, entry),
        "unknown": _unknown,
        "not_ruled_out": _not_ruled_out,
        "level_at_least": _level,
        "basis": _basis,
    }
    found = entry.mapping()
    heads = [key for key in found if key in readers]
    if len(heads) != 1:
        first = next(iter(found), "")
        mend = (
            meant(first, readers, f"Use one of: {', '.join(readers)}") if not heads else "Join them with 'all' or 'any'"
        )
        raise entry.wrong("a condition has exactly one of the keys that begin one", mend)
    if heads[0] not in ("indicator", "fact"):
        entry.fields(heads)
    return once(readers[heads[0]](found[heads[0]], scope, purpose))


def _parts(entry: Entry, scope: Scope, purpose: Purpose) -> tuple[Condition, ...]:
    parts = tuple(read_condition(part, scope, purpose) for part in entry.items())
    if not parts:
        raise entry.wrong("the list is empty", "Write at least one condition")
    return parts


def _all(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    return All(_parts(entry, scope, purpose))


def _any(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    return either(*_parts(entry, scope, purpose))


def _not_ruled_out(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    return NotRuledOut(read_condition(entry, scope, Purpose(purpose.name, purpose.roles)))


def _level(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    if not purpose.level:
        raise entry.wrong(f"{purpose.name} cannot look at the level", "Use it in urgency or route_rules")
    return LevelReached(scope.levels.index(entry.one_of(scope.levels, "level")))


def _basis(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    if not purpose.basis:
        raise entry.wrong(f"{purpose.name} cannot look at the legal basis", "Use it in route_rules")
    return BasisReached(entry.one_of(scope.bases, "basis"))


def _unknown(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    fact = scope.fact(entry, purpose)
    if fact.role is Role.URGENCY:
        raise entry.wrong("an urgency fact cannot stand under 'unknown'", "Use not_ruled_out with at_most or at_least")
    if fact.role is not Role.RISK:
        return NotRuledOut(Leaf(Missing(fact.name)))
    if fact.type is FactType.NUMBER:
        return NotRuledOut(Leaf(Within(fact.name, 1, None)))
    worse = fact.values[1:] if fact.type is FactType.CHOICE else (PRESENT,)
    return NotRuledOut(Leaf(OneOf(fact.name, frozenset(worse))))


def _indicator(whole: Entry, code: Entry, scope: Scope, purpose: Purpose) -> Condition:
    fact = scope.fact(code, purpose)
    if fact.indicator is None:
        raise code.wrong(f"'{fact.name}' is not an indicator", f"Write {{fact: {fact.name}}}")
    return qualified(whole, fact, scope, already=("indicator",))


def qualified(entry: Entry, fact: Fact, scope: Scope, already: tuple[str, ...]) -> Condition:
    """Read "present, and at least so serious, frequent or lasting" from a mapping that also has the keys `already`."""
    names = fact.indicator.qualifiers if fact.indicator else ()
    found = entry.fields((), (*already, *names))
    parts: list[Condition] = []
    for name in names:
        if name in found:
            values = scope.catalogue.qualifiers[name].values
            least = values.index(found[name].one_of(values, name))
            parts.append(Leaf(Qualified(fact.name, name, frozenset(values[least:]))))
    if not parts:
        return Leaf(OneOf(fact.name, frozenset((PRESENT,))))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _fact(whole: Entry, name: Entry, scope: Scope, purpose: Purpose) -> Condition:
    fact = scope.fact(name, purpose)
    found = whole.fields(("fact",), _COMPARISONS)
    used = {key: found[key] for key in _COMPARISONS if key in found}
    allowed = comparisons(fact)
    for key, entry in used.items():
        if key not in allowed:
            use = f"Use {' or '.join(allowed)}" if allowed else f"Write {{fact: {fact.name}}}"
            raise entry.wrong(f"'{key}' does not go with '{fact.name}' ({fact.role}, {fact.type})", use)
    if fact.type is FactType.PRESENCE:
        return Leaf(OneOf(fact.name, frozenset((PRESENT,))))
    if not used:
        raise name.wrong(f"'{fact.name}' is compared with nothing", f"Add {' or '.join(allowed)}")
    return Leaf(_number(fact, whole, used)) if fact.type is FactType.NUMBER else Leaf(_choice(fact, whole, used))


def comparisons(fact: Fact) -> tuple[str, ...]:
    """Return the comparisons that a fact's role and type allow; none for what is present or absent."""
    if fact.type is FactType.PRESENCE:
        return ()
    if fact.type is FactType.NUMBER:
        free = ("at_least", "at_most", "under")
        return free[:1] if fact.role in _UPWARD else free[1:] if fact.role in _DOWNWARD else free
    if fact.role in (*_UPWARD, *_DOWNWARD):
        return ("at_least",) if fact.ordered else ()
    return ("is", "one_of", "at_least") if fact.ordered else ("is", "one_of")


def _number(fact: Fact, whole: Entry, used: dict[str, Entry]) -> Within:
    if "at_most" in used and "under" in used:
        raise whole.wrong("'at_most' and 'under' say the same thing twice", "Keep one of the two")
    lowest = 1 if fact.role is Role.RISK else 0
    low = used["at_least"].whole(lowest, fact.most) if "at_least" in used else None
    high = used["at_most"].whole(0, fact.most) if "at_most" in used else None
    high = used["under"].whole(1, fact.most + 1) - 1 if "under" in used else high
    if low is not None and high is not None and low > high:
        raise whole.wrong(f"no number is at least {low} and at most {high}", "Correct one end of the band")
    return Within(fact.name, low, high)


def _choice(fact: Fact, whole: Entry, used: dict[str, Entry]) -> OneOf:
    if len(used) > 1:
        raise whole.wrong("a choice is compared once", "Keep one of 'is', 'one_of' and 'at_least'")
    ((key, entry),) = used.items()
    kind = f"answer to '{fact.name}'"
    if key == "at_least":
        least = fact.values.index(entry.one_of(fact.values, kind))
        if not least and fact.role in (*_UPWARD, *_DOWNWARD):
            raise entry.wrong(
                f"every answer to '{fact.name}' is at least '{fact.values[0]}', so a child with none is raised too",
                f"Use one of: {', '.join(fact.values[1:])}",
            )
        return OneOf(fact.name, frozenset(fact.values[least:]))
    return OneOf(fact.name, frozenset(answer.one_of(fact.values, kind) for answer in entry.one_or_more()))


def _count(entry: Entry, scope: Scope, purpose: Purpose) -> Condition:
    fields = entry.fields(("of", "at_least"), ("domains_at_least",))
    if isinstance(fields["of"].value, list):
        if "domains_at_least" in fields:
            raise fields["domains_at_least"].wrong("conditions have no domains", "Count indicators, or take this out")
        parts = _parts(fields["of"], scope, purpose)
        return Some(_least(fields["at_least"], len(parts), "conditions"), parts)
    counted = _counted(fields["of"], scope, purpose)
    items = once(Some(_least(fields["at_least"], len(counted), "indicators"), tuple(item for _, item in counted)))
    if "domains_at_least" not in fields:
        return items
    domains = tuple(dict.fromkeys(domain for domain, _ in counted))
    least = _least(fields["domains_at_least"], len(domains), "domains")
    spread = tuple(either(*(item for where, item in counted if where == domain)) for domain in domains)
    return All((items, Some(least, spread)))


def _least(entry: Entry, most: int, counted: str) -> int:
    least = entry.whole(1)
    if least > most:
        raise entry.wrong(f"{least} can never be reached: {counted} counted here are {most}", "Ask for fewer")
    return least


def _counted(entry: Entry, scope: Scope, purpose: Purpose) -> list[tuple[str, Condition]]:
    """Return the domain and condition of each indicator that the selectors leave."""
    keys = ("strand", "domain", "tag", "codes", "level_at_least", "except")
    found = entry.fields((), keys)
    facts = [scope.catalogue.facts[code] for code in scope.codes]
    if "codes" in found:
        facts = _distinct(found["codes"], scope, purpose)
    known = {"strand": scope.catalogue.strands, "domain": scope.catalogue.domains, "tag": _tags(scope.catalogue)}
    for key, names in known.items():
        if key in found:
            wanted = {name.one_of(names, key) for name in found[key].one_or_more()}
            facts = [fact for fact in facts if wanted & _belongs(fact, key)]
    if "except" in found:
        left_out = {fact.name for fact in _distinct(found["except"], scope, purpose)}
        facts = [fact for fact in facts if fact.name not in left_out]
    least = None
    if "level_at_least" in found:
        if not scope.complete:
            raise found["level_at_least"].wrong("the indicator map cannot count by its own levels", "Use a rule")
        least = scope.levels.index(found["level_at_least"].one_of(scope.levels, "level"))
    counted = [(fact, _item(fact, scope, least)) for fact in facts]
    kept = [(fact.indicator.domain if fact.indicator else "", item) for fact, item in counted if item is not None]
    if not kept:
        raise entry.wrong("no indicator of this version is left to count", "Widen the selectors")
    return kept


def _distinct(entry: Entry, scope: Scope, purpose: Purpose) -> list[Fact]:
    facts = [scope.fact(code, purpose) for code in entry.one_or_more()]
    for fact in facts:
        if fact.type is not FactType.PRESENCE:
            raise entry.wrong(f"'{fact.name}' is not present or absent, so it cannot be counted", "Take it out")
    return list({fact.name: fact for fact in facts}.values())


def _tags(catalogue: Catalogue) -> list[str]:
    return sorted({tag for fact in catalogue.indicators() for tag in _belongs(fact, "tag")})


def _belongs(fact: Fact, key: str) -> frozenset[str]:
    if fact.indicator is None:
        return frozenset()
    return fact.indicator.tags if key == "tag" else frozenset((getattr(fact.indicator, key),))


def _item(fact: Fact, scope: Scope, least: int | None) -> Condition | None:
    if least is None:
        return once(Leaf(OneOf(fact.name, frozenset((PRESENT,)))))
    lines = [line.when for line in scope.lines.get(fact.name, ()) if (line.then.level or 0) >= least]
    return either(*lines) if lines else None
