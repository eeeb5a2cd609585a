"""How a restricted contact is opened in an emergency: a policy held as data."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class EmergencyPolicy:
    """What holds when somebody opens a restricted contact in an emergency.

    Attributes:
        roles: Who may.
        lasts: How long it stays open to them.
        reason_at_least: How many signs their reason has at least.
        told_roles: Whose holders are told at once: managers on duty, and auditors for the privacy of records.
        review_within: By how many working days later somebody else has reviewed it.
        may_also: The acts that stay open although it is for reading, by the names of their pages: each of them can
            only strengthen a response.
    """

    roles: frozenset[str]
    lasts: timedelta
    reason_at_least: int
    told_roles: frozenset[str]
    review_within: int
    may_also: frozenset[str]


@cache
def emergency_policy() -> EmergencyPolicy:
    """Read the policy that comes with the service."""
    said = json.loads((files("mash") / "data" / "emergency_policy.json").read_text("utf-8"))
    return EmergencyPolicy(
        roles=frozenset(said["roles"]),
        lasts=timedelta(minutes=said["minutes"]),
        reason_at_least=said["reason_at_least"],
        told_roles=frozenset(said["told_roles"]),
        review_within=said["review_within_working_days"],
        may_also=frozenset(said["may_also"]),
    )
