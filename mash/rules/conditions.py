"""Comparisons, all, any and counts: true, false or not known. There is no 'not': a threshold rests on what is known."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache

from typing_extensions import override

from mash.rules.facts import PRESENT, Value

Truth = bool | None
SAID = "said"


class Sense(IntEnum):
    """Which way a comparison pushes the result, and so what "not known" must mean for it.

    RAISES counts when it is true. LOWERS, in a strength or an exception, also counts only when it is true. DOUBT counts
    unless it is false: the rule fires because something has not been ruled out.
    """

    RAISES = 0
    LOWERS = 1
    DOUBT = 2


class View(Enum):
    """What is taken for granted about the facts that are missing.

    NOW: nothing. CEILING: they turn out as bad as they can. UNKNOWN_CEILING: only those recorded as unknown do.
    LOWEST: they turn out as well as they can.
    """

    NOW = "now"
    CEILING = "ceiling"
    UNKNOWN_CEILING = "unknown_ceiling"
    LOWEST = "lowest"


def counts(truth: Truth, sense: Sense, view: View, *, recorded: bool) -> bool:
    """Say whether a comparison counts.

    Args:
        truth: Whether it is so; None when not known.
        sense: Which way it pushes.
        view: What is taken for granted about missing facts.
        recorded: Whether the fact was asked about at all. Not known and not recorded is "not asked".
    """
    if truth is not None:
        return truth
    if view is View.LOWEST:
        return sense is Sense.LOWERS
    if sense is Sense.RAISES:
        return view is View.CEILING or (view is View.UNKNOWN_CEILING and recorded)
    return sense is Sense.DOUBT


class Atom(ABC):
    """A comparison of one fact."""

    fact: str

    @abstractmethod
    def truth(self, value: Value | None) -> Truth:
        """Compare the recorded answer; None (not asked) and unknown give None."""


@dataclass(frozen=True, slots=True)
class OneOf(Atom):
    """The answer is one of these: present, absent, or choices."""

    fact: str
    allowed: frozenset[str]

    @override
    def truth(self, value: Value | None) -> Truth:
        return None if value is None or value.known is None else value.known in self.allowed


@dataclass(frozen=True, slots=True)
class Within(Atom):
    """A number lies between `low` and `high`, both included; None means no end.

    >>> baby = Within("age_years", None, 0)
    >>> baby.truth(Value(0)), baby.truth(Value(1)), baby.truth(None)
    (True, False, None)
    """

    fact: str
    low: int | None
    high: int | None

    @override
    def truth(self, value: Value | None) -> Truth:
        if value is None or not isinstance(value.known, int):
            return None
        return (self.low is None or value.known >= self.low) and (self.high is None or value.known <= self.high)


@dataclass(frozen=True, slots=True)
class Qualified(Atom):
    """An indicator is present with a severity, frequency or duration that is one of these."""

    fact: str
    qualifier: str
    allowed: frozenset[str]

    @override
    def truth(self, value: Value | None) -> Truth:
        if value is None or value.known is None:
            return None
        detail = value.detail(self.qualifier)
        if value.known != PRESENT:
            return False
        return None if detail is None else detail in self.allowed


@dataclass(frozen=True, slots=True)
class Established(Atom):
    """A strength is present, on evidence good enough and fresh enough. With none recorded, someone has said so."""

    fact: str
    evidence: frozenset[str]
    valid_days: int | None

    @override
    def truth(self, value: Value | None) -> Truth:
        if value is None or value.known is None:
            return None
        if value.known != PRESENT:
            return False
        evidence, age = value.detail("evidence"), value.detail("days_old")
        if evidence is not None and evidence not in self.evidence:
            return False
        if self.valid_days is not None and isinstance(age, int) and age > self.valid_days:
            return False
        evidence_known = evidence is not None or SAID in self.evidence
        return True if evidence_known and (age is not None or self.valid_days is None) else None


@dataclass(frozen=True, slots=True)
class Missing(Atom):
    """The answer is not known. False once it is; until then in doubt, so that it counts only in the sense DOUBT."""

    fact: str

    @override
    def truth(self, value: Value | None) -> Truth:
        return None if value is None or value.known is None else False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison."""

    atom: Atom


@dataclass(frozen=True, slots=True)
class All:
    """Every part is so."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least `least` of the parts are so."""

    least: int
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class NotRuledOut:
    """The part is so, or could be: every comparison in it is taken in the sense DOUBT."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Unless:
    """The part is so and none of the exceptions is established."""

    part: "Condition"
    exceptions: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class LevelReached:
    """The child's level is at least this one, given by its place in the version's list."""

    level: int


@dataclass(frozen=True, slots=True)
class BasisReached:
    """A rule or level has reached this legal basis."""

    basis: str


Condition = Leaf | All | Some | NotRuledOut | Unless | LevelReached | BasisReached


def either(*parts: Condition) -> Condition:
    """Return the condition that at least one part is so."""
    return parts[0] if len(parts) == 1 else once(Some(1, parts))


@lru_cache(maxsize=65_536)
def once(condition: Condition) -> Condition:
    """Return, of conditions that are equal, the one that was read first: what is the same object is compiled once."""
    return condition


def atoms(condition: Condition, sense: Sense = Sense.RAISES) -> Iterator[tuple[Atom, Sense]]:
    """Yield every comparison in a condition and which way it pushes, exceptions included."""
    match condition:
        case Leaf(atom):
            yield atom, sense
        case All(parts) | Some(_, parts):
            for part in parts:
                yield from atoms(part, sense)
        case NotRuledOut(part):
            yield from atoms(part, Sense.DOUBT)
        case Unless(part, exceptions):
            yield from atoms(part, sense)
            for leaf in exceptions:
                yield leaf.atom, Sense.LOWERS
        case LevelReached() | BasisReached():
            return


def facts_in(condition: Condition) -> tuple[str, ...]:
    """Return the names of the facts a condition looks at, each once, in order."""
    return tuple(dict.fromkeys(atom.fact for atom, _ in atoms(condition)))
