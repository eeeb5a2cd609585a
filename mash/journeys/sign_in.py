"""Sign people in and out. A sign-in is a row here that can be ended; the browser holds only a random token.

Signing in takes three steps, so that the slow hashing holds no lock: ``count_try`` counts it and finds the user,
``passwords.check`` compares, ``finish`` opens the session.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.pages_secret import Secret
from mash.journeys.throttle import allow, keyed_each
from mash.models import FreshProof, LoginAttempt, SessionDisplaced, User, UserSession
from mash.queries.access import LONGEST, MOST
from mash.queries.apart import apart


class SignInRefused(Exception):
    """The username and password do not go together, or the user has left. It does not say which."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try at signing in, counted. ``user_id`` and ``stored`` are None where no such user may sign in."""

    id: int
    user_id: int | None
    stored: str | None


def token_hash(token: str) -> str:
    """Hash a browser's token, as it is kept here."""
    return hashlib.sha256(token.encode()).hexdigest()


def count_try(
    session: Session, *, username: str, network: str, known_by: str, key: Secret, at: datetime, with_code: bool = False
) -> Attempt:
    """Count a try, and find who it is for.

    Args:
        network: The address it came from.
        known_by: The token the browser still holds from before; empty for none. It opens nothing.
        key: Our secrets for hashing names and addresses.
        with_code: Whether a code comes with the password, so that no other network's tries count against it.

    Raises:
        TooManyTries: If it comes too soon after too many others.
    """
    name = username.strip().casefold()
    known_as = select(User.id, User.password_hash).where(User.username == name, User.active)
    user = session.execute(known_as).one_or_none()  # columns: an object would read roles too, and take longer for it
    known = UserSession.token_hash == token_hash(known_by), UserSession.user_id == (user.id if user else 0)
    device = session.scalar(select(UserSession.token_hash).where(*known)) or ""
    apart = f"|{network}" if with_code else ""
    attempt = allow(
        session,
        who=keyed_each(key, "account with code" if with_code else "account", f"{name}|{device}{apart}"),
        network=keyed_each(key, "network", network),
        at=at,
    )
    return Attempt(attempt.id, user.id if user else None, user.password_hash if user else None)


def refuse(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """Record that a try failed, for nobody we know as well: the record shows it, and no time is saved by it."""
    who = Actor.system("sign-in")
    record_event(session, kind="sign_in.refused", at=at, by=who, data={"user": attempt.user_id})


def finish(session: Session, attempt: Attempt, *, rehash: str | None, device: str, at: datetime) -> str:
    """Open a session for someone whose password was right, and return the token for their browser.

    Raises:
        SignInRefused: If the user has left, or their password was changed, since the try began.
    """
    user = session.get(User, attempt.user_id) if attempt.user_id is not None else None
    if user is None or not user.active or user.password_hash != attempt.stored:
        raise SignInRefused("That username and password do not match.")
    if rehash:
        user.password_hash = rehash
    session.get_one(LoginAttempt, attempt.id).worked = True
    return open_session(session, user, device=device, at=at)


def open_session(session: Session, user: User, *, device: str, at: datetime) -> str:
    """Open a session for somebody who has proved who they are, and return the token for their browser."""
    token, notices = secrets.token_urlsafe(32), [*_make_room(session, user, at), *_set_aside(user)]
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user.id,
            started_at=at,
            seen_at=at,
            expires_at=at + LONGEST,
            device=device[:200],
            notices=notices,
        )
    )
    record_event(session, kind="sign_in.opened", at=at, by=Actor.of(user))
    return token


def _make_room(session: Session, user: User, at: datetime) -> list[Any]:
    """End what goes past the number of places somebody may be signed in at, the longest unused first; say so here.

    A form that was held there stays until its sender comes back.
    """
    still_open = UserSession.user_id == user.id, UserSession.ended_at.is_(None), UserSession.expires_at > at
    last_used_last = UserSession.seen_at, UserSession.started_at, UserSession.id
    found = session.scalars(select(UserSession).where(*still_open).order_by(*last_used_last)).all()
    ended = found[: max(0, len(found) + 1 - MOST)]
    for one in ended:
        one.ended_at, one.notices = at, []
        session.add(SessionDisplaced(session_id=one.id))
        said = {"user": user.id, "sessions": 1, "why": "another place"}
        record_event(session, kind="sign_in.ended", at=at, by=Actor.of(user), data=said)
    return [
        {
            "text": f"You have been signed out at another place: {one.device or 'an unknown browser'}",
            "kind": "note",
            "detail": f"One may be signed in at {MOST} places. If that was not you, tell an administrator.",
            "lines": [],
        }
        for one in ended
    ]


def _set_aside(user: User) -> list[Any]:
    """Say to whoever holds the managing of users beside casework that it does not count."""
    held = {role.role for role in user.roles}
    if apart(held) == held:
        return []
    detail = "Whoever manages users does no casework. Ask another administrator to give the two to two people."
    return [
        {"text": "You cannot manage users: your casework alone counts", "kind": "note", "detail": detail, "lines": []}
    ]


def touch(session: Session, *, session_id: int, at: datetime) -> None:
    """Note that a session is in use. Callers do so at most once a minute."""
    session.execute(
        update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None)).values(seen_at=at)
    )


def prove_again(session: Session, *, session_id: int, by: Actor, at: datetime) -> str:
    """Note that whoever uses a session has proved who they are; return its new token. Its ten hours begin again."""
    found, token = session.get_one(UserSession, session_id), secrets.token_urlsafe(32)
    found.token_hash, found.seen_at, found.expires_at = token_hash(token), at, at + LONGEST
    session.merge(FreshProof(session_id=session_id, proved_at=at))
    record_event(session, kind="sign_in.proved_again", at=at, by=by)
    return token


def sign_out(session: Session, *, session_id: int, by: Actor, at: datetime) -> None:
    """End the session someone is using. Its token opens nothing from now on."""
    if _end(session, at, UserSession.id == session_id):
        record_event(session, kind="sign_in.closed", at=at, by=by)


def end_sessions(
    session: Session, *, user_id: int, by: Actor, at: datetime, only: int | None = None, keep: int | None = None
) -> int:
    """End someone's sessions: all of them, ``only`` one, or all but the one to ``keep``. Return how many.

    Raises:
        NotFound: If ``only`` names a session that is not open, or not theirs.
    """
    which = [UserSession.user_id == user_id]
    if only is not None:
        which.append(UserSession.id == only)
    if keep is not None:
        which.append(UserSession.id != keep)
    ended = _end(session, at, *which)
    if only is not None and not ended:
        raise NotFound("That sign-in has already ended.")
    if ended:
        record_event(session, kind="sign_in.ended", at=at, by=by, data={"user": user_id, "sessions": ended})
    return ended


def _end(session: Session, at: datetime, *which: Any) -> int:
    open_ones = session.scalars(select(UserSession).where(UserSession.ended_at.is_(None), *which)).all()
    for found in open_ones:
        found.ended_at, found.notices, found.held = at, [], None
    session.flush()
    return len(open_ones)


def leave_notice(session: Session, *, session_id: int, notice: dict[str, Any]) -> None:
    """Leave something to be said on the next page: ``text``, ``kind``, and a ``link`` or an ``action`` if wanted."""
    found = session.get_one(UserSession, session_id)
    found.notices = [*found.notices, notice]


def leave_notice_under(session: Session, *, token: str, notice: dict[str, Any]) -> None:
    """Leave the same in a sign-in that has just been opened."""
    found = session.scalars(select(UserSession).where(UserSession.token_hash == token_hash(token))).one()
    found.notices = [*found.notices, notice]


def leave_notice_for(session: Session, *, user_id: int, notice: dict[str, Any], at: datetime) -> None:
    """Leave the same wherever someone is signed in."""
    open_ones = UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.expires_at > at
    for found in session.scalars(select(UserSession).where(*open_ones).order_by(UserSession.id)):
        found.notices = [*found.notices, notice]


def take_notices(session: Session, *, session_id: int) -> list[Any]:
    """Return what waits to be said, once."""
    found = session.get_one(UserSession, session_id)
    waiting, found.notices = found.notices, []
    return waiting


def hold_form(session: Session, *, session_id: int, path: str, fields: list[tuple[str, str]]) -> None:
    """Keep a form that came in after its sender's sign-in lapsed, so that nothing they wrote is lost."""
    session.get_one(UserSession, session_id).held = {"path": path, "fields": [list(pair) for pair in fields]}


def hand_over_held(session: Session, *, known_by: str, token: str) -> bool:
    """Pass a held form from a lapsed sign-in to the same person's new one. Return whether there was one.

    Args:
        known_by: The hash of the token of the lapsed sign-in, which the browser held.
        token: The token of the new one.
    """
    old = session.scalars(select(UserSession).where(UserSession.token_hash == known_by)).one_or_none()
    new = session.scalars(select(UserSession).where(UserSession.token_hash == token_hash(token))).one()
    if old is None or old.held is None or old.user_id != new.user_id:
        return False
    new.held, old.held = old.held, None
    return True


def drop_held(session: Session, *, session_id: int) -> None:
    """Let go of a held form, sent or not wanted."""
    session.get_one(UserSession, session_id).held = None
