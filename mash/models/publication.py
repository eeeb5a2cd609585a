"""Thresholds going live: what was answered, who asked and agreed, what is published; and readings of movers."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import ChildRef, Code, Id, Name, UserRef, Words, one_of


class GoingLiveNote(Base):
    """Words written about one text of a draft before it may go live. The newest of its kind and matter counts.

    ``about`` names the finding or the worked example that is answered; it is empty for the equity and the staff note.
    ``day`` is the day of training, with a staff note.
    """

    __tablename__ = "going_live_note"
    __table_args__ = (
        one_of("kind", "finding", "example", "equity", "staff"),
        Index("ix_going_live_note_draft", "draft_id", "id"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(BIG, ForeignKey("threshold_draft.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[Code]
    about: Mapped[Name] = mapped_column(default="")
    words: Mapped[Words]
    day: Mapped[date | None]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class Proposal(Base):
    """Somebody asks that a text of a draft go live, or that an earlier version be put back; another answers.

    Of a draft ``draft_id`` and the two hashes are given; of an earlier version ``repeats``, with why, from which day
    (None: the day it is agreed), and what becomes of contacts that are open then.
    """

    __tablename__ = "threshold_proposal"
    __table_args__ = (
        one_of("state", "open", "approved", "sent_back"),
        Index("ix_threshold_proposal_draft", "draft_id", "id"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    draft_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("threshold_draft.id"))
    text_hash: Mapped[str] = mapped_column(String(64), default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    repeats: Mapped[Code] = mapped_column(default="")
    starts_on: Mapped[date | None]
    open_contacts: Mapped[Code] = mapped_column(default="")
    words: Mapped[Words] = mapped_column(default="")
    state: Mapped[Code] = mapped_column(default="open")
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
    answered_by_id: Mapped[UserRef | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[Words] = mapped_column(default="")


class ThresholdSignOff(Base):
    """One person's signature under a text that was proposed, in one role. Nobody signs a text twice."""

    __tablename__ = "threshold_sign_off"
    __table_args__ = (UniqueConstraint("proposal_id", "by_id"), {"info": QUIET})
    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(BIG, ForeignKey("threshold_proposal.id"))
    role: Mapped[Code]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class Publication(Base):
    """A version that two people put in force from a day on. That day ends the version before it; no text is edited.

    ``text`` is the document as it was approved, and ``content_hash`` pins it. Where an earlier version is put back,
    ``repeats`` names it and there is no text. One that was called off before it began counts for nothing.
    """

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("proposal_id"), {"info": QUIET})
    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(BIG, ForeignKey("threshold_proposal.id"))
    ruleset_id: Mapped[Code]
    content_hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[Words] = mapped_column(default="")
    repeats: Mapped[Code] = mapped_column(default="")
    open_contacts: Mapped[Code] = mapped_column(default="")
    replaces: Mapped[Code]
    starts_on: Mapped[date]
    reason: Mapped[Words]
    by_id: Mapped[UserRef]
    approved_by_id: Mapped[UserRef]
    at: Mapped[datetime]
    called_off_by_id: Mapped[UserRef | None]
    called_off_at: Mapped[datetime | None]
    called_off_why: Mapped[Words] = mapped_column(default="")


class MoverReading(Base):
    """What somebody thought of one child whom a replay moves. The newest of each reader counts."""

    __tablename__ = "mover_reading"
    __table_args__ = (
        one_of("verdict", "draft", "in_force", "neither"),
        Index("ix_mover_reading_child", "replay_id", "child_id", "id"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    replay_id: Mapped[int] = mapped_column(BIG, ForeignKey("replay.id"))
    child_id: Mapped[ChildRef]
    verdict: Mapped[Code]
    reason: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
