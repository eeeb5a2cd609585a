"""Lay hands on a contact to change it: found, locked, and seen to be the one the page was made from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from mash.models import ChildOnContact, Contact, ReferenceCounter


class NotFound(Exception):
    """There is no such thing, or it is not for this person to know of."""


@dataclass(eq=False)
class Stale(Exception):
    """Someone changed the contact after the page was made. Nothing of this change was kept."""

    reference: str
    version: int
    state: str

    def __str__(self) -> str:
        return f"{self.reference} changed while you were working. Nothing has been overwritten."


def locked(reference: str) -> Select[Contact]:
    """Select a contact and lock it, in a way that lets events about it be added meanwhile."""
    return select(Contact).where(Contact.reference == reference).with_for_update(key_share=True)


def contact_for_change(session: Session, reference: str, *, version: int | None) -> Contact:
    """Lock a contact, read with its children, and raise its version by one.

    Args:
        version: The version the page was made from; None only for the service's own work.

    Raises:
        NotFound: If there is no such contact.
        Stale: If the contact has changed since.
    """
    children = selectinload(Contact.children).joinedload(ChildOnContact.person, innerjoin=True)
    found = session.scalars(locked(reference).options(children)).one_or_none()
    if found is None:
        raise NotFound(f"There is no contact {reference}.")
    if version is not None and found.version != version:
        raise Stale(found.reference, found.version, found.state)
    found.version += 1
    return found


def next_reference(session: Session, received_at: datetime) -> str:
    """Give the next reference of the year a contact was received in, such as ``C-26-04217``.

    One statement, so that the first two of a year do not both try to begin it.
    """
    year = received_at.year
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    number = session.execute(
        insert(ReferenceCounter)
        .values(year=year, last=1)
        .on_conflict_do_update(index_elements=["year"], set_={"last": ReferenceCounter.last + 1})
        .returning(ReferenceCounter.last)
    ).scalar_one()
    return f"C-{year % 100:02d}-{number:05d}"
