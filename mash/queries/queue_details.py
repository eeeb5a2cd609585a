"""The last column of the queue: which clock runs, whom a contact waits for, and who is to take each child."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Clock, HandOver, InformationRequest
from mash.queries.children import ChildShown

DECISION_CLOCKS = ("social-care", "early-help", "red")


@dataclass(frozen=True, slots=True)
class Offered:
    """A hand-over as it stands, for all the children whom it is the same for. ``state`` empty: not offered."""

    children: tuple[str, ...]
    outcome: str
    team: str = ""
    state: str = ""
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What a row says of its state: agencies that have not answered, and hand-overs."""

    waiting_for: tuple[tuple[str, datetime], ...] = ()
    hand_overs: tuple[Offered, ...] = ()


def clock_names(session: Session, contact_ids: Iterable[int]) -> Mapping[int, str]:
    """Name the running decision clock that runs out first, by contact."""
    rows = session.execute(
        select(Clock.contact_id, Clock.name)
        .where(Clock.contact_id.in_(tuple(contact_ids)), Clock.stopped_at.is_(None), Clock.name.in_(DECISION_CLOCKS))
        .order_by(Clock.contact_id, Clock.due_at.desc(), Clock.id)
    )
    return {row.contact_id: row.name for row in rows}


def waiting_lines(session: Session, contact_ids: Iterable[int]) -> Mapping[int, Details]:
    """List the agencies that have not answered and when they were to, by contact."""
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for row in session.execute(
        select(InformationRequest.contact_id, InformationRequest.agency, InformationRequest.due_at)
        .where(InformationRequest.contact_id.in_(tuple(contact_ids)), InformationRequest.replied_at.is_(None))
        .order_by(InformationRequest.contact_id, InformationRequest.due_at, InformationRequest.id)
    ):
        found[row.contact_id].append((row.agency, row.due_at))
    return {contact_id: Details(waiting_for=tuple(asked)) for contact_id, asked in found.items()}


def hand_over_lines(session: Session, children: Mapping[int, tuple[ChildShown, ...]]) -> Mapping[int, Details]:
    """Say what was decided for the children and where their hand-over stands, by contact; what is the same, once."""
    ids = [child.id for shown in children.values() for child in shown]
    newest: dict[int, HandOver] = {
        row.child_id: row
        for row in session.scalars(select(HandOver).where(HandOver.child_id.in_(ids)).order_by(HandOver.id))
    }
    return {
        contact_id: Details(hand_overs=_together(_offered(child, newest.get(child.id)) for child in shown))
        for contact_id, shown in children.items()
    }


def _together(each: Iterable[Offered]) -> tuple[Offered, ...]:
    same: dict[Offered, list[str]] = defaultdict(list)
    for one in each:
        same[replace(one, children=())].extend(one.children)
    return tuple(replace(one, children=tuple(names)) for one, names in same.items())


def _offered(child: ChildShown, row: HandOver | None) -> Offered:
    if row is None or child.hand_over is None:
        return Offered((child.name,), child.outcome or "")
    at = row.answered_at or row.offered_at
    return Offered((child.name,), child.outcome or "", row.to_team, child.hand_over, at, row.reason)
