"""What figures are added up from: derived from the record, kept beside it, and thrown away and made anew at will."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, Id, only


class FigureContact(Base):
    """What one contact says to the figures, as the record stood at the last event that was folded in.

    ``received_on`` and ``decided_on`` are London days. ``kind`` is whose clock it is judged by, empty where no clock
    can say; ``due_at`` and ``in_time`` belong to it. ``plain_*`` are the same by outcome alone, whatever had passed
    before. ``service`` is ``assessment``, ``early_help`` or ``none``; empty while undecided. ``settled`` rows can no
    longer change with time alone, and are the ones counted in ``FigureDay``.
    """

    __tablename__ = "figure_contact"
    __table_args__ = (
        Index("ix_figure_contact_received", "received_on", "contact_id"),
        Index("ix_figure_contact_decided", "decided_on", "contact_id"),
        Index("ix_figure_contact_due", "due_at", "contact_id"),
        Index("ix_figure_contact_unsettled", "contact_id", **only("NOT settled")),
        {"info": QUIET},
    )
    contact_id: Mapped[int] = mapped_column(BIG, ForeignKey("contact.id"), primary_key=True, autoincrement=False)
    received_on: Mapped[date]
    decided_on: Mapped[date | None]
    cancelled: Mapped[bool]
    request: Mapped[bool]
    request_decided: Mapped[bool]
    children: Mapped[int]
    service: Mapped[Code]
    kind: Mapped[Code]
    due_at: Mapped[datetime | None]
    in_time: Mapped[bool]
    plain_kind: Mapped[Code]
    plain_due_at: Mapped[datetime | None]
    plain_in_time: Mapped[bool]
    settled: Mapped[bool] = mapped_column(default=False)


class FigureDay(Base):
    """How many settled contacts of one London day a term counts."""

    __tablename__ = "figure_day"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    term: Mapped[Code] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]


class FigureMark(Base):
    """How far the chain of events is folded in, and by which definitions; others make everything be counted anew."""

    __tablename__ = "figure_mark"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(BIG)
    definitions: Mapped[str] = mapped_column(String(64))
