"""Conditions as FEEL, the expression language of DMN. What is not known is null, whether or not anyone asked.

Every expression here is true or false and never null, so that no engine has to guess what null would mean: a
comparison that could meet null says first that there is something to compare.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mash.rules.catalogue import Catalogue, Fact, FactType
from mash.rules.conditions import (
    SAID,
    All,
    Atom,
    Condition,
    Established,
    Leaf,
    LevelReached,
    Missing,
    NotRuledOut,
    OneOf,
    Qualified,
    Sense,
    Some,
    Unless,
    Within,
)
from mash.rules.facts import PRESENT
from mash.rules.ruleset import RuleSet

TRUE, FALSE = "true", "false"
GROUPS = {
    "risk": "history",
    "context": "circumstances",
    "routing": "contact",
    "urgency": "time_left",
    "agreement": "agreement",
    "protective": "strengths",
    "exception": "exceptions",
}
_RESERVED = re.compile(
    "and|or|not|if|then|else|for|in|return|some|every|satisfies|between|instance|of|function|external|true|false|null"
    "|date|time|duration|list|context|string|number|boolean|item|max|min|count|sum|all|any|is|as|from|import|def|class"
)
"""Words that mean something in FEEL, or in an engine that reads a cell as Python."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that can be given to the decisions: `name` within its group, and the answers it may have."""

    name: str
    fact: str
    detail: str
    words: str
    type: str
    values: tuple[str, ...] = ()


@dataclass(slots=True)
class Names:
    """Plain names for codes: letters, digits and underscores, each given once.

    >>> names = Names()
    >>> names.of("pc-late"), names.of("pc_late"), names.of("pc-late"), names.of("in")
    ('pc_late', 'pc_late_2', 'pc_late', 'in_')
    """

    given: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def of(self, code: str) -> str:
        """Return the name of a code."""
        if code not in self.given:
            plain = re.sub(r"[^a-zA-Z0-9_]", "_", code)
            plain = f"x_{plain}" if not plain[:1].isalpha() else plain
            plain = f"{plain}_" if _RESERVED.fullmatch(plain) else plain
            name, number = plain, 1
            while name in self.taken:
                number += 1
                name = f"{plain}_{number}"
            self.taken.add(name)
            self.given[code] = name
        return self.given[code]


class Inputs:
    """Where each fact stands among the inputs of the decisions, in groups that a diagram can show."""

    def __init__(self, catalogue: Catalogue, names: Names) -> None:
        self.catalogue = catalogue
        self.groups: dict[str, dict[str, Part]] = {}
        self.titles: dict[str, str] = {}
        self._names, self._parts = names, Names()

    def path(self, code: str, detail: str = "") -> str:
        """Return the name by which an expression reads a fact, or a detail of it."""
        fact = self.catalogue.facts[code]
        group, title = self._group(fact)
        self.titles[group] = title
        parts = self.groups.setdefault(group, {})
        name = self._parts.of(f"{code} {detail}".strip())
        if name not in parts:
            parts[name] = self._part(fact, detail, name)
        return f"{group}.{name}"

    def _group(self, fact: Fact) -> tuple[str, str]:
        if fact.indicator is not None:
            return self._names.of(f"signs {fact.indicator.domain}"), self.catalogue.domains[fact.indicator.domain]
        name = GROUPS[fact.role.value]
        return self._names.of(name), name.replace("_", " ").capitalize()

    def _part(self, fact: Fact, detail: str, name: str) -> Part:
        if detail:
            values = fact.detail_values(self.catalogue)[detail]
            kind = "number" if values is None else "string"
            return Part(name, fact.name, detail, f"{fact.words}: {detail.replace('_', ' ')}", kind, values or ())
        if fact.type is FactType.NUMBER:
            return Part(name, fact.name, "", f"{fact.words} ({fact.unit})", "number")
        answers = ("present", "absent") if fact.type is FactType.PRESENCE else fact.values
        return Part(name, fact.name, "", fact.words, "string", answers)


@dataclass(frozen=True, slots=True)
class Count:
    """Signs or conditions to be counted: a decision of its own, since a table cell cannot count in every engine."""

    name: str
    said: tuple[str, ...]
    parts: tuple[Condition, ...]


class Feel:
    """Write the conditions of one version, gathering the inputs and the counts they need."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset, self.names = ruleset, Names()
        self.inputs = Inputs(ruleset.catalogue, self.names)
        self.counts: dict[tuple[Sense, tuple[Condition, ...]], Count] = {}

    def of(self, condition: Condition, sense: Sense = Sense.RAISES) -> str:
        """Return a condition as an expression that is true or false."""
        match condition:
            case Leaf(atom):
                said = self._atom(atom, sense)
            case All(parts):
                said = every(self.of(part, sense) for part in parts)
            case Some(least, parts):
                said = self._some(least, parts, sense)
            case NotRuledOut(part):
                said = self.of(part, Sense.DOUBT)
            case Unless(part, exceptions):
                stopped = either(self.of(leaf, Sense.LOWERS) for leaf in exceptions)
                said = every((self.of(part, sense), f"not({stopped})"))
            case LevelReached(level):
                said = f"level_number >= {self.ruleset.levels[level].ordinal}"
            case _:
                said = f"list contains(bases_reached, {quoted(condition.basis)})"
        return said

    def _some(self, least: int, parts: tuple[Condition, ...], sense: Sense) -> str:
        if least <= 1 or least >= len(parts):
            if least > len(parts):
                return FALSE
            said = [self.of(part, sense) for part in parts]
            return TRUE if least <= 0 else either(said) if least == 1 else every(said)
        if (sense, parts) not in self.counts:
            said = [self.of(part, sense) for part in parts]
            name = self.names.of(f"count_{len(self.counts) + 1}")
            self.counts[sense, parts] = Count(name, tuple(said), parts)
        return f"{self.counts[sense, parts].name} >= {least}"

    def _atom(self, atom: Atom, sense: Sense) -> str:
        match atom:
            case OneOf(code, allowed):
                here = self.inputs.path(code)
                return _in_doubt(here, one_of(here, self._ordered(code, allowed)), sense)
            case Within(code, low, high):
                return self._within(self.inputs.path(code), low, high, sense)
            case Qualified(code, qualifier, allowed):
                here, detail = self.inputs.path(code), self.inputs.path(code, qualifier)
                values = self.ruleset.catalogue.qualifiers[qualifier].values
                said = one_of(detail, [value for value in values if value in allowed])
                said = every((one_of(here, [PRESENT]), _in_doubt(detail, said, sense)))
                return _in_doubt(here, said, sense)
            case Established():
                return self._established(atom, sense)
            case Missing(code):
                return f"{self.inputs.path(code)} = null" if sense is Sense.DOUBT else FALSE
        raise AssertionError(f"no such comparison: {atom!r}")

    def _ordered(self, code: str, allowed: frozenset[str]) -> list[str]:
        values = self.ruleset.catalogue.facts[code].values
        return sorted(allowed, key=lambda value: (values.index(value) if value in values else -1, value))

    def _within(self, here: str, low: int | None, high: int | None, sense: Sense) -> str:
        bounds = [f"{here} >= {low}"] if low is not None else []
        bounds += [f"{here} <= {high}"] if high is not None else []
        if sense is Sense.DOUBT:
            return either((f"{here} = null", every(bounds)))
        return every((f"{here} != null", *bounds))

    def _established(self, atom: Established, sense: Sense) -> str:
        here = self.inputs.path(atom.fact)
        said = [one_of(here, [PRESENT])]
        if SAID not in atom.evidence:
            detail = self.inputs.path(atom.fact, "evidence")
            said.append(_in_doubt(detail, one_of(detail, sorted(atom.evidence)), sense))
        if atom.valid_days is not None:
            said.append(self._within(self.inputs.path(atom.fact, "days_old"), None, atom.valid_days, sense))
        return _in_doubt(here, every(said), sense)


def _in_doubt(here: str, said: str, sense: Sense) -> str:
    return either((f"{here} = null", said)) if sense is Sense.DOUBT else said


def one_of(here: str, values: Sequence[str]) -> str:
    """Say that an input is one of some texts."""
    return either(f"{here} = {quoted(value)}" for value in values)


def listed(decision: str, ids: Iterable[str]) -> str:
    """Say that one of these ids is among those a decision has found."""
    return either(f"list contains({decision}, {quoted(id)})" for id in ids)


def every(parts: Iterable[str]) -> str:
    """Join expressions that must all hold."""
    return _joined(parts, " and ", TRUE, FALSE)


def either(parts: Iterable[str]) -> str:
    """Join expressions of which one must hold."""
    return _joined(parts, " or ", FALSE, TRUE)


def _joined(parts: Iterable[str], word: str, neutral: str, settles: str) -> str:
    said = [part for part in dict.fromkeys(parts) if part != neutral]
    if settles in said:
        return settles
    return neutral if not said else said[0] if len(said) == 1 else f"({word.join(said)})"


def quoted(text: str) -> str:
    r"""Write a text as FEEL writes it.

    >>> print(quoted('a "word"'))
    "a \"word\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
