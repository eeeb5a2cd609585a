"""How long things are kept: backups taken, legal holds, and contacts disposed of."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, ContactRef, Id, Name, UserRef, Words, one_of


class BackupTaken(Base):
    """One try at a backup. ``problem`` is empty for one that was written, read back and kept."""

    __tablename__ = "backup_taken"
    __table_args__ = (Index("ix_backup_taken_at", "at", "id"), {"info": QUIET})
    id: Mapped[Id]
    at: Mapped[datetime]
    name: Mapped[Name] = mapped_column(default="")
    sha256: Mapped[Code] = mapped_column(default="")
    bytes: Mapped[int] = mapped_column(BIG, default=0)
    problem: Mapped[Words] = mapped_column(default="")


class LegalHold(Base):
    """Why a contact may not be disposed of, whatever its age, until somebody ends the hold."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_contact", "contact_id", "id"),)
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    reason: Mapped[Words]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]
    ended_by_id: Mapped[UserRef | None]
    ended_at: Mapped[datetime | None]


class Disposal(Base):
    """One contact proposed for disposal by one person and decided by another; once disposed of, its tombstone.

    ``salt`` and ``digest`` are over all that was removed, so that whoever holds a copy can show which record it was;
    ``rows`` counts what was removed, by table.
    """

    __tablename__ = "disposal"
    __table_args__ = (
        one_of("state", "proposed", "kept", "disposed"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("state = 'proposed' OR decided_by_id IS NOT NULL", name="decided_by_someone"),
        Index("ix_disposal_contact", "contact_id", "id"),
        Index("ix_disposal_state", "state", "id"),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    record_class: Mapped[Code]
    due_on: Mapped[date]
    ground: Mapped[Words]
    state: Mapped[Code] = mapped_column(default="proposed")
    reason: Mapped[Words]
    proposed_by_id: Mapped[UserRef]
    proposed_at: Mapped[datetime]
    answer: Mapped[Words] = mapped_column(default="")
    decided_by_id: Mapped[UserRef | None]
    decided_at: Mapped[datetime | None]
    rows: Mapped[dict[str, Any]] = mapped_column(default=dict)
    salt: Mapped[Code] = mapped_column(default="")
    digest: Mapped[Code] = mapped_column(default="")


class EventErasure(Base):
    """That the data of one event was erased with its contact. Without this row no event's data can be.

    ``kept_hash`` is over all of the event that stays, so that what stays is still proved.
    """

    __tablename__ = "event_erasure"
    seq: Mapped[int] = mapped_column(BIG, ForeignKey("event.seq"), primary_key=True, autoincrement=False)
    disposal_id: Mapped[int] = mapped_column(BIG, ForeignKey("disposal.id"), index=True)
    kept_hash: Mapped[str] = mapped_column(String(64))
