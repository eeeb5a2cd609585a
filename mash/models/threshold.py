"""Thresholds being written: drafts, each state they were in, and what people said of a rule."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, Id, Name, UserRef, Words, one_of


class ThresholdDraft(Base):
    """A version being written. ``name`` is the id that its rule set has and will keep.

    ``text`` is the whole document in YAML and may be unfinished or wrong; nothing is ever judged by it. ``revision``
    counts from 1 and is the number of the newest ``DraftRevision``; whoever saves says which they started from.
    """

    __tablename__ = "threshold_draft"
    __table_args__ = (
        one_of("state", "open", "proposed", "published", "abandoned"),
        UniqueConstraint("name"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    name: Mapped[Code]
    title: Mapped[Name]
    based_on: Mapped[Code]
    state: Mapped[Code] = mapped_column(default="open")
    revision: Mapped[int]
    text: Mapped[Words]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DraftRevision(Base):
    """One state that a draft was in, kept for ever: what was done to it, by whom, and the whole text after it."""

    __tablename__ = "draft_revision"
    __table_args__ = (UniqueConstraint("draft_id", "number"), {"info": QUIET})
    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(BIG, ForeignKey("threshold_draft.id"))
    number: Mapped[int]
    what: Mapped[Words]
    text: Mapped[Words]
    text_hash: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class DraftComment(Base):
    """What a person said of a rule of a draft; of the whole where ``rule`` is empty."""

    __tablename__ = "draft_comment"
    __table_args__ = (Index("ix_draft_comment_draft", "draft_id", "rule", "id"), {"info": QUIET})
    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(BIG, ForeignKey("threshold_draft.id"))
    rule: Mapped[Code] = mapped_column(default="")
    revision: Mapped[int]
    answers: Mapped[int | None] = mapped_column(BIG, ForeignKey("draft_comment.id"))
    words: Mapped[Words]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
