"""Who is told of a red that no manager has taken up, and after how long: a dated policy, held as data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from mash.workflow.words import Term


class Post(Term):
    """A post whose holder is told."""

    DEPUTY = "deputy", "Deputy manager"
    HEAD_OF_SERVICE = "head_of_service", "Head of service"


@dataclass(frozen=True, slots=True)
class Step:
    """Whom to tell once a red has waited this long, day and night."""

    post: Post
    after: timedelta


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """How a waiting red climbs from a given day; the policy in force when its wait began is the one that counts.

    Attributes:
        starts: The first day it is in force.
        steps: The first to be told first.
        night_team: Who takes reds over when the front door closes.
    """

    starts: date
    steps: tuple[Step, ...]
    night_team: str

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0].after < timedelta(minutes=1):
            raise ValueError("An escalation policy has at least one step, after a minute or more.")
        if any(later.after <= step.after for step, later in pairwise(self.steps)):
            raise ValueError("Each step of an escalation policy comes after a longer wait than the one before it.")
        if len({step.post for step in self.steps}) < len(self.steps):
            raise ValueError("An escalation policy tells each post once.")

    def passed(self, waited: timedelta) -> tuple[Step, ...]:
        """List the steps that a wait has reached."""
        return tuple(step for step in self.steps if waited >= step.after)

    def coming(self, waited: timedelta) -> Step | None:
        """Give the next step that a wait has not reached; None past the last."""
        return next((step for step in self.steps if waited < step.after), None)


def escalation_policies_from(document: Mapping[str, Any]) -> tuple[EscalationPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If a post is unknown, or the steps are not in the order of their waits.
    """
    return tuple(
        sorted(
            (
                EscalationPolicy(
                    starts=date.fromisoformat(entry["from"]),
                    steps=tuple(
                        Step(Post(step["post"]), timedelta(minutes=step["minutes"])) for step in entry["steps"]
                    ),
                    night_team=entry["night_team"],
                )
                for entry in document["policies"]
            ),
            key=lambda policy: policy.starts,
        )
    )


@cache
def shipped_escalation_policies() -> tuple[EscalationPolicy, ...]:
    """Read the policies that come with the service."""
    return escalation_policies_from(json.loads((files("mash") / "data" / "escalation_policy.json").read_text("utf-8")))


def escalation_policy_on(day: date, policies: Sequence[EscalationPolicy] = ()) -> EscalationPolicy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Raises:
        LookupError: If none had begun by then.
    """
    begun = [policy for policy in policies or shipped_escalation_policies() if policy.starts <= day]
    if not begun:
        raise LookupError(f"No escalation policy was in force on {day}.")
    return begun[-1]
