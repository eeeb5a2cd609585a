"""A contact: one approach about one or more children, what was reported, and what is known."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mash.db import BIG, Base
from mash.models.columns import ChildRef, Code, ContactRef, Id, Name, PersonRef, UserRef, Words, one_of, only
from mash.models.people import Address, Person

STATES = (
    "received",
    "screened",
    "rated",
    "waiting_for_information",
    "with_manager",
    "decided",
    "handed_over",
    "stepped_down",
    "closed",
    "reopened",
    "cancelled",
)


class Incident(Base):
    """One thing that happened, which several contacts may report. Contacts are linked to it, never merged."""

    __tablename__ = "incident"
    id: Mapped[Id]
    happened_at: Mapped[datetime | None]
    strand: Mapped[Code] = mapped_column(default="")
    made_at: Mapped[datetime]


class Contact(Base):
    """One approach to the front door.

    Four times: ``happened_at`` (the event), ``sent_at`` (by the referrer), ``received_at`` (by the council, where
    the clock starts), ``entered_at`` (here). ``queue_rank`` is 0 for RED, 1 for other open work and empty once it is
    no longer in the queue, so that one index serves the queue in order. ``version`` rises by one on every change.
    """

    __tablename__ = "contact"
    __table_args__ = (
        one_of("state", *STATES),
        one_of("referrer_identity", "open", "withheld", "anonymous"),
        CheckConstraint("rating IS NULL OR rating IN ('red', 'amber', 'green')", name="rating_known"),
        CheckConstraint("received_precision IN ('minute', 'day')", name="received_precision_known"),
        Index("ix_contact_queue", "queue_rank", "due_at", "id"),
        Index("ix_contact_claimed", "claimed_by_id", "queue_rank", "due_at", "id"),
        Index("ix_contact_state", "state", "queue_rank", "due_at", "id"),
        Index("ix_contact_received", "received_at", "id"),
        Index("ix_contact_decided", "decided_at", "id"),
    )
    id: Mapped[Id]
    reference: Mapped[Code] = mapped_column(unique=True)
    external_key: Mapped[str | None] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[Code] = mapped_column(default="received")
    rating: Mapped[Code | None]
    level: Mapped[int | None]
    queue_rank: Mapped[int | None] = mapped_column(default=1)
    due_at: Mapped[datetime | None]
    channel: Mapped[Code] = mapped_column(default="other")
    type_at_receipt: Mapped[Code]
    type_at_decision: Mapped[Code | None]
    source_code: Mapped[Code] = mapped_column(default="")
    source_given: Mapped[Name] = mapped_column(default="")
    source_agency: Mapped[Name] = mapped_column(default="")
    referrer_name: Mapped[Name] = mapped_column(default="")
    referrer_role: Mapped[Name] = mapped_column(default="")
    referrer_phone: Mapped[Name] = mapped_column(default="")
    referrer_email: Mapped[Name] = mapped_column(default="")
    referrer_identity: Mapped[Code] = mapped_column(default="open")
    referrer_level: Mapped[int | None]
    happened_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    received_precision: Mapped[Code] = mapped_column(default="minute")
    entered_at: Mapped[datetime]
    narrative: Mapped[Words] = mapped_column(default="")
    child_voice: Mapped[Words] = mapped_column(default="")
    danger_now: Mapped[bool | None]
    interim_action: Mapped[Words] = mapped_column(default="")
    address_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("address.id"), index=True)
    address_source: Mapped[Name] = mapped_column(default="")
    address_verified_at: Mapped[datetime | None]
    ruleset_id: Mapped[Code | None]
    incident_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("incident.id"), index=True)
    restricted: Mapped[bool] = mapped_column(default=False)
    claimed_by_id: Mapped[UserRef | None]
    claimed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    recorded_by_id: Mapped[UserRef | None]
    imported: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    children: Mapped[list["ChildOnContact"]] = relationship(
        order_by="ChildOnContact.position", back_populates="contact"
    )
    adults: Mapped[list["AdultOnContact"]] = relationship(order_by="AdultOnContact.id")
    address: Mapped[Address | None] = relationship()


class ChildOnContact(Base):
    """One child on one contact. Everything is decided here, child by child."""

    __tablename__ = "child_on_contact"
    __table_args__ = (
        UniqueConstraint("contact_id", "person_id"),
        CheckConstraint("rating IS NULL OR rating IN ('red', 'amber', 'green')", name="rating_known"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 9", name="level_known"),
        CheckConstraint(
            "hand_over IS NULL OR hand_over IN ('offered', 'accepted', 'declined')", name="hand_over_known"
        ),
        Index("ix_child_on_contact_person", "person_id", "contact_id"),
        Index("ix_child_on_contact_decided", "decided_at", "id", **only("decided_at IS NOT NULL")),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    person_id: Mapped[PersonRef]
    external_key: Mapped[str | None] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=1)
    address_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("address.id"), index=True)
    rating: Mapped[Code | None]
    level: Mapped[int | None]
    route: Mapped[Code | None]
    outcome: Mapped[Code | None]
    hand_over: Mapped[Code | None]
    decided_at: Mapped[datetime | None]
    open_to: Mapped[Code | None]
    open_worker: Mapped[Name] = mapped_column(default="")
    open_team: Mapped[Name] = mapped_column(default="")
    contact: Mapped[Contact] = relationship(back_populates="children")
    person: Mapped[Person] = relationship()


class AdultOnContact(Base):
    """An adult who matters to this contact, and how."""

    __tablename__ = "adult_on_contact"
    __table_args__ = (UniqueConstraint("contact_id", "person_id"),)
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    person_id: Mapped[PersonRef] = mapped_column(index=True)
    relation: Mapped[Name] = mapped_column(default="")
    lives_there: Mapped[bool | None]
    parental_responsibility: Mapped[bool | None]
    alleged_to_harm: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person] = relationship()


class Observation(Base):
    """A fact about one child: present, absent or unknown (no row means not asked). A change is a new row.

    ``value`` is what ``mash.rules.read_facts`` takes for this code: a word, a number, or an object with qualifiers.
    """

    __tablename__ = "observation"
    __table_args__ = (
        one_of("standing", "fact", "reported", "opinion"),
        Index("ix_observation_child", "child_id", "id"),
        Index("uq_observation_current", "child_id", "code", unique=True, **only("superseded_at IS NULL")),
    )
    id: Mapped[Id]
    child_id: Mapped[ChildRef]
    code: Mapped[Code]
    value: Mapped[Any]
    standing: Mapped[Code] = mapped_column(default="reported")
    source: Mapped[Name] = mapped_column(default="")
    evidence: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UserRef | None]
    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Agreement(Base):
    """One of five separate facts: told, service, checks (per agency), lawful basis, override. Newest row counts."""

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("kind", "told", "service", "checks", "lawful_basis", "override"),
        one_of(
            "status",
            "given_verbally",
            "given_in_writing",
            "refused",
            "withdrawn",
            "not_asked_unsafe",
            "not_asked_other",
            "unable_to_ask",
            "not_needed",
            "yes",
            "no",
            "recorded",
        ),
        Index("ix_agreement_contact", "contact_id", "kind", "id"),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    child_id: Mapped[ChildRef | None]
    kind: Mapped[Code]
    status: Mapped[Code]
    agency: Mapped[Name] = mapped_column(default="")
    given_by: Mapped[Name] = mapped_column(default="")
    reason: Mapped[Words] = mapped_column(default="")
    authorised_by_id: Mapped[UserRef | None]
    by_id: Mapped[UserRef | None]
    at: Mapped[datetime]


class Clock(Base):
    """A named clock on a contact. It never pauses; ``how`` is how its due time was worked out, in sentences."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("contact_id", "name", "started_at"),
        Index("ix_clock_running", "due_at", "id", **only("stopped_at IS NULL")),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    name: Mapped[Code]
    reading: Mapped[Code] = mapped_column(default="")
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    how: Mapped[list[str]]
    late_reason: Mapped[Words] = mapped_column(default="")


class ClockMark(Base):
    """A stage a clock has passed, once: the pair is unique, so no restart or second process can mark it again."""

    __tablename__ = "clock_mark"
    __table_args__ = (UniqueConstraint("clock_id", "stage"), one_of("stage", "approaching", "late", "unacknowledged"))
    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(BIG, ForeignKey("clock.id"))
    stage: Mapped[Code]
    at: Mapped[datetime]


class ReferenceCounter(Base):
    """The last number given to a contact in each year, for references such as C-26-04217."""

    __tablename__ = "reference_counter"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)
