"""What a list shows beside each contact: its children, how often they came, and whether anyone is marked as a risk.

Every function takes a page of contacts at once, so that a list costs a few statements however long it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from mash.models import AdultOnContact, ChildOnContact, Contact, Marker, Person
from mash.queries.restricted import hidden as hidden_from
from mash.queries.restricted import open_to

YEAR = timedelta(days=365)
WITHHELD = "Restricted record"


@dataclass(frozen=True, slots=True)
class ChildShown:
    """One child on a contact as a list shows them.

    Attributes:
        name: First name and initial, or what stands for it: a descriptor, "Baby", "Unnamed child".
        full_name: The whole name, or the same placeholder.
        initials: What a screen that others can see shows instead; the placeholder where there is no name.
    """

    id: int
    person_id: int
    name: str
    full_name: str
    unborn: bool
    due_date: date | None
    date_of_birth: date | None
    estimated_age: int | None
    rating: str | None
    level: int | None
    outcome: str | None
    hand_over: str | None
    initials: str


_SHOWN = (
    ChildOnContact.contact_id,
    ChildOnContact.id,
    ChildOnContact.person_id,
    ChildOnContact.rating,
    ChildOnContact.level,
    ChildOnContact.outcome,
    ChildOnContact.hand_over,
    Person.forename,
    Person.surname,
    Person.descriptor,
    Person.council_id,
    Person.unborn,
    Person.due_date,
    Person.date_of_birth,
    Person.estimated_age,
    Person.restricted,
)


def placeholder(descriptor: str, *, unborn: bool, council_id: str | None = None) -> str:
    """Name a child who has no name here: in a few words, by the council's own number, or not at all.

    >>> placeholder("", unborn=False, council_id="100234")
    'Child 100234'
    """
    return descriptor or (f"Child {council_id}" if council_id else "Baby" if unborn else "Unnamed child")


def short_name(forename: str, surname: str, *, unborn: bool = False) -> str:
    """Write a name for a shared board: the first name and an initial, or whichever there is.

    >>> short_name("Jordan", "Ames"), short_name("", "Ames"), short_name("", "Ames", unborn=True)
    ('Jordan A', 'Ames', 'Baby A')
    """
    first = forename or ("Baby" if unborn else "")
    return f"{first} {surname[:1]}".strip() if first else surname


def full_name(forename: str, surname: str, *, unborn: bool = False) -> str:
    """Write a whole name.

    >>> full_name("Jordan", "Ames"), full_name("", "Ames", unborn=True)
    ('Jordan Ames', 'Baby Ames')
    """
    return f"{forename or ('Baby' if unborn else '')} {surname}".strip()


def initials(forename: str, surname: str) -> str:
    """Write the first letters of a name.

    >>> initials("Jordan", "Ames"), initials("", "Ames")
    ('J A', 'A')
    """
    return " ".join(name[0] for name in (forename, surname) if name)


def children_of(
    session: Session, contact_ids: Iterable[int], *, roles: AbstractSet[str]
) -> Mapping[int, tuple[ChildShown, ...]]:
    """Give the children of each contact, in their order on it. A restricted child is there, but unnamed."""
    rows = session.execute(
        select(*_SHOWN)
        .join(Person, Person.id == ChildOnContact.person_id)
        .where(ChildOnContact.contact_id.in_(tuple(contact_ids)))
        .order_by(ChildOnContact.contact_id, ChildOnContact.position, ChildOnContact.id)
    )
    found: dict[int, list[ChildShown]] = defaultdict(list)
    for row in rows:
        hidden = hidden_from(roles, row.person_id, restricted=row.restricted)
        held = WITHHELD if hidden else placeholder(row.descriptor, unborn=row.unborn, council_id=row.council_id)
        named = not hidden and (row.forename or row.surname)
        found[row.contact_id].append(
            ChildShown(
                id=row.id,
                person_id=row.person_id,
                name=short_name(row.forename, row.surname, unborn=row.unborn) if named else held,
                full_name=full_name(row.forename, row.surname, unborn=row.unborn) if named else held,
                unborn=row.unborn,
                due_date=row.due_date,
                date_of_birth=None if hidden else row.date_of_birth,
                estimated_age=None if hidden else row.estimated_age,
                rating=row.rating,
                level=row.level,
                outcome=row.outcome,
                hand_over=row.hand_over,
                initials=initials(row.forename, row.surname) if named else held,
            )
        )
    return {contact_id: tuple(children) for contact_id, children in found.items()}


def contact_numbers(
    session: Session,
    received: Mapping[int, datetime],
    children: Mapping[int, tuple[ChildShown, ...]],
    *,
    roles: AbstractSet[str],
) -> Mapping[int, int]:
    """Say for each contact which one it is in the 12 months up to it: the most for any of its children.

    Args:
        received: When each contact was received, by its id.
        roles: The reader's: what they may not know of is not counted, so that no gap tells them that it is there.
    """
    if not received:
        return {}
    people = {child.person_id for shown in children.values() for child in shown}
    rows = session.execute(
        select(ChildOnContact.person_id, Contact.id, Contact.received_at)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(ChildOnContact.person_id.in_(people), Contact.state != "cancelled", open_to(roles))
        .where(Contact.received_at > min(received.values()) - YEAR)
    )
    seen: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for person_id, contact_id, at in rows:
        seen[person_id].append((contact_id, at))
    return {
        contact_id: max(
            (_nth(seen[child.person_id], contact_id, at) for child in children.get(contact_id, ())), default=1
        )
        for contact_id, at in received.items()
    }


def _nth(seen: Iterable[tuple[int, datetime]], contact_id: int, at: datetime) -> int:
    return 1 + sum(at - YEAR < when <= at and other != contact_id for other, when in seen)


def marked(session: Session, contact_ids: Iterable[int]) -> AbstractSet[int]:
    """Pick the contacts on which any child or adult carries a risk to children marker that has not ended."""
    ids = tuple(contact_ids)
    on_it = union(
        select(ChildOnContact.contact_id, ChildOnContact.person_id).where(ChildOnContact.contact_id.in_(ids)),
        select(AdultOnContact.contact_id, AdultOnContact.person_id).where(AdultOnContact.contact_id.in_(ids)),
    ).subquery()
    rows = session.scalars(
        select(on_it.c.contact_id).join(Marker, Marker.person_id == on_it.c.person_id).where(Marker.ended_at.is_(None))
    )
    return set(rows)
