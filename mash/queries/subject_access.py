"""Requests for one's own records, as somebody may see them: the list, one of them, and each part of one.

A request that tells of a contact or person from whom its reader is kept by name is not there for them. A part that its
reader may not read on the contact, such as who made it, they may not read here either.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mash.models import (
    Address,
    AdultOnContact,
    ChildOnContact,
    Contact,
    Event,
    InformationRequest,
    Person,
    SubjectItem,
    SubjectPerson,
    SubjectRequest,
    User,
)
from mash.queries.named_access import reader_of
from mash.queries.restricted import hidden, may_know
from mash.queries.subject_reach import contacts_of_people, same_person
from mash.queries.withheld import Tiers, tiers_of
from mash.workflow.subject_access import GROUNDS, UNSPOKEN, WITHHELD, Answer, Ground, redacted

MAY_READ = frozenset({"manager", "auditor"})
SEALED_KINDS = {"referrer": "referrer", "sent": "referrer", "home": "home", "reply": "reply"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One request in the list. ``parts`` and ``decided`` are counts; ``people`` are ids."""

    row: SubjectRequest
    who: str
    people: Sequence[int]
    parts: int
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """One part of the record as its reader may see it. ``text`` is empty and ``withheld`` says whom to ask, or not."""

    row: SubjectItem
    reference: str
    text: str
    withheld: str
    by: str


@dataclass(frozen=True, slots=True)
class SignedPart:
    """One part as it is released, by its place there. Of what is withheld whole, what it was called is not told."""

    place: int
    label: str
    text: str
    ground: Ground | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestShown:
    """One request, whole. ``also`` are other records that may be of the same person."""

    row: SubjectRequest
    people: Sequence[Person]
    also: Sequence[Person]
    parts: Sequence[PartShown]
    names: Mapping[int, str]

    @property
    def undecided(self) -> list[PartShown]:
        return [part for part in self.parts if part.row.answer is None]

    @property
    def newest(self) -> str:
        """The newest contact that anything was gathered from, for what is said of the person alone; or none."""
        return next((part.reference for part in reversed(self.parts) if part.reference), "")

    def by(self, user_id: int | None) -> str:
        return self.names.get(user_id or 0, "")

    def late(self, today: date) -> bool:
        return self.row.state != "closed" and today > self.row.due_on


def people_of(session: Session, number: int) -> list[int]:
    """Give the records of the person that a request is about."""
    wanted = select(SubjectPerson.person_id).where(SubjectPerson.request_id == number)
    return list(session.scalars(wanted.order_by(SubjectPerson.person_id)))


def open_requests_on(session: Session, contact_id: int) -> list[int]:
    """List the requests not yet closed that a contact answers: of somebody on it, or with a part gathered from it."""
    on = [select(table.person_id).where(table.contact_id == contact_id) for table in (ChildOnContact, AdultOnContact)]
    of_them = select(SubjectPerson.request_id).where(or_(*(SubjectPerson.person_id.in_(people) for people in on)))
    from_it = select(SubjectItem.request_id).where(SubjectItem.contact_id == contact_id)
    wanted = select(SubjectRequest.id).where(SubjectRequest.state != "closed").order_by(SubjectRequest.id)
    return list(session.scalars(wanted.where(or_(SubjectRequest.id.in_(of_them), SubjectRequest.id.in_(from_it)))))


def is_kept_from(session: Session, people: Sequence[int], user_id: int, roles: AbstractSet[str], at: datetime) -> bool:
    """Say whether a record of these people, or a contact that they are on, is kept from somebody."""
    reader = reader_of(session, user_id, roles, at)
    known = session.execute(select(Person.id, Person.restricted).where(Person.id.in_(people))).all()
    on = select(Contact.id, Contact.restricted).where(Contact.id.in_(contacts_of_people(session, people)))
    return any(hidden(reader, row.id, restricted=row.restricted) for row in known) or not all(
        may_know(reader, row.id, restricted=row.restricted) for row in session.execute(on)
    )


def known_on(session: Session, contact_id: int, roles: AbstractSet[str]) -> list[Person]:
    """List everybody on a contact of whom somebody may know, children first."""
    ids = [
        id
        for on in (ChildOnContact, AdultOnContact)
        for id in session.scalars(select(on.person_id).where(on.contact_id == contact_id).order_by(on.id))
    ]
    people = [session.get_one(Person, id) for id in ids]
    return [one for one in people if not hidden(roles, one.id, restricted=one.restricted)]


def requests(session: Session, *, user_id: int, roles: AbstractSet[str], at: datetime) -> list[Listed]:
    """List the requests that somebody may know of: open ones first, those due soonest first."""
    counted = select(SubjectItem.request_id, func.count(), func.count(SubjectItem.answer)).group_by(
        SubjectItem.request_id
    )
    counts = {number: (parts, decided) for number, parts, decided in session.execute(counted)}
    rows = session.scalars(select(SubjectRequest).order_by(SubjectRequest.due_on, SubjectRequest.id)).all()
    found = []
    for row in sorted(rows, key=lambda row: row.state == "closed"):
        people = people_of(session, row.id)
        if not is_kept_from(session, people, user_id, roles, at):
            parts, decided = counts.get(row.id, (0, 0))
            who = ", ".join(dict.fromkeys(name_of(session.get_one(Person, one)) for one in people))
            found.append(Listed(row=row, who=who, people=people, parts=parts, decided=decided))
    return found


def request_shown(
    session: Session, number: int, *, user_id: int, roles: AbstractSet[str], at: datetime
) -> RequestShown | None:
    """Give one request; None if there is none that somebody may know of."""
    row, ids = session.get(SubjectRequest, number), people_of(session, number)
    if row is None or is_kept_from(session, ids, user_id, roles, at):
        return None
    people = session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()
    also = [one for one in same_person(session, ids) if not is_kept_from(session, [one.id], user_id, roles, at)]
    parts = parts_shown(session, number, user_id=user_id, roles=roles, at=at)
    names = {row.id: row.name for row in session.execute(select(User.id, User.name))}
    return RequestShown(row=row, people=people, also=also, parts=parts, names=names)


def parts_shown(
    session: Session, number: int, *, user_id: int, roles: AbstractSet[str], at: datetime
) -> list[PartShown]:
    """Give every part that was gathered, in order, each as far as somebody may read it."""
    wanted = (
        select(SubjectItem, User.name)
        .outerjoin(User, User.id == SubjectItem.decided_by_id)
        .where(SubjectItem.request_id == number)
        .order_by(SubjectItem.place)
    )
    reader = reader_of(session, user_id, roles, at)
    tiers: dict[int, tuple[Tiers, dict[int, InformationRequest]]] = {}
    shown = []
    for item, by in session.execute(wanted):
        contact = session.get(Contact, item.contact_id) if item.contact_id else None
        if contact is not None and item.kind in SEALED_KINDS and contact.id not in tiers:
            tiers[contact.id] = _tiers(session, contact, user_id=user_id, roles=reader, at=at)
        kept = _kept(session, item, contact, tiers)
        reference = contact.reference if contact is not None else ""
        shown.append(
            PartShown(row=item, reference=reference, text="" if kept else item.text, withheld=kept, by=by or "")
        )
    return shown


def _tiers(session: Session, contact: Contact, **reader: Any) -> tuple[Tiers, dict[int, InformationRequest]]:
    replies = session.scalars(select(InformationRequest).where(InformationRequest.contact_id == contact.id)).all()
    return tiers_of(session, contact, replies, revealed=True, **reader), {one.id: one for one in replies}


def _kept(
    session: Session,
    item: SubjectItem,
    contact: Contact | None,
    tiers: Mapping[int, tuple[Tiers, Mapping[int, InformationRequest]]],
) -> str:
    """Say whom a reader asks for a part that they may not read; nothing where they may."""
    sealed = SEALED_KINDS.get(item.kind)
    if sealed is None or contact is None:
        return ""
    theirs, replies = tiers[contact.id]
    if sealed == "reply":
        return theirs.kept_for(replies[item.of_id]) if item.of_id in replies else "the duty manager"
    if sealed == "referrer":
        part = theirs.of_referrer(contact)
    else:
        home = session.get(Address, item.of_id)
        part = theirs.of_address(protected=home is None or home.protected)
    return part.ask if part else ""


def signed_parts(session: Session, number: int) -> list[SignedPart]:
    """Give the parts of a request as they go out, numbered anew, with what is withheld marked.

    What is withheld whole on a ground that would itself tell somebody too much has no place among them.
    """
    wanted = select(SubjectItem).where(SubjectItem.request_id == number).order_by(SubjectItem.place)
    rows = [row for row in session.scalars(wanted) if not (row.answer == "withhold" and row.ground in UNSPOKEN)]
    return [_signed(place, row) for place, row in enumerate(rows, start=1)]


def _signed(place: int, row: SubjectItem) -> SignedPart:
    ground = GROUNDS.get(row.ground)
    if row.answer == Answer.RELEASE.value:
        return SignedPart(place, row.label, row.text, None)
    if row.answer == Answer.PART.value:
        return SignedPart(place, row.label, redacted(row.marked), ground)
    return SignedPart(place, "", WITHHELD, ground)


@dataclass(frozen=True, slots=True)
class FileWritten:
    """A file that was written for a request: by whom and when, and how often it was taken."""

    number: int
    by_id: int | None
    at: datetime
    sha256: str
    taken: int


def files_written(session: Session, number: int) -> list[FileWritten]:
    """List the files that were written for a request, the newest first."""
    kinds = Event.kind.in_(("subject.file_written", "subject.file_taken"))
    events = session.scalars(select(Event).where(kinds).order_by(Event.seq.desc())).all()
    theirs = [event for event in events if event.data.get("request") == number]
    taken = [event.data["written"] for event in theirs if event.kind == "subject.file_taken"]
    return [
        FileWritten(event.seq, event.by_id, event.at, event.data["sha256"], taken.count(event.seq))
        for event in theirs
        if event.kind == "subject.file_written"
    ]


def name_of(person: Person) -> str:
    """Give what a person is called on these pages."""
    return f"{person.forename} {person.surname}".strip() or person.descriptor or "Not named"
