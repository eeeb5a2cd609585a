"""The figures of a month as they stood when it was frozen. Rows are only ever added: a trigger refuses the rest."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, Id, Name, UserRef, Words


class FigureFreeze(Base):
    """One freezing of one month, by its first day. ``number`` is 1 for the first; each later one amends, with a reason.

    ``seq`` is the last event that it knew of. ``by_id`` is empty where the scheduler froze it.
    """

    __tablename__ = "figure_freeze"
    __table_args__ = (UniqueConstraint("month", "number"), {"info": QUIET})
    id: Mapped[Id]
    month: Mapped[date]
    number: Mapped[int]
    seq: Mapped[int] = mapped_column(BIG)
    at: Mapped[datetime]
    by_id: Mapped[UserRef | None]
    reason: Mapped[Words] = mapped_column(default="")


class FrozenFigure(Base):
    """One figure, or one part of it, with the contacts behind both its numbers.

    ``inside`` and ``out_of`` are the contacts' numbers, as often as each counts, nought for what had no contact here:
    see ``mash.measures.frozen``. ``definition`` is a hash over what the figure was made of.
    """

    __tablename__ = "frozen_figure"
    __table_args__ = (UniqueConstraint("freeze_id", "measure", "part"), {"info": QUIET})
    id: Mapped[Id]
    freeze_id: Mapped[int] = mapped_column(BIG, ForeignKey("figure_freeze.id"))
    measure: Mapped[Code]
    part: Mapped[Name] = mapped_column(default="")
    numerator: Mapped[int]
    denominator: Mapped[int | None]
    spread: Mapped[dict[str, Any] | None]
    definition: Mapped[str] = mapped_column(String(64))
    inside: Mapped[bytes] = mapped_column(LargeBinary)
    out_of: Mapped[bytes] = mapped_column(LargeBinary)
