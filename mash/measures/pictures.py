"""Breakdowns of what was received, decided and offered: each a table of numbers, by month or by group.

A picture gives one row for each thing it counts, with the group it stands in and, for each of its numbers, whether
it is in it. Table, drawing and list are all read from those rows, so they cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.orm import Session

from mash.measures.figures import percentage
from mash.models import Contact

NONE: Mapping[str, Sequence[str]] = {}
WHOLE = "all"
"""The group that stands for every row of a picture."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which London days a picture is asked, when, and which signs belong to which strand."""

    first: date
    last: date
    at: datetime
    strands: Mapping[str, Sequence[str]] = field(default_factory=lambda: NONE)


Rows = Callable[[Session, Asked], Select[*tuple[Any, ...]]]
"""``contact_id`` (none for what was recorded elsewhere), ``child``, ``day``, ``group``, and a truth for each number."""


@dataclass(frozen=True, slots=True)
class Share:
    """One number out of another, with its words."""

    part: str
    whole: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One breakdown.

    Attributes:
        unit: What one row is.
        numbers: The head of each number's column, and its words, which finish "how many".
        order: Its groups in order, where they are not in order of themselves.
        shares: What is a share of what.
        by_month: Whether its groups are months, as numbers such as 202604; else they are named.
        cohort: Which rows belong to a period.
        notes: What a reader must know.
    """

    id: str
    name: str
    unit: str
    numbers: Mapping[str, tuple[str, str]]
    shares: tuple[Share, ...]
    by_month: bool
    rows: Rows
    cohort: str
    notes: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One group's numbers, by their codes."""

    group: str
    numbers: Mapping[str, int]

    def share(self, share: Share) -> Decimal | None:
        return percentage(self.numbers[share.part], self.numbers[share.whole])


@dataclass(frozen=True, slots=True)
class Listed:
    """One row behind a number; without a reference it was recorded elsewhere."""

    reference: str | None
    rating: str | None
    state: str | None
    received_at: datetime | None
    decided_at: datetime | None
    day: date


def tally(session: Session, picture: Picture, asked: Asked) -> list[Row]:
    """Add a picture's rows up by group, in order of the group."""
    r = picture.rows(session, asked).subquery("r").c
    numbers = [func.sum(case((r[name], 1), else_=0)) for name in picture.numbers]
    found = session.execute(select(cast(r.group, String), *numbers).group_by(r.group).order_by(r.group))
    rows = [Row(group, dict(zip(picture.numbers, map(int, rest), strict=True))) for group, *rest in found]
    return sorted(rows, key=lambda row: picture.order.index(row.group)) if picture.order else rows


def whole(rows: Sequence[Row], picture: Picture) -> Row:
    """Add up every group."""
    return Row(WHOLE, {name: sum(row.numbers[name] for row in rows) for name in picture.numbers})


def behind(
    session: Session,
    picture: Picture,
    asked: Asked,
    number: str,
    group: str,
    *,
    visible: ColumnElement[bool],
    limit: int,
    offset: int,
) -> tuple[list[Listed], int]:
    """List the rows behind one number, the latest day first.

    Args:
        visible: Which contacts the asker may know of; the rest are only counted.

    Returns:
        Some of them, and how many there are that the asker may not know of.
    """
    r = picture.rows(session, asked).subquery("r").c
    wanted = r[number] if group == WHOLE else r[number] & (cast(r.group, String) == group)
    shown = func.coalesce(Contact.id, 0) == 0
    told = select(Contact.reference, Contact.rating, Contact.state, Contact.received_at, Contact.decided_at, r.day)
    joined = told.outerjoin(Contact, Contact.id == r.contact_id).where(wanted)
    order = r.day.desc(), r.contact_id.desc(), r.child
    rows = session.execute(joined.where(shown | visible).order_by(*order).limit(limit).offset(offset))
    hidden = joined.where(~shown, ~visible).with_only_columns(func.count())
    return [Listed(*row) for row in rows], session.scalar(hidden) or 0
