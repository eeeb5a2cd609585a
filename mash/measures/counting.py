"""Count terms by London day, and list the contacts behind a count: the stored sums, put right for all since.

The sums stop at the last event folded in. Contacts with a later event are read from the record; those that time alone
can still change are counted each time. What comes out is the same however far the folding has come.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from mash.measures.record import COLUMNS, DISPOSED, as_recorded
from mash.measures.terms import DECIDED, RECEIVED, TERMS, Term, counts, definitions
from mash.models import Contact, Event, FigureContact, FigureDay, FigureMark

Counted = dict[str, dict[date, int]]
MANY = 500
STORED = FigureContact.__table__.c


@dataclass(frozen=True, slots=True)
class Since:
    """Which contacts changed after the sums were made, as something to stand after SQL's IN."""

    seq: int
    ids: Any
    any: bool

    @property
    def folded(self) -> bool:
        return self.seq >= 0


def since_folded(session: Session) -> Since:
    """Find the contacts with events that are not folded in yet; all of them if the sums are by other definitions.

    Those disposed of are never among them: until sums by other definitions are made, they are not counted.
    """
    mark = session.get(FigureMark, 1)
    seq = mark.seq if mark and mark.definitions == definitions() else -1
    changed = select(func.coalesce(Event.contact_id, 0)).where(Event.seq > seq)  # no contact has the number 0
    changed = changed.where(func.coalesce(Event.contact_id, 0).not_in(DISPOSED))
    some = session.scalars(changed.limit(MANY)).all() if seq >= 0 else []
    if seq < 0 or len(some) == MANY:
        return Since(seq, changed, any=True)
    return Since(seq, sorted(set(some)), any=bool(some))


def behind(session: Session) -> int:
    """Say how many events are not folded in yet; all of them if the sums are by other definitions."""
    mark = session.get(FigureMark, 1)
    folded = mark.seq if mark and mark.definitions == definitions() else 0
    return (session.scalar(select(func.max(Event.seq))) or 0) - folded


def count(session: Session, names: Iterable[str], first: date, last: date, at: datetime) -> Counted:
    """Count terms for each London day of a period, both ends included; a day without any is left out."""
    terms = [TERMS[name] for name in names]
    since = since_folded(session)
    found: defaultdict[str, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
    if since.folded:
        named = FigureDay.term.in_([term.name for term in terms])
        stored = select(FigureDay.term, FigureDay.day, FigureDay.number)
        for name, day, number in session.execute(stored.where(named, FigureDay.day.between(first, last))):
            found[name][day] += number
    for basis in (RECEIVED, DECIDED):
        of_basis = [term for term in terms if term.day == basis]
        for sign, source in _corrections(since):
            for name, day, number in sums(session, of_basis, source, basis, at, within=(first, last)):
                found[name][day] += sign * number
    return {term.name: {day: n for day, n in sorted(found[term.name].items()) if n} for term in terms}


def total(counted: Counted, name: str) -> int:
    """Add up a term over the days counted."""
    return sum(counted[name].values())


def _corrections(since: Since) -> list[tuple[int, Subquery]]:
    """Give what to add to the stored sums and what to take from them."""
    if not since.folded:
        return [(1, as_recorded(since.ids).subquery("c"))]
    unsettled = select(FigureContact.__table__).where(STORED.settled.is_(False))
    if not since.any:
        return [(1, unsettled.subquery("c"))]
    gone = select(FigureContact.__table__).where(STORED.settled.is_(True), STORED.contact_id.in_(since.ids))
    still = unsettled.where(STORED.contact_id.not_in(since.ids))
    return [(-1, gone.subquery("c")), (1, union_all(still, as_recorded(since.ids)).subquery("c"))]


def sums(
    session: Session,
    terms: Sequence[Term],
    source: Subquery,
    basis: str,
    at: datetime,
    within: tuple[date, date] | None = None,
) -> list[tuple[str, date, int]]:
    """Add up terms by day over rows of ``FigureContact``'s columns."""
    if not terms:
        return []
    c, day = source.c, source.c[basis]
    amounts = [
        func.sum(case((counts(term, c, at), c.children if term.children else literal(1)), else_=0)) for term in terms
    ]
    wanted = day.is_not(None) if within is None else day.between(*within)
    rows = session.execute(select(day, *amounts).where(wanted).group_by(day)).all()
    return [(term.name, row[0], int(n)) for row in rows for term, n in zip(terms, row[1:], strict=True) if n]


@dataclass(frozen=True, slots=True)
class Listed:
    """One contact behind a number."""

    reference: str
    received_at: datetime
    decided_at: datetime | None
    due_at: datetime | None
    kind: str
    in_time: bool
    state: str
    rating: str | None


def rows_now(since: Since, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select every contact's row as it stands now; ``where`` narrows the stored ones by their indexes."""
    if not since.folded:
        return as_recorded(since.ids)
    stored = select(FigureContact.__table__).where(*where)
    if not since.any:
        return stored
    both = union_all(stored.where(STORED.contact_id.not_in(since.ids)), as_recorded(since.ids)).subquery("both")
    return select(*(both.c[name] for name in COLUMNS))


def listed(
    session: Session,
    name: str,
    first: date,
    last: date,
    at: datetime,
    *,
    visible: ColumnElement[bool],
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[Listed], int]:
    """List the contacts behind a count, newest receipt first.

    Args:
        visible: Which contacts the asker may know of; the rest are only counted.

    Returns:
        Some of them, and how many there are that the asker may not know of.
    """
    term, since = TERMS[name], since_folded(session)
    source = rows_now(since, STORED[term.day].between(first, last)).subquery("c")
    c = source.c
    wanted = and_(c[term.day].between(first, last), counts(term, c, at))
    joined = select(Contact).select_from(source).join(Contact, Contact.id == c.contact_id)
    rows = session.execute(
        joined.with_only_columns(
            Contact.reference, Contact.received_at, Contact.decided_at, c.due_at, c.kind, c.in_time,
            Contact.state, Contact.rating,
        )
        .where(wanted, visible)
        .order_by(Contact.received_at.desc(), Contact.id.desc())
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    hidden = joined.with_only_columns(func.count()).where(wanted, ~visible)
    return [Listed(*row) for row in rows], session.scalar(hidden) or 0
