"""What others owe us and what we owe referrers: partners' replies that are late, and outcomes that are to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from mash.models import Clock, Contact, InformationRequest, User

MOST_LISTED = 100
TOLD = ("acknowledge", "feedback")
"""Clocks that stop when the referrer is told: that it arrived, and what came of it."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply or something to be told: ``what`` is the partner or the clock, ``holder`` empty where nobody has it."""

    reference: str
    rating: str | None
    what: str
    due_at: datetime
    holder: str


def late_replies(session: Session, at: datetime, *, visible: ColumnElement[bool]) -> Sequence[Owed]:
    """List replies that are late on contacts still in the queue, the longest late first, up to one more than the most.

    They are those that the scheduler marks and tells of.
    """
    asked = InformationRequest
    rows = _owed(asked.agency, asked.due_at).join(asked, asked.contact_id == Contact.id)
    wanted = Contact.queue_rank >= 0, asked.replied_at.is_(None), asked.due_at < at
    return _listed(session, rows.where(*wanted, visible).order_by(asked.due_at, asked.id))


def to_be_told(session: Session, until: datetime, *, visible: ColumnElement[bool]) -> Sequence[Owed]:
    """List what referrers are to be told before a moment, the soonest due first, up to one more than the most."""
    rows = _owed(Clock.name, Clock.due_at).join(Clock, Clock.contact_id == Contact.id)
    wanted = Clock.stopped_at.is_(None), Clock.name.in_(TOLD), Clock.due_at < until
    return _listed(session, rows.where(*wanted, visible).order_by(Clock.due_at, Clock.id))


def _owed(what: Any, due_at: Any) -> Select[*tuple[Any, ...]]:
    holder = func.coalesce(User.name, literal(""))
    columns = Contact.reference, Contact.rating, what, due_at, holder
    return select(*columns).select_from(Contact).outerjoin(User, User.id == Contact.claimed_by_id)


def _listed(session: Session, rows: Select[*tuple[Any, ...]]) -> Sequence[Owed]:
    return [Owed(*row) for row in session.execute(rows.limit(MOST_LISTED + 1))]
