"""Read the audit: who read what, found by person, worker, record and time, without reading the whole of it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, not_, or_, select, text, tuple_
from sqlalchemy.orm import Session

from mash.models import (
    AdultOnContact,
    AuditList,
    AuditListed,
    AuditRead,
    ChildOnContact,
    Contact,
    Event,
    Person,
    User,
    WatchMark,
)
from mash.queries.restricted import hidden, may_see_restricted, named_of, only_on_hidden, open_to

A_PAGE = 100
MOST_OUT = 50_000
"""Rows of one file."""
TAKEN_OUT = ("list.printed", "list.exported", "extract.made", "extract.taken", "audit.exported", "subject.file_taken")
_REFUSED = text("audit_read.outcome <> 'shown'")  # as the index says it
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""An end for what has none, so that it is looked up in an index by time and not walked through."""
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for. None and empty look for any.

    Attributes:
        refused: Only what was refused or hidden, and ``shown`` only what was shown.
        pages: Routes.
        contacts: Ids of contacts, and ``people`` of people, any one of whom was told of.
    """

    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    refused: bool = False
    shown: bool = False
    pages: tuple[str, ...] = ()
    contacts: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One answer: to whom, when, what page, of whom, and whether it was refused."""

    id: int
    at: datetime
    user_id: int
    name: str
    roles: str
    page: str
    outcome: str
    fields: str
    asked: Mapping[str, str]
    contacts: Sequence[str]
    people: Sequence[int]


@dataclass(frozen=True, slots=True)
class Looked:
    """One worker's reading of what was looked for, counted. ``opened`` leaves out lists that it stood on."""

    user_id: int
    name: str
    times: int
    opened: int
    refused: int
    first: datetime
    last: datetime


def known_references(session: Session, references: Iterable[str]) -> frozenset[str]:
    """Keep the references that there are contacts of."""
    return frozenset(session.scalars(select(Contact.reference).where(Contact.reference.in_(set(references)))))


def contact_id(session: Session, reference: str, roles: AbstractSet[str]) -> int | None:
    """Give the id of a contact; None if there is none that someone with these roles may know of."""
    return session.scalar(select(Contact.id).where(Contact.reference == reference, open_to(roles)))


def reads(
    session: Session,
    wanted: Wanted,
    roles: AbstractSet[str],
    *,
    after: Place | None = None,
    limit: int = A_PAGE + 1,
) -> list[ReadRow]:
    """List answers, the newest first, without the contacts that their reader may not know of.

    Args:
        roles: The roles of whoever reads the list.
        after: The time and id of the last of the page before.
    """
    found = (
        _narrowed(wanted).subquery()
        if not _by_list(wanted)
        else _narrowed(wanted).cte("hits").prefix_with("MATERIALIZED")
    )
    columns = (*(found.c[name] for name in _COLUMNS), User.name, AuditList.told)
    rows = select(*columns).join(User, User.id == found.c.user_id)
    rows = rows.outerjoin(AuditList, AuditList.id == found.c.list_id)
    if after:
        rows = rows.where(found.c.at <= after[0], tuple_(found.c.at, found.c.id) < tuple_(*after))
    rows = rows.order_by(found.c.at.desc(), found.c.id.desc()).limit(limit)
    listed = [_row(row) for row in session.execute(rows)]
    kept = _kept_from(session, {reference for row in listed for reference in row.contacts}, roles)
    return [replace(row, contacts=[one for one in row.contacts if one not in kept]) for row in listed]


def _kept_from(session: Session, references: AbstractSet[str], roles: AbstractSet[str]) -> frozenset[str]:
    """Pick the contacts that someone may not know of. One that has gone is not among them."""
    if may_see_restricted(roles) and not named_of(roles).contacts_kept:
        return frozenset()
    theirs = select(Contact.reference).where(Contact.reference.in_(references), not_(open_to(roles)))
    return frozenset(session.scalars(theirs))


_COLUMNS = ("id", "at", "user_id", "roles", "page", "outcome", "fields", "asked", "list_id")


def _row(row: Any) -> ReadRow:
    told = row.told or {"contacts": (), "people": ()}
    said = {name: getattr(row, name) for name in _COLUMNS if name != "list_id"}
    return ReadRow(**said, name=row.name, contacts=told["contacts"], people=told["people"])


def looked_at(session: Session, wanted: Wanted, opens: Sequence[str]) -> list[Looked]:
    """Count the reading of each worker, who looked last first.

    Args:
        opens: The routes that show one record from within.
    """
    hits = _narrowed(wanted).cte("hits").prefix_with("MATERIALIZED")
    opened = hits.c.page.in_(opens) & (hits.c.outcome == "shown")
    counted = (
        select(
            hits.c.user_id,
            User.name,
            func.count().label("times"),
            func.count().filter(opened).label("opened"),
            func.count().filter(hits.c.outcome != "shown").label("refused"),
            func.min(hits.c.at).label("first"),
            func.max(hits.c.at).label("last"),
        )
        .join(User, User.id == hits.c.user_id)
        .group_by(hits.c.user_id, User.name)
        .order_by(func.max(hits.c.at).desc())
    )
    return [Looked(*row) for row in session.execute(counted)]


def told_of(session: Session, wanted: Wanted, roles: AbstractSet[str]) -> dict[int, set[str]]:
    """Give the contacts that each worker was told of, by the worker's id; none that its reader may not know of."""
    hits = _narrowed(wanted).cte("hits").prefix_with("MATERIALIZED")
    shown = hits.c.outcome == "shown"
    lists = select(hits.c.user_id, hits.c.list_id).where(shown).distinct().subquery()
    found: dict[int, set[str]] = {}
    for user_id, told in session.execute(
        select(lists.c.user_id, AuditList.told).join(AuditList, AuditList.id == lists.c.list_id)
    ):
        found.setdefault(user_id, set()).update(told["contacts"])
    kept = _kept_from(session, set().union(*found.values()), roles)
    return {user_id: told - kept for user_id, told in found.items()}


def _by_list(wanted: Wanted) -> bool:
    return bool(wanted.contacts or wanted.people)


def _narrowed(wanted: Wanted) -> Select[Any]:
    rows = select(*(getattr(AuditRead, name) for name in _COLUMNS))
    if _by_list(wanted):
        told = (("contact", wanted.contacts), ("person", wanted.people))
        any_of = or_(*((AuditListed.kind == kind) & AuditListed.number.in_(ids) for kind, ids in told if ids))
        rows = rows.where(AuditRead.list_id.in_(select(AuditListed.list_id).where(any_of)))
    if wanted.user_id is not None:
        rows = rows.where(AuditRead.user_id == wanted.user_id)
    if wanted.since:
        rows = rows.where(AuditRead.at >= wanted.since)
    rows = rows.where(AuditRead.at < (wanted.until or NEVER))
    if wanted.refused:
        rows = rows.where(_REFUSED)
    if wanted.shown:
        rows = rows.where(AuditRead.outcome == "shown")
    return rows.where(AuditRead.page.in_(wanted.pages)) if wanted.pages else rows


@dataclass(frozen=True, slots=True)
class Whom:
    """A person, and the contacts that they are on as a child or an adult."""

    id: int
    name: str
    contacts: Mapping[int, str]


def people_on(session: Session, contact_id: int, roles: AbstractSet[str]) -> list[Whom]:
    """List the children of a contact, each with the contacts that they are on, as far as someone may know of them."""
    ids = select(ChildOnContact.person_id).where(ChildOnContact.contact_id == contact_id)
    return [one for id in session.scalars(ids.order_by(ChildOnContact.position)) if (one := person(session, id, roles))]


def person(session: Session, person_id: int, roles: AbstractSet[str]) -> Whom | None:
    """Give one person; None if there is no such whom someone with these roles may know of."""
    found = session.get(Person, person_id)
    if found is None or hidden(roles, person_id, restricted=found.restricted):
        return None
    if only_on_hidden(session, {person_id}, roles):
        return None
    contacts: dict[int, str] = {}
    for on in (ChildOnContact, AdultOnContact):
        theirs = select(Contact.id, Contact.reference).join(on, on.contact_id == Contact.id)
        contacts |= {
            row.id: row.reference for row in session.execute(theirs.where(on.person_id == person_id, open_to(roles)))
        }
    name = f"{found.forename} {found.surname}".strip() or found.descriptor or "A child not yet named"
    return Whom(person_id, name, contacts)


def workers(session: Session) -> dict[int, str]:
    """Name everyone who may sign in, or once could, by id."""
    return {row.id: row.name for row in session.execute(select(User.id, User.name).order_by(User.name, User.id))}


@dataclass(frozen=True, slots=True)
class TakenOut:
    """Something that left the service, by an event on the chain: on paper or as a file, from a page or by a command."""

    seq: int
    at: datetime
    kind: str
    by: str
    data: Mapping[str, Any]


def watched(session: Session, person_id: int) -> WatchMark | None:
    """Give the mark by which looking at somebody's record is watched; None where it is not."""
    wanted = select(WatchMark).where(WatchMark.person_id == person_id, WatchMark.ended_at.is_(None))
    return session.scalars(wanted.order_by(WatchMark.id.desc()).limit(1)).one_or_none()


def taken_out(
    session: Session, *, since: datetime | None, until: datetime | None, user_id: int | None = None
) -> list[TakenOut]:
    """List what left the service, the newest first; by one worker, if one is named."""
    rows = (
        select(Event.seq, Event.at, Event.kind, func.coalesce(User.name, Event.actor).label("by"), Event.data)
        .outerjoin(User, User.id == Event.by_id)
        .where(Event.kind.in_(TAKEN_OUT))
        .order_by(Event.seq.desc())
        .limit(A_PAGE)
    )
    rows = rows.where(Event.at >= since) if since else rows
    rows = rows.where(Event.at < until) if until else rows
    rows = rows.where(Event.by_id == user_id) if user_id is not None else rows
    return [TakenOut(*row) for row in session.execute(rows)]
