"""Find people by a name either way round or by its sound, a birth date, an address, a phone number or a reference.

Each thing asked for is looked up by its own index, a bounded number at a time; who was found is then judged on
everything that was asked, so that whoever fits most comes first.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from mash.models import Address, AdultOnContact, ChildOnContact, Contact, NameSound, Person, PhoneTail, PlaceWord
from mash.models.people import place_words, sounds_of
from mash.queries.restricted import only_on_hidden, open_to, people_open_to

MOST = 200
SHOWN = 50
HOMES = 20
RARE = 2000
ANYWHERE, WHOLE = 6, 10
"""From how many digits a phone number is found by any in a row of it; and of how many one has at least."""
HALF = {"sound": 0.5}
"""What counts for less than a thing that is the same."""
AFTER_ANY_SIGN = "~"  # comes after every sign that a search name is made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for, each part in the form in which it is stored. Empty asks nothing.

    Attributes:
        name: In lower case without accents or punctuation.
        place: The lines of an address, whole or in part, in the same form as a name.
        phone: Digits in a row of a phone number, or all of them.
    """

    name: str = ""
    born: date | None = None
    place: str = ""
    postcode: str = ""
    phone: str = ""
    reference: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing at all is asked."""
        return self == Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundContact:
    """A contact that a person is on. ``as_adult``: not as one of its children."""

    id: int
    reference: str
    state: str
    rating: str | None
    received_at: Any
    as_adult: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One person who fits, with why, and the contacts they are on, the newest first."""

    person: Person
    why: tuple[str, ...]
    contacts: tuple[FoundContact, ...]


def begins(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Say that a search name begins with a text, as a range that an index serves."""
    return and_(column >= text, column < text + AFTER_ANY_SIGN)


def name_statements(name: str, roles: AbstractSet[str]) -> Sequence[Select[*tuple[Any, ...]]]:
    """Select people by the whole beginning of a name, and by two of its words as first name and surname."""
    words = name.split()
    ways = [begins(Person.search_name, name), begins(Person.search_surname, name)]
    if len(words) > 1:
        first, last = words[0], words[-1]
        ways += [
            and_(begins(Person.search_surname, last), begins(Person.search_name, first)),
            and_(begins(Person.search_surname, first), begins(Person.search_name, last)),
        ]
    return [select(Person.id).where(way, people_open_to(roles)).limit(MOST) for way in ways]


def rarest_first(session: Session, column: InstrumentedAttribute[str], parts: Sequence[str]) -> Sequence[str]:
    """Order parts by how many rows hold them, so that a search goes in by the one that leaves least to look at."""
    found = {
        part: session.scalar(
            select(func.count()).select_from(select(column).where(column == part).limit(RARE).subquery())
        )
        for part in parts
    }
    return sorted(parts, key=lambda part: (found[part] or 0, part))


def sound_statement(sounds: Sequence[str], roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select people whose name has words that sound like each of these. The first should be the rarest."""
    statement = select(NameSound.person_id).join(Person, Person.id == NameSound.person_id)
    for sound in sounds[1:]:
        more = aliased(NameSound)
        statement = statement.where(exists().where(more.sound == sound, more.person_id == NameSound.person_id))
    return statement.where(NameSound.sound == sounds[0], people_open_to(roles)).limit(MOST)


def born_statement(born: date, roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select people by their birth date."""
    return select(Person.id).where(Person.date_of_birth == born, people_open_to(roles)).order_by(Person.id).limit(MOST)


def phone_statement(digits: str, roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select people by digits in a row of a phone number: six or more anywhere in it, fewer only at its end."""
    fits = begins(PhoneTail.tail, digits) if len(digits) >= ANYWHERE else PhoneTail.tail == digits
    tails = select(PhoneTail.person_id).join(Person, Person.id == PhoneTail.person_id)
    return tails.where(fits, people_open_to(roles)).order_by(PhoneTail.tail, PhoneTail.person_id).limit(MOST)


def phone_begins_statement(digits: str, roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select people whose phone number begins with a few digits."""
    return select(Person.id).where(begins(Person.phone, digits), people_open_to(roles)).limit(MOST)


def contacts_at_statement(postcode: str, roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select the newest contacts about a home with a postcode. A protected address is found by nobody."""
    homes = select(Address.id).where(Address.postcode == postcode, Address.protected.is_(False))
    return _contacts_about(homes.scalar_subquery(), roles)


def homes_statement(words: Sequence[str], most: int = HOMES) -> Select[*tuple[Any, ...]]:
    """Select the homes whose address has all of these words, the rarest given first. None that is protected."""
    homes = select(PlaceWord.address_id).join(Address, Address.id == PlaceWord.address_id)
    for word in words[1:]:
        more = aliased(PlaceWord)
        homes = homes.where(exists().where(more.word == word, more.address_id == PlaceWord.address_id))
    return homes.where(PlaceWord.word == words[0], Address.protected.is_(False)).limit(most)


def _contacts_about(homes: ScalarSelect[Any] | Sequence[int], roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    at_home = union(
        select(Contact.id).where(Contact.address_id.in_(homes)),
        select(ChildOnContact.contact_id).where(ChildOnContact.address_id.in_(homes)),
    ).subquery()
    return (
        select(Contact.id)
        .where(Contact.id.in_(select(at_home.c.id)), open_to(roles))
        .order_by(Contact.received_at.desc(), Contact.id.desc())
        .limit(MOST)
    )


def people_on_statement(contact_ids: Iterable[int], roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select the people on contacts, children and adults."""
    ids = tuple(contact_ids)
    on_them = union(
        select(ChildOnContact.person_id).where(ChildOnContact.contact_id.in_(ids)),
        select(AdultOnContact.person_id).where(AdultOnContact.contact_id.in_(ids)),
    ).subquery()
    return select(Person.id).where(Person.id.in_(select(on_them.c.person_id)), people_open_to(roles))


def search(session: Session, wanted: Wanted, *, roles: AbstractSet[str]) -> Sequence[Found]:
    """Find who fits, those who fit most first; at most fifty."""
    by: dict[str, set[int]] = {}
    if wanted.name:
        by["name"] = {person_id for way in name_statements(wanted.name, roles) for person_id in session.scalars(way)}
    if sounds := rarest_first(session, NameSound.sound, sounds_of(wanted.name)):
        by["sound"] = set(session.scalars(sound_statement(sounds, roles)))
    if wanted.born:
        by["born"] = set(session.scalars(born_statement(wanted.born, roles)))
    by |= _by_phone(session, wanted.phone, roles)
    if words := rarest_first(session, PlaceWord.word, place_words(wanted.place)):
        homes = session.scalars(homes_statement(words)).all()
        there = session.scalars(_contacts_about(homes, roles).limit(HOMES)).all()
        by["address"] = set(session.scalars(people_on_statement(there, roles)))
    if wanted.postcode:
        near = session.scalars(contacts_at_statement(wanted.postcode, roles)).all()
        by["postcode"] = set(session.scalars(people_on_statement(near, roles)))
    if wanted.reference:
        named = session.scalars(select(Contact.id).where(Contact.reference == wanted.reference, open_to(roles))).all()
        by["reference"] = set(session.scalars(people_on_statement(named, roles)))
    return _judged(session, wanted, by, roles)


def _by_phone(session: Session, digits: str, roles: AbstractSet[str]) -> dict[str, set[int]]:
    """Find people by a whole phone number, or by some digits of one."""
    if not digits:
        return {}
    found = set(session.scalars(phone_statement(digits, roles)))
    if len(digits) < ANYWHERE:
        found |= set(session.scalars(phone_begins_statement(digits, roles)))
    return {"phone" if len(digits) >= WHOLE else "phone_part": found}


def reads_only_some(session: Session, place: str, *, roles: AbstractSet[str]) -> bool:
    """Say whether more homes, or more contacts about them, fit an address than a search reads."""
    words = rarest_first(session, PlaceWord.word, place_words(place))
    homes = session.scalars(homes_statement(words, HOMES + 1)).all() if words else ()
    if not homes or len(homes) > HOMES:
        return bool(homes)
    return len(session.scalars(_contacts_about(homes, roles).limit(HOMES + 1)).all()) > HOMES


def _judged(session: Session, wanted: Wanted, by: dict[str, set[int]], roles: AbstractSet[str]) -> Sequence[Found]:
    """Judge everyone found on everything asked, and read in full those who fit most."""
    ids = set().union(*by.values())
    ids -= only_on_hidden(session, ids, roles)
    judged = session.execute(
        select(Person.id, Person.search_name, Person.search_surname, Person.date_of_birth).where(
            Person.id.in_(ids), people_open_to(roles)
        )
    ).all()
    reasons = {row.id: _why(row, wanted, by) for row in judged}
    best = sorted(
        judged,
        key=lambda row: (
            -sum(HALF.get(reason, 1) for reason in reasons[row.id]),
            row.search_surname,
            row.date_of_birth or date.min,
            row.id,
        ),
    )[:SHOWN]
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_([row.id for row in best])))}
    contacts = contacts_of(session, list(people), roles)
    return [Found(person=people[row.id], why=reasons[row.id], contacts=contacts.get(row.id, ())) for row in best]


def _why(person: Any, wanted: Wanted, by: dict[str, set[int]]) -> tuple[str, ...]:
    fits = {
        "reference": person.id in by.get("reference", ()),
        "same_name": bool(wanted.name) and wanted.name in {person.search_name, person.search_surname},
        "name": person.id in by.get("name", ()) or _named(person, wanted.name),
        "sound": person.id in by.get("sound", ()) and not _named(person, wanted.name),
        "born": wanted.born is not None and person.date_of_birth == wanted.born,
        "address": person.id in by.get("address", ()),
        "postcode": person.id in by.get("postcode", ()),
        "phone": person.id in by.get("phone", ()),
        "phone_part": person.id in by.get("phone_part", ()),
    }
    return tuple(name for name, fit in fits.items() if fit)


def _named(person: Any, name: str) -> bool:
    return bool(name) and (person.search_name.startswith(name) or person.search_surname.startswith(name))


def contacts_of(
    session: Session, person_ids: Sequence[int], roles: AbstractSet[str]
) -> dict[int, tuple[FoundContact, ...]]:
    """Give the contacts that each person is on, the newest first."""
    found: dict[int, list[FoundContact]] = {}
    for table, as_adult in ((ChildOnContact, False), (AdultOnContact, True)):
        rows = session.execute(
            select(table.person_id, Contact.id, Contact.reference, Contact.state, Contact.rating, Contact.received_at)
            .join(Contact, Contact.id == table.contact_id)
            .where(table.person_id.in_(person_ids), open_to(roles))
        )
        for row in rows:
            found.setdefault(row.person_id, []).append(
                FoundContact(
                    id=row.id,
                    reference=row.reference,
                    state=row.state,
                    rating=row.rating,
                    received_at=row.received_at,
                    as_adult=as_adult,
                )
            )
    newest_first = {
        key: sorted(rows, key=lambda row: (row.received_at, row.id), reverse=True) for key, rows in found.items()
    }
    return {person_id: tuple(rows) for person_id, rows in newest_first.items()}
