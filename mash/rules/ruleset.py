"""One version of the thresholds in memory: immutable, dated, and named by the hash of its content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from mash.kinds import Kind, Outcome
from mash.rules.catalogue import Catalogue
from mash.rules.parts import (
    AgreementGate,
    Basis,
    Clock,
    CodeChange,
    Example,
    Level,
    NotAChild,
    Note,
    Offset,
    Rating,
    Redirect,
    Route,
    RouteRule,
    Rule,
    UrgencyRule,
    Version,
)


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Every level, rule, gate and clock of one version. Two with the same `content_hash` give the same advice.

    They are equal only if their rules stand in the same order as well, since programs name rules by their place.
    """

    version: Version
    content_hash: str
    catalogue: Catalogue
    levels: tuple[Level, ...]
    ratings: tuple[Rating, ...]
    bases: tuple[Basis, ...]
    routes: tuple[Route, ...]
    extra_routes: Mapping[str, Note]
    duties: Mapping[str, Note]
    instructions: Mapping[str, Note]
    indicators: Mapping[str, tuple[Rule, ...]]
    rules: tuple[Rule, ...]
    offsets: tuple[Offset, ...]
    urgency: tuple[UrgencyRule, ...]
    route_rules: tuple[RouteRule, ...]
    redirects: tuple[Redirect, ...]
    not_a_child: NotAChild
    gates: tuple[AgreementGate, ...]
    override_reasons: Mapping[str, str]
    clocks: tuple[Clock, ...] = ()
    mappings: tuple[CodeChange, ...] = ()
    transition: tuple[str, str] = ("version_at_receipt", "")
    examples: tuple[Example, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    _level_rules: tuple[Rule, ...] = field(init=False, repr=False)
    _order: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lines = [line for given in self.indicators.values() for line in given]
        object.__setattr__(self, "_level_rules", (*self.rules, *lines))
        order = [rule.id for rule in self._level_rules] + [one.id for one in self.offsets]
        order += [one.id for one in self.urgency] + [one.id for one in self.route_rules]
        object.__setattr__(self, "_order", (*order, *(one.id for one in self.redirects)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RuleSet):
            return False
        return self.content_hash == other.content_hash and self._order == other._order

    def __hash__(self) -> int:
        return hash(self.content_hash)

    @property
    def id(self) -> str:
        """Return the version's name, never reused."""
        return self.version.id

    @property
    def title(self) -> str:
        """Return the title of the threshold document."""
        return self.version.title

    @property
    def status(self) -> str:
        """Return live, draft or withdrawn."""
        return self.version.status

    @property
    def effective_from(self) -> date:
        """Return the first day in force."""
        return self.version.effective_from

    @property
    def effective_to(self) -> date | None:
        """Return the last day in force, or None if no end is set."""
        return self.version.effective_to

    def kinds(self) -> dict[str, Kind]:
        """Return the kind of every outcome that may be decided, by its key."""
        found = {route.key: route.kind for route in self.routes} | {one.route: one.kind for one in self.redirects}
        return found | {outcome.key: outcome.kind for outcome in self.outcomes}

    @property
    def statutory_from(self) -> int:
        """Return the place of the first statutory route; the number of routes if there is none."""
        return next((place for place, route in enumerate(self.routes) if route.statutory), len(self.routes))

    def level_rules(self) -> tuple[Rule, ...]:
        """Return the rules written out, then those of the indicator map, in the order of the file."""
        return self._level_rules

    def in_force(self, day: date) -> bool:
        """Say whether the version's dates cover a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
