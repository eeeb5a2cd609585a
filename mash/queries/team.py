"""What each person on duty has in hand, who is here now, and who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mash.models import Absence, Contact, User, UserSession
from mash.queries.access import IDLE
from mash.queries.asker import Asker
from mash.queries.claims import away_on, colleagues
from mash.queries.restricted import open_to

AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One person and the open contacts in their name.

    Attributes:
        roles: What they do at the front door; empty for someone who no longer does.
        here: Whether they are signed in and were active in the last half hour.
        away_until: The last day of an absence that covers today.
    """

    id: int
    name: str
    roles: tuple[str, ...]
    here: bool
    away_until: date | None
    held: int = 0
    red: int = 0
    overdue: int = 0
    due_today: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Away:
    """An absence that is not over."""

    id: int
    user_id: int
    name: str
    first_day: date
    last_day: date


def load_statement(asker: Asker) -> Select[*tuple[Any, ...]]:
    """Count the open contacts in each person's name, in one pass over the open rows."""
    today = Contact.due_at >= asker.at, Contact.due_at < asker.day_ends
    return (
        select(
            Contact.claimed_by_id.label("user_id"),
            func.count().label("held"),
            func.count().filter(Contact.rating == "red").label("red"),
            func.count().filter(Contact.due_at < asker.at).label("overdue"),
            func.count().filter(*today).label("due_today"),
            func.count().filter(Contact.state == "waiting_for_information").label("waiting"),
        )
        .where(Contact.queue_rank >= 0, Contact.claimed_by_id.is_not(None), open_to(asker.roles))
        .group_by(Contact.claimed_by_id)
    )


def team_load(session: Session, asker: Asker, day: date) -> Sequence[Load]:
    """List everyone on duty, and whoever else still has an open contact in their name; who has most first."""
    counted = {row.user_id: row._asdict() for row in session.execute(load_statement(asker))}
    here = set(
        session.scalars(
            select(UserSession.user_id).where(
                UserSession.ended_at.is_(None), UserSession.expires_at > asker.at, UserSession.seen_at > asker.at - IDLE
            )
        )
    )
    away = away_on(session, day)
    people = {one.id: (one.name, one.roles) for one in colleagues(session, day=day)}
    others = counted.keys() - people.keys()
    gone = session.execute(select(User.id, User.name).where(User.id.in_(others)))
    people |= {row.id: (row.name, ()) for row in gone}
    loads = [
        Load(
            id=user_id,
            name=name,
            roles=roles,
            here=user_id in here,
            away_until=away.get(user_id),
            **{key: number for key, number in counted.get(user_id, {}).items() if key != "user_id"},
        )
        for user_id, (name, roles) in people.items()
    ]
    return sorted(loads, key=lambda one: (-one.held, one.name, one.id))


def absences(session: Session, day: date) -> Sequence[Away]:
    """List the absences that are not over, the soonest first."""
    rows = session.execute(
        select(Absence.id, Absence.user_id, User.name, Absence.first_day, Absence.last_day)
        .join(User, User.id == Absence.user_id)
        .where(Absence.last_day >= day, Absence.first_day <= day + AHEAD, Absence.ended_at.is_(None))
        .order_by(Absence.first_day, User.name, Absence.id)
    )
    return [Away(*row) for row in rows]
