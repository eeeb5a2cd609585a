"""Contacts as the forecast sees them: what is open at a moment, how it waits, and what stands before it.

The same look is taken at the past, to learn from, and at the present, to say what is likely.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session, aliased

from mash.measures.chance import Counts, Look, look_of
from mash.measures.counting import STORED, rows_now, since_folded
from mash.measures.record import EARLY_HELP, SOCIAL_CARE
from mash.measures.waits import ANSWERED, MANAGER, PARTNER, START, TAKEN_UP, TO_MANAGER, WORKED, Asked
from mash.models import Clock, Contact, Event, InformationRequest
from mash.workflow.calendar import LONDON, Calendar, london_day

AT_ONCE = 500
PACE_WEEKS = 4
LONG_AGO = datetime(2015, 1, 5, tzinfo=UTC)
Told = tuple[str, datetime, int | None]
SAID = frozenset({"contact.recommended", "child.recommended", "child.decided"})


@dataclass(frozen=True, slots=True)
class Case:
    """One contact: when it came, when it was first decided, by when it had to be, and how it waited from when.

    ``first_due`` is the deadline until something else is on record at ``said_at``; then ``due`` is. ``turns`` are the
    moments at which the way it waits changed, with the way from then on.
    """

    id: int
    reference: str
    received_at: datetime
    decided_at: datetime | None
    first_due: datetime
    due: datetime
    in_time: bool
    said_at: datetime | None
    turns: Sequence[tuple[datetime, str]]
    early_help: bool = False

    def due_as_known(self, at: datetime) -> datetime:
        """Give the deadline as it was known at a moment."""
        return self.due if self.said_at is not None and at >= self.said_at else self.first_due

    def way(self, at: datetime) -> str:
        """Say how it waits at a moment."""
        place = bisect_right(self.turns, at, key=lambda turn: turn[0])
        return self.turns[place - 1][1] if place else START


def cases_received(session: Session, first: date, last: date) -> list[Case]:
    """Read the contacts received on some London days that a clock judges."""
    return _cases(session, STORED.received_on.between(first, last), Contact.received_at >= begins(first))


def cases_open(session: Session, at: datetime) -> list[Case]:
    """Read the contacts that are open, late ones among them."""
    return _cases(session, STORED.settled.is_(False), Contact.decided_at.is_(None) & (Contact.received_at <= at))


def begins(day: date, hour: int = 0) -> datetime:
    """Give the moment at which a London day begins, or an hour of it."""
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)


def _cases(session: Session, stored: ColumnElement[bool], more: ColumnElement[bool]) -> list[Case]:
    social = aliased(Clock)
    c = rows_now(since_folded(session), stored).subquery("c").c
    found = session.execute(
        select(
            Contact.id,
            Contact.reference,
            Contact.received_at,
            Contact.decided_at,
            social.due_at.label("first_due"),
            c.due_at,
            c.in_time,
            c.kind,
        )
        .join(Contact, Contact.id == c.contact_id)
        .outerjoin(
            social,
            and_(
                social.contact_id == Contact.id,
                social.name == SOCIAL_CARE,
                social.started_at == Contact.received_at,
            ),
        )
        .where(c.cancelled.is_(False), c.kind != "", c.due_at.is_not(None), more)
        .order_by(Contact.id)
    ).all()
    told = told_of(session, [row.id for row in found])
    return [_case(row, *told.get(row.id, ([], []))) for row in found]


def _case(row: Row[Any], events: Sequence[Told], asked: Sequence[Asked]) -> Case:
    moments = [(kind, at) for kind, at, _ in events]
    early_help = row.kind == EARLY_HELP
    return Case(
        id=row.id,
        reference=row.reference,
        received_at=row.received_at,
        decided_at=row.decided_at,
        first_due=(row.first_due or row.due_at) if early_help else row.due_at,
        due=row.due_at,
        in_time=bool(row.in_time),
        said_at=min((at for kind, at in moments if kind in SAID), default=row.decided_at),
        turns=turns_of(moments, asked),
        early_help=early_help,
    )


def told_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[list[Told], list[Asked]]]:
    """Read how contacts waited: events in order, each its kind, moment and doer; and what partners were asked."""
    wanted = sorted(TAKEN_UP | TO_MANAGER | ANSWERED)
    found: defaultdict[int, tuple[list[Told], list[Asked]]] = defaultdict(lambda: ([], []))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        events = (
            select(Event.contact_id, Event.kind, Event.at, Event.by_id)
            .where(Event.contact_id.in_(some), Event.kind.in_(wanted))
            .order_by(Event.seq)
        )
        for contact, kind, at, by in session.execute(events):
            found[contact or 0][0].append((kind, at, by))
        requests = select(
            InformationRequest.contact_id,
            InformationRequest.agency,
            InformationRequest.sent_at,
            InformationRequest.replied_at,
        ).where(InformationRequest.contact_id.in_(some))
        for contact, agency, since, until in session.execute(requests):
            found[contact][1].append(Asked(agency, since, until))
    return dict(found)


def turns_of(events: Sequence[tuple[str, datetime]], asked: Sequence[Asked]) -> list[tuple[datetime, str]]:
    """Say from when a contact waited how, as ``mash.measures.waits`` parts the time of a decision."""
    begun = min((at for kind, at in events if kind in TAKEN_UP), default=None)
    if begun is None:
        return []
    moments = {at for kind, at in events if kind in TO_MANAGER | ANSWERED and at >= begun} | {begun}
    moments |= {end for one in asked for end in (one.since, one.until) if end is not None and end >= begun}
    turns = []
    for moment in sorted(moments):
        to_manager = [kind in TO_MANAGER for kind, at in events if kind in TO_MANAGER | ANSWERED and at <= moment]
        waits = any(one.since <= moment and (one.until is None or one.until > moment) for one in asked)
        turns.append((moment, MANAGER if to_manager and to_manager[-1] else PARTNER if waits else WORKED))
    return turns


def looks_at(cases: Iterable[Case], at: datetime, pace: float, calendar: Calendar) -> dict[int, Look]:
    """Look at what is open and not late at a moment, soonest due first, by id."""
    by_now = calendar.open_between(LONG_AGO, at)
    waiting = [
        (case.due_as_known(at), case)
        for case in cases
        if case.received_at <= at and (case.decided_at is None or case.decided_at > at)
    ]
    ahead = sorted(((due, case.id, case) for due, case in waiting if due > at), key=lambda one: one[:2])
    late = len(waiting) - len(ahead)
    return {
        id: look_of(calendar.open_between(LONG_AGO, due) - by_now, case.way(at), late + place, pace)
        for place, (due, id, case) in enumerate(ahead)
    }


def pace_before(cases: Iterable[Case], at: datetime, calendar: Calendar) -> float:
    """Give how many were decided in an opening hour, over the weeks before a moment."""
    since = at - timedelta(weeks=PACE_WEEKS)
    hours = calendar.open_between(since, at) / timedelta(hours=1)
    return sum(case.decided_at is not None and since <= case.decided_at < at for case in cases) / hours if hours else 0


def weekly_looks(
    cases: Sequence[Case], mondays: Sequence[date], calendar: Calendar, at: datetime
) -> list[tuple[date, Counts]]:
    """Count the looks of some weeks, each with whether the contact turned out late; what has not yet is left out."""
    found = []
    for monday in mondays:
        pace, counts = pace_before(cases, begins(monday), calendar), Counts()
        start, end = begins(monday), begins(monday + timedelta(days=7))
        here = [
            case for case in cases if case.received_at < end and (case.decided_at is None or case.decided_at > start)
        ]
        late = {case.id: not case.in_time for case in here if case.decided_at is not None or case.due < at}
        for moment in _hours(monday, calendar):
            if moment < at:
                counts.update(
                    (look, late[id]) for id, look in looks_at(here, moment, pace, calendar).items() if id in late
                )
        found.append((monday, counts))
    return found


def _hours(monday: date, calendar: Calendar) -> Iterable[datetime]:
    """Give the full hours of opening of a week."""
    for day in (monday + timedelta(days=place) for place in range(7)):
        if calendar.is_working_day(day):
            moment, end = calendar.opens(day), calendar.closes(day)
            while moment < end:
                yield moment
                moment += timedelta(hours=1)


def last_mondays(at: datetime, weeks: int) -> list[date]:
    """Give the Mondays of the last whole weeks, oldest first."""
    monday = london_day(at) - timedelta(days=london_day(at).weekday())
    return [monday - timedelta(weeks=back) for back in range(weeks, 0, -1)]


def as_rows(weeks: Sequence[tuple[date, Counts]]) -> list[list[object]]:
    """Write the looks of weeks as they are kept."""
    return [
        [monday.isoformat(), [[*look, late, number] for (look, late), number in sorted(counts.items())]]
        for monday, counts in weeks
    ]


def from_rows(rows: Sequence[Sequence[object]]) -> list[tuple[date, Counts]]:
    """Read them back."""
    found = []
    for monday, counted in rows:
        counts = Counts()
        assert isinstance(counted, list)  # noqa: S101  # as written above
        for band, way, pressed, late, number in counted:
            counts[Look(band, way, pressed), late] = number
        found.append((date.fromisoformat(str(monday)), counts))
    return found
