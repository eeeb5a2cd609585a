"""Every figure by one way in, added up from sums by day or read row by row, and the contacts behind each number."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mash.measures.counting import rows_now
from mash.measures.figures import Figure, figures, with_company
from mash.measures.measure import Measure
from mash.measures.read_children import READ_OF_CHILDREN
from mash.measures.read_service import READ_OF_SERVICE
from mash.measures.reading import IN, Row, Window, behind, totals, window
from mash.measures.registry import MEASURES
from mash.measures.terms import TERMS, counts
from mash.models import Contact, FigureContact
from mash.workflow.calendar import Calendar

AT_ONCE = 5000
READINGS = READ_OF_CHILDREN | READ_OF_SERVICE
MIXES = frozenset({"source-mix", "concern-mix"})
"""Whose parts are shares of the whole, and may overlap."""


def every_figure(
    session: Session, ids: Iterable[str], first: date, last: date, at: datetime, calendar: Calendar
) -> list[Figure]:
    """Work out measures for a period, each with its company and its parts; those not held are left out.

    Raises:
        KeyError: If there is no such measure.
    """
    wanted = [one for one in with_company(ids) if not one.not_held]
    added = figures(session, [one.id for one in wanted if one.numerator], first, last, at)
    seen = window(session, first, last, at, calendar)
    found: list[Figure] = []
    for one in wanted:
        found += [added[one.id]] if one.numerator else of_rows(one, READINGS[one.id](seen), first, last)
    return found


def of_rows(measure: Measure, rows: Iterable[Row], first: date, last: date) -> list[Figure]:
    """Make figures of rows: the whole, then each part. The whole of a mix is all that it is out of."""
    return [
        Figure(
            measure,
            first,
            last,
            total.numerator,
            total.denominator if measure.out_of else None,
            total.part,
            total.spread if measure.spread else None,
        )
        for total in totals(rows, mix=measure.id in MIXES)
    ]


def contacts_behind(seen: Window, measure: Measure, side: str, part: str = "") -> Counter[int | None]:
    """Count each contact behind one number of a figure, as often as it is in it; None for what has no contact here.

    Args:
        side: ``in`` for the numerator, ``of`` for the denominator.
    """
    if not measure.numerator:
        return behind(READINGS[measure.id](seen), side, part, mix=measure.id in MIXES)
    names = measure.numerator if side == IN else measure.denominator
    return Counter(contact for name in names for contact in _counted(seen, name))


def _counted(seen: Window, name: str) -> Iterator[int]:
    term = TERMS[name]
    stored = FigureContact.__table__.c[term.day]
    c = rows_now(seen.since, stored.between(seen.period.first, seen.period.last)).subquery("c").c
    wanted = select(c.contact_id, c.children).where(
        c[term.day].between(seen.period.first, seen.period.last), counts(term, c, seen.at)
    )
    for contact, children in seen.session.execute(wanted):
        yield from [contact] * (children if term.children else 1)


@dataclass(frozen=True, slots=True)
class Behind:
    """One contact behind a number, and how often it counts in it: once for each child, say."""

    reference: str
    received_at: datetime
    decided_at: datetime | None
    state: str
    rating: str | None
    times: int


def opened(
    session: Session, contacts: Counter[int | None], *, visible: ColumnElement[bool], limit: int, offset: int
) -> tuple[list[Behind], int, int]:
    """List the contacts behind a number, the newest first.

    Returns:
        Some of them; how often others count that the asker may not know of; how often what has no contact here counts.
    """
    ids = sorted((contact for contact in contacts if contact), reverse=True)
    seen: list[int] = []
    for start in range(0, len(ids), AT_ONCE):
        may_see = select(Contact.id).where(Contact.id.in_(ids[start : start + AT_ONCE]), visible)
        seen += sorted(session.scalars(may_see), reverse=True)
    columns = Contact.id, Contact.reference, Contact.received_at, Contact.decided_at, Contact.state, Contact.rating
    page = select(*columns).where(Contact.id.in_(seen[offset : offset + limit])).order_by(Contact.id.desc())
    rows = [Behind(*row[1:], times=contacts[row[0]]) for row in session.execute(page)]
    hidden = sum(contacts[id] for id in set(ids) - set(seen))
    return rows, hidden, contacts[None]


def held(*, now: bool = True) -> list[str]:
    """List the measures that the record gives; without those of this moment alone unless ``now``."""
    return [id for id, one in MEASURES.items() if not one.not_held and (now or not one.now)]
