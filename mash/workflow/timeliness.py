"""What is aimed at, what counts as at risk, and when somebody is told of a clock: a dated policy, held as data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from mash.workflow.clock_policy import clock_named

USUAL_DIGESTS = ("08:45", "14:30")
"""Times of the digests under a policy set before there were any."""
FREEZE_AFTER = timedelta(days=5)
"""For a policy set before it could say."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a clock: reached when a share of its time has gone, or when no more than so long is left."""

    name: str
    share_gone: float | None = None
    left: timedelta | None = None

    def __post_init__(self) -> None:
        if (self.share_gone is None) == (self.left is None):
            raise ValueError(f"The stage {self.name} says either what share has gone or how much is left.")
        if self.share_gone is not None and not 0 < self.share_gone < 1:
            raise ValueError(f"The share gone at the stage {self.name} lies between nought and one.")

    def comes(self, started: datetime, due: datetime) -> datetime:
        """Return when a clock reaches this stage. One shorter than what would be left reaches it at once."""
        if self.left is not None:
            return max(started, due - self.left)
        return started + (due - started) * (self.share_gone or 0)


@dataclass(frozen=True, slots=True)
class TimelinessPolicy:
    """What holds from a given day.

    Attributes:
        starts: The first day it is in force.
        target: The share in time that is aimed at, in per cent.
        at_risk: How little time left puts an open contact at risk.
        stages: The stages of each clock that has any, by its name.
        digests: When everyone is sent what is theirs to do, on working days by London's time; empty for never.
        freeze_after: How long after a month has ended its figures are frozen.
    """

    starts: date
    target: int
    at_risk: timedelta
    stages: Mapping[str, tuple[Stage, ...]]
    digests: tuple[time, ...]
    freeze_after: timedelta = FREEZE_AFTER

    def __post_init__(self) -> None:
        if list(self.digests) != sorted(set(self.digests)):
            raise ValueError("Each digest comes later in the day than the one before it.")


def timeliness_policies_from(document: Mapping[str, Any]) -> tuple[TimelinessPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        LookupError: If a clock is unknown.
        ValueError: If a stage does not say when it comes, or digests are not in the order of their times.
    """
    policies = (
        TimelinessPolicy(
            starts=date.fromisoformat(entry["from"]),
            target=entry["target_per_cent"],
            at_risk=timedelta(minutes=entry["at_risk_minutes"]),
            stages={
                clock_named(clock).name: tuple(_stage(name, told) for name, told in stages.items())
                for clock, stages in entry["stages"].items()
            },
            digests=tuple(map(time.fromisoformat, entry.get("digests", USUAL_DIGESTS))),
            freeze_after=timedelta(days=entry["freeze_after_days"]) if "freeze_after_days" in entry else FREEZE_AFTER,
        )
        for entry in document["policies"]
    )
    return tuple(sorted(policies, key=lambda policy: policy.starts))


def _stage(name: str, told: Mapping[str, float]) -> Stage:
    minutes = told.get("minutes_left")
    return Stage(name, told.get("share_gone"), None if minutes is None else timedelta(minutes=minutes))


@cache
def shipped_timeliness_policies() -> tuple[TimelinessPolicy, ...]:
    """Read the policies that come with the service."""
    return timeliness_policies_from(json.loads((files("mash") / "data" / "timeliness_policy.json").read_text("utf-8")))


def timeliness_policy_on(day: date, policies: Sequence[TimelinessPolicy] = ()) -> TimelinessPolicy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Raises:
        LookupError: If none had begun by then.
    """
    begun = [policy for policy in policies or shipped_timeliness_policies() if policy.starts <= day]
    if not begun:
        raise LookupError(f"No timeliness policy was in force on {day}.")
    return begun[-1]
