"""Who is kept from a record or let in to it by name, why it is restricted, and what was shown in spite of that."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, Base
from mash.models.columns import Code, ContactRef, Id, Name, PersonRef, UserRef, Words, one_of


class Restriction(Base):
    """Why a contact or a person is restricted. The record itself says that it is; this says who, why and until when.

    One person asks for it to be lifted and another agrees: the database refuses the same person twice.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint("lifted_by_id <> lift_asked_by_id", name="two_people_lift"),
        CheckConstraint("lifted_by_id IS NULL OR lift_asked_by_id IS NOT NULL", name="lifting_is_asked_for"),
        Index("ix_restriction_contact", "contact_id"),
        Index("ix_restriction_person", "person_id"),
        Index("ix_restriction_review", "lifted_at", "review_on", "id"),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef | None]
    person_id: Mapped[PersonRef | None]
    ground: Mapped[Code]
    reason: Mapped[Words]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
    review_on: Mapped[date]
    lift_reason: Mapped[Words] = mapped_column(default="")
    lift_asked_by_id: Mapped[UserRef | None]
    lift_asked_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UserRef | None]
    lifted_at: Mapped[datetime | None]


class NamedAccess(Base):
    """One user kept from a record, or let in to it, by name.

    ``let_in`` opens what is restricted. ``kept_from`` closes what their roles would open, and ``conflict`` does too,
    by their own word. ``emergency`` lets in until ``until``. What it is of is one contact, one person, the home with
    an address's key, or whoever has a name (as it is searched for) and a date of birth, whether we know them or not.
    """

    __tablename__ = "named_access"
    __table_args__ = (
        one_of("kind", "let_in", "kept_from", "conflict", "emergency"),
        Index("ix_named_access_user", "user_id", "ended_at"),
        Index("ix_named_access_contact", "contact_id"),
        Index("ix_named_access_person", "person_id"),
    )
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    kind: Mapped[Code]
    contact_id: Mapped[ContactRef | None]
    person_id: Mapped[PersonRef | None]
    address_key: Mapped[Words] = mapped_column(default="")
    search_name: Mapped[Name] = mapped_column(default="")
    born: Mapped[date | None]
    reason: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UserRef | None]


class BreakGlass(Base):
    """A restricted contact opened in an emergency, and what somebody else thought of that afterwards."""

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("reviewed_by_id <> user_id", name="reviewed_by_another"),
        CheckConstraint("finding IS NULL OR finding IN ('right', 'wrong')", name="finding_known"),
        Index("ix_break_glass_waiting", "reviewed_at", "review_due_at", "access_id"),
        Index("ix_break_glass_contact", "contact_id"),
    )
    access_id: Mapped[int] = mapped_column(BIG, ForeignKey("named_access.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[UserRef]
    contact_id: Mapped[ContactRef]
    reason: Mapped[Words]
    at: Mapped[datetime]
    until: Mapped[datetime]
    review_due_at: Mapped[datetime]
    reviewed_by_id: Mapped[UserRef | None]
    reviewed_at: Mapped[datetime | None]
    finding: Mapped[Code | None]
    review_words: Mapped[Words] = mapped_column(default="")


class Reveal(Base):
    """A withheld part of a contact shown to one person, who said why, until a moment."""

    __tablename__ = "reveal"
    __table_args__ = (Index("ix_reveal_contact", "contact_id", "user_id", "until"),)
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    user_id: Mapped[UserRef]
    part: Mapped[Code]
    reason: Mapped[Words]
    at: Mapped[datetime]
    until: Mapped[datetime]


class Originator(Base):
    """What whoever gave a partner's reply said of sharing it on: a summary that may go further, or nothing at all."""

    __tablename__ = "originator"
    request_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("information_request.id"), primary_key=True, autoincrement=False
    )
    summary: Mapped[Words] = mapped_column(default="")
    may_widen: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class NamedReader(Base):
    """One person who may read a partner's reply that is for named people only."""

    __tablename__ = "named_reader"
    request_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("information_request.id"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[UserRef] = mapped_column(primary_key=True, autoincrement=False)
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
