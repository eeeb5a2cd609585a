"""What kind each outcome on record is, so that figures, histories and extracts never ask what it is called."""

from typing import Any

from sqlalchemy import ColumnElement, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import QUIET, Base
from mash.kinds import Kind
from mash.models.columns import Code


class OutcomeKind(Base):
    """One outcome by its key, kept when it is first decided. Like a code, it keeps its kind for ever."""

    __tablename__ = "outcome_kind"
    __table_args__ = (Index("ix_outcome_kind_kind", "kind", "outcome"), {"info": QUIET})
    outcome: Mapped[Code] = mapped_column(primary_key=True)
    kind: Mapped[Code]


def of_kind(column: Any, *kinds: Kind) -> ColumnElement[bool]:
    """Say in SQL whether a column of outcomes holds one of some kinds."""
    known = select(OutcomeKind.outcome).where(OutcomeKind.kind.in_([kind.value for kind in kinds]))
    held: ColumnElement[bool] = column.in_(known)
    return held
