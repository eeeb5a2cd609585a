"""Patterns in one person's reading that somebody should look at: a dated policy, and what it makes of an hour.

A pattern proves nothing. Each has innocent grounds, so each is an alert for a person to review, and holds up no work.
"""

import json
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
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
    """Give each pattern at each act that completes it, within the hour before. Each act is counted in and out once.

    Args:
        acts: One person's, in order of time.
        me: Their own name, and ``colleagues`` everyone else's.
    """
    own, others = _surname(me), {words for name in colleagues if len(words := _words(name)) > 1}
    hour, found = _Hour(), list[Seen]()
    for act in acts:
        hour.go_on_to(act)
        names = [_words(name) for name in act.names]
        seen = {
            Pattern.OWN_NAME: {"name": "own surname"} if any(own in words for words in names) else None,
            Pattern.COLLEAGUE: {"name": "a colleague's"} if any(words in others for words in names) else None,
            Pattern.KEPT: {"record": "kept from"} if act.kept else None,
            Pattern.OWN_HOME: {"home": "declared"} if act.home else None,
            **hour.counted(act, policy),
        }
        found += [Seen(pattern, act, data) for pattern in Pattern if (data := seen.get(pattern)) is not None]
        found += [Seen(Pattern.WATCHED, act, {"record": "watched"}, person) for person in sorted(act.watched)]
    return found


class _Hour:
    """What somebody did within the hour up to an act, counted as it slides along."""

    def __init__(self) -> None:
        self._acts: deque[Act] = deque()
        self._records, self._closed, self._unrelated = Counter[str](), Counter[str](), Counter[str]()
        self._kinds = Counter[str]()

    def go_on_to(self, act: Act) -> None:
        """Count an act in, and those out that are an hour old by then."""
        self._acts.append(act)
        self._count(act, 1)
        while act.at - self._acts[0].at >= HOUR:
            self._count(self._acts.popleft(), -1)

    def _count(self, act: Act, by: int) -> None:
        closed = act.opened if act.closed else ()
        for counter, records in ((self._records, act.opened), (self._closed, closed), (self._unrelated, act.unrelated)):
            for record in records:
                counter[record] += by
                if not counter[record]:
                    del counter[record]
        for kind, is_one in (("street", _street(act)), ("search", act.searched), ("left", act.left)):
            self._kinds[kind] += by * is_one

    def counted(self, act: Act, policy: PrivacyPolicy) -> Mapping[Pattern, Mapping[str, Any] | None]:
        """Give what the hour up to an act, its last, amounts to, for each pattern that is counted."""
        records, closed, unrelated = len(self._records), len(self._closed), len(self._unrelated)
        streets, searches, left = (self._kinds[kind] for kind in ("street", "search", "left"))
        fruitless = act.searched and not records
        return {
            Pattern.MANY: _from(policy.records, "records", records, bool(act.opened)),
            Pattern.AFTER_HOURS: _from(policy.records_after_hours, "records", closed, act.closed and bool(act.opened)),
            Pattern.STREET: _from(policy.streets, "searches", streets, _street(act)),
            Pattern.FRUITLESS: _from(policy.searches, "searches", searches, fruitless),
            Pattern.UNRELATED: _from(policy.unrelated, "records", unrelated, bool(act.unrelated)),
            Pattern.EXPORTS: _from(policy.exports, "taken", left, act.left),
        }


def _from(most: int, name: str, number: int, of_this: bool) -> Mapping[str, Any] | None:
    """Give a count that has come to what the policy sets, by an act that is one of those counted."""
    return {name: number} if of_this and number >= most else None


def _street(act: Act) -> bool:
    """Say whether it is a search for a street, with neither a name nor a house number."""
    return bool(act.place) and not act.names and not re.search(r"\d", act.place)


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"[^\W\d_]+", name.casefold())))


def _surname(name: str) -> str:
    """Give the last word of a name."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return words[-1] if words else "-"
