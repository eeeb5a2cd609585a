"""What was decided in a period, contact by contact, and what the late of them waited for; read by indexes alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, false, select, true
from sqlalchemy.orm import Session

from mash.measures.counting import STORED, rows_now, since_folded
from mash.measures.waits import Asked, Spent, spent
from mash.models import Contact, Event, InformationRequest
from mash.workflow.calendar import Calendar

AT_ONCE = 500


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
    c = rows_now(since_folded(session), STORED.decided_on.between(first, last)).subquery("c").c
    rows = session.execute(
        select(
            Contact.id, Contact.reference, Contact.rating, Contact.state, Contact.received_at, Contact.decided_at,
            c.due_at, c.kind, c.in_time, case((visible, true()), else_=false()),
        )
        .join(Contact, Contact.id == c.contact_id)
        .where(c.decided_on.between(first, last), c.cancelled.is_(False))
        .order_by(Contact.received_at.desc(), Contact.id.desc())
    )  # fmt: skip
    return [Decided(*row) for row in rows]


def time_spent(session: Session, decided: Sequence[Decided], calendar: Calendar) -> dict[int, Spent]:
    """Say for each of some contacts where its time went, from its events and what partners were asked."""
    found: dict[int, Spent] = {}
    for start in range(0, len(decided), AT_ONCE):
        some = decided[start : start + AT_ONCE]
        ids = [one.id for one in some]
        events: defaultdict[int | None, list[tuple[str, datetime]]] = defaultdict(list)
        told = select(Event.contact_id, Event.kind, Event.at).where(Event.contact_id.in_(ids)).order_by(Event.seq)
        for contact, kind, at in session.execute(told):
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
        for one in some:
            found[one.id] = spent(one.received_at, one.decided_at, events[one.id], asked[one.id], calendar)
    return found
