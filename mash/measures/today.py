"""Today: what falls due, what is decided, what can still be saved, in the order that saves most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from mash.measures.counting import STORED, Since, rows_now, since_folded
from mash.measures.figures import percentage
from mash.models import Contact, User

MOST_LISTED = 100
WAITS = ("waiting_for_information", "with_manager")


@dataclass(frozen=True, slots=True)
class Due:
    """One contact that is due, and who has it; ``holder`` is empty where nobody has."""

    reference: str
    rating: str | None
    state: str
    due_at: datetime
    kind: str
    decided_at: datetime | None
    in_time: bool
    holder: str


@dataclass(frozen=True, slots=True)
class Today:
    """How the day stands. Only ``due``, ``in_time``, ``missed`` and ``late_before`` count what may not be listed.

    Attributes:
        due: How many fall due today.
        in_time: How many of those are decided in time.
        missed: How many of those were not, and no longer can be.
        at_risk: Open, due later today, with little time left, waiting for someone else, or in nobody's hands.
        rest: Open and due later today, and not at risk.
        late: Open and late, today's among them, red first and then the longest late.
        late_before: How many of those were due before today.
    """

    due: int
    in_time: int
    missed: int
    at_risk: Sequence[Due]
    rest: Sequence[Due]
    late: Sequence[Due]
    late_before: int

    @property
    def reachable(self) -> int:
        """How many of those due today may still be in time."""
        return self.due - self.missed

    @property
    def reachable_share(self) -> Decimal | None:
        return percentage(self.reachable, self.due, 0)

    @property
    def to_save(self) -> list[Due]:
        """What is still to be decided in time: red first, then the soonest due, which saves most."""
        return sorted([*self.at_risk, *self.rest], key=lambda one: (one.rating != "red", one.due_at, one.reference))


def today(
    session: Session, at: datetime, day: tuple[datetime, datetime], *, visible: ColumnElement[bool], at_risk: timedelta
) -> Today:
    """Look at the day.

    Args:
        day: When today begins and ends in London.
        visible: Which contacts the asker may know of by name; the rest are only counted.
        at_risk: How little time left puts an open contact at risk.
    """
    since = since_folded(session)
    fall_due = _rows(session, since, (STORED.due_at >= day[0]) & (STORED.due_at < day[1]), day, visible)
    before = _late_before(session, since, day[0], visible)
    still_open = [one for one, _ in fall_due if one.decided_at is None]
    shown = [one for one, may_see in fall_due if may_see and one.decided_at is None]
    ahead = [one for one in shown if one.due_at >= at]
    risky = [one for one in ahead if one.due_at - at <= at_risk or one.state in WAITS or not one.holder]
    late = [one for one in shown if one.due_at < at] + [one for one, may_see in before[1] if may_see]
    met = sum(one.in_time for one, _ in fall_due)
    open_in_time = sum(one.due_at >= at for one in still_open)
    return Today(
        due=len(fall_due),
        in_time=met,
        missed=len(fall_due) - met - open_in_time,
        at_risk=risky,
        rest=[one for one in ahead if one not in risky],
        late=sorted(late, key=lambda one: (one.rating != "red", one.due_at, one.reference)),
        late_before=before[0],
    )


COLUMNS = (Contact.reference, Contact.rating, Contact.state)


def _rows(
    session: Session,
    since: Since,
    stored: ColumnElement[bool],
    day: tuple[datetime, datetime],
    visible: ColumnElement[bool],
) -> list[tuple[Due, bool]]:
    c = rows_now(since, stored).subquery("c").c
    found = session.execute(
        select(*COLUMNS, c.due_at, c.kind, Contact.decided_at, c.in_time, func.coalesce(User.name, ""), visible)
        .join_from(c.due_at.table, Contact, Contact.id == c.contact_id)
        .outerjoin(User, User.id == Contact.claimed_by_id)
        .where(c.cancelled == false(), c.due_at >= day[0], c.due_at < day[1], c.kind != "")
    )
    return [(Due(*row[:-1]), bool(row[-1])) for row in found]


def _late_before(
    session: Session, since: Since, begins: datetime, visible: ColumnElement[bool]
) -> tuple[int, list[tuple[Due, bool]]]:
    """Count what is open and was due before today, and list the longest late of it."""
    c = rows_now(since, STORED.settled.is_(False), STORED.due_at < begins).subquery("c").c
    late = c.cancelled == false(), c.due_at < begins, c.kind != "", c.decided_on.is_(None)
    joined = select(Contact.id).join_from(c.due_at.table, Contact, Contact.id == c.contact_id).where(*late)
    number = session.scalar(joined.with_only_columns(func.count())) or 0
    found = session.execute(
        joined.with_only_columns(
            *COLUMNS, c.due_at, c.kind, Contact.decided_at, c.in_time, func.coalesce(User.name, ""), visible
        )
        .outerjoin(User, User.id == Contact.claimed_by_id)
        .order_by(c.due_at, Contact.id)
        .limit(MOST_LISTED)
    )
    return number, [(Due(*row[:-1]), bool(row[-1])) for row in found]
