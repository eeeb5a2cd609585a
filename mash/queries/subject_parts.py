"""All that is held of one person, part by part, as it stands: what a request for their records is answered from."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.intake.codes import DISABILITIES, ETHNICITIES, GENDERS, SEXES
from mash.models import (
    Address,
    Agreement,
    ChildOnContact,
    Contact,
    Decision,
    Episode,
    Event,
    HandOver,
    InformationRequest,
    Marker,
    Observation,
    Oversight,
    PatternView,
    Person,
    Rating,
    Restriction,
)
from mash.queries.subject_reach import contacts_of_people, places_told
from mash.queries.withheld import POLICE
from mash.workflow import words
from mash.workflow.calendar import london_day, on_screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the record. ``sealed`` and ``restricted`` are as ``mash.workflow.subject_access.propose`` has them.

    Attributes:
        of_id: The row it is of, where that decides who may read it.
        others: Words of the names of everybody else on the contact.
        places: What tells where a protected address is.
    """

    kind: str
    label: str
    text: str
    contact_id: int | None = None
    of_id: int = 0
    sealed: str = ""
    others: Collection[str] = ()
    places: Collection[str] = ()
    restricted: str | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What a contact's parts share, and how to make one."""

    contact: Contact
    others: frozenset[str]
    places: frozenset[str]
    restricted: str | None

    def part(self, kind: str, label: str, text: str, *, of_id: int = 0, sealed: str = "") -> Iterator[Part]:
        if text.strip():
            yield Part(
                kind=kind,
                label=f"{label}, {self.contact.reference}"[:200],
                text=text.strip(),
                contact_id=self.contact.id,
                of_id=of_id,
                sealed=sealed,
                others=self.others,
                places=self.places,
                restricted=self.restricted,
            )


def parts_of(session: Session, people: Collection[int], facts: Mapping[str, str], *, until: date) -> Iterator[Part]:
    """Give every part of the record of a person, who may have several records; what is theirs alone first.

    Args:
        facts: What each fact is called, by code.
        until: The London day after which a contact that is received is left out.
    """
    own = session.scalars(select(Person).where(Person.id.in_(people)).order_by(Person.id)).all()
    places = places_told(session, own)
    for person in own:
        label = f"What is known of them, record {person.id}"
        yield Part(kind="person", label=label, text=_known(person), places=places)
    for marker in session.scalars(select(Marker).where(Marker.person_id.in_(people)).order_by(Marker.id)):
        yield Part(kind="marker", label=f"Marker of {_day(marker.made_at)}", text=marker.reason, sealed="marker")
    for one in session.scalars(select(Episode).where(Episode.person_id.in_(people)).order_by(Episode.started_on)):
        yield Part(
            kind="episode", label=f"Known before, {on_screen(one.started_on)}", text=_episode(one), places=places
        )
    for contact_id in contacts_of_people(session, people, until=until):
        around = _around(session, session.get_one(Contact, contact_id), own, places)
        yield from _on_contact(session, around, own, facts)


def _known(person: Person) -> str:
    told = {
        "Name": f"{person.forename} {person.surname}".strip() or person.descriptor,
        "Date of birth": person.date_of_birth and on_screen(person.date_of_birth),
        "Due": person.due_date and on_screen(person.due_date),
        "Estimated age": person.estimated_age,
        "Sex": SEXES.words_for(person.sex) if person.sex != "U" else "",
        "Gender": GENDERS.words_for(person.gender),
        "Ethnicity": ETHNICITIES.words_for(person.ethnicity, person.ethnicity_given),
        "Language": person.language,
        "Disabilities": ", ".join(map(DISABILITIES.words_for, person.disabilities)),
        "Council’s number": person.council_id,
        "NHS number": person.nhs_number,
        "Unique pupil number": person.upn,
        "School": person.school,
        "GP": person.gp,
        "Telephone": person.phone,
        "Died": person.died_on and on_screen(person.died_on),
    }
    return "\n".join(f"{name}: {said}" for name, said in told.items() if said)


def _episode(one: Episode) -> str:
    ended = f" to {on_screen(one.ended_on)}" if one.ended_on else ", open"
    told = (one.category, one.outcome, one.team, one.worker, one.organisation)
    head = f"{one.kind.replace('_', ' ').capitalize()}, {on_screen(one.started_on)}{ended}."
    return " ".join([head, *(f"{said}." for said in told if said)])


def _on_contact(session: Session, around: Around, own: Sequence[Person], facts: Mapping[str, str]) -> Iterator[Part]:
    contact = around.contact
    mine = {person.id for person in own}
    children = [child for child in contact.children if child.person_id in mine]
    yield from around.part("receipt", "That it arrived", _received(contact))
    yield from _reported(around, mine)
    yield from _homes(session, around, children)
    for adult in contact.adults:
        said = adult.relation or "adult"
        if adult.person_id in mine:
            yield from around.part("relation", "How they are on it", f"As an adult: {said}.")
        else:
            yield from around.part("someone", "Somebody else on it", f"{_name(adult.person)}, {said}", sealed="someone")
    for child in contact.children:
        if child.person_id not in mine:
            yield from around.part("someone", "Another child on it", _name(child.person), sealed="someone")
    for child in children:
        yield from _of_child(session, around, child, facts)
    yield from _answers(session, around)
    yield from _written(session, around)


def _around(session: Session, contact: Contact, own: Sequence[Person], places: frozenset[str]) -> Around:
    mine = {person.id for person in own}
    theirs = {word.casefold() for person in own for word in _words(person)}
    on = [one.person for one in contact.children] + [one.person for one in contact.adults]
    others = {word for person in on if person.id not in mine for word in _words(person)}
    if contact.referrer_identity != "open" or _from_the_public(contact):
        others |= set(contact.referrer_name.split())
    kept = frozenset(word for word in others if word.casefold() not in theirs)
    ground = select(Restriction.ground).where(Restriction.contact_id == contact.id, Restriction.lifted_at.is_(None))
    why = session.scalars(ground.order_by(Restriction.id.desc())).first() or "other"
    return Around(contact, kept, places, why if contact.restricted else None)


def _words(person: Person) -> list[str]:
    return [word for name in (person.forename, person.surname) for word in name.split()]


def _name(person: Person) -> str:
    return f"{person.forename} {person.surname}".strip() or person.descriptor or "not named"


def _from_the_public(contact: Contact) -> bool:
    """Say whether whoever made contact was no professional, or may not have been: sources 1A to 1D, and none given."""
    return not contact.source_code or contact.source_code.startswith("1")


def _received(contact: Contact) -> str:
    first = f"Received {_day(contact.received_at)}."
    rated = f" Rated {_term(words.Rating, contact.rating).lower()}." if contact.rating else ""
    closed = f" Closed {_day(contact.closed_at)}." if contact.closed_at else ""
    return first + rated + closed


def _reported(around: Around, mine: Collection[int]) -> Iterator[Part]:
    contact = around.contact
    kept = "" if contact.referrer_identity == "open" else contact.referrer_identity
    sealed = kept or ("public" if _from_the_public(contact) else "")
    who = (contact.referrer_name, contact.referrer_role, contact.source_agency or contact.source_given)
    reached = (contact.referrer_phone, contact.referrer_email)
    yield from around.part("referrer", "Who made contact", ", ".join(filter(None, (*who, *reached))), sealed=sealed)
    yield from around.part("words", "What was reported", contact.narrative)
    child_asks = any(child.person_id in mine for child in contact.children)
    of_whom = "" if child_asks else "someone"
    yield from around.part("voice", "The child’s own words", contact.child_voice, sealed=of_whom)
    yield from around.part("words", "What was done before", contact.interim_action)
    yield from around.part("sent", "What was sent besides", _sent(contact, mine), sealed=sealed)


def _sent(contact: Contact, mine: Collection[int]) -> str:
    """Give what was sent that the record has no column for: of the contact, and of the child who asks, of no other."""
    kept = dict(contact.extra)
    of_children = kept.pop("children", {})
    own = [of_children.get(str(child.position), {}) for child in contact.children if child.person_id in mine]
    return "\n".join(f"{name}: {_plain(said)}" for told in (kept, *own) for name, said in told.items() if said)


def _homes(session: Session, around: Around, children: Collection[ChildOnContact]) -> Iterator[Part]:
    """Give where the contact is about, and where the child lives if that is somewhere else.

    Args:
        children: Those on the contact who are the person; none where they are an adult on it, whose home it may not be.
    """
    where = {around.contact.address_id, *(child.address_id for child in children)} - {None}
    for home in session.scalars(select(Address).where(Address.id.in_(where)).order_by(Address.id)):
        sealed = "protected" if home.protected else "" if children else "household"
        yield from around.part("home", "The address", f"{home.lines} {home.postcode}", of_id=home.id, sealed=sealed)


def _of_child(session: Session, around: Around, child: ChildOnContact, facts: Mapping[str, str]) -> Iterator[Part]:
    for seen in session.scalars(select(Observation).where(Observation.child_id == child.id).order_by(Observation.id)):
        said = f"{facts.get(seen.code, seen.code)}: {_plain(seen.value)}. {seen.source} {seen.evidence}"
        yield from around.part("fact", f"What was noted {_day(seen.at)}", said)
    for rated in session.scalars(select(Rating).where(Rating.child_id == child.id).order_by(Rating.id)):
        said = f"{_term(words.Rating, rated.value)}. {rated.reason}"
        yield from around.part("opinion", f"Rating of {_day(rated.at)}", said)
    for made in session.scalars(select(Decision).where(Decision.child_id == child.id).order_by(Decision.id)):
        said = f"Level {made.level}, {made.route.replace('_', ' ')}. {made.reason} {made.lower_reason}"
        yield from around.part("decision", f"Decision, {made.status}", said)
    for offer in session.scalars(select(HandOver).where(HandOver.child_id == child.id).order_by(HandOver.id)):
        said = ". ".join(filter(None, (f"To {offer.to_team}", offer.lead, offer.plan, offer.reason)))
        yield from around.part("opinion", f"Hand-over of {_day(offer.offered_at)}", said)


def _answers(session: Session, around: Around) -> Iterator[Part]:
    """Give what partners answered. What the police said, and what few may read, is proposed to be withheld."""
    wanted = select(InformationRequest).where(InformationRequest.contact_id == around.contact.id)
    for asked in session.scalars(wanted.order_by(InformationRequest.id)):
        sealed = "police" if asked.agency == POLICE else "confidence" if asked.sensitivity != "record" else ""
        yield from around.part("reply", f"What {asked.agency} said", asked.reply, of_id=asked.id, sealed=sealed)


def _written(session: Session, around: Around) -> Iterator[Part]:
    here = around.contact.id
    for agreed in session.scalars(select(Agreement).where(Agreement.contact_id == here).order_by(Agreement.id)):
        said = " ".join(filter(None, (f"{_term(words.Agreement, agreed.status)}.", agreed.given_by, agreed.reason)))
        yield from around.part("agreement", f"Agreement, {agreed.kind.replace('_', ' ')}", said)
    for done in session.scalars(select(Oversight).where(Oversight.contact_id == here).order_by(Oversight.id)):
        yield from around.part("opinion", f"Manager, {done.kind.replace('_', ' ')}", done.reason)
    for view in session.scalars(select(PatternView).where(PatternView.contact_id == here).order_by(PatternView.id)):
        yield from around.part("opinion", "View of the pattern", view.text)
    kinds = Event.kind.in_(("contact.note", "record.addendum"))
    for note in session.scalars(select(Event).where(Event.contact_id == here, kinds).order_by(Event.seq)):
        said = f"{note.data['said_by']}: " if "said_by" in note.data else ""
        yield from around.part("note", f"Note of {_day(note.at)}", said + str(note.data.get("text", "")))


def _term(kind: type[words.Term], code: str) -> str:
    return kind(code).words if code in set(kind) else code.replace("_", " ").capitalize()


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(_plain(said) for said in value.values())
    return str(value).replace("_", " ")


def _day(at: Any) -> str:
    day: date = london_day(at)
    return on_screen(day)
