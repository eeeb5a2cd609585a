"""What is learnt each day of how the front door works, and what was asked of the weeks ahead. Never the record."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import QUIET, Base
from mash.models.columns import Code, Id, UserRef, Words, one_of


class Learning(Base):
    """What the weeks before one day teach, as ``mash.measures.learnt`` keeps it.

    ``pace`` is contacts decided in an opening hour; ``looks`` those that the forecast learns from, week by week;
    ``working`` what was measured and calibrated for the simulation; ``fit`` how that gave past weeks again.
    """

    __tablename__ = "learning"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    id: Mapped[Id]
    day: Mapped[date] = mapped_column(unique=True)
    at: Mapped[datetime]
    pace: Mapped[float]
    looks: Mapped[list[Any]]
    working: Mapped[dict[str, Any] | None]
    fit: Mapped[list[Any]]


class CapacityRun(Base):
    """One question about the weeks ahead, and its answer, whole or not there at all."""

    __tablename__ = "capacity_run"
    __table_args__ = (
        one_of("state", "running", "done", "failed", "cancelled"),
        Index("ix_capacity_run_asked", "asked_at", "id"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    change: Mapped[dict[str, Any]]
    weeks: Mapped[int]
    seed: Mapped[int]
    state: Mapped[Code] = mapped_column(default="running")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[Words] = mapped_column(default="")
    asked_by_id: Mapped[UserRef | None]
    asked_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
