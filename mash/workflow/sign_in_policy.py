"""Which acts ask for proof that cannot be phished, and how long ended sign-ins are kept: a dated policy, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

LONGEST_KEPT = 3650


class Act(StrEnum):
    """What matters enough that a council may ask for a passkey, or what its provider says is as good, before it."""

    ADMIN = "admin"
    EXPORT = "export"
    BREAK_GLASS = "break_glass"
    PUBLISHING = "publishing"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Act.ADMIN: "Managing users and settings",
    Act.EXPORT: "Taking lists and figures out",
    Act.BREAK_GLASS: "Opening a restricted record in an emergency",
    Act.PUBLISHING: "Signing and publishing thresholds",
}


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """What holds from a given day.

    Attributes:
        starts: The first day it is in force.
        passkey_for: The acts that ask for proof that cannot be phished.
        ended_kept: How long the row of a sign-in stays once it has ended. What it did stays on the record for good.
    """

    starts: date
    passkey_for: frozenset[Act]
    ended_kept: timedelta


def sign_in_policies_from(document: Mapping[str, Any]) -> tuple[SignInPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If an act is not one of ours, or sign-ins would be kept for less than a day or more than ten years.
    """
    return tuple(sorted(map(_read, document["policies"]), key=lambda policy: policy.starts))


def sign_in_policy_on(day: date, policies: Sequence[SignInPolicy]) -> SignInPolicy | None:
    """Return the policy in force on a day; None where none has begun."""
    begun = [policy for policy in policies if policy.starts <= day]
    return begun[-1] if begun else None


def _read(entry: Mapping[str, Any]) -> SignInPolicy:
    days = entry["ended_kept_days"]
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= LONGEST_KEPT:
        raise ValueError(f"Ended sign-ins are kept for between 1 and {LONGEST_KEPT:,} days.")
    acts = frozenset(Act(name) for name in entry["passkey_for"])
    return SignInPolicy(date.fromisoformat(entry["from"]), acts, timedelta(days=days))
