"""What is restricted and why, who is let in or kept from it, what waits for review, what was opened in an emergency."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from mash.models import BreakGlass, Contact, NamedAccess, Restriction, User
from mash.queries.claims import colleagues
from mash.queries.restricted import open_to
from mash.workflow.calendar import london_day

MOST = 500
UNREVIEWED_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One restricted contact. ``ground`` is empty where it was recorded as restricted and nobody said why."""

    contact_id: int
    reference: str
    ground: str
    review_on: date
    due: bool
    lift_asked_by: str


def register(session: Session, *, roles: AbstractSet[str], at: datetime) -> Sequence[Listed]:
    """List what is restricted, what is to be reviewed first."""
    stands = and_(Restriction.contact_id == Contact.id, Restriction.lifted_at.is_(None))
    rows = session.execute(
        select(Contact.id, Contact.reference, Contact.entered_at, Restriction.ground, Restriction.review_on, User.name)
        .outerjoin(Restriction, stands)
        .outerjoin(User, User.id == Restriction.lift_asked_by_id)
        .where(Contact.restricted, open_to(roles))
        .order_by(Restriction.review_on, Contact.id)
        .limit(MOST)
    )
    listed = [_listed(row, london_day(at)) for row in rows]
    return sorted(listed, key=lambda one: (not one.lift_asked_by, one.review_on, one.reference))


def _listed(row: Any, today: date) -> Listed:
    review_on = row.review_on or london_day(row.entered_at) + UNREVIEWED_FOR
    return Listed(
        contact_id=row.id,
        reference=row.reference,
        ground=row.ground or "",
        review_on=review_on,
        due=review_on <= today,
        lift_asked_by=row.name or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may see one contact: its restriction, the names on it, and whom else could be named."""

    contact_id: int
    restricted: bool
    restriction: Restriction | None
    by: str
    lift_asked_by: str
    named: Sequence[tuple[NamedAccess, str]]
    colleagues: dict[int, str]


def access_to(session: Session, contact_id: int, *, at: datetime) -> Access:
    """Read who may see one contact. What people declared themselves is between them and their manager."""
    asked, by = aliased(User), aliased(User)
    stands = Restriction.contact_id == contact_id, Restriction.lifted_at.is_(None)
    row = session.execute(
        select(Restriction, by.name, asked.name)
        .outerjoin(by, by.id == Restriction.by_id)
        .outerjoin(asked, asked.id == Restriction.lift_asked_by_id)
        .where(*stands)
        .order_by(Restriction.id.desc())
        .limit(1)
    ).first()
    names = select(NamedAccess, User.name).join(User, User.id == NamedAccess.user_id)
    ours = NamedAccess.kind.in_(("let_in", "kept_from")), NamedAccess.ended_at.is_(None)
    named = session.execute(names.where(NamedAccess.contact_id == contact_id, *ours).order_by(NamedAccess.id)).all()
    return Access(
        contact_id=contact_id,
        restricted=session.scalars(select(Contact.restricted).where(Contact.id == contact_id)).one(),
        restriction=row[0] if row else None,
        by=(row[1] or "") if row else "",
        lift_asked_by=(row[2] or "") if row else "",
        named=[(one, name) for one, name in named],
        colleagues={one.id: one.name for one in colleagues(session, day=london_day(at))},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A contact that was opened in an emergency, by whom and why, and what came of its review."""

    access_id: int
    contact_id: int
    reference: str
    user_id: int
    user: str
    reason: str
    at: datetime
    until: datetime
    review_due_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str
    finding: str
    words: str


def emergencies(session: Session, *, roles: AbstractSet[str]) -> Sequence[Opened]:
    """List what was opened in an emergency: what waits for a review first, the one due soonest on top."""
    by, reviewer = aliased(User), aliased(User)
    rows = session.execute(
        select(BreakGlass, Contact.reference, by.name, reviewer.name)
        .join(Contact, Contact.id == BreakGlass.contact_id)
        .join(by, by.id == BreakGlass.user_id)
        .outerjoin(reviewer, reviewer.id == BreakGlass.reviewed_by_id)
        .where(open_to(roles))
        .order_by(BreakGlass.reviewed_at.is_not(None), BreakGlass.review_due_at, BreakGlass.access_id)
        .limit(MOST)
    )
    return [_opened(*row) for row in rows]


def _opened(row: BreakGlass, reference: str, user: str, reviewer: str | None) -> Opened:
    return Opened(
        access_id=row.access_id,
        contact_id=row.contact_id,
        reference=reference,
        user_id=row.user_id,
        user=user,
        reason=row.reason,
        at=row.at,
        until=row.until,
        review_due_at=row.review_due_at,
        reviewed_at=row.reviewed_at,
        reviewed_by=reviewer or "",
        finding=row.finding or "",
        words=row.review_words,
    )


def conflicts(session: Session, *, but: int) -> Sequence[tuple[int, str, datetime]]:
    """List what colleagues declared, by id, who and when: not of whom. One's own is for another manager."""
    rows = session.execute(
        select(NamedAccess.id, User.name, NamedAccess.at)
        .join(User, User.id == NamedAccess.user_id)
        .where(NamedAccess.kind == "conflict", NamedAccess.ended_at.is_(None), NamedAccess.user_id != but)
        .order_by(NamedAccess.id.desc())
        .limit(MOST)
    )
    return [(row.id, row.name, row.at) for row in rows]


def own_conflicts(session: Session, user_id: int) -> Sequence[NamedAccess]:
    """List what somebody declared with their own words; what they declared from a contact's page is not told again."""
    own = NamedAccess.user_id == user_id, NamedAccess.kind == "conflict", NamedAccess.ended_at.is_(None)
    in_words = NamedAccess.contact_id.is_(None), NamedAccess.person_id.is_(None)
    return session.scalars(select(NamedAccess).where(*own, *in_words).order_by(NamedAccess.id)).all()
