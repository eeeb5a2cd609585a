"""A person's request for their own records: who asked, and each part of the record with what becomes of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, Base
from mash.models.columns import Code, ContactRef, Id, Name, PersonRef, UserRef, Words, one_of


class SubjectRequest(Base):
    """One request. Its parts are decided one by one; one person asks for the release and another signs it.

    ``state``: ``open`` while parts are gathered and decided, ``ready`` for a second person, ``signed``, ``closed``.
    """

    __tablename__ = "subject_request"
    __table_args__ = (
        one_of("standing", "themself", "parent", "representative"),
        one_of("state", "open", "ready", "signed", "closed"),
        CheckConstraint("signed_by_id <> ready_by_id", name="two_people_release"),
        CheckConstraint("ended_as IS NULL OR ended_as IN ('given', 'refused', 'withdrawn')", name="ended_as_known"),
        Index("ix_subject_request_state", "state", "due_on", "id"),
    )
    id: Mapped[Id]
    asked_by: Mapped[Name]
    standing: Mapped[Code]
    authority: Mapped[Words] = mapped_column(default="")
    wanted: Mapped[Words] = mapped_column(default="")
    received_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[Code] = mapped_column(default="open")
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
    identity_how: Mapped[Words] = mapped_column(default="")
    identity_by_id: Mapped[UserRef | None]
    identity_at: Mapped[datetime | None]
    extended_reason: Mapped[Words] = mapped_column(default="")
    extended_by_id: Mapped[UserRef | None]
    extended_at: Mapped[datetime | None]
    gathered_at: Mapped[datetime | None]
    ready_by_id: Mapped[UserRef | None]
    ready_at: Mapped[datetime | None]
    signed_by_id: Mapped[UserRef | None]
    signed_at: Mapped[datetime | None]
    ended_as: Mapped[Code | None]
    ended_reason: Mapped[Words] = mapped_column(default="")
    ended_by_id: Mapped[UserRef | None]
    ended_at: Mapped[datetime | None]


class SubjectPerson(Base):
    """One record of the person whose data is asked for. People are never merged, so there may be several."""

    __tablename__ = "subject_person"
    request_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("subject_request.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True, autoincrement=False, index=True)


class SubjectItem(Base):
    """One part of the record as it was gathered, what is proposed of it, and what a person decided.

    ``kind`` and ``of_id`` say of which row it is, so that whoever may not read it on the contact may not here.
    ``marked`` is the text with what is withheld between brackets: as proposed, then as decided. ``proposed_marked``
    stays as proposed.
    """

    __tablename__ = "subject_item"
    __table_args__ = (
        UniqueConstraint("request_id", "place"),
        one_of("proposal", "release", "part", "withhold"),
        CheckConstraint("answer IS NULL OR answer IN ('release', 'part', 'withhold')", name="answer_known"),
        Index("ix_subject_item_contact", "contact_id"),
    )
    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(BIG, ForeignKey("subject_request.id"))
    place: Mapped[int]
    contact_id: Mapped[ContactRef | None]
    kind: Mapped[Code]
    of_id: Mapped[int] = mapped_column(BIG, default=0)
    label: Mapped[Name]
    text: Mapped[Words]
    proposal: Mapped[Code]
    proposed_ground: Mapped[Code] = mapped_column(default="")
    proposed_why: Mapped[Words] = mapped_column(default="")
    proposed_marked: Mapped[Words] = mapped_column(default="")
    marked: Mapped[Words] = mapped_column(default="")
    answer: Mapped[Code | None]
    ground: Mapped[Code] = mapped_column(default="")
    reason: Mapped[Words] = mapped_column(default="")
    decided_by_id: Mapped[UserRef | None]
    decided_at: Mapped[datetime | None]


class WatchMark(Base):
    """That looking at somebody's record is watched, as for somebody widely known: each look raises an alert."""

    __tablename__ = "watch_mark"
    __table_args__ = (Index("ix_watch_mark_person", "person_id", "ended_at"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    reason: Mapped[Words]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
    ended_by_id: Mapped[UserRef | None]
    ended_at: Mapped[datetime | None]
