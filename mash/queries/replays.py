"""Replays as they were kept: the list, one of them, the children of any cell, and one child under both versions."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from mash.models import ChildOnContact, Contact, HistorySegment, Replay, ReplaySegment, User
from mash.queries.restricted import open_to
from mash.replay.column import without
from mash.replay.frame import Frame
from mash.replay.judge import AXES, answer
from mash.replay.past import FACT, LATER, SEGMENT
from mash.replay.tally import NONE
from mash.replay.tight import read_frame
from mash.rules import Catalogue, Facts
from mash.rules.bits import set_bits

MOST_LISTED = 200
SIDES = ("decided", "baseline", "candidate")


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """A replay in the list, or by itself; `result` only by itself and once it is done."""

    id: int
    baseline_id: str
    baseline_hash: str
    candidate_id: str
    candidate_hash: str
    since: date | None
    until: date | None
    state: str
    done: int
    total: int
    wrong: str
    asked_by: str | None
    asked_at: datetime
    seen_at: datetime
    finished_at: datetime | None
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child of a replay by its number: when it was received, and level, rating and route on each side."""

    number: int
    received: date
    labels: Mapping[str, tuple[str, ...]]
    cannot_tell: bool


def all_replays(session: Session, most: int = 100) -> list[ReplayRow]:
    """List the newest replays first."""
    rows = session.execute(
        select(*_columns()).outerjoin(User, User.id == Replay.asked_by_id).order_by(Replay.id.desc()).limit(most)
    )
    return [_row(list(row)) for row in rows]


def one_replay(session: Session, number: int) -> ReplayRow | None:
    """Give one replay with its result; None if there is no such."""
    found = session.execute(
        select(*_columns(), Replay.result).outerjoin(User, User.id == Replay.asked_by_id).where(Replay.id == number)
    ).first()
    return None if found is None else _row(list(found))


def _row(values: list[Any]) -> ReplayRow:
    return ReplayRow(*values)


def _columns() -> Sequence[Any]:
    names = ["id", "baseline_id", "baseline_hash", "candidate_id", "candidate_hash", "since", "until", "state"]
    kept = [getattr(Replay, name) for name in (*names, "done", "total", "wrong")]
    return [*kept, User.name, Replay.asked_at, Replay.seen_at, Replay.finished_at]


def children_of(
    session: Session, number: int, wanted: Mapping[str, str], roles: AbstractSet[str]
) -> tuple[int, int, list[ChildRow]]:
    """Give the children that have all of these values, by the names of a result's columns.

    Args:
        wanted: None of anything gives everyone; NONE those to whom nothing was given there.
        roles: The reader's, who may not know of every child as things stand now.

    Returns:
        How many the reader may know of, how many others there are, and the first of those they may know of.
    """
    theirs = select(ChildOnContact.id).join(Contact, Contact.id == ChildOnContact.contact_id)
    unknown = {str(child) for child in session.scalars(theirs.where(not_(open_to(roles))))}
    count, hidden, rows = 0, 0, list[ChildRow]()
    for frame in frames_of(session, number):
        places = set_bits(_having(frame, wanted))
        shown = [place for place in places if frame.keys[place] not in unknown]
        count, hidden = count + len(shown), hidden + len(places) - len(shown)
        for start in range(0, len(shown), MOST_LISTED):
            if len(rows) >= MOST_LISTED:
                break
            some = [_child(frame, place) for place in shown[start : start + MOST_LISTED]]
            still = open_among(session, (row.number for row in some), roles)  # one disposed of is kept no more
            rows += [row for row in some if row.number in still]
    return count, hidden, rows[:MOST_LISTED]


def _having(frame: Frame, wanted: Mapping[str, str]) -> int:
    found = everyone = frame.column("baseline:level").answered
    for name, value in wanted.items():
        there = frame.where(name, value)
        found &= there if value != NONE else there | without(everyone, frame.column(name).answered)
    return found


def open_among(session: Session, children: Iterable[int], roles: AbstractSet[str]) -> set[int]:
    """Keep the children whom someone with these roles may know of, as things stand now."""
    theirs = select(ChildOnContact.id).join(Contact, Contact.id == ChildOnContact.contact_id)
    return set(session.scalars(theirs.where(ChildOnContact.id.in_(tuple(children)), open_to(roles))))


def child_of(session: Session, number: int, child: int, roles: AbstractSet[str]) -> ChildRow | None:
    """Give one child of a replay; None if it is not among them, or not for a reader with these roles."""
    if not open_among(session, [child], roles):
        return None
    for frame in frames_of(session, number):
        if str(child) in frame.keys:
            return _child(frame, frame.keys.index(str(child)))
    return None


def contact_of(session: Session, child: int) -> int | None:
    """Give the contact that a child of a replay is on."""
    return session.scalar(select(ChildOnContact.contact_id).where(ChildOnContact.id == child))


def may_know_child(session: Session, child: int, roles: AbstractSet[str]) -> bool:
    """Say whether a reader with these roles may know of a child, as things stand now."""
    return bool(open_among(session, [child], roles))


def frames_of(session: Session, number: int) -> list[Frame]:
    kept = session.execute(
        select(ReplaySegment.content, ReplaySegment.digest)
        .where(ReplaySegment.replay_id == number)
        .order_by(ReplaySegment.number)
    )
    return [Frame.read(content, digest) for content, digest in kept]


def _child(frame: Frame, place: int) -> ChildRow:
    labels = {side: tuple(frame.column(f"{side}:{axis}").at(place) or "" for axis in AXES) for side in SIDES}
    cannot = frame.column("is:cannot_tell").at(place) is not None
    received = date.fromisoformat(frame.column("received").at(place) or "")
    return ChildRow(int(frame.keys[place]), received, labels, cannot)


def facts_then(session: Session, catalogue: Catalogue, child: int) -> tuple[Facts, dict[str, str]] | None:
    """Give what was known of a child at the time, and what came later: within how long, by kind."""
    row = session.get(HistorySegment, child // SEGMENT)
    if row is None:
        return None
    frame = read_frame(row.content, row.digest)
    if str(child) not in frame.keys:
        return None
    place = frame.keys.index(str(child))
    known = {name: written for name, column in frame.under(FACT) if (written := column.at(place)) is not None}
    values = {name: answer(catalogue, name, written) for name, written in known.items()}
    later = {kind: within for kind, column in frame.under(LATER) if (within := column.at(place)) is not None}
    return Facts({name: value for name, value in values.items() if value is not None}), later
