"""What is known about a child: each fact present, absent, a number or a choice; or unknown; or not asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from mash.rules.catalogue import Catalogue, Fact, FactType
from mash.rules.problems import meant
from mash.rules.source import Json

PRESENT, ABSENT, UNKNOWN, NOT_ASKED = "present", "absent", "unknown", "not_asked"


class Value(NamedTuple):
    """One recorded answer. A tuple, because what an answer comes to is looked up by it each time a child is judged.

    `known` is "present" or "absent", a number in the fact's unit, or a choice; None when nobody could say.
    `details` go with "present": severity, frequency and duration of an indicator, evidence and days_old of a
    strength. A detail left out is not known.
    """

    known: str | int | None
    details: tuple[tuple[str, str | int], ...] = ()

    def detail(self, name: str) -> str | int | None:
        """Return a detail, or None when it is not known."""
        return next((value for key, value in self.details if key == name), None)

    def to_json(self) -> Json:
        """Return the answer as people write it."""
        plain: Json = UNKNOWN if self.known is None else self.known
        return {"value": plain, **dict(self.details)} if self.details else plain


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Everything recorded about one child. A fact that is not here was not asked."""

    values: Mapping[str, Value]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(sorted(self.values.items()))))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and self.values == other.values

    def __hash__(self) -> int:
        return hash(tuple(self.values.items()))

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return iter(self.values.items())

    def get(self, name: str) -> Value | None:
        """Return the recorded answer, or None when the fact was not asked."""
        return self.values.get(name)

    def but(self, name: str, value: Value | None) -> "Facts":
        """Return the same facts with one answer replaced, or taken out when `value` is None."""
        others = {key: kept for key, kept in self.values.items() if key != name}
        return Facts(others if value is None else {**others, name: value})

    def to_json(self) -> dict[str, Json]:
        """Return the facts by name, as `read_facts` accepts them."""
        return {name: value.to_json() for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One answer that cannot be used: which, what is wrong, how to mend it."""

    fact: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.fact}: {self.wrong}. {self.mend}."


class FactsRefused(ValueError):
    """The facts cannot be used; `problems` names every one that is wrong."""

    def __init__(self, problems: tuple[FactProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class _Unusable(Exception):
    """One answer is wrong: what, and how to mend it."""


def read_facts(catalogue: Catalogue, mapping: Mapping[str, Any]) -> Facts:
    """Read what people or other systems recorded about one child.

    Args:
        catalogue: What can be known.
        mapping: Fact name to answer: "present", "absent", a number, a choice, or a mapping with "value" and details.
            None or "unknown" means that nobody could say; a name left out, or "not_asked", means that nobody asked.

    Raises:
        FactsRefused: when a name is unknown or an answer is of the wrong kind or out of range. It lists all of them.
    """
    values: dict[str, Value] = {}
    problems: list[FactProblem] = []
    for name, raw in mapping.items():
        fact = catalogue.facts.get(name)
        if fact is None:
            problems.append(FactProblem(str(name), "no fact has this name", _near(catalogue, name)))
            continue
        try:
            value = _value(catalogue, fact, raw)
        except _Unusable as fault:
            problems.append(FactProblem(name, *fault.args))
        else:
            values.update({} if value is None else {name: value})
    if problems:
        raise FactsRefused(tuple(problems))
    return Facts(values)


def _near(catalogue: Catalogue, name: object) -> str:
    return meant(str(name), catalogue.facts, "Run 'mash facts' for the list")


def _value(catalogue: Catalogue, fact: Fact, raw: Any) -> Value | None:
    if isinstance(raw, str):
        return _answer(fact, raw)
    if not isinstance(raw, Mapping):
        return Value(_known(fact, raw))
    if "value" not in raw:
        raise _Unusable("the answer has no 'value'", 'Add "value"')
    known = _known(fact, raw["value"]) if raw["value"] != NOT_ASKED else None
    details = {name: detail for name, detail in raw.items() if name != "value" and detail not in (None, UNKNOWN)}
    for name, detail in details.items():
        _check_detail(catalogue, fact, name, detail)
    if details and known != PRESENT:
        raise _Unusable(f"'{next(iter(details))}' goes only with a fact that is present", "Take it out")
    return None if raw["value"] == NOT_ASKED else Value(known, tuple(sorted(details.items())))


@lru_cache(maxsize=4096)
def _answer(fact: Fact, raw: str) -> Value | None:
    return None if raw == NOT_ASKED else Value(_known(fact, raw))


def _known(fact: Fact, raw: Any) -> str | int | None:
    if raw is None or raw == UNKNOWN:
        return None
    if fact.type is FactType.NUMBER:
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= fact.most:
            return raw
        raise _Unusable(
            f"{raw!r} is not a number of {fact.unit}", f"Write a whole number from 0 to {fact.most}, or null"
        )
    allowed = (PRESENT, ABSENT) if fact.type is FactType.PRESENCE else fact.values
    if isinstance(raw, str) and raw in allowed:
        return raw
    raise _Unusable(
        f"{raw!r} is not an answer to this", meant(str(raw), allowed, f"Use {_either(allowed)}, or unknown")
    )


def _check_detail(catalogue: Catalogue, fact: Fact, name: str, raw: Any) -> None:
    allowed = fact.detail_values(catalogue)
    if name not in allowed:
        known = f"Use only: value, {', '.join(allowed)}" if allowed else 'Write only "value"'
        raise _Unusable(f"this fact takes no '{name}'", meant(name, allowed, known))
    values = allowed[name]
    if values is None:
        if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
            raise _Unusable(f"{name} {raw!r} is not a number of days", "Write a whole number, 0 or more")
    elif raw not in values:
        raise _Unusable(f"{raw!r} is not an answer to '{name}'", meant(str(raw), values, f"Use {_either(values)}"))


def _either(allowed: tuple[str, ...]) -> str:
    return ", ".join(allowed[:-1]) + f" or {allowed[-1]}" if len(allowed) > 1 else allowed[0]
