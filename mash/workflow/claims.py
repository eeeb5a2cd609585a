"""How long a contact stays with whoever has it open and does nothing: a dated policy, held as data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class ClaimPolicy:
    """What holds from a given day.

    Attributes:
        starts: The first day it is in force.
        lapses_after: How long without a sign of its holder leaves a contact free for others.
    """

    starts: date
    lapses_after: timedelta

    def __post_init__(self) -> None:
        if not timedelta(minutes=1) <= self.lapses_after <= timedelta(days=1):
            raise ValueError("A contact is free again after between a minute and a day.")


def claim_policies_from(document: Mapping[str, Any]) -> tuple[ClaimPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If a contact would be free at once, or not within a day.
    """
    policies = (
        ClaimPolicy(date.fromisoformat(entry["from"]), timedelta(minutes=entry["lapses_after_minutes"]))
        for entry in document["policies"]
    )
    return tuple(sorted(policies, key=lambda policy: policy.starts))


@cache
def shipped_claim_policies() -> tuple[ClaimPolicy, ...]:
    """Read the policies that come with the service."""
    return claim_policies_from(json.loads((files("mash") / "data" / "claim_policy.json").read_text("utf-8")))


def claim_policy_on(day: date, policies: Sequence[ClaimPolicy] = ()) -> ClaimPolicy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Raises:
        LookupError: If none had begun by then.
    """
    begun = [policy for policy in policies or shipped_claim_policies() if policy.starts <= day]
    if not begun:
        raise LookupError(f"No claim policy was in force on {day}.")
    return begun[-1]
