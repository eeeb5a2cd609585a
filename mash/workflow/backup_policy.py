"""How often backups are taken and how long they are kept: a dated policy, held as data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class BackupPolicy:
    """What holds from a given day.

    Attributes:
        starts: The first day it is in force.
        every: A backup is due this long after the last good one.
        alarm_after: This long without a good one is a problem.
        keep_all: Every backup younger than this is kept.
        keep_daily: Of older ones the last of each day is kept, until this age.
    """

    starts: date
    every: timedelta
    alarm_after: timedelta
    keep_all: timedelta
    keep_daily: timedelta

    def __post_init__(self) -> None:
        if not timedelta(minutes=1) <= self.every <= self.alarm_after <= timedelta(days=7):
            raise ValueError("A backup is due after a minute or more, and missed no sooner than due, within a week.")
        if not self.alarm_after <= self.keep_all <= self.keep_daily:
            raise ValueError("Backups are kept at least until a missing one is noticed.")

    def outlived(self, taken: Iterable[datetime], at: datetime) -> list[datetime]:
        """Return the backups that need not be kept any longer. The newest always is."""
        newest_first = sorted(taken, reverse=True)
        last_of_day = {moment.date(): moment for moment in reversed(newest_first)}
        keep = {moment for moment in newest_first if at - moment <= self.keep_all}
        keep |= {moment for moment in last_of_day.values() if at - moment <= self.keep_daily}
        return [moment for moment in newest_first[1:] if moment not in keep]


def backup_policies_from(document: Mapping[str, Any]) -> tuple[BackupPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If backups would be too seldom, or thrown away before a missing one is noticed.
    """
    policies = (
        BackupPolicy(
            date.fromisoformat(entry["from"]),
            timedelta(minutes=entry["every_minutes"]),
            timedelta(minutes=entry["alarm_after_minutes"]),
            timedelta(hours=entry["keep_all_hours"]),
            timedelta(days=entry["keep_daily_days"]),
        )
        for entry in document["policies"]
    )
    return tuple(sorted(policies, key=lambda policy: policy.starts))


def backup_policy_on(day: date, policies: Sequence[BackupPolicy]) -> BackupPolicy | None:
    """Return the policy in force on a day; None if none had begun."""
    return next((policy for policy in reversed(policies) if policy.starts <= day), None)
