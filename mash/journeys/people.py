"""Find or make the people and places on a contact. Only a shared council id makes two records one person."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mash.models import Address, NameSound, Person, PhoneTail, PlaceWord
from mash.models.people import phone_digits, phone_tails, place_words, sounds_of, surname_first


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGiven:
    """An address as it was given. ``verified_at`` and ``source`` belong to the contact that gave it."""

    lines: str = ""
    postcode: str = ""
    uprn: str | None = None
    source: str = ""
    verified_at: datetime | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGiven:
    """A person as they were given; empty means not said. ``person_id`` is set when they were chosen from a list."""

    person_id: int | None = None
    council_id: str | None = None
    forename: str = ""
    surname: str = ""
    descriptor: str = ""
    unborn: bool = False
    date_of_birth: date | None = None
    due_date: date | None = None
    estimated_age: int | None = None
    sex: str = "U"
    gender: str = ""
    ethnicity: str = ""
    ethnicity_given: str = ""
    language: str = ""
    interpreter: bool | None = None
    disabilities: tuple[str, ...] = ()
    nhs_number: str | None = None
    upn: str | None = None
    school: str = ""
    gp: str = ""
    phone: str = ""
    restricted: bool = False


def search_form(*names: str) -> str:
    """Write a name as the index holds it: lower case, no accents, no punctuation.

    >>> search_form("Zoë", "O'Neill-Smith")
    'zoe oneill smith'
    """
    plain = unicodedata.normalize("NFKD", " ".join(names)).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9 ]", "", plain.replace("-", " ")).split())[:200]


def phone_form(phone: str) -> str:
    """Write a phone number as we keep it: digits, a space after the fifth, a leading nought for +44.

    >>> phone_form("+44 (1302) 123-456"), phone_form("ext 7")
    ('01302 123456', 'ext 7')
    """
    digits = phone_digits(phone)
    return f"{digits[:5]} {digits[5:]}" if len(digits) in {10, 11} else phone.strip()


def phone_asked(phone: str) -> str:
    """Give a phone number, or part of one, in the form in which it is looked for.

    >>> phone_asked("+44 1302 12")
    '0130212'
    """
    return phone_digits(phone)


def postcode_form(postcode: str) -> str:
    """Write a postcode in capitals with one space before its last three signs.

    >>> postcode_form(" dn12ab ")
    'DN1 2AB'
    """
    tight = re.sub(r"\s+", "", postcode).upper()
    return f"{tight[:-3]} {tight[-3:]}" if len(tight) > 4 else tight


def address_key(given: AddressGiven) -> str:
    """Give the text by which the same place is found again."""
    return f"{search_form(given.lines)}|{postcode_form(given.postcode)}"


def address_for(session: Session, given: AddressGiven | None) -> Address | None:
    """Find the address, or make it. Nothing said gives None.

    Two who make the same one at once get the same: the second waits here until the first is done.
    """
    if given is None or not (given.lines.strip() or given.postcode.strip()):
        return None
    key = address_key(given)
    same = select(Address).where(Address.key == key)
    found = session.scalars(same).one_or_none()
    if found is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        told: dict[str, Any] = {"key": key, "lines": given.lines.strip(), "postcode": postcode_form(given.postcode)}
        told |= {"uprn": given.uprn or None, "protected": given.protected}
        made = insert(Address).values(told).on_conflict_do_nothing(index_elements=["key"]).returning(Address.id)
        if address_id := session.execute(made).scalar():
            session.add_all(PlaceWord(word=word, address_id=address_id) for word in place_words(key))
            session.flush()
        found = session.scalars(same).one()
    if given.protected and not found.protected:
        found.protected = True
    return found


def person_for(session: Session, given: PersonGiven, *, kind: str, at: datetime, day: date) -> Person:
    """Find the person who was chosen or who has this council id, or make a new one.

    A known person keeps what is recorded; only what was empty is filled in.
    """
    found = None
    if given.person_id:
        found = session.get(Person, given.person_id)
    elif given.council_id:
        found = session.scalars(select(Person).where(Person.council_id == given.council_id)).one_or_none()
    if found is None:
        found = Person(kind=kind, council_id=given.council_id or None, made_at=at, sex="U", disabilities=[])
        session.add(found)
    was, called = found.search_name, found.phone
    _fill_in(found, given, day)
    session.flush()
    if found.search_name != was:
        session.execute(delete(NameSound).where(NameSound.person_id == found.id))
        session.add_all(NameSound(sound=sound, person_id=found.id) for sound in sounds_of(found.search_name))
        session.flush()
    if found.phone != called:
        session.add_all(PhoneTail(tail=tail, person_id=found.id) for tail in phone_tails(found.phone))
        session.flush()
    return found


PLAIN = (
    "forename",
    "surname",
    "descriptor",
    "due_date",
    "gender",
    "ethnicity",
    "ethnicity_given",
    "language",
    "interpreter",
    "nhs_number",
    "upn",
    "school",
    "gp",
    "phone",
)


def _fill_in(person: Person, given: PersonGiven, day: date) -> None:
    for field in PLAIN:
        if getattr(person, field, None) in {None, ""} and getattr(given, field) is not None:
            setattr(person, field, getattr(given, field))
    if given.date_of_birth and not person.date_of_birth:
        person.date_of_birth, person.unborn = given.date_of_birth, False
    if given.unborn and not person.date_of_birth:
        person.unborn = True
    if given.estimated_age is not None and person.estimated_age is None and not person.date_of_birth:
        person.estimated_age, person.age_estimated_on = given.estimated_age, day
    if person.sex in {None, "U"}:
        person.sex = given.sex
    if given.disabilities and not person.disabilities:
        person.disabilities = list(given.disabilities)
    person.unnamed = not (person.forename or person.surname)
    person.restricted = bool(person.restricted or given.restricted)
    person.search_name = search_form(person.forename, person.surname)
    person.search_surname = surname_first(person.search_name, person.surname)
