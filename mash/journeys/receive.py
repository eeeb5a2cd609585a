"""Receive a contact: keep what was said, who it is about and when, start its clocks, and put it in the queue."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import next_reference
from mash.journeys.events import record_event
from mash.journeys.people import AddressGiven, PersonGiven, address_for, person_for
from mash.journeys.practice import LONDON, Practice
from mash.journeys.running_clocks import place_in_queue, start_clock
from mash.models import AdultOnContact, Agreement, ChildOnContact, Contact, Observation, Person
from mash.rules import NoRuleSetInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildGiven:
    """A child on the contact, with what was already observed (code to value) and who they are open to."""

    person: PersonGiven
    address: AddressGiven | None = None
    observed: dict[str, Any] = field(default_factory=dict)
    open_to: str | None = None
    open_worker: str = ""
    open_team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultGiven:
    """An adult who matters to the contact, and how."""

    person: PersonGiven
    relation: str = ""
    lives_there: bool | None = None
    parental_responsibility: bool | None = None
    alleged_to_harm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementGiven:
    """One of the five facts about agreement, as it was told."""

    kind: str
    status: str
    agency: str = ""
    given_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """All that an approach to the front door may say. Only its type and when it was received are always known.

    ``referrer_identity`` left empty is open for a professional source, and otherwise not to be told to the family.

    ``received_at`` is when the council first had it, by any channel; it starts the clocks.
    """

    type: str
    received_at: datetime
    received_precision: str = "minute"
    channel: str = "other"
    happened_at: datetime | None = None
    sent_at: datetime | None = None
    source_code: str = ""
    source_given: str = ""
    source_agency: str = ""
    referrer_name: str = ""
    referrer_role: str = ""
    referrer_phone: str = ""
    referrer_email: str = ""
    referrer_identity: str = ""
    referrer_level: int | None = None
    narrative: str = ""
    child_voice: str = ""
    danger_now: bool | None = None
    interim_action: str = ""
    address: AddressGiven | None = None
    children: tuple[ChildGiven, ...] = ()
    adults: tuple[AdultGiven, ...] = ()
    agreements: tuple[AgreementGiven, ...] = ()
    external_key: str | None = None
    restricted: bool = False
    imported: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


ABOUT_A_CHILD = ("service_request", "notification")  # about a child, even before anyone knows which
NOT_YET_KNOWN = "Child not yet known"
LATE_ENTRY_MINUTES = 60  # an entry later than this after receipt is shown as entered late


def receive(session: Session, approach: Approach, *, by: Actor, at: datetime, practice: Practice) -> Contact:
    """Record one approach and start its clocks.

    Returns:
        The new contact, in state ``received``; or the one already made from the same ``external_key``.

    Raises:
        ValueError: If the approach says it was received after ``at``.
    """
    if approach.external_key and (already := _already_there(session, approach.external_key)):
        return already
    if approach.received_at > at:
        raise ValueError("A contact cannot have been received in the future.")
    contact = _contact(session, approach, by=by, at=at, practice=practice)
    _people(session, contact, approach, by=by, at=at)
    for given in approach.agreements:
        session.add(
            Agreement(
                contact_id=contact.id,
                kind=given.kind,
                status=given.status,
                agency=given.agency,
                given_by=given.given_by,
                reason=given.reason,
                by_id=by.user_id,
                at=at,
            )
        )
    start_clock(session, contact, "social-care", practice=practice, started=contact.received_at)
    if contact.referrer_identity != "anonymous":
        start_clock(session, contact, "acknowledge", practice=practice, started=contact.received_at)
    session.flush()
    session.refresh(contact, ["children"])
    place_in_queue(session, contact)
    record_event(session, kind="contact.received", at=at, by=by, contact_id=contact.id, data=_said(contact, approach))
    return contact


def _already_there(session: Session, key: str) -> Contact | None:
    return session.scalars(select(Contact).where(Contact.external_key == key)).one_or_none()


def _contact(session: Session, approach: Approach, *, by: Actor, at: datetime, practice: Practice) -> Contact:
    address = address_for(session, approach.address)
    contact = Contact(
        reference=next_reference(session, approach.received_at.astimezone(LONDON)),
        external_key=approach.external_key,
        type_at_receipt=approach.type,
        entered_at=at,
        address_id=address.id if address else None,
        address_source=approach.address.source if approach.address else "",
        address_verified_at=approach.address.verified_at if approach.address else None,
        ruleset_id=_ruleset_id(practice, approach.received_at),
        recorded_by_id=by.user_id,
        referrer_identity=approach.referrer_identity or usual_identity(approach.source_code),
        **{name: getattr(approach, name) for name in SAME},
    )
    session.add(contact)
    session.flush()
    return contact


SAME = (
    "channel",
    "received_at",
    "received_precision",
    "happened_at",
    "sent_at",
    "source_code",
    "source_given",
    "source_agency",
    "referrer_name",
    "referrer_role",
    "referrer_phone",
    "referrer_email",
    "referrer_level",
    "narrative",
    "child_voice",
    "danger_now",
    "interim_action",
    "restricted",
    "imported",
    "extra",
)


def usual_identity(source_code: str) -> str:
    """Say how far a referrer may be named when nobody said: only a professional's name is open to the family.

    >>> usual_identity("6"), usual_identity("1A"), usual_identity("9")
    ('open', 'withheld', 'anonymous')
    """
    if source_code == "9":
        return "anonymous"
    return "open" if source_code[:1] in {"2", "3", "4", "5", "6", "7", "8"} else "withheld"


def _ruleset_id(practice: Practice, received_at: datetime) -> str | None:
    """Name the thresholds in force on the day; history from before any gets none."""
    try:
        return practice.rulebook.in_force(received_at.astimezone(LONDON).date(), replay=True).id
    except NoRuleSetInForce:
        return None


def _people(session: Session, contact: Contact, approach: Approach, *, by: Actor, at: datetime) -> None:
    day = approach.received_at.astimezone(LONDON).date()
    seen: set[int] = set()
    children = approach.children
    if not children and approach.type in ABOUT_A_CHILD:
        children = (ChildGiven(person=PersonGiven(descriptor=NOT_YET_KNOWN)),)
    for given in children:
        person = person_for(session, given.person, kind="child", at=at, day=day)
        if person.id not in seen:
            seen.add(person.id)
            add_child(session, contact, person, given, position=len(seen), by=by, at=at)
    for adult in approach.adults:
        person = person_for(session, adult.person, kind="adult", at=at, day=day)
        if person.id not in seen:
            seen.add(person.id)
            session.add(
                AdultOnContact(
                    contact_id=contact.id,
                    person_id=person.id,
                    relation=adult.relation,
                    lives_there=adult.lives_there,
                    parental_responsibility=adult.parental_responsibility,
                    alleged_to_harm=adult.alleged_to_harm,
                )
            )


def add_child(
    session: Session,
    contact: Contact,
    person: Person,
    given: ChildGiven,
    *,
    position: int,
    by: Actor,
    at: datetime,
) -> ChildOnContact:
    """Put one child on a contact, with what was already observed."""
    address = address_for(session, given.address)
    child = ChildOnContact(
        contact_id=contact.id,
        person_id=person.id,
        position=position,
        address_id=address.id if address else None,
        open_to=given.open_to,
        open_worker=given.open_worker,
        open_team=given.open_team,
    )
    session.add(child)
    session.flush()
    for code, value in given.observed.items():
        session.add(Observation(child_id=child.id, code=code, value=value, by_id=by.user_id, at=at))
    return child


def _said(contact: Contact, approach: Approach) -> dict[str, Any]:
    return {
        "reference": contact.reference,
        "type": contact.type_at_receipt,
        "channel": contact.channel,
        "received_at": contact.received_at.isoformat(),
        "due_at": contact.due_at.isoformat() if contact.due_at else None,
        "ruleset": contact.ruleset_id,
        "children": len(approach.children),
        "entered_late": (contact.entered_at - contact.received_at).total_seconds() > LATE_ENTRY_MINUTES * 60,
    }
