"""Keep the list of people who may sign in: who they are, what they may do, and their passwords."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys import passwords
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.sign_in import end_sessions
from mash.models import User, UserRole
from mash.models.access import ROLES
from mash.queries.apart import administrators, apart


class UserRefused(Exception):
    """A change to a user that cannot be made. ``field`` is the answer at fault; the message is fit for a page."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def make_user(
    session: Session,
    *,
    username: str,
    name: str,
    roles: Iterable[str],
    password: str | None,
    by: Actor,
    at: datetime,
    team: str = "",
    email: str = "",
    must_change_password: bool = False,
) -> User:
    """Add someone who may sign in. Usernames are kept in lower case.

    Args:
        password: None for one that nobody knows: for somebody who signs in elsewhere.

    Raises:
        UserRefused: If the username is taken, or a role is not one of ours.
        PasswordRefused: If the password is not good enough.
    """
    username = username.strip().casefold()
    if session.scalar(select(User.id).where(User.username == username)) is not None:
        raise UserRefused("username", "Someone already has this username. Choose another")
    wanted = _known(roles)
    user = User(
        username=username,
        name=name.strip(),
        email=email.strip(),
        team=team.strip(),
        password_hash=passwords.nobody() if password is None else passwords.keep(password, username=username),
        must_change_password=must_change_password,
        made_at=at,
        roles=[UserRole(role=role) for role in wanted],
    )
    session.add(user)
    session.flush()
    record_event(session, kind="user.made", at=at, by=by, data={"user": user.id, "roles": wanted})
    return user


def change_roles(
    session: Session,
    *,
    user_id: int,
    roles: Iterable[str],
    by: Actor,
    at: datetime,
    team: str | None = None,
    keep_an_admin: bool = True,
) -> User:
    """Set what someone may do, from their next request on.

    Args:
        keep_an_admin: Whether to refuse where nobody would be left to manage users.

    Raises:
        NotFound: If there is no such user.
        UserRefused: If a role is not one of ours, or nobody would be left to manage users.
    """
    user = user_by(session, user_id)
    wanted = _known(roles)
    before = sorted(role.role for role in user.roles)
    if keep_an_admin and "admin" in before and "admin" not in wanted:
        _someone_else_is_admin(session, user)
    for role in list(user.roles):
        if role.role not in wanted:
            user.roles.remove(role)
    session.flush()
    user.roles.extend(UserRole(role=role) for role in wanted if role not in before)
    if team is not None:
        user.team = team.strip()
    session.flush()
    record_event(session, kind="user.roles_changed", at=at, by=by, data={"user": user.id, "from": before, "to": wanted})
    return user


def deactivate(session: Session, *, user_id: int, by: Actor, at: datetime) -> User:
    """Stop someone from signing in, and end their sessions. Nothing of what they did is changed.

    Raises:
        NotFound: If there is no such user.
        UserRefused: If they are the last who can manage users.
    """
    user = user_by(session, user_id)
    if any(role.role == "admin" for role in user.roles):
        _someone_else_is_admin(session, user)
    user.active = False
    end_sessions(session, user_id=user.id, by=by, at=at)
    record_event(session, kind="user.deactivated", at=at, by=by, data={"user": user.id})
    return user


def reactivate(session: Session, *, user_id: int, by: Actor, at: datetime) -> User:
    """Let someone sign in again.

    Raises:
        NotFound: If there is no such user.
    """
    user = user_by(session, user_id)
    user.active = True
    record_event(session, kind="user.reactivated", at=at, by=by, data={"user": user.id})
    return user


def change_password(
    session: Session, *, user_id: int, current: str, new: str, keep_session: int, by: Actor, at: datetime
) -> User:
    """Let someone change their own password. Their other sessions end.

    Raises:
        UserRefused: If the current password is wrong, or the new one is the same.
        PasswordRefused: If the new password is not good enough.
    """
    user = user_by(session, user_id)
    if not passwords.check(user.password_hash, current).right:
        raise UserRefused("current", "The current password is not right")
    if new == current:
        raise UserRefused("new", "Choose a password you are not using now")
    user.password_hash = passwords.keep(new, username=user.username)
    user.must_change_password = False
    end_sessions(session, user_id=user.id, by=by, at=at, keep=keep_session)
    record_event(session, kind="user.password_changed", at=at, by=by, data={"user": user.id})
    return user


def set_preferences(session: Session, *, user_id: int, chosen: dict[str, Any]) -> None:
    """Keep how someone likes their screens. Only what is chosen changes."""
    user = user_by(session, user_id)
    user.preferences = {**user.preferences, **chosen}


def user_by(session: Session, user_id: int) -> User:
    """Find a user.

    Raises:
        NotFound: If there is none.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def _known(roles: Iterable[str]) -> list[str]:
    asked = set(roles)
    if unknown := asked - set(ROLES):
        raise UserRefused("roles", f"There is no role called {min(unknown)}")
    if asked != apart(asked):
        raise UserRefused("roles", "Whoever manages users does no casework. Give the two to two people")
    return [role for role in ROLES if role in asked]


def _someone_else_is_admin(session: Session, user: User) -> None:
    if set(administrators(session)) <= {user.id}:
        raise UserRefused("roles", "Nobody else can manage users. Give someone else the admin role first")
