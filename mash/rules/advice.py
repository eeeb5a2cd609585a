"""What the rules advise for one child: four results, every reason, what is missing and what would change it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from mash.rules.source import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact that a reason rests on, and the answer recorded; None when it was not asked."""

    fact: str
    words: str
    value: Json


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that was met. `level` is what it gives after `lowered_by`; None where it sets nothing."""

    id: str
    kind: str
    words: str
    source: str
    level: str | None
    rating: str | None
    route: str | None
    bases: tuple[str, ...]
    lowered_by: tuple[str, ...]
    facts: tuple[FactUsed, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit on the results. Level is None for a person who is not a child."""

    level: str | None
    rating: str
    route: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known and could raise a result: the question to ask, and what the answer could raise.

    `detail` names the qualifier when only that is missing. `level`, `rating` and `route` are None where the answer
    could not raise them. `alone` says whether it is enough by itself; if not, `rules` names what it would help to meet.
    """

    fact: str
    detail: str
    words: str
    question: str
    state: str
    alone: bool
    level: str | None
    rating: str | None
    route: str | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WouldChange:
    """The nearest change of one recorded fact that moves a result, and the results then."""

    fact: str
    words: str
    now: Json
    then: Json
    level: str | None
    rating: str
    route: str
    strength: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What agreement means for the route: a sentence, whether the route can go ahead now, and a question or nothing."""

    gate: str
    words: str
    source: str
    agreement: str
    says: str
    can_proceed: bool
    question: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A second route, a duty or an instruction, and the rules that call for it."""

    key: str
    name: str
    words: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Advice:
    """What one version of the thresholds advises for one child. Parts that nobody asks for need not be worked out.

    `level`, `rating`, `route` and `bases` are separate results. `level` is None for a person who is not a child.
    `strength` is the route that rules and gates give; `route` is the one main route, which differs from it only when a
    redirect (such as passing an open case to its worker) stands in front. Whatever the missing facts turn out to be,
    each result then lies between `lowest` and `ceiling`; `unknown_ceiling` supposes the worst only of facts recorded as
    unknown. `provisional` says that those could raise a result, or that a rule was met because something is unknown.
    """

    ruleset_id: str
    ruleset_hash: str
    summary: str
    not_a_child: bool
    provisional: bool
    level: str | None
    rating: str
    route: str
    strength: str
    bases: tuple[str, ...]
    reasons: tuple[Reason, ...]
    findings: tuple[Finding, ...]
    also: tuple[Noted, ...]
    duties: tuple[Noted, ...]
    instructions: tuple[Noted, ...]
    questions: tuple[str, ...]
    missing: tuple[Missing, ...]
    would_change: tuple[WouldChange, ...]
    lowest: Bound
    ceiling: Bound
    unknown_ceiling: Bound

    @cached_property
    def rules_met(self) -> tuple[str, ...]:
        """Return the ids of all that was met, as `reasons` tells it."""
        return tuple(reason.id for reason in self.reasons)

    @classmethod
    def on_request(cls, working: Callable[[], object], parts: dict[str, Any]) -> "Advice":
        """Return advice with some of its parts; any other is worked out by the method of its name when asked for.

        `working`, called once at most, gives what has these methods.
        """
        advice = object.__new__(cls)
        object.__setattr__(advice, "__dict__", parts)
        parts["_working"] = working
        return advice

    @cached_property
    def _worked(self) -> object:
        return vars(self)["_working"]()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Work out a part that is not there yet, and keep it."""
            if "_working" not in vars(self) or name not in self.__dataclass_fields__:
                raise AttributeError(name)
            found = vars(self)[name] = getattr(self._worked, name)()
            return found

    def to_json(self) -> dict[str, Any]:
        """Return the advice as plain data, complete and in a stable order."""
        plain: dict[str, Any] = _listed(asdict(self))
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Advice":
        """Return the advice that `to_json` wrote.

        Raises:
            KeyError: when a part is missing, which means the data is not ours.
        """
        parts: dict[str, Any] = {field.name: plain[field.name] for field in fields(cls)}
        for name, kind in _LISTS.items():
            parts[name] = tuple(_part(kind, item) for item in parts[name])
        for name in ("lowest", "ceiling", "unknown_ceiling"):
            parts[name] = Bound(**parts[name])
        return cls(**parts | {name: tuple(parts[name]) for name in ("bases", "questions")})


_LISTS: dict[str, type] = {
    "reasons": Reason,
    "findings": Finding,
    "also": Noted,
    "duties": Noted,
    "instructions": Noted,
    "missing": Missing,
    "would_change": WouldChange,
}


def _part(kind: type[T], plain: Mapping[str, Any]) -> T:
    parts = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    if kind is Reason:
        parts["facts"] = tuple(FactUsed(**used) for used in plain["facts"])
    return kind(**parts)


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, list | tuple) else value
