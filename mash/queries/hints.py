"""Who on a new contact may be known already, and which recent contacts may tell of the same. Hints, never holds."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Contact
from mash.queries.facts import whole_years
from mash.queries.restricted import open_to
from mash.queries.search import Found, Wanted, contacts_at_statement, search

MOST = 5
YEARS_APART = 1
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Someone as they were given on a form. ``name`` in the form that is searched; ``age`` in years."""

    name: str
    born: date | None = None
    age: int | None = None


def maybe_known(
    session: Session, one: Described, *, kind: str, postcode: str, day: date, roles: AbstractSet[str]
) -> Sequence[Found]:
    """List the people who may be the one described: two things the same, or the name and nearly the age."""
    wanted = Wanted(name=one.name, born=one.born, postcode=postcode)
    if not (one.name or one.born):
        return ()
    found = search(session, wanted, roles=roles)
    return [each for each in found if each.person.kind == kind and _alike(each, one, day)][:MOST]


def _alike(found: Found, one: Described, day: date) -> bool:
    same = {"same_name", "born", "postcode"}.intersection(found.why)
    if found.person.date_of_birth and one.born and found.person.date_of_birth != one.born:
        return same >= {"same_name", "postcode"}
    near = False
    if "same_name" in same and one.age is not None and found.person.date_of_birth:
        near = abs(whole_years(found.person.date_of_birth, day) - one.age) <= YEARS_APART
    return len(same) > 1 or near


def recent_contacts(
    session: Session, people: Sequence[Found], *, postcode: str, at: datetime, roles: AbstractSet[str]
) -> Sequence[tuple[str, datetime]]:
    """List the contacts of the last week about these people or this postcode, the newest first."""
    ids = {contact.id for one in people for contact in one.contacts}
    if postcode:
        ids |= set(session.scalars(contacts_at_statement(postcode, roles)))
    rows = session.execute(
        select(Contact.reference, Contact.received_at)
        .where(Contact.id.in_(ids), Contact.received_at > at - RECENT, open_to(roles))
        .order_by(Contact.received_at.desc(), Contact.id.desc())
    )
    return list(rows)
