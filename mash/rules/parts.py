"""The parts of a version: levels, ratings, routes, rules, offsets, gates and clocks. Plain data, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mash.kinds import Kind as RouteKind
from mash.rules.conditions import Condition, Leaf
from mash.rules.facts import Facts
from mash.rules.source import Json


class Kind(StrEnum):
    """What sort of rule it is, in the order in which reasons are listed."""

    TRIGGER = "trigger"
    FLOOR = "floor"
    COMBINATION = "combination"
    COUNT = "count"
    TREND = "trend"
    SINGLE = "single"
    UNKNOWN = "unknown"
    DUTY = "duty"


NEVER_LOWERED = (Kind.TRIGGER, Kind.FLOOR, Kind.UNKNOWN, Kind.DUTY)


@dataclass(frozen=True, slots=True)
class Level:
    """A level of need. `ordinal` is the scale that all versions share; `rating` and `bases` come with reaching it."""

    key: str
    ordinal: int
    name: str
    statutory: str
    meaning: str
    responses: tuple[str, ...]
    rating: int | None = None
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rating:
    """A degree of urgency. `urgency` is which of the three strengths of the record it is: green, amber or red."""

    key: str
    name: str
    words: str
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis for acting, and the law it stands on."""

    key: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Route:
    """What may happen next. `closes` means that the contact ends there with no service.

    Attributes:
        short: What lists call it, and `done` what is said once it was done, where the version leaves that to the
            catalogue.
        kind: What it asks of the service; see `mash.kinds`.
        team: Who receives a child by it, unless the council or a person says another. Empty: the kind's usual team.
    """

    key: str
    name: str
    words: str
    statutory: bool
    closes: bool
    basis: str = ""
    needs: str = ""
    kind: RouteKind = RouteKind.NO_SERVICE
    team: str = ""
    short: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A second route, a duty or an instruction: something to do beside the main route."""

    key: str
    words: str
    name: str = ""
    do_not_seek: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule gives when met. Levels, ratings and routes are places in the version's lists; None sets nothing."""

    level: int | None = None
    rating: int | None = None
    bases: tuple[str, ...] = ()
    route_floor: int | None = None
    also: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One threshold: what must be so, what it gives, the reason in words and where it comes from."""

    id: str
    kind: Kind
    words: str
    source: str
    when: Condition
    then: Effect
    strand: str = ""
    lowerable: bool = False


@dataclass(frozen=True, slots=True)
class Offset:
    """A strength that lowers what rules of its strands give, by `lowers_by` steps and never below `not_below`."""

    id: str
    words: str
    source: str
    strands: tuple[str, ...]
    lowers_by: int
    not_below: int
    established: Condition

    def leaves(self, level: int) -> int:
        """Return what is left of a level that this offset lowers."""
        return max(level - self.lowers_by, min(level, self.not_below))


@dataclass(frozen=True, slots=True)
class UrgencyRule:
    """A rating that stands apart from level."""

    id: str
    words: str
    source: str
    when: Condition
    rating: int


@dataclass(frozen=True, slots=True)
class RouteRule:
    """A main route; the strongest that holds wins."""

    id: str
    words: str
    source: str
    when: Condition
    route: int


@dataclass(frozen=True, slots=True)
class Redirect:
    """A main route that stands in front of the one the rules give, which stays visible as the strength."""

    id: str
    words: str
    source: str
    when: Condition
    route: str
    name: str
    kind: RouteKind = RouteKind.PASSED_ON
    team: str = ""


@dataclass(frozen=True, slots=True)
class NotAChild:
    """When the person is an adult, unless something keeps them a child; and the route given then."""

    id: str
    words: str
    source: str
    when: Condition
    unless: tuple[Leaf, ...]
    route: int


@dataclass(frozen=True, slots=True)
class IfRefused:
    """The question to ask when agreement is refused or withdrawn, and the route for each answer."""

    fact: str
    yes: Leaf
    no: Leaf
    yes_route: int
    no_route: int


@dataclass(frozen=True, slots=True)
class AgreementGate:
    """What agreement means for one route. Below the statutory line it may move the route; above it, it only speaks."""

    id: str
    words: str
    source: str
    route: int
    given: Leaf | None
    refused: Leaf | None
    if_refused: IfRefused | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit: hours by the clock, or working days."""

    name: str
    words: str
    source: str
    hours: int | None
    working_days: int | None
    rating: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class CodeChange:
    """What became of the codes of the version before."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Example:
    """A worked case that must come out as written."""

    name: str
    facts: Facts
    expect: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Version:
    """Who decided what, when and why."""

    id: str
    title: str
    status: str
    use: str
    approved: date | None
    effective_from: date
    effective_to: date | None
    supersedes: str | None
    reason: str
    approving_body: str
    training_from: date | None
    label: str = ""
    author: str = ""
