"""People, where they live, what is known of them already. People are linked, never silently merged."""

import re
from datetime import date, datetime
from typing import Any

from jellyfish import metaphone
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mash.db import Base
from mash.models.columns import AddressRef, Code, Id, Name, PersonRef, SearchName, UserRef, Words, one_of

SHORTEST_SOUND = 2
SHORTEST_TAIL, LONGEST_TAIL = 4, 20
NUMBER = re.compile(r"\+?[0-9][0-9\s().-]*[0-9]")
ABROAD = re.compile(r"^(?:00|\+)44\s*(?:\(0\))?")


def sounds_of(search_name: str) -> tuple[str, ...]:
    """Give how each word of a search name sounds in English, by Metaphone: the same for spellings that sound alike.

    >>> sounds_of("kayleigh thorne"), sounds_of("caley thorn"), sounds_of("muhammad a")
    (('0RN', 'KL'), ('0RN', 'KL'), ('MHMT',))
    """
    words = (word for word in search_name.split() if len(word) >= SHORTEST_SOUND)
    return tuple(sorted({metaphone(word)[:64] for word in words} - {""}))


def place_words(key: str) -> tuple[str, ...]:
    """Give the words of an address's key by which it is found: its lines, without the postcode.

    >>> place_words("14 beckett road anytown|ZZ1 2AB")
    ('14', 'anytown', 'beckett', 'road')
    """
    return tuple(sorted(set(key.partition("|")[0].split())))


def phone_digits(phone: str) -> str:
    """Give the digits of a phone number, with a leading nought for +44.

    >>> phone_digits("+44 (0)1302 123-456"), phone_digits("ext 7")
    ('01302123456', '7')
    """
    return re.sub(r"[^0-9]", "", ABROAD.sub("0", phone.strip()))


def phone_tails(phone: str) -> tuple[str, ...]:
    """Give how each phone number in a text goes on from each of its digits, for finding it by any digits in a row.

    >>> phone_tails("(mum) 01302 123")
    ('01302123', '02123', '1302123', '2123', '302123')
    """
    numbers = map(phone_digits, NUMBER.findall(phone))
    tails = (digits[at : at + LONGEST_TAIL] for digits in numbers for at in range(len(digits) - SHORTEST_TAIL + 1))
    return tuple(sorted(set(tails)))


def surname_first(search_name: str, surname: str) -> str:
    """Turn a search name round, so that it begins with the surname.

    >>> surname_first("zoe oneill smith", "O'Neill-Smith")
    'oneill smith zoe'
    """
    words = search_name.split()
    first = len(words) - len(surname.replace("-", " ").split())
    return " ".join(words[first:] + words[:first])


def _surname_first(context: Any) -> str:
    row = context.get_current_parameters()
    return surname_first(row.get("search_name") or "", row.get("surname") or "")


class Address(Base):
    """A place, kept once however often it is written. ``key`` is its normalised text, for finding it again."""

    __tablename__ = "address"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    lines: Mapped[str] = mapped_column(default="")
    postcode: Mapped[Code] = mapped_column(default="", index=True)
    uprn: Mapped[Code | None]
    protected: Mapped[bool] = mapped_column(default=False)


class Person(Base):
    """A child or an adult, or the place held for one: unborn, unnamed, or with an estimated age.

    ``search_name`` is the name in lower case without accents or punctuation, for the index; ``search_surname`` is
    the same with the surname first. Both are compared sign by sign, so that a beginning is a range of the index.
    ``date_of_birth`` is empty where it is not known; ``due_date`` is only for an unborn child.
    """

    __tablename__ = "person"
    __table_args__ = (
        one_of("kind", "child", "adult"),
        one_of("sex", "F", "M", "U"),
        CheckConstraint("NOT (unborn AND date_of_birth IS NOT NULL)", name="unborn_has_no_birth"),
        Index("ix_person_search", "search_name", "date_of_birth"),
        Index("ix_person_surname", "search_surname", "date_of_birth"),
        Index("ix_person_birth", "date_of_birth", "id"),
    )
    id: Mapped[Id]
    kind: Mapped[Code] = mapped_column(default="child")
    council_id: Mapped[Code | None] = mapped_column(unique=True)
    forename: Mapped[Name] = mapped_column(default="")
    surname: Mapped[Name] = mapped_column(default="")
    search_name: Mapped[SearchName] = mapped_column(default="")
    search_surname: Mapped[SearchName] = mapped_column(default=_surname_first)
    descriptor: Mapped[Name] = mapped_column(default="")
    unnamed: Mapped[bool] = mapped_column(default=False)
    unborn: Mapped[bool] = mapped_column(default=False)
    date_of_birth: Mapped[date | None]
    due_date: Mapped[date | None]
    estimated_age: Mapped[int | None]
    age_estimated_on: Mapped[date | None]
    died_on: Mapped[date | None]
    sex: Mapped[Code] = mapped_column(default="U")
    gender: Mapped[Code] = mapped_column(default="")
    ethnicity: Mapped[Code] = mapped_column(default="")
    ethnicity_given: Mapped[Name] = mapped_column(default="")
    language: Mapped[Name] = mapped_column(default="")
    interpreter: Mapped[bool | None]
    disabilities: Mapped[list[str]] = mapped_column(default=list)
    nhs_number: Mapped[Code | None] = mapped_column(index=True)
    upn: Mapped[Code | None] = mapped_column(index=True)
    school: Mapped[Name] = mapped_column(default="")
    gp: Mapped[Name] = mapped_column(default="")
    phone: Mapped[Name] = mapped_column(default="", index=True)
    restricted: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]


class NameSound(Base):
    """How one word of a person's name sounds, so that a name is found however it was spelt."""

    __tablename__ = "name_sound"
    sound: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True, index=True)


class PhoneTail(Base):
    """How a person's phone number goes on from one of its digits: whoever knows some in a row has how a tail begins."""

    __tablename__ = "phone_tail"
    tail: Mapped[SearchName] = mapped_column(primary_key=True)
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True, index=True)


class PlaceWord(Base):
    """One word of an address, so that a home is found by its street, with or without the number."""

    __tablename__ = "place_word"
    word: Mapped[SearchName] = mapped_column(primary_key=True)
    address_id: Mapped[AddressRef] = mapped_column(primary_key=True)


class Relationship(Base):
    """How two people stand to one another: ``person`` is the ``kind`` of ``other``, for example the mother."""

    __tablename__ = "relationship"
    __table_args__ = (UniqueConstraint("person_id", "other_id", "kind"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    other_id: Mapped[PersonRef] = mapped_column(index=True)
    kind: Mapped[Code]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Marker(Base):
    """A risk to children marker: always with an author, a reason and a day to look at it again."""

    __tablename__ = "marker"
    id: Mapped[Id]
    person_id: Mapped[PersonRef] = mapped_column(index=True)
    kind: Mapped[Code] = mapped_column(default="risk_to_children")
    reason: Mapped[Words]
    by_id: Mapped[UserRef | None]
    made_at: Mapped[datetime]
    review_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


EPISODE_KINDS = (
    "early_help",
    "referral",
    "assessment",
    "section_47",
    "child_in_need",
    "protection_plan",
    "looked_after",
)


class Episode(Base):
    """Something already known of a child: a referral, an assessment, a plan, early help, care. Often imported.

    ``ended_on`` empty means it is open. ``key`` finds the same episode when a file is sent again.
    """

    __tablename__ = "episode"
    __table_args__ = (
        one_of("kind", *EPISODE_KINDS),
        Index("ix_episode_person", "person_id", "kind", "started_on"),
        Index("ix_episode_started", "kind", "started_on"),
    )
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[PersonRef]
    kind: Mapped[Code]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    category: Mapped[Name] = mapped_column(default="")
    outcome: Mapped[Name] = mapped_column(default="")
    source_code: Mapped[Code] = mapped_column(default="")
    source_given: Mapped[Name] = mapped_column(default="")
    no_further_action: Mapped[bool | None]
    team: Mapped[Name] = mapped_column(default="")
    worker: Mapped[Name] = mapped_column(default="")
    organisation: Mapped[Name] = mapped_column(default="")
    made_at: Mapped[datetime]
