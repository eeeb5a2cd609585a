"""Where the time of a decision went: every opening hour from receipt to decision belongs to one of four parts.

Until someone took it up it was waiting to start. After that it was with a manager, from a recommendation until the
manager answered; or else waiting for a partner, while at least one request was unanswered; or else being worked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from mash.workflow.calendar import Calendar

START, WORKED, PARTNER, MANAGER = "to-start", "worked", "partner", "manager"
PARTS: Mapping[str, str] = {
    START: "waiting to be started",
    WORKED: "being worked",
    PARTNER: "waiting for a partner",
    MANAGER: "waiting for a manager",
}
TAKEN_UP = frozenset(
    {
        "contact.claimed", "contact.screened", "contact.recommended", "child.observed", "child.rated",
        "child.rating_proposed", "child.recommended", "child.decided", "information.asked",
    }
)  # fmt: skip
TO_MANAGER = frozenset({"contact.recommended", "child.recommended"})
ANSWERED = frozenset({"oversight.agreed", "oversight.changed", "oversight.returned"})
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One agency asked, from when, and until when; ``until`` is empty if nothing came."""

    agency: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Spent:
    """Opening hours by part, and by each agency waited for; two agencies waited for at once both have the time."""

    parts: Mapping[str, timedelta]
    agencies: Mapping[str, timedelta]


def spent(
    received_at: datetime,
    decided_at: datetime,
    events: Sequence[tuple[str, datetime]],
    asked: Sequence[Asked],
    calendar: Calendar,
) -> Spent:
    """Part the opening hours between receipt and decision.

    Args:
        events: The kind and moment of each event of the contact, in order.
    """
    moments = {at for _, at in events} | {one.since for one in asked} | {one.until for one in asked if one.until}
    cuts = [received_at, *sorted(at for at in moments if received_at < at < decided_at), decided_at]
    begun = min((at for kind, at in events if kind in TAKEN_UP), default=decided_at)
    turns = [(at, kind in TO_MANAGER) for kind, at in events if kind in TO_MANAGER | ANSWERED]
    parts: Counter[str] = Counter()
    agencies: Counter[str] = Counter()
    for start, end in pairwise(cuts):
        hours = _seconds(calendar, start, end)
        out = {one.agency for one in asked if one.since <= start and (one.until is None or one.until > start)}
        part = _part(start, begun, turns, waits=bool(out))
        parts[part] += hours
        agencies.update(dict.fromkeys(out, hours) if part == PARTNER else {})
    return Spent(_lengths(parts), _lengths(agencies))


def _part(at: datetime, begun: datetime, turns: Sequence[tuple[datetime, bool]], *, waits: bool) -> str:
    if at < begun:
        return START
    with_manager = False
    for turned, to_manager in turns:
        if turned <= at:
            with_manager = to_manager
    return MANAGER if with_manager else PARTNER if waits else WORKED


def _seconds(calendar: Calendar, start: datetime, end: datetime) -> int:
    return round(calendar.open_between(start, end).total_seconds())


def _lengths(counted: Counter[str]) -> dict[str, timedelta]:
    return {name: timedelta(seconds=seconds) for name, seconds in counted.items() if seconds}


@dataclass(frozen=True, slots=True)
class Row:
    """One part, or one agency, over several decisions.

    Attributes:
        contacts: How many had any of it.
        median: The middle one of those, in hours of opening time; None where there are none.
        share: Its part of all the time, in per cent; an agency's of the time waited for partners.
    """

    name: str
    contacts: int
    median: float | None
    share: float | None


def by_part(decisions: Sequence[Spent]) -> list[Row]:
    """Sum up the four parts, in the order in which they come."""
    whole = sum((length for one in decisions for length in one.parts.values()), NONE)
    return [_row(part, [one.parts.get(part, NONE) for one in decisions], whole) for part in PARTS]


def by_agency(decisions: Sequence[Spent]) -> list[Row]:
    """Sum up each agency waited for, the one most decisions waited for first."""
    whole = sum((one.parts.get(PARTNER, NONE) for one in decisions), NONE)
    names = {name for one in decisions for name in one.agencies}
    rows = [_row(name, [one.agencies.get(name, NONE) for one in decisions], whole) for name in names]
    return sorted(rows, key=lambda row: (-row.contacts, row.name))


def _row(name: str, lengths: Iterable[timedelta], whole: timedelta) -> Row:
    some = [length / timedelta(hours=1) for length in lengths if length]
    share = 100 * timedelta(hours=sum(some)) / whole if whole else None
    return Row(name, len(some), round(median(some), 1) if some else None, None if share is None else round(share, 1))
