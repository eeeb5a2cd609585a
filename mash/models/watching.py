"""What the scheduler has told of: each stage of each deadline once, and how each message to a colleague fared."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, Base
from mash.models.columns import Code, ContactRef, Id, Name, one_of


class StageMark(Base):
    """A stage that a clock or a request to a partner has passed, once: the three are unique together.

    That a clock is late is kept in ``ClockMark``, as it was before there were other stages.
    """

    __tablename__ = "stage_mark"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "stage"),
        one_of("subject", "clock", "request"),
        Index("ix_stage_mark_contact", "contact_id", "id"),
    )
    id: Mapped[Id]
    subject: Mapped[Code]
    subject_id: Mapped[int] = mapped_column(BIG)
    contact_id: Mapped[ContactRef]
    stage: Mapped[Code]
    at: Mapped[datetime]


class Delivery(Base):
    """How sending one message fares. ``claimed_until`` is set before it is tried, so that no two try at once."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_next", "state", "next_try_at"), one_of("state", "waiting", "sent", "given_up"))
    message_id: Mapped[int] = mapped_column(BIG, ForeignKey("message.id"), primary_key=True, autoincrement=False)
    state: Mapped[Code] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    problem: Mapped[Name] = mapped_column(default="")
