"""Fold what has happened since into the sums that figures are read from. What is lost of them is made anew.

What a contact that was disposed of said to the figures stays as it was last folded in: its record is empty. It is kept
when sums by other definitions are made, but lost, and its counts with it, if the rows themselves are lost.
"""

from datetime import datetime

from sqlalchemy import Select, Subquery, delete, func, insert, select, update
from sqlalchemy.orm import Session

from mash.measures.counting import STORED, sums
from mash.measures.record import COLUMNS, DISPOSED, as_recorded
from mash.measures.terms import DECIDED, RECEIVED, TERMS, definitions, settled_test
from mash.models import Event, FigureContact, FigureDay, FigureMark

EVENTS = 5000


def fold(session: Session, *, at: datetime, limit: int = EVENTS) -> int:
    """Fold in some of the events that are not folded in yet, and settle what time has settled.

    Returns:
        How many events were folded in; ask again while it equals ``limit``.
    """
    mark = _mark(session)
    newest = session.scalar(select(func.max(Event.seq))) or 0
    upto = min(newest, mark.seq + limit)
    folded = upto - mark.seq
    if folded:
        ids = select(func.coalesce(Event.contact_id, 0)).where(Event.seq > mark.seq, Event.seq <= upto)
        ids = ids.where(func.coalesce(Event.contact_id, 0).not_in(DISPOSED))
        _add(
            session, select(FigureContact.__table__).where(STORED.settled.is_(True), STORED.contact_id.in_(ids)), -1, at
        )
        session.execute(delete(FigureContact).where(FigureContact.contact_id.in_(ids)))
        session.execute(insert(FigureContact).from_select(COLUMNS, as_recorded(ids)))
        mark.seq = upto
    _settle(session, at)
    return folded


def _mark(session: Session) -> FigureMark:
    """Give how far the folding has come; nowhere, and with nothing kept, if it was by other definitions."""
    mark = session.scalars(select(FigureMark).where(FigureMark.id == 1).with_for_update()).one_or_none()
    if mark is None:
        mark = FigureMark(id=1, seq=0, definitions=definitions())
        session.add(mark)
    elif mark.definitions != definitions():
        mark.seq, mark.definitions = 0, definitions()
        session.execute(delete(FigureDay))
        session.execute(delete(FigureContact).where(FigureContact.contact_id.not_in(DISPOSED)))
        session.execute(update(FigureContact).values(settled=False), execution_options=UNSEEN)
    session.flush()
    return mark


def _settle(session: Session, at: datetime) -> None:
    """Count for good what time alone can change no more."""
    ready = STORED.settled.is_(False), settled_test(STORED, at)
    _add(session, select(FigureContact.__table__).where(*ready), 1, at)
    session.execute(update(FigureContact).where(*ready).values(settled=True), execution_options=UNSEEN)


UNSEEN = {"synchronize_session": False}


def _add(session: Session, rows: Select[*tuple[object, ...]], sign: int, at: datetime) -> None:
    """Add what some rows say to the sums, or take it away."""
    source: Subquery = rows.subquery("c")
    for basis in (RECEIVED, DECIDED):
        terms = [term for term in TERMS.values() if term.day == basis]
        changes = {(name, day): sign * n for name, day, n in sums(session, terms, source, basis, at)}
        if not changes:
            continue
        days = [day for _, day in changes]
        there = {
            (row.term, row.day): row
            for row in session.scalars(select(FigureDay).where(FigureDay.day.between(min(days), max(days))))
        }
        for (name, day), n in changes.items():
            if row := there.get((name, day)):
                row.number += n
            else:
                session.add(FigureDay(term=name, day=day, number=n))
        session.flush()
