"""What the service itself runs on: the calendar, dated policies, adopted rule sets, imports, jobs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, Id, Name, UserRef, Words, one_of


class BankHoliday(Base):
    """A bank holiday in England."""

    __tablename__ = "bank_holiday"
    day: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[Name]


class LocalClosure(Base):
    """A day on which this council's front door does no working-day business."""

    __tablename__ = "local_closure"
    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[Name]


class Policy(Base):
    """A dated local policy held as data: sign-off, clocks, and the rest. The newest that has begun counts.

    Of several for one day the one set last counts. Rows are only ever added.
    """

    __tablename__ = "policy"
    __table_args__ = (Index("ix_policy_name", "name", "effective_from"),)
    id: Mapped[Id]
    name: Mapped[Code]
    effective_from: Mapped[date]
    content: Mapped[dict[str, Any]]
    by_id: Mapped[UserRef | None]
    reason: Mapped[Words] = mapped_column(default="")
    at: Mapped[datetime]


class RuleSetAdoption(Base):
    """Who adopted a version of the thresholds, when, and the hash of what they adopted. The file is the rule set."""

    __tablename__ = "rule_set_adoption"
    __table_args__ = (UniqueConstraint("ruleset_id", "content_hash"),)
    id: Mapped[Id]
    ruleset_id: Mapped[Code]
    content_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[Name]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    author: Mapped[Name] = mapped_column(default="")
    approvers: Mapped[list[str]] = mapped_column(default=list)
    reason: Mapped[Words] = mapped_column(default="")
    at: Mapped[datetime]


class ImportBatch(Base):
    """One file sent in, known again by its hash."""

    __tablename__ = "import_batch"
    id: Mapped[Id]
    file_hash: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[Name]
    format: Mapped[Code]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by: Mapped[Name] = mapped_column(default="")


class ImportRow(Base):
    """A row of a file that was refused or came with a warning, with where, why and how to mend it."""

    __tablename__ = "import_row"
    __table_args__ = (
        one_of("result", "made", "already_there", "refused"),
        Index("ix_import_row_batch", "batch_id", "line"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(BIG, ForeignKey("import_batch.id"))
    line: Mapped[int]
    result: Mapped[Code]
    problems: Mapped[list[Any]] = mapped_column(default=list)


class Lease(Base):
    """Who leads a kind of work now; an empty ``holder`` is nobody. ``epoch`` rises with each new leader.

    ``renewed_at`` is a sign of life. Whoever waits goes by whether it changes, never by the time it names; so it does
    not expire, as its column still says.
    """

    __tablename__ = "lease"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    name: Mapped[Code] = mapped_column(primary_key=True)
    holder: Mapped[Name]
    epoch: Mapped[int]
    renewed_at: Mapped[datetime] = mapped_column("expires_at")


class Installation(Base):
    """What a database is for. There is a row only where it is for practice: every other one is real."""

    __tablename__ = "installation"
    __table_args__ = (one_of("purpose", "practice"),)
    id: Mapped[Id]
    purpose: Mapped[Code]
    made_at: Mapped[datetime]


class JobRun(Base):
    """The last run of each scheduled job: the heartbeat that health and the banner read."""

    __tablename__ = "job_run"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    name: Mapped[Code] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[Words] = mapped_column(default="")


class ChangeMark(Base):
    """One row, with a new word in it whenever something changes that lists may show. See ``mash.db``."""

    __tablename__ = "change_mark"
    id: Mapped[Id]
    mark: Mapped[Code]
