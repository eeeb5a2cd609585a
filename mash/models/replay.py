"""History frozen for replay, which can always be made again from the record; and replays, kept as they came out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, Id, Name, UserRef, Words, one_of


class HistorySegment(Base):
    """Some children of the past as one packed frame: those whose ids share `number`. Derived, never the record.

    ``mark`` says of what rows it was made, so that only what is new is frozen again; ``episodes`` the same of episodes.
    """

    __tablename__ = "history_segment"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    children: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    mark: Mapped[Name]
    episodes: Mapped[Name]
    digest: Mapped[Code]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Replay(Base):
    """Two versions over the same history. The result is whole, written in one transaction, or not there at all.

    ``code`` is the version of the program; ``command`` gives the same bytes again from the same history.
    """

    __tablename__ = "replay"
    __table_args__ = (
        one_of("state", "running", "done", "failed", "cancelled"),
        Index("ix_replay_asked", "asked_at", "id"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    baseline_id: Mapped[Code]
    baseline_hash: Mapped[Code]
    candidate_id: Mapped[Code]
    candidate_hash: Mapped[Code]
    since: Mapped[date | None]
    until: Mapped[date | None]
    cohort_digest: Mapped[Code] = mapped_column(default="")
    code: Mapped[Name]
    command: Mapped[Words]
    state: Mapped[Code] = mapped_column(default="running")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[Words] = mapped_column(default="")
    asked_by_id: Mapped[UserRef | None]
    asked_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]


class ReplaySegment(Base):
    """What each child of one frame came to under both versions, packed, so that a cell can list its children."""

    __tablename__ = "replay_segment"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    replay_id: Mapped[int] = mapped_column(BIG, ForeignKey("replay.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[Code]
    content: Mapped[bytes] = mapped_column(LargeBinary)
