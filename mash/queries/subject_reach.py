"""What a request for one's own records reaches: other records of the person, their contacts, protected addresses."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mash.models import Address, AdultOnContact, ChildOnContact, Contact, Person
from mash.workflow.calendar import london_day

HOUSE_NUMBER = re.compile(r"^\d+\w?\s+")


def contacts_of_people(session: Session, people: Collection[int], *, until: date | None = None) -> Sequence[int]:
    """Give the contacts that people are on, as children or adults, the oldest first.

    Args:
        until: Leave out what was received after this London day.
    """
    on = [
        select(table.contact_id).where(table.person_id.in_(people)).scalar_subquery()
        for table in (ChildOnContact, AdultOnContact)
    ]
    wanted = select(Contact.id, Contact.received_at).where(or_(Contact.id.in_(on[0]), Contact.id.in_(on[1])))
    rows = session.execute(wanted.order_by(Contact.received_at, Contact.id))
    return [row.id for row in rows if until is None or london_day(row.received_at) <= until]


def same_person(session: Session, people: Collection[int]) -> Sequence[Person]:
    """Find other records that may be of the same person: the same name, and no other date of birth; or one number."""
    known = session.scalars(select(Person).where(Person.id.in_(people))).all()
    found: dict[int, Person] = {}
    for one in known:
        ways = [Person.nhs_number == one.nhs_number] if one.nhs_number else []
        ways += [Person.upn == one.upn] if one.upn else []
        ways += [Person.search_name == one.search_name] if one.search_name else []
        if not ways:
            continue
        for other in session.scalars(select(Person).where(or_(*ways), Person.id.not_in(people)).order_by(Person.id)):
            if None in {one.date_of_birth, other.date_of_birth} or one.date_of_birth == other.date_of_birth:
                found[other.id] = other
    return list(found.values())


def places_told(session: Session, own: Sequence[Person]) -> frozenset[str]:
    """Give what tells where people live, or may be found, if a home on any contact of theirs is protected."""
    contacts = contacts_of_people(session, [person.id for person in own])
    homes = [
        select(table.address_id).where(key.in_(contacts))
        for table, key in ((Contact, Contact.id), (ChildOnContact, ChildOnContact.contact_id))
    ]
    wanted = select(Address).where(or_(*(Address.id.in_(ids) for ids in homes)), Address.protected)
    told: set[str] = set()
    for home in session.scalars(wanted):
        lines = [line.strip() for line in re.split(r"[,\n]", home.lines)]
        told |= {*lines, *(HOUSE_NUMBER.sub("", line) for line in lines), home.postcode, home.postcode.replace(" ", "")}
    near = {said for person in own for said in (person.school, person.gp, person.phone)} if told else set()
    return frozenset(told | near) - {""}
