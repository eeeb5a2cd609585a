"""A month's figures to be frozen, and what was frozen beside what the record says now, contact by contact."""

import hashlib
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, select, true
from sqlalchemy.orm import Session

from mash.measures.every import MIXES, READINGS, contacts_behind, held, of_rows
from mash.measures.figures import Figure, month_of
from mash.measures.measure import Measure
from mash.measures.reading import IN, OF, Row, Spread, Window, behind, window
from mash.measures.registry import MEASURES
from mash.measures.terms import definitions
from mash.models import Contact, Event, FigureFreeze, FrozenFigure, User
from mash.workflow.calendar import Calendar

AT_ONCE = 500
Contacts = Counter[int | None]
Happened = tuple[str, datetime, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with the contacts behind both its numbers, as often as each counts; None for what has none here."""

    figure: Figure
    inside: Contacts
    out_of: Contacts


@dataclass(frozen=True, slots=True)
class Month:
    """All figures of a month that is over, as the record stood at its event ``seq``."""

    first: date
    seq: int
    figures: Sequence[Measured]


@dataclass(frozen=True, slots=True)
class Freeze:
    """One freezing; ``by`` is empty where the scheduler did it."""

    id: int
    first: date
    number: int
    seq: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one contact since the freezing: counted or no longer, in which number, and its events since.

    Attributes:
        reference: Empty for one that the asker may not know of, and for what has no contact here.
        times: How much more often it counts now; below nought, less often.
        events: Kind, moment and data of each event of the contact since; none where time alone changed it.
    """

    reference: str
    side: str
    times: int
    events: Sequence[Happened]


def measured(session: Session, month: date, at: datetime, calendar: Calendar) -> Month:
    """Work out every figure of a month, with the contacts behind it, from one reading of its rows."""
    seq = session.scalar(select(func.max(Event.seq))) or 0
    seen = window(session, *month_of(month), at, calendar)
    found = [one for id in held(now=False) for one in _measured(seen, MEASURES[id])]
    return Month(seen.period.first, seq, found)


def _measured(seen: Window, measure: Measure) -> Iterable[Measured]:
    first, last = seen.period.first, seen.period.last
    if measure.numerator:
        inside = contacts_behind(seen, measure, IN)
        out_of = contacts_behind(seen, measure, OF) if measure.denominator else Contacts()
        return [Measured(Figure(measure, first, last, inside.total(), _total(measure, out_of)), inside, out_of)]
    rows: list[Row] = list(READINGS[measure.id](seen))
    mix = measure.id in MIXES
    return [
        Measured(
            one,
            behind(rows, IN, one.part, mix=mix),
            behind(rows, OF, one.part, mix=mix) if measure.out_of else Contacts(),
        )
        for one in of_rows(measure, rows, first, last)
    ]


def _total(measure: Measure, out_of: Contacts) -> int | None:
    return out_of.total() if measure.denominator else None


def made_of(measure: Measure) -> str:
    """Hash what a measure is made of, so that a figure frozen under another definition is known."""
    said = json.dumps([asdict(measure), definitions() if measure.numerator else ""], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def packed(contacts: Contacts) -> bytes:
    """Pack contacts as the steps from each number to the next.

    >>> unpacked(packed(Counter({7: 1, 9: 2, None: 1}))) == Counter({7: 1, 9: 2, None: 1})
    True
    """
    ids = sorted(contact or 0 for contact in contacts.elements())
    steps = [later - before for before, later in pairwise([0, *ids])]
    return zlib.compress(json.dumps(steps, separators=(",", ":")).encode())


def unpacked(kept: bytes) -> Contacts:
    found, at = Contacts(), 0
    for step in json.loads(zlib.decompress(kept)):
        at += step
        found[at or None] += 1
    return found


def freezes(session: Session, first: date) -> list[Freeze]:
    """List the freezings of a month, the newest first."""
    f = FigureFreeze
    rows = select(f.id, f.month, f.number, f.seq, f.at, func.coalesce(User.name, ""), f.reason)
    rows = rows.outerjoin(User, User.id == f.by_id).where(f.month == first).order_by(f.number.desc())
    return [Freeze(*row) for row in session.execute(rows)]


def as_frozen(session: Session, freeze: Freeze, ids: Iterable[str] | None = None) -> list[Figure]:
    """Give figures as they were frozen; a measure that there is no more is left out."""
    kept = FrozenFigure
    columns = select(kept.measure, kept.part, kept.numerator, kept.denominator, kept.spread)
    found = session.execute(columns.where(kept.freeze_id == freeze.id).order_by(kept.id))
    wanted = MEASURES.keys() & (MEASURES if ids is None else set(ids))
    first, last = month_of(freeze.first)
    return [
        Figure(MEASURES[id], first, last, inside, out_of, part, Spread(**spread) if spread else None)
        for id, part, inside, out_of, spread in found
        if id in wanted
    ]


def freezings(session: Session, first: date, ids: Iterable[str] | None = None) -> list[list[Figure]]:
    """Give a month's figures as they were frozen each time, the oldest first."""
    return [as_frozen(session, freeze, ids) for freeze in reversed(freezes(session, first))]


def explained(
    seen: Window, freeze: Freeze, measure: Measure, part: str, *, visible: ColumnElement[bool]
) -> tuple[list[Change], bool]:
    """Say row by row why a figure is not what was frozen.

    Args:
        visible: Which contacts the asker may know of; the others are there without name and events.

    Returns:
        Each contact that counts otherwise in either number, and whether what the figure is made of has changed.
    """
    wanted = FrozenFigure.freeze_id == freeze.id, FrozenFigure.measure == measure.id, FrozenFigure.part == part
    kept = seen.session.scalars(select(FrozenFigure).where(*wanted)).one_or_none()
    then = {IN: kept.inside, OF: kept.out_of} if kept else {}
    sides = (IN, OF) if measure.denominator or measure.out_of else (IN,)
    moved: list[tuple[str, int | None, int]] = []
    for side in sides:
        now = contacts_behind(seen, measure, side, part)
        was = unpacked(then[side]) if side in then else Contacts()
        moved += [(side, contact, now[contact] - was[contact]) for contact in now | was if now[contact] != was[contact]]
    named = _named(seen.session, {contact for _, contact, _ in moved if contact}, visible)
    since = _since(seen.session, named, freeze.seq)
    changes = [
        Change(named.get(contact or 0, ""), side, times, since.get(contact or 0, ())) for side, contact, times in moved
    ]
    return sorted(changes, key=lambda one: (one.reference, one.side)), bool(
        kept and kept.definition != made_of(measure)
    )


def _named(session: Session, ids: Iterable[int], visible: ColumnElement[bool]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in _pieces(sorted(ids)):
        seen = case((visible, true()), else_=false())
        for id, reference, may_see in session.execute(
            select(Contact.id, Contact.reference, seen).where(Contact.id.in_(some))
        ):
            found |= {id: reference} if may_see else {}
    return found


def _since(session: Session, ids: Iterable[int], seq: int) -> dict[int, list[Happened]]:
    found: defaultdict[int, list[Happened]] = defaultdict(list)
    for some in _pieces(sorted(ids)):
        told = select(Event.contact_id, Event.kind, Event.at, Event.data).where(
            Event.contact_id.in_(some), Event.seq > seq
        )
        for contact, kind, at, data in session.execute(told.order_by(Event.seq)):
            found[contact or 0].append((kind, at, data))
    return found


def _pieces(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
