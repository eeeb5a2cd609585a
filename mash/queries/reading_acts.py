"""What somebody read, as patterns are looked for in it: each act with what stood around it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, union
from sqlalchemy.orm import Session

from mash.models import (
    AdultOnContact,
    AuditList,
    AuditRead,
    ChildOnContact,
    Contact,
    Event,
    NamedAccess,
    Person,
    WatchMark,
)
from mash.models.people import place_words
from mash.queries.named_access import named_for
from mash.workflow.privacy import HOUR, Act

OLD = timedelta(days=30)
"""So long after it was closed a contact is no longer part of the front door's work."""
ACCESS_EVENTS = (
    "access.ended",
    "access.named",
    "conflict.declared",
    "conflict.ended",
    "contact.lift_asked",
    "contact.restricted",
    "contact.restriction_kept",
    "contact.unrestricted",
    "emergency.opened",
    "emergency.reviewed",
    "part.revealed",
    "replay.child_read",
)
"""What somebody does to see a record, or to say who may: no work on it, and no reason to have opened it."""
FEWEST_WORDS = 2
"""With fewer words an address is not known from any other."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Which pages open a record, which search, and by which something leaves."""

    opens: Collection[str]
    searches: Collection[str]
    leaves: Collection[str]


@dataclass(frozen=True, slots=True)
class _Watch:
    """One watch of somebody, from when until when (None while it goes on), and the records that they are on."""

    person: int
    since: datetime
    until: datetime | None
    records: frozenset[str]

    def sees(self, at: datetime, contacts: Collection[str], people: Collection[int]) -> bool:
        """Say whether it saw a read of these contacts and people: as it stood then, whatever became of it since."""
        went_on = self.since <= at and (self.until is None or at < self.until)
        return went_on and (self.person in people or not self.records.isdisjoint(contacts))


@dataclass(frozen=True, slots=True)
class _Around:
    """What stood around one person's reading: names on records, what is old and theirs to explain, who is watched."""

    names: Mapping[str, Sequence[str]]
    unrelated: frozenset[str]
    watches: Sequence[_Watch]
    kept: frozenset[str]
    homes: Sequence[frozenset[str]]


def acts_of(
    session: Session, user_id: int, first: datetime, last_id: int, looks: Looks, closed: Callable[[datetime], bool]
) -> list[Act]:
    """Give what somebody opened, tried to open, searched for and took out since an hour before a time.

    Args:
        closed: Says whether the front door is closed at a moment.
    """
    pages = (*looks.opens, *looks.searches, *looks.leaves)
    counts = or_(and_(AuditRead.page.in_(pages), AuditRead.outcome == "shown"), AuditRead.outcome == "not_found")
    rows = session.execute(
        select(AuditRead.id, AuditRead.at, AuditRead.page, AuditRead.asked, AuditRead.outcome, AuditList.told)
        .outerjoin(AuditList, AuditList.id == AuditRead.list_id)
        .where(AuditRead.user_id == user_id, AuditRead.at > first - HOUR, AuditRead.id <= last_id, counts)
        .order_by(AuditRead.at, AuditRead.id)
    ).all()
    opened = {
        row.id: frozenset(row.told["contacts"])
        for row in rows
        if row.page in looks.opens and row.told and row.outcome == "shown"
    }
    around = _around(session, user_id, first, {one for references in opened.values() for one in references})
    acts = (_act(row, opened.get(row.id, frozenset()), looks, around, closed(row.at)) for row in rows)
    return [act for act in acts if act is not None]


def _act(row: Any, opened: frozenset[str], looks: Looks, around: _Around, closed: bool) -> Act | None:
    if row.outcome != "shown":
        kept = row.asked.get("reference", "") in around.kept
        return Act(row.id, row.at, kept=True, closed=closed) if kept else None
    watched = _watched(row, looks, around)
    if not (opened or watched or row.page in looks.searches or row.page in looks.leaves):
        return None
    place = str(row.asked.get("place", ""))
    asked = str(row.asked.get("name", ""))
    names = tuple(name for one in sorted(opened) for name in around.names.get(one, ()))
    words = frozenset(place_words(place.casefold()))
    return Act(
        id=row.id,
        at=row.at,
        opened=opened,
        names=names or ((asked,) if asked else ()),
        place=place,
        closed=closed,
        unrelated=opened & around.unrelated,
        watched=watched,
        home=len(words) >= FEWEST_WORDS and any(words <= home for home in around.homes),
        left=row.page in looks.leaves,
    )


def _around(session: Session, user_id: int, first: datetime, references: set[str]) -> _Around:
    named = named_for(session, user_id, first)
    kept = session.scalars(select(Contact.reference).where(Contact.id.in_(named.contacts_kept)))
    declared = NamedAccess.user_id == user_id, NamedAccess.address_key != "", NamedAccess.ended_at.is_(None)
    homes = session.scalars(select(NamedAccess.address_key).where(*declared))
    return _Around(
        names=_names(session, references),
        unrelated=_unrelated(session, user_id, references, first),
        watches=_watches(session, first - HOUR),
        kept=frozenset(kept),
        homes=[frozenset(place_words(key)) for key in homes],
    )


def _names(session: Session, references: Iterable[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for on in (ChildOnContact, AdultOnContact):
        rows = (
            select(Contact.reference, Person.forename, Person.surname)
            .join(on, on.contact_id == Contact.id)
            .join(Person, Person.id == on.person_id)
            .where(Contact.reference.in_(references))
        )
        for reference, forename, surname in session.execute(rows):
            found[reference].append(f"{forename} {surname}")
    return found


def _people_on(session: Session, which: ColumnElement[bool]) -> Sequence[tuple[int, int]]:
    """Give who is on some contacts, as ids of contact and person."""
    on = [
        select(table.contact_id, table.person_id).join(Contact, Contact.id == table.contact_id).where(which)
        for table in (ChildOnContact, AdultOnContact)
    ]
    return [(row.contact_id, row.person_id) for row in session.execute(union(*on))]


def _unrelated(session: Session, user_id: int, references: Iterable[str], at: datetime) -> frozenset[str]:
    """Pick what was closed long before, where the reader did nothing on any contact of the people on it."""
    old = and_(Contact.reference.in_(references), Contact.closed_at < at - OLD)
    ids = {row.id: row.reference for row in session.execute(select(Contact.id, Contact.reference).where(old))}
    if not ids:
        return frozenset()
    on = _people_on(session, Contact.id.in_(ids))
    people = {person for _, person in on}
    tables = (ChildOnContact, AdultOnContact)
    theirs = union(*(select(one.contact_id, one.person_id).where(one.person_id.in_(people)) for one in tables))
    family = [(row.contact_id, row.person_id) for row in session.execute(theirs)]
    wanted = {contact for contact, _ in family} | set(ids)
    done = select(Event.contact_id).where(Event.contact_id.in_(wanted), Event.by_id == user_id)
    done = done.where(Event.kind.not_in(ACCESS_EVENTS)).distinct()
    worked = set(session.scalars(done))
    known = {person for contact, person in family if contact in worked}
    related = worked | {contact for contact, person in on if person in known}
    return frozenset(reference for id, reference in ids.items() if id not in related)


def _watched(row: Any, looks: Looks, around: _Around) -> frozenset[int]:
    """Pick who was watched as somebody opened or took out what tells of them, by a contact or by themselves."""
    if not row.told or (row.page not in looks.opens and row.page not in looks.leaves):
        return frozenset()
    contacts, people = frozenset(row.told["contacts"]), frozenset(row.told["people"])
    return frozenset(watch.person for watch in around.watches if watch.sees(row.at, contacts, people))


def _watches(session: Session, since: datetime) -> list[_Watch]:
    """List the watches that went on at any time since a moment."""
    marks = session.execute(
        select(WatchMark.person_id, WatchMark.at, WatchMark.ended_at)
        .where(or_(WatchMark.ended_at.is_(None), WatchMark.ended_at > since))
        .order_by(WatchMark.id)
    ).all()
    people = {mark.person_id for mark in marks}
    records: dict[int, set[str]] = defaultdict(set)
    for on in (ChildOnContact, AdultOnContact):
        theirs = select(on.person_id, Contact.reference).join(Contact, Contact.id == on.contact_id)
        for person, reference in session.execute(theirs.where(on.person_id.in_(people))):
            records[person].add(reference)
    return [_Watch(mark.person_id, mark.at, mark.ended_at, frozenset(records[mark.person_id])) for mark in marks]
