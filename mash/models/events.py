"""What happened, in order, for ever. Rows are only ever added; a trigger refuses anything else."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, Base
from mash.models.columns import Code, Id, UserRef


class Event(Base):
    """One thing that happened. ``hash`` covers it and the hash before it, so a change anywhere shows.

    ``seq`` counts without gaps. ``actor`` names who did it when no user did, such as ``scheduler``.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_contact", "contact_id", "seq"), Index("ix_event_kind", "kind", "seq"))
    seq: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    contact_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("contact.id"))
    kind: Mapped[Code]
    at: Mapped[datetime]
    by_id: Mapped[UserRef | None]
    actor: Mapped[Code] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    prev_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class EventHead(Base):
    """The end of the chain. Locked by whoever adds to it, so that it never forks."""

    __tablename__ = "event_head"
    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(BIG)
    hash: Mapped[str] = mapped_column(String(64))
