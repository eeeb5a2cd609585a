"""What timeliness is read together with, so that speed is not bought: who came back, what was decided just in time, and
what was decided below the rules' level. Each is a share of the contacts decided in a period."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from mash.kinds import Kind
from mash.measures.decided import Decided
from mash.measures.figures import percentage
from mash.models import ChildOnContact, Contact, Decision, of_kind

BACK_WITHIN = timedelta(days=28)
JUST_BEFORE = timedelta(minutes=30)
Parted = tuple[list[Decided], list[Decided]]


@dataclass(frozen=True, slots=True)
class Beside:
    """One such share: its name, what is in it and what it is out of, both in words, and the contacts of each."""

    id: str
    name: str
    words: tuple[str, str]
    contacts: Parted

    @property
    def share(self) -> Decimal | None:
        return percentage(*map(len, self.contacts))


NAMES: dict[str, tuple[str, str, str]] = {
    "came-back": (
        "Came back within 28 days after no further action",
        "decided, a child of which was reported again within 28 days of being closed with no further action",
        "decided with no further action for a child, 28 days or more ago",
    ),
    "just-in-time": (
        "Decided in the last 30 minutes before due",
        "decided in the 30 minutes up to their due time",
        "decided that a clock judges",
    ),
    "below-the-rules": (
        "Decided below the rules’ level",
        "decided with a child below the level that the rules advised",
        "decided with the rules’ advice on record",
    ),
}


def read_beside(session: Session, decided: Sequence[Decided], ids: Select[tuple[int]], at: datetime) -> list[Beside]:
    """Work the shares out over what was decided in a period.

    Args:
        ids: What finds the numbers of these contacts.
    """
    ways: dict[str, Callable[[], Parted]] = {
        "came-back": lambda: _came_back(session, decided, ids, at),
        "just-in-time": lambda: _just_in_time(decided),
        "below-the-rules": lambda: _below(session, decided, ids),
    }
    return [Beside(id, name, words, ways[id]()) for id, (name, *words) in NAMES.items()]  # type: ignore[arg-type]


def _came_back(session: Session, decided: Sequence[Decided], ids: Select[tuple[int]], at: datetime) -> Parted:
    """Part those closed with no further action whose 28 days are over; cancelled contacts are no coming back."""
    known = {one.id: one for one in decided if one.decided_at + BACK_WITHIN <= at}
    if not known:
        return [], []
    child, later, again = aliased(ChildOnContact), aliased(ChildOnContact), aliased(Contact)
    of = child.contact_id.in_(ids), of_kind(child.outcome, Kind.NO_SERVICE)
    closed = known.keys() & set(session.scalars(select(child.contact_id).where(*of)))
    reported = (
        select(child.contact_id, again.received_at)
        .join(later, later.person_id == child.person_id)
        .join(again, again.id == later.contact_id)
        .where(*of, again.id != child.contact_id, again.state != "cancelled")
    )
    back = {
        id
        for id, came in session.execute(reported)
        if id in known and timedelta(0) < came - known[id].decided_at <= BACK_WITHIN
    }
    return _those(decided, back), _those(decided, closed)


def _just_in_time(decided: Sequence[Decided]) -> Parted:
    judged = [one for one in decided if one.kind and one.due_at]
    return [one for one in judged if one.due_at and one.due_at - JUST_BEFORE <= one.decided_at <= one.due_at], judged


def _below(session: Session, decided: Sequence[Decided], ids: Select[tuple[int]]) -> Parted:
    """Part by the decisions that stand."""
    rows = (
        select(ChildOnContact.contact_id, Decision.level < Decision.advised_level)
        .join(Decision, Decision.child_id == ChildOnContact.id)
        .where(ChildOnContact.contact_id.in_(ids), Decision.status == "decided", Decision.advised_level.is_not(None))
    )
    found = session.execute(rows).all()
    below = {id for id, lower in found if lower}
    return _those(decided, below), _those(decided, {id for id, _ in found})


def _those(decided: Sequence[Decided], ids: set[int]) -> list[Decided]:
    return [one for one in decided if one.id in ids]
