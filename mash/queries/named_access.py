"""Who is kept from what or let in to it by name, as it stands at a moment."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select, union
from sqlalchemy.orm import Session

from mash.models import Address, AdultOnContact, ChildOnContact, Contact, NamedAccess, Person, User, UserRole
from mash.queries.restricted import NOBODY, Named, Reader

KEPT = frozenset({"kept_from", "conflict"})
_COLUMNS = (
    NamedAccess.kind,
    NamedAccess.contact_id,
    NamedAccess.person_id,
    NamedAccess.address_key,
    NamedAccess.search_name,
    NamedAccess.born,
    NamedAccess.until,
)
Asks = Session | Connection


def reader_of(session: Asks, user_id: int, roles: AbstractSet[str], at: datetime) -> Reader:
    """Give someone's roles together with what goes by their name at a moment."""
    return Reader(roles, named_for(session, user_id, at))


def named_for(session: Asks, user_id: int, at: datetime) -> Named:
    """Find what one user is kept from and let in to. Few have anything, and for them it costs one statement."""
    holds = NamedAccess.user_id == user_id, NamedAccess.ended_at.is_(None)
    lasts = or_(NamedAccess.until.is_(None), NamedAccess.until > at)
    rows = session.execute(select(*_COLUMNS).where(*holds, lasts)).all()
    if not rows:
        return NOBODY
    kept = [row for row in rows if row.kind in KEPT]
    let_in = [row for row in rows if row.kind not in KEPT]
    people_kept, contacts_kept = _reach(session, kept)
    people_let_in, contacts_let_in = _reach(session, let_in)
    return Named(
        contacts_kept=contacts_kept,
        people_kept=people_kept,
        contacts_let_in=contacts_let_in,
        people_let_in=people_let_in | _on(session, contacts_let_in),
        emergency=_only_so(rows, contacts_let_in),
    )


def _only_so(rows: Sequence[Any], let_in: frozenset[int]) -> frozenset[tuple[int, datetime]]:
    """Give the contacts that are open only because of an emergency, and until when."""
    named = {row.contact_id for row in rows if row.kind == "let_in"}
    return frozenset(
        (row.contact_id, row.until)
        for row in rows
        if row.kind == "emergency" and row.contact_id in let_in and row.contact_id not in named
    )


def managers_who_know(session: Session, contact_id: int, at: datetime) -> list[int]:
    """List the managers who are not kept from a contact, by id."""
    manage = select(User.id).join(UserRole, UserRole.user_id == User.id).where(UserRole.role == "manager", User.active)
    return [
        one
        for one in session.scalars(manage.order_by(User.id))
        if contact_id not in named_for(session, one, at).contacts_kept
    ]


def _reach(session: Asks, rows: Sequence[Any]) -> tuple[frozenset[int], frozenset[int]]:
    """Give the people that rows name, and the contacts that they name or that are about those people or homes."""
    people = frozenset(row.person_id for row in rows if row.person_id) | _called(session, rows)
    contacts = frozenset(row.contact_id for row in rows if row.contact_id)
    homes = _homes(session, [row.address_key for row in rows if row.address_key])
    about: list[Any] = []
    if people:
        about += [
            select(table.contact_id).where(table.person_id.in_(people)) for table in (ChildOnContact, AdultOnContact)
        ]
    if homes:
        about += [
            select(Contact.id).where(Contact.address_id.in_(homes)),
            select(ChildOnContact.contact_id).where(ChildOnContact.address_id.in_(homes)),
        ]
    return people, contacts | (frozenset(row[0] for row in session.execute(union(*about))) if about else frozenset())


def _called(session: Asks, rows: Iterable[Any]) -> frozenset[int]:
    """Find whoever has a declared name and, where that was declared, is or may be of that date of birth."""
    same = [
        and_(
            Person.search_name == row.search_name, or_(Person.date_of_birth == row.born, Person.date_of_birth.is_(None))
        )
        if row.born
        else Person.search_name == row.search_name
        for row in rows
        if row.search_name
    ]
    return frozenset(row[0] for row in session.execute(select(Person.id).where(or_(*same)))) if same else frozenset()


def _homes(session: Asks, keys: Sequence[str]) -> frozenset[int]:
    if not keys:
        return frozenset()
    return frozenset(row[0] for row in session.execute(select(Address.id).where(Address.key.in_(keys))))


def _on(session: Asks, contacts: frozenset[int]) -> frozenset[int]:
    """Give the people on some contacts."""
    if not contacts:
        return frozenset()
    on = [select(table.person_id).where(table.contact_id.in_(contacts)) for table in (ChildOnContact, AdultOnContact)]
    return frozenset(row[0] for row in session.execute(union(*on)))
