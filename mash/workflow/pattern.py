"""How often is too often: the dated policy on closing one contact after another without weighing them all. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from mash.workflow.child import Child

REVIEW_ANSWERS = ("holds", "differs")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many contacts in so many days, the present one included, as a person says the time."""

    contacts: int
    days: int
    words: str

    def __post_init__(self) -> None:
        if self.contacts < 2 or self.days < 1:
            raise ValueError("A pattern is at least two contacts in at least one day.")


@dataclass(frozen=True, slots=True)
class PatternPolicy:
    """What counts as a pattern from a given day."""

    starts: date
    limits: tuple[Limit, ...]

    @property
    def furthest(self) -> timedelta:
        """How far back it looks."""
        return timedelta(days=max((limit.days for limit in self.limits), default=0))

    def reached(self, others: Iterable[datetime], received: datetime) -> str:
        """Say which contact this is, such as "the 3rd contact in 90 days"; empty while no limit is reached.

        Args:
            others: When every other contact was received.
            received: When this one was.
        """
        moments = list(others)
        found = []
        for limit in self.limits:
            number = 1 + sum(moment > received - timedelta(days=limit.days) for moment in moments)
            if number >= limit.contacts:
                found.append(f"the {nth(number)} contact in {limit.words}")
        return " and ".join(found)


@dataclass(frozen=True, slots=True)
class Repeat:
    """That this is not the first contact about a child, or about a household (no child), and which one it is."""

    child_id: str | None
    words: str


def asked(repeats: Sequence[Repeat], concerned: Iterable[Child], children: Sequence[Child]) -> tuple[Repeat, ...]:
    """List the patterns that closing would end without a service: a child's, or the household's if nobody gets one."""
    closing = {child.id for child in concerned if child.route is not None and child.route.closes}
    nobody_served = all(child.outcome is not None and child.outcome.closes for child in children)
    return tuple(
        repeat
        for repeat in repeats
        if (closing and nobody_served if repeat.child_id is None else repeat.child_id in closing)
    )


def nth(number: int) -> str:
    """Write a place in a row.

    >>> [nth(number) for number in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def pattern_policies_from(document: Mapping[str, Any]) -> tuple[PatternPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If a limit is no pattern.
    """
    policies = (
        PatternPolicy(date.fromisoformat(entry["from"]), tuple(Limit(**limit) for limit in entry["limits"]))
        for entry in document["policies"]
    )
    return tuple(sorted(policies, key=lambda policy: policy.starts))


@cache
def shipped_pattern_policies() -> tuple[PatternPolicy, ...]:
    """Read the policies that come with the service."""
    return pattern_policies_from(json.loads((files("mash") / "data" / "pattern_policy.json").read_text("utf-8")))


def pattern_policy_on(day: date, policies: Sequence[PatternPolicy] = ()) -> PatternPolicy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Where none had begun by then nothing is asked.
    """
    begun = [policy for policy in policies or shipped_pattern_policies() if policy.starts <= day]
    return begun[-1] if begun else PatternPolicy(day, ())
