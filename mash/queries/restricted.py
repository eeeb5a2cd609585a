"""Who may know of a contact or person, by role and by name. For everybody else it is not listed, counted or found.

Roles open what is restricted to managers and auditors. Names go further, both ways: somebody is let in to a restricted
record, or kept from any record whatever their roles, as a worker is from their own family's.
"""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, or_, select, true, union
from sqlalchemy.orm import Session

from mash.models import AdultOnContact, ChildOnContact, Contact, Person

MAY_SEE = frozenset({"manager", "auditor"})
NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one user is kept from and let in to by name, as ids. ``emergency``: contacts, each with until when."""

    contacts_kept: frozenset[int] = NONE
    people_kept: frozenset[int] = NONE
    contacts_let_in: frozenset[int] = NONE
    people_let_in: frozenset[int] = NONE
    emergency: frozenset[tuple[int, datetime]] = frozenset()


NOBODY = Named()


class Reader(frozenset[str]):
    """The roles of one signed-in user, who carries beside them what is kept from them or open to them by name.

    It is a set of roles wherever roles are all that is asked about. Two are the same only if the names are too, so
    that what was made for one is never given to the other.
    """

    named: Named

    def __new__(cls, roles: AbstractSet[str], named: Named = NOBODY) -> Self:
        made = super().__new__(cls, roles)
        made.named = named
        return made

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and self.named == named_of(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((frozenset(self), self.named)) if self.named != NOBODY else super().__hash__()

    def __reduce__(self) -> tuple[Any, ...]:
        return Reader, (frozenset(self), self.named)


def named_of(roles: object) -> Named:
    """Give what goes with someone's roles by name; nothing for roles that are nobody's in particular."""
    return roles.named if isinstance(roles, Reader) else NOBODY


def may_see_restricted(roles: AbstractSet[str]) -> bool:
    """Say whether someone with these roles may see restricted records."""
    return not MAY_SEE.isdisjoint(roles)


def may_know(roles: AbstractSet[str], contact_id: int, *, restricted: bool) -> bool:
    """Say whether someone may know of a contact."""
    named = named_of(roles)
    let_in = not restricted or may_see_restricted(roles) or contact_id in named.contacts_let_in
    return let_in and contact_id not in named.contacts_kept


def hidden(roles: AbstractSet[str], person_id: int, *, restricted: bool) -> bool:
    """Say whether a person's name is withheld from someone."""
    named = named_of(roles)
    let_in = not restricted or may_see_restricted(roles) or person_id in named.people_let_in
    return not let_in or person_id in named.people_kept


def emergency_until(roles: AbstractSet[str], contact_id: int) -> datetime | None:
    """Say until when a contact is open to someone only because of an emergency; None where it is not so."""
    until = [until for about, until in named_of(roles).emergency if about == contact_id]
    return max(until, default=None)


def open_to(roles: AbstractSet[str]) -> ColumnElement[bool]:
    """Keep the contacts that someone may know of."""
    named = named_of(roles)
    known: ColumnElement[bool] = true() if may_see_restricted(roles) else Contact.restricted.is_(False)
    if named.contacts_let_in and not may_see_restricted(roles):
        known = or_(known, Contact.id.in_(named.contacts_let_in))
    return and_(known, Contact.id.not_in(named.contacts_kept)) if named.contacts_kept else known


def open_for_work(roles: AbstractSet[str]) -> ColumnElement[bool]:
    """Keep the contacts that someone may take into their hands: not those open to them only for an emergency."""
    only_so = [contact_id for contact_id, _ in named_of(roles).emergency]
    return and_(open_to(roles), or_(Contact.id.not_in(only_so), ~Contact.restricted)) if only_so else open_to(roles)


def people_open_to(roles: AbstractSet[str]) -> ColumnElement[bool]:
    """Keep the people whom someone may know of."""
    named = named_of(roles)
    known: ColumnElement[bool] = true() if may_see_restricted(roles) else Person.restricted.is_(False)
    if named.people_let_in and not may_see_restricted(roles):
        known = or_(known, Person.id.in_(named.people_let_in))
    return and_(known, Person.id.not_in(named.people_kept)) if named.people_kept else known


def only_on_hidden(session: Session, people: AbstractSet[int], roles: AbstractSet[str]) -> set[int]:
    """Pick the people who are known only from contacts that someone may not know of: they are not to be found either.

    Somebody who is on no contact, or on one that is open too, is not among them.
    """
    if not people or (may_see_restricted(roles) and not named_of(roles).contacts_kept):
        return set()

    of: defaultdict[int, set[int]] = defaultdict(set)
    on = (
        select(table.person_id, table.contact_id).where(table.person_id.in_(people))
        for table in (ChildOnContact, AdultOnContact)
    )
    for person, contact in session.execute(union(*on)):
        of[person].add(contact)
    contacts = set().union(*of.values())
    known = set(session.scalars(select(Contact.id).where(Contact.id.in_(contacts), open_to(roles))))
    return {person for person, theirs in of.items() if not theirs & known}


def not_kept_from(roles: AbstractSet[str]) -> ColumnElement[bool]:
    """Keep the contacts that someone is not kept from by name, restricted or not, as for a team named to receive it."""
    kept = named_of(roles).contacts_kept
    return Contact.id.not_in(kept) if kept else true()
