"""What was decided in a period, contact by contact, and what the late of them waited for; read by indexes alone.

What hangs on those contacts is found by the same question that found them, not by a list of their numbers: a list of
thousands takes PostgreSQL longer to read and to plan than to answer.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, select, true
from sqlalchemy.orm import Session

from mash.measures.counting import STORED, rows_now, since_folded
from mash.measures.waits import ANSWERED, TAKEN_UP, TO_MANAGER, Asked, Spent, spent
from mash.models import Contact, Event, InformationRequest
from mash.workflow.calendar import Calendar

TURNS = sorted(TAKEN_UP | TO_MANAGER | ANSWERED)
"""The kinds of event at which what a contact waits for can change."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One contact decided in the period; ``seen`` says whether the asker may know of it, else it is only counted."""

    id: int
    reference: str
    rating: str | None
    state: str
    received_at: datetime
    decided_at: datetime
    due_at: datetime | None
    kind: str
    in_time: bool
    seen: bool

    @property
    def late(self) -> bool:
        """Whether a clock judges it, and it was not in time."""
        return bool(self.kind) and not self.in_time


def decided_in(session: Session, first: date, last: date, *, visible: ColumnElement[bool]) -> list[Decided]:
    """List what was first decided on the London days from one to another, newest receipt first."""
    c, wanted = _within(session, first, last)
    rows = session.execute(
        select(
            Contact.id, Contact.reference, Contact.rating, Contact.state, Contact.received_at, Contact.decided_at,
            c.due_at, c.kind, c.in_time, case((visible, true()), else_=false()),
        )
        .join(Contact, Contact.id == c.contact_id)
        .where(wanted)
        .order_by(Contact.received_at.desc(), Contact.id.desc())
    )  # fmt: skip
    return [Decided(*row) for row in rows]


def ids_decided_in(session: Session, first: date, last: date, *, late: bool = False) -> Select[tuple[int]]:
    """Ask for the numbers of the same contacts, or of the late of them, to stand after SQL's IN."""
    c, wanted = _within(session, first, last)
    return select(c.contact_id).where(wanted, *([c.kind != "", c.in_time.is_(False)] if late else []))


def _within(session: Session, first: date, last: date) -> tuple[Any, ColumnElement[bool]]:
    c = rows_now(since_folded(session), STORED.decided_on.between(first, last)).subquery("c").c
    return c, and_(c.decided_on.between(first, last), c.cancelled.is_(False))


def time_spent(
    session: Session, decided: Sequence[Decided], ids: Select[tuple[int]], calendar: Calendar
) -> dict[int, Spent]:
    """Say for each of some contacts where its time went, from its events and what partners were asked.

    Args:
        ids: What finds the numbers of these contacts; it may find more.
    """
    events: defaultdict[int | None, list[tuple[str, datetime]]] = defaultdict(list)
    told = select(Event.contact_id, Event.kind, Event.at).where(Event.contact_id.in_(ids), Event.kind.in_(TURNS))
    for contact, kind, at in session.execute(told.order_by(Event.seq)):
        events[contact].append((kind, at))
    asked: defaultdict[int, list[Asked]] = defaultdict(list)
    requests = select(
        InformationRequest.contact_id,
        InformationRequest.agency,
        InformationRequest.sent_at,
        InformationRequest.replied_at,
    ).where(InformationRequest.contact_id.in_(ids))
    for contact, agency, since, until in session.execute(requests):
        asked[contact].append(Asked(agency, since, until))
    return {one.id: spent(one.received_at, one.decided_at, events[one.id], asked[one.id], calendar) for one in decided}
