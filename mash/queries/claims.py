"""Who holds a contact now, and who else could: colleagues on duty, with whoever is away named as away."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.models import Absence, Contact, User, UserRole
from mash.queries.asker import Asker, settled
from mash.queries.restricted import open_to

ON_DUTY = ("contact_officer", "practitioner", "manager")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who may hold a contact. ``away_until``: the last day of an absence that covers the day asked about."""

    id: int
    name: str
    roles: tuple[str, ...]
    away_until: date | None


def is_open_to(session: Session, reference: str, asker: Asker) -> bool:
    """Say whether there is such a contact, and this person may know of it."""
    return session.scalar(select(Contact.id).where(Contact.reference == reference, open_to(asker.roles))) is not None


def holder_of(session: Session, reference: str, asker: Asker) -> tuple[str, datetime] | None:
    """Say who else holds a contact and since when; None if it is free, lapsed or the asker's own."""
    row = session.execute(
        select(User.name, Contact.claimed_at)
        .join(User, User.id == Contact.claimed_by_id)
        .where(Contact.reference == reference, open_to(asker.roles))
        .where(Contact.claimed_by_id != asker.user_id, Contact.claimed_at > settled(session, asker).free_since)
    ).first()
    return (row.name, row.claimed_at) if row else None


def colleagues(
    session: Session, *, day: date, roles: AbstractSet[str] = frozenset(ON_DUTY), only: int | None = None
) -> Sequence[Colleague]:
    """List who may hold contacts, by name, with who is away on a day."""
    away = away_on(session, day)
    wanted = select(User.id, User.name, UserRole.role).join(UserRole).where(User.active, UserRole.role.in_(roles))
    if only is not None:
        wanted = wanted.where(User.id == only)
    found: dict[int, Colleague] = {}
    for row in session.execute(wanted.order_by(User.name, User.id, UserRole.role)):
        held = found[row.id].roles if row.id in found else ()
        found[row.id] = Colleague(row.id, row.name, (*held, row.role), away.get(row.id))
    return list(found.values())


def away_on(session: Session, day: date) -> dict[int, date]:
    """Say until when everyone is away whose absence covers a day, by their id."""
    rows = session.execute(
        select(Absence.user_id, func.max(Absence.last_day))
        .where(Absence.last_day >= day, Absence.first_day <= day, Absence.ended_at.is_(None))
        .group_by(Absence.user_id)
    )
    return {row[0]: row[1] for row in rows}
