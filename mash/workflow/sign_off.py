"""Who must agree to what: a dated policy, held as data, and what it finds in one child's decision."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from mash.kinds import Kind
from mash.workflow.child import Child
from mash.workflow.routes import Route
from mash.workflow.words import Rating, Term


class Need(Term):
    """A reason for a manager to agree first. The words finish a sentence that begins with the child's name."""

    RED = "red", "is rated red"
    RED_LOWERED = "red_lowered", "is being lowered from red"
    BELOW_RULES = "below_rules", "would get less than the rules suggest"
    CLOSED_AGAINST_RULES = "closed_against_rules", "would be closed at a level that is statutory for some or all"
    CLOSED_WITHOUT_AGREEMENT = "closed_without_agreement", "would be closed after agreement was refused or withdrawn"
    AGREEMENT_OVERRIDDEN = "agreement_overridden", "would get a service without the agreement it needs"
    EVERY_DECISION = "every_decision", "has a decision, and every decision is agreed here"


@dataclass(frozen=True, slots=True)
class Policy:
    """What needs a manager from a given day.

    Attributes:
        starts: The first day it is in force.
        needs_manager: The reasons that queue for a manager; no other reason does.
        strength: Every kind of outcome, weakest first. Among its own routes a version's order counts.
        goes_ahead_from: Outcomes of a kind at least this strong never wait for anyone.
        small_team_exception: Whether one manager may recommend and agree, if the reason is recorded.
        close_before_acceptance: Whether a contact may close before every hand-over is accepted.
        statutory_from: The lowest level that is statutory for some children or all, in the version that judges the
            contact; None where none is. It comes from the version, not from the policy's own document.
        strong: What that version calls the weakest outcome that goes ahead at once.
    """

    starts: date
    needs_manager: frozenset[Need]
    strength: tuple[Kind, ...]
    goes_ahead_from: Kind
    small_team_exception: bool = True
    close_before_acceptance: bool = False
    statutory_from: int | None = None
    strong: str = "response that never waits"

    def __post_init__(self) -> None:
        if sorted(self.strength) != sorted(Kind):
            raise ValueError("A sign-off policy lists every kind of outcome once, weakest first, under 'strength'.")

    def weaker(self, route: Route, other: Route) -> bool:
        """Say whether the first outcome is weaker than the second."""
        if route.place is not None and other.place is not None:
            return route.place < other.place
        return self.strength.index(route.kind) < self.strength.index(other.kind)

    @property
    def ahead(self) -> tuple[Kind, ...]:
        """The kinds of outcome that go ahead at once, weakest first."""
        return self.strength[self.strength.index(self.goes_ahead_from) :]

    def goes_ahead(self, route: Route | None) -> bool:
        """Say whether an outcome is at least as strong as anything sign-off could lead to."""
        return route is not None and route.kind in self.ahead

    def statutory(self, level: int | None) -> bool:
        """Say whether a level is statutory for some or all."""
        return level is not None and self.statutory_from is not None and level >= self.statutory_from

    def below_rules(self, child: Child) -> bool:
        """Say whether a child's level or outcome is lower than the rules suggest.

        Where the rules suggest no service, one way of ending without a service is not less than another.
        """
        lower_level = bool(child.level and child.advised_level and child.level < child.advised_level)
        serves = child.advised_route is not None and not child.advised_route.closes
        weaker_route = bool(
            serves and child.route and child.advised_route and self.weaker(child.route, child.advised_route)
        )
        return lower_level or weaker_route


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for a manager to agree, about one child, as a code and a sentence."""

    code: Need
    child_id: str
    sentence: str

    @property
    def objection(self) -> str:
        """The sentence, with what is needed before the move can be made."""
        return f"{self.sentence} A manager who did not recommend it must agree."


def _closes(child: Child) -> bool:
    return child.route is not None and child.route.closes


def _said_no(child: Child) -> bool:
    return child.agreement is not None and child.agreement.against


TESTS: Mapping[Need, Callable[[Policy, Child], bool]] = {
    Need.RED: lambda _, child: child.route is not None and child.rating is Rating.RED,
    Need.RED_LOWERED: lambda _, child: child.rating_before is Rating.RED and child.rating_falls,
    Need.BELOW_RULES: lambda policy, child: policy.below_rules(child),
    Need.CLOSED_AGAINST_RULES: lambda policy, child: _closes(child) and policy.statutory(child.advised_level),
    Need.CLOSED_WITHOUT_AGREEMENT: lambda _, child: _closes(child) and _said_no(child),
    Need.AGREEMENT_OVERRIDDEN: lambda _, child: (
        (child.route is not None and child.overrides_agreement)
        or (child.route is not None and child.route.kind is Kind.ASSESSMENT and _said_no(child))
    ),
    Need.EVERY_DECISION: lambda _, child: child.route is not None,
}


def findings(policy: Policy, children: Iterable[Child]) -> tuple[Finding, ...]:
    """List what a manager must agree before it happens; never anything about an outcome that goes ahead at once."""
    return _found(policy, (child for child in children if not policy.goes_ahead(child.outcome)))


def oversight_after(policy: Policy, children: Iterable[Child]) -> tuple[Finding, ...]:
    """List what a manager looks at afterwards, because the outcome was too strong to wait."""
    return _found(policy, (child for child in children if policy.goes_ahead(child.outcome)))


def _found(policy: Policy, children: Iterable[Child]) -> tuple[Finding, ...]:
    return tuple(
        Finding(need, child.id, f"{child.name[:1].upper()}{child.name[1:]} {need.words}.")
        for child in children
        for need in Need
        if need in policy.needs_manager and TESTS[need](policy, child)
    )


def policies_from(document: Mapping[str, Any]) -> tuple[Policy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If a code is unknown or an outcome is left out of the order of strength.
    """
    return tuple(
        sorted(
            (
                Policy(
                    starts=date.fromisoformat(entry["from"]),
                    needs_manager=frozenset(map(Need, entry["needs_manager"])),
                    strength=tuple(dict.fromkeys(map(kind_of, entry["strength"]))),
                    goes_ahead_from=kind_of(entry["goes_ahead_from"]),
                    small_team_exception=entry["small_team_exception"],
                    close_before_acceptance=entry["close_before_acceptance"],
                )
                for entry in document["policies"]
            ),
            key=lambda policy: policy.starts,
        )
    )


def kind_of(code: str) -> Kind:
    """Read the kind of outcome that a policy names; one written before named a route by its key."""
    return Kind(_shipped()["written_before"].get(code, code))


@cache
def _shipped() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads((files("mash") / "data" / "sign_off_policy.json").read_text("utf-8"))
    return document


@cache
def shipped_policies() -> tuple[Policy, ...]:
    """Read the policies that come with the service."""
    return policies_from(_shipped())


def policy_on(day: date, policies: Sequence[Policy] = ()) -> Policy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Raises:
        LookupError: If none had begun by then.
    """
    begun = [policy for policy in policies or shipped_policies() if policy.starts <= day]
    if not begun:
        raise LookupError(f"No sign-off policy was in force on {day}.")
    return begun[-1]
