"""Who is signed in, and who may be: the reads behind sign-in, the account page and the list of users."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from mash.models import (
    ChangeMark,
    CouncilSession,
    FreshProof,
    JobRun,
    NamedAccess,
    SecondFactor,
    SessionDisplaced,
    User,
    UserRole,
    UserSession,
)
from mash.models.access import ROLES
from mash.queries.apart import apart
from mash.queries.named_access import reader_of
from mash.queries.restricted import Reader

__all__ = [
    "IDLE",
    "LONGEST",
    "MOST",
    "ROLES",
    "OpenSession",
    "SignedIn",
    "UserRow",
    "all_users",
    "came_by_council",
    "displaced",
    "one_user",
    "open_sessions",
    "proved_at",
    "second_factor_since",
    "who_is",
]
IDLE = timedelta(minutes=15)
"""How long a sign-in may go unused where the council has set nothing else."""
LONGEST = timedelta(hours=10)
MOST = 2
"""At how many places somebody may be signed in."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in as it stands now, with the roles of this moment and what goes by name beside them.

    Attributes:
        roles: Those that count: without that of an administrator where somebody does casework too.
        lapsed: The sign-in was idle, or went on, for too long. It opens nothing; it only names who it was.
        mark: The mark of the last change to anything that lists show, as it was when this was read.
        watched_at: When deadlines were last watched to the end; None if never, or if the last try failed.
    """

    session_id: int
    user_id: int
    username: str
    name: str
    team: str
    roles: Reader
    preferences: dict[str, Any]
    must_change_password: bool
    seen_at: datetime
    expires_at: datetime
    notices: list[Any]
    held: dict[str, Any] | None
    lapsed: bool
    mark: str
    watched_at: datetime | None


_SIGNED_IN = (
    select(
        UserSession.id.label("session_id"),
        UserSession.seen_at,
        UserSession.expires_at,
        UserSession.notices,
        UserSession.held,
        User.id.label("user_id"),
        User.username,
        User.name,
        User.team,
        User.preferences,
        User.must_change_password,
        UserRole.role,
        select(ChangeMark.mark).scalar_subquery().label("mark"),
        select(JobRun.finished_at).where(JobRun.name == "deadlines").scalar_subquery().label("watched_at"),
        exists().where(and_(NamedAccess.user_id == User.id, NamedAccess.ended_at.is_(None))).label("by_name"),
    )
    .join(User, User.id == UserSession.user_id)
    .outerjoin(UserRole, UserRole.user_id == User.id)
    .where(UserSession.ended_at.is_(None), User.active, UserSession.token_hash == bindparam("token_hash"))
)
"""Columns, not objects, and past the session: it is read on every request, with the last change and the heartbeat."""


def who_is(session: Session, token_hash: str, at: datetime, idle: timedelta = IDLE) -> SignedIn | None:
    """Find the sign-in that a browser's token stands for; None if there is none, it was ended, or the user has left.

    Args:
        idle: How long a sign-in may go unused.
    """
    asked = at_once(session)
    rows = asked.execute(_SIGNED_IN, {"token_hash": token_hash}).all()
    if not rows:
        return None
    found = rows[0]
    roles = apart(frozenset(row.role for row in rows if row.role))
    return SignedIn(
        session_id=found.session_id,
        user_id=found.user_id,
        username=found.username,
        name=found.name,
        team=found.team,
        roles=reader_of(asked, found.user_id, roles, at) if found.by_name else Reader(roles),
        preferences=found.preferences,
        must_change_password=found.must_change_password,
        seen_at=found.seen_at,
        expires_at=found.expires_at,
        notices=found.notices,
        held=found.held,
        lapsed=at >= found.expires_at or at - found.seen_at >= idle,
        mark=found.mark,
        watched_at=found.watched_at,
    )


def at_once(session: Session) -> Connection:
    """Give a connection for one statement that needs no transaction round it. Every page asks it, so that it counts."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        return session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    return session.connection()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One place someone is signed in."""

    id: int
    device: str
    started_at: datetime
    seen_at: datetime


def open_sessions(session: Session, user_id: int, at: datetime, idle: timedelta = IDLE) -> list[OpenSession]:
    """List where someone is signed in, the last used first."""
    rows = session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > at,
            UserSession.seen_at > at - idle,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return [OpenSession(row.id, row.device, row.started_at, row.seen_at) for row in rows]


def displaced(session: Session, token_hash: str) -> int | None:
    """Give the number of a sign-in that ended because its owner signed in at another place; None for any other."""
    ended = select(UserSession.id).join(SessionDisplaced, SessionDisplaced.session_id == UserSession.id)
    return session.scalar(ended.where(UserSession.token_hash == token_hash))


def proved_at(session: Session, session_id: int) -> datetime | None:
    """Say when whoever uses a session last proved who they are: as it was opened, or again since."""
    again = select(FreshProof.proved_at).where(FreshProof.session_id == session_id)
    opened = select(UserSession.started_at).where(UserSession.id == session_id)
    return session.scalar(again) or session.scalar(opened)


def came_by_council(session: Session, session_id: int) -> bool:
    """Say whether a sign-in came by the council's own provider."""
    return session.get(CouncilSession, session_id) is not None


def second_factor_since(session: Session, user_id: int) -> datetime | None:
    """Say since when someone has an authenticator app; None if they have none that they have used."""
    return session.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.user_id == user_id))


@dataclass(frozen=True, slots=True)
class UserRow:
    """Someone who may sign in, or once could. ``last_seen`` is None if they never have.

    Attributes:
        roles: Those they hold, also one that does not count.
        both: Whether they hold the managing of users beside casework, of which casework alone counts.
    """

    id: int
    username: str
    name: str
    team: str
    roles: tuple[str, ...]
    active: bool
    must_change_password: bool
    last_seen: datetime | None
    both: bool


def all_users(session: Session) -> list[UserRow]:
    """List users: those who may sign in first, then leavers, by name."""
    last = select(UserSession.user_id, func.max(UserSession.seen_at)).group_by(UserSession.user_id)
    seen = dict(session.execute(last).all())
    users = session.scalars(select(User).order_by(User.active.desc(), User.name, User.id))
    return [_row(user, seen.get(user.id)) for user in users]


def one_user(session: Session, user_id: int) -> UserRow | None:
    """Find one user; None if there is no such user."""
    user = session.get(User, user_id)
    return None if user is None else _row(user, None)


def _row(user: User, last_seen: datetime | None) -> UserRow:
    held = {role.role for role in user.roles}
    return UserRow(
        id=user.id,
        username=user.username,
        name=user.name,
        team=user.team,
        roles=tuple(role for role in ROLES if role in held),
        active=user.active,
        must_change_password=user.must_change_password,
        last_seen=last_seen,
        both=apart(held) != held,
    )
