"""Patterns in one person's reading that somebody should look at: a dated policy, and what it makes of an hour.

A pattern proves nothing. Each has innocent grounds, so each is an alert for a person to review, and holds up no work.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

HOUR = timedelta(hours=1)
USUAL: Mapping[str, Any] = {"unrelated": 10, "exports": 5}
"""What holds of what a policy says nothing of, as one set before there was such a pattern."""


class Pattern(Enum):
    """What may be seen, with its words."""

    MANY = "many_records"
    OWN_NAME = "own_name"
    COLLEAGUE = "colleague"
    STREET = "street"
    AFTER_HOURS = "after_hours"
    FRUITLESS = "searches_without_opening"
    WATCHED = "watched_person"
    UNRELATED = "unrelated_records"
    KEPT = "kept_from"
    OWN_HOME = "own_home"
    EXPORTS = "many_exports"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Pattern.MANY: "Opened very many records in an hour",
    Pattern.OWN_NAME: "Looked for, or opened, somebody of their own surname",
    Pattern.COLLEAGUE: "Looked for, or opened, somebody of a colleague’s name",
    Pattern.STREET: "Looked for who lives in a street, house by house",
    Pattern.AFTER_HOURS: "Opened records while the front door was closed",
    Pattern.FRUITLESS: "Searched again and again, and opened nothing",
    Pattern.WATCHED: "Opened or took out the record of somebody whose record is watched",
    Pattern.UNRELATED: "Opened old records of people with whom they have no work",
    Pattern.KEPT: "Tried to open a record that they are kept from",
    Pattern.OWN_HOME: "Looked for a home that they declared as their own or their family’s",
    Pattern.EXPORTS: "Took out one file or list after another",
}


COUNTS = ("records", "records_after_hours", "streets", "searches_without_opening", "unrelated", "exports")


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """From how many on, within an hour, each pattern is seen.

    Attributes:
        records: Records opened.
        records_after_hours: Records opened more than ``margin`` from when the front door is open.
        streets: Searches for a street with neither a name nor a house number.
        searches: Searches after which nothing was opened.
        unrelated: Records long closed, opened by somebody who did nothing on any contact of the people on them.
        exports: Files and lists taken out.
    """

    starts: date
    records: int
    records_after_hours: int
    margin: timedelta
    streets: int
    searches: int
    unrelated: int = USUAL["unrelated"]
    exports: int = USUAL["exports"]


def privacy_policies_from(document: Mapping[str, Any]) -> tuple[PrivacyPolicy, ...]:
    """Read dated policies from their document, the oldest first.

    Raises:
        ValueError: If a count is not at least one.
    """
    found = []
    for entry in document["policies"]:
        said = {**USUAL, **entry}
        counts = [said[name] for name in COUNTS]
        if min(counts) < 1:
            raise ValueError("Every count of the privacy policy is at least one.")
        records, closed, *others = counts
        margin = timedelta(minutes=entry["margin_minutes"])
        found.append(PrivacyPolicy(date.fromisoformat(entry["from"]), records, closed, margin, *others))
    return tuple(sorted(found, key=lambda policy: policy.starts))


@cache
def shipped_privacy_policies() -> tuple[PrivacyPolicy, ...]:
    """Read the policies that come with the service."""
    return privacy_policies_from(json.loads((files("mash") / "data" / "privacy_policy.json").read_text("utf-8")))


def privacy_policy_on(day: date, policies: Sequence[PrivacyPolicy] = ()) -> PrivacyPolicy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Raises:
        LookupError: If none had begun by then.
    """
    begun = [policy for policy in policies or shipped_privacy_policies() if policy.starts <= day]
    if not begun:
        raise LookupError(f"No privacy policy was in force on {day}.")
    return begun[-1]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did: a search, a record opened or refused, or a file taken out.

    Attributes:
        opened: The records opened; empty for a search.
        names: The names on those records, or the name searched for.
        place: The address searched for.
        closed: Whether it was more than the margin from when the front door is open.
        unrelated: Those opened that are old, and of people with whom the reader has no work.
        watched: The ids of whoever was watched then, of those on what was opened or taken out.
        kept: Whether it was refused because the reader is kept from it by name.
        home: Whether the address searched for is one that the reader declared.
        left: Whether it is a file or list taken out.
    """

    id: int
    at: datetime
    opened: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    place: str = ""
    closed: bool = False
    unrelated: frozenset[str] = frozenset()
    watched: frozenset[int] = frozenset()
    kept: bool = False
    home: bool = False
    left: bool = False

    @property
    def searched(self) -> bool:
        """Whether it is a search."""
        return not (self.opened or self.watched or self.kept or self.left)


@dataclass(frozen=True, slots=True)
class Seen:
    """A pattern that was seen, the read that completed it, what was counted, and whose watched record it is (or 0)."""

    pattern: Pattern
    act: Act
    data: Mapping[str, Any]
    person: int = 0


def patterns_in(acts: Sequence[Act], me: str, colleagues: Sequence[str], policy: PrivacyPolicy) -> list[Seen]:
    """Give each pattern at each act that completes it, within the hour before.

    Args:
        acts: One person's, in order of time.
        me: Their own name, and ``colleagues`` everyone else's.
    """
    own, others = _surname(me), {words for name in colleagues if len(words := _words(name)) > 1}
    finders: tuple[Callable[[Sequence[Act]], Mapping[str, Any] | None], ...]
    found = []
    for act, hour in _hours(acts):
        finders = (
            lambda hour: _many(hour, policy.records),
            lambda hour: {"name": "own surname"} if any(own in _words(name) for name in hour[-1].names) else None,
            lambda hour: {"name": "a colleague's"} if any(_whole(name, others) for name in hour[-1].names) else None,
            lambda hour: _streets(hour, policy.streets),
            lambda hour: _many([one for one in hour if one.closed], policy.records_after_hours, of=hour[-1]),
            lambda hour: _fruitless(hour, policy.searches),
            lambda _: None,
            lambda hour: _unrelated(hour, policy.unrelated),
            lambda hour: {"record": "kept from"} if hour[-1].kept else None,
            lambda hour: {"home": "declared"} if hour[-1].home else None,
            lambda hour: _exports(hour, policy.exports),
        )
        seen = zip(Pattern, finders, strict=True)
        found += [Seen(pattern, act, data) for pattern, finder in seen if (data := finder(hour)) is not None]
        found += [Seen(Pattern.WATCHED, act, {"record": "watched"}, person) for person in sorted(act.watched)]
    return found


def _hours(acts: Sequence[Act]) -> Iterator[tuple[Act, Sequence[Act]]]:
    """Give each act with all of the hour up to it, itself last."""
    first = 0
    for place, act in enumerate(acts):
        while act.at - acts[first].at >= HOUR:
            first += 1
        yield act, acts[first : place + 1]


def _many(hour: Sequence[Act], most: int, of: Act | None = None) -> Mapping[str, Any] | None:
    if not hour or not hour[-1].opened or (of is not None and hour[-1] is not of):
        return None
    records = {reference for act in hour for reference in act.opened}
    return {"records": len(records)} if len(records) >= most else None


def _streets(hour: Sequence[Act], most: int) -> Mapping[str, Any] | None:
    asked = [act for act in hour if act.place and not act.names and not re.search(r"\d", act.place)]
    return {"searches": len(asked)} if len(asked) >= most and asked[-1] is hour[-1] else None


def _fruitless(hour: Sequence[Act], most: int) -> Mapping[str, Any] | None:
    searches = [act for act in hour if act.searched]
    if any(act.opened for act in hour) or len(searches) < most or not hour[-1].searched:
        return None
    return {"searches": len(searches)}


def _unrelated(hour: Sequence[Act], most: int) -> Mapping[str, Any] | None:
    records = {reference for act in hour for reference in act.unrelated}
    return {"records": len(records)} if hour[-1].unrelated and len(records) >= most else None


def _exports(hour: Sequence[Act], most: int) -> Mapping[str, Any] | None:
    left = sum(act.left for act in hour)
    return {"taken": left} if hour[-1].left and left >= most else None


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"[^\W\d_]+", name.casefold())))


def _surname(name: str) -> str:
    """Give the last word of a name."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return words[-1] if words else "-"


def _whole(name: str, others: set[tuple[str, ...]]) -> bool:
    return _words(name) in others
