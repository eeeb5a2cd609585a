"""How long each clock allows, and how its days are read: a dated policy, held as data."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

from mash.workflow.words import Rating, Term


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing that has to happen by a time, named as on the command line.

    Attributes:
        words: What is due.
        starts: When it starts, in words.
        stops: What stops it, in words.
        day_and_night: Whether it may only ever count elapsed hours, never opening hours or working days.
    """

    name: str
    words: str
    starts: str
    stops: str
    day_and_night: bool = False


_CALLED = {"decision_on_referral": "social-care", "early_help_contact": "early-help"}
RECEIVED = "when the council receives the contact"
DECIDED = "when the outcome is decided"
ASKED = "when the agency is asked"
REPLIED = "when the agency replies"

CLOCKS: Mapping[str, Clock] = {
    clock.name: clock
    for clock in (
        Clock("social-care", "Decision on a social care contact", RECEIVED, DECIDED),
        Clock("early-help", "Decision on an early help contact", RECEIVED, DECIDED),
        Clock("red", "Decision on a red contact", RECEIVED, DECIDED, day_and_night=True),
        Clock("amber", "Decision on an amber contact", RECEIVED, DECIDED),
        Clock("green", "Decision on a green contact", RECEIVED, DECIDED),
        Clock(
            "red-acknowledge", "A manager takes up a red", "when it is rated red", "when a manager takes it up", True
        ),
        Clock("acknowledge", "Acknowledgement to the referrer", RECEIVED, "when the referrer is told it arrived"),
        Clock("feedback", "Outcome to the referrer", DECIDED, "when the referrer is told the outcome"),
        Clock("agency-reply-red", "Agency's reply on a red contact", ASKED, REPLIED, day_and_night=True),
        Clock("agency-reply-amber", "Agency's reply on an amber contact", ASKED, REPLIED),
        Clock("agency-reply-green", "Agency's reply on a green contact", ASKED, REPLIED),
        Clock("lado", "Referral to the designated officer", "when the allegation is known", "when it is referred"),
    )
}


def clock_named(name: str) -> Clock:
    """Find a clock by its name, whatever its case, hyphens or underscores.

    Raises:
        LookupError: If there is none of that name; the message lists those there are.
    """
    tidy = name.strip().lower().replace("_", "-").replace(" ", "-")
    if tidy not in CLOCKS:
        raise LookupError(f"There is no clock called {name!r}. The clocks are {', '.join(CLOCKS)}.")
    return CLOCKS[tidy]


def decision_clock(rating: Rating) -> Clock:
    """Return the clock by which a contact of this rating is to be decided."""
    return CLOCKS[rating.value]


def reply_clock(rating: Rating) -> Clock:
    """Return the clock by which an agency is to reply on a contact of this rating."""
    return CLOCKS[f"agency-reply-{rating.value}"]


class Reading(Term):
    """The three rival readings of "one working day"."""

    CLOSE = "A", "by the close of the next working day"
    HOURS = "B", "a working day's worth of opening hours"
    ELAPSED = "C", "24 hours, day and night"


class Deemed(Term):
    """When a contact that arrives while the front door is closed counts as received, for clocks in working days."""

    AS_RECEIVED = "as_received", "on the day it arrives, open or not"
    NEXT_WORKING_DAY = "next_working_day", "on the day it arrives, or the next working day if that is not one"
    NEXT_OPENING = "next_opening", "at the next opening"


class Unit(Term):
    """What a limit counts."""

    WORKING_DAYS = "working_days", "working day"
    WORKING_HOURS = "working_hours", "opening hour"
    HOURS = "hours", "hour"
    MINUTES = "minutes", "minute"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a clock allows."""

    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("A clock allows at least one of its unit.")

    @property
    def words(self) -> str:
        """The length as a person says it."""
        return f"{self.amount} {self.unit.words}{'' if self.amount == 1 else 's'}"

    @property
    def length(self) -> timedelta:
        """The length of a limit counted in hours or minutes."""
        return timedelta(minutes=self.amount) if self.unit is Unit.MINUTES else timedelta(hours=self.amount)


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """How clocks are counted from a given day; the policy in force at receipt is the one that counts.

    Attributes:
        starts: The first day it is in force.
        reading: How "one working day" is read.
        deemed: When an out-of-hours contact counts as received. It moves neither elapsed nor opening hours.
        working_day: How many opening hours one working day is worth, under reading B.
        limits: The limit of every clock, by its name.
    """

    starts: date
    reading: Reading
    deemed: Deemed
    working_day: timedelta
    limits: Mapping[str, Limit]

    def __post_init__(self) -> None:
        if missing := CLOCKS.keys() ^ self.limits.keys():
            raise ValueError(f"A clock policy sets a limit for every clock and no other: {', '.join(sorted(missing))}.")
        for name, limit in self.limits.items():
            if CLOCKS[name].day_and_night and limit.unit not in {Unit.HOURS, Unit.MINUTES}:
                raise ValueError(f"The clock {name} runs day and night: set its limit in hours or minutes.")


class SetByVersion(Protocol):
    """A time limit as a version of the thresholds sets it, in hours or in working days; for one rating, or for any."""

    @property
    def name(self) -> str: ...
    @property
    def rating(self) -> str: ...
    @property
    def hours(self) -> int | None: ...
    @property
    def working_days(self) -> int | None: ...


def limits_of(said: Iterable[SetByVersion], strengths: Mapping[str, str] | None = None) -> dict[str, Limit]:
    """Return the limits that a version sets for clocks that run here, by the clock's name.

    A version's limit is one of ours by its name: `decision_on_referral` is social care's, `early_help_contact` early
    help's, `first_decision` that of its rating, and any other that of the clock so called. What runs elsewhere, such as
    the 45 days of an assessment, is none of ours. A clock that runs day and night is never counted in working days.

    Args:
        strengths: Which of red, amber and green each rating of the version is, where it has names of its own.
    """
    found, strengths = {}, strengths or {}
    for one in said:
        name = _CALLED.get(one.name, one.name.replace("_", "-"))
        name = strengths.get(one.rating, one.rating) if one.name == "first_decision" else name
        limit = Limit(Unit.HOURS, one.hours) if one.hours else Limit(Unit.WORKING_DAYS, one.working_days or 1)
        if name in CLOCKS and not (CLOCKS[name].day_and_night and limit.unit is Unit.WORKING_DAYS):
            found[name] = limit
    return found


def clock_policies_from(document: Mapping[str, Any]) -> tuple[ClockPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If a code is unknown, a clock is left out, or a red clock would stop at closing time.
    """
    policies = (
        ClockPolicy(
            starts=date.fromisoformat(entry["from"]),
            reading=Reading(entry["one_working_day"]),
            deemed=Deemed(entry["deemed_receipt"]),
            working_day=timedelta(hours=entry["working_day_hours"]),
            limits={
                name: Limit(Unit(unit), amount)
                for name, limit in entry["limits"].items()
                for unit, amount in limit.items()
            },
        )
        for entry in document["policies"]
    )
    return tuple(sorted(policies, key=lambda policy: policy.starts))


@cache
def shipped_clock_policies() -> tuple[ClockPolicy, ...]:
    """Read the policies that come with the service."""
    return clock_policies_from(json.loads((files("mash") / "data" / "clock_policy.json").read_text("utf-8")))


def clock_policy_on(day: date, policies: Sequence[ClockPolicy] = ()) -> ClockPolicy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Raises:
        LookupError: If none had begun by then.
    """
    begun = [policy for policy in policies or shipped_clock_policies() if policy.starts <= day]
    if not begun:
        raise LookupError(f"No clock policy was in force on {day}.")
    return begun[-1]
