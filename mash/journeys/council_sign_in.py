"""Sign people in by the council's own provider, which says who they are and what they may do, at every sign-in.

Whoever calls has already made sure that the provider said so: here what it said becomes a user, roles and a sign-in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.pages_secret import Secret
from mash.journeys.sign_in import end_sessions, hand_over_held, open_session, prove_again, sign_out, token_hash
from mash.journeys.throttle import allow, keyed_each
from mash.journeys.users import change_roles, make_user
from mash.log import log
from mash.models import CouncilSession, EventHead, Identity, LoginAttempt, UsedOnce, User, UserSession
from mash.provider import Post
from mash.queries.apart import administrators, apart

WHO = Actor.system("sign-in")
LONGEST_USERNAME = 48


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sign-in. ``why`` is one word for why it was refused; empty if it was not."""

    token: str = ""
    held: bool = False
    why: str = ""


def count(session: Session, *, browser: str, network: str, key: Secret, at: datetime) -> int:
    """Count a return from the provider as one that failed, unless told otherwise later. Return its number.

    Raises:
        TooManyTries: If it comes too soon after too many others.
    """
    who = keyed_each(key, "council", browser or network)
    return allow(session, who=who, network=keyed_each(key, "network", network), at=at).id


def use_once(session: Session, what: str, *, until: datetime, at: datetime) -> bool:
    """Use something that counts once. Return whether this was the first time; until ``until`` it is remembered."""
    _one_at_a_time(session)
    session.execute(delete(UsedOnce).where(UsedOnce.until <= at))
    if session.get(UsedOnce, token_hash(what)) is not None:
        return False
    session.add(UsedOnce(hash=token_hash(what), until=until))
    session.flush()
    return True


def refuse(session: Session, *, why: str, at: datetime, user_id: int | None = None) -> Outcome:
    """Record that a sign-in by the provider, or a sign-out from there, was refused, and why in one word."""
    about = {} if user_id is None else {"user": user_id}
    record_event(session, kind="sign_in.refused", at=at, by=WHO, data={"council": why, **about})
    return Outcome(why=why)


def enter(
    session: Session,
    *,
    issuer: str,
    said: dict[str, Any],
    posts: Sequence[Post],
    tried: int,
    before: str,
    device: str,
    at: datetime,
) -> Outcome:
    """Open a session for whoever the provider says has signed in, with the roles it gives them now.

    Args:
        said: The claims, verified.
        posts: What their app roles stand for here. Somebody without any is not let in, and no account is made.
        tried: The number of the counted try.
        before: The token the browser held until now, which may stand for a lapsed sign-in.
    """
    _one_at_a_time(session)
    identity = _identity(session, issuer, said["sub"])
    user = session.get_one(User, identity.user_id) if identity else None
    if why := _objection(session, user, posts, at):
        return refuse(session, why=why, at=at, user_id=user.id if user else None)
    if identity is None or user is None:
        identity, user = _newcomer(session, issuer, said, posts, at)
    _give(session, user, posts, at)
    session.get_one(LoginAttempt, tried).worked = True
    token = open_session(session, user, device=device, at=at)
    opened = session.scalars(select(UserSession).where(UserSession.token_hash == token_hash(token))).one()
    session.add(CouncilSession(session_id=opened.id, identity_id=identity.id, sid=_short(said.get("sid"))))
    return Outcome(token, hand_over_held(session, known_by=token_hash(before), token=token))


def prove(
    session: Session,
    *,
    issuer: str,
    said: dict[str, Any],
    posts: Sequence[Post],
    tried: int,
    session_id: int,
    by: Actor,
    at: datetime,
) -> Outcome:
    """Note that whoever uses a session has signed in again at the provider: the same person, with a role still."""
    _one_at_a_time(session)
    identity = _identity(session, issuer, said["sub"])
    if identity is None or identity.user_id != by.user_id:
        return refuse(session, why="other_person", at=at, user_id=by.user_id)
    user = session.get_one(User, identity.user_id)
    if why := _objection(session, user, posts, at):
        return refuse(session, why=why, at=at, user_id=user.id)
    _give(session, user, posts, at)
    session.get_one(LoginAttempt, tried).worked = True
    return Outcome(prove_again(session, session_id=session_id, by=by, at=at))


def end_at_provider(session: Session, *, issuer: str, subject: str, sid: str, at: datetime) -> int:
    """End the sessions of somebody who has signed out at the provider. Return how many.

    Args:
        subject: Whose, everywhere; empty to end only those of the provider's session ``sid``.
    """
    by = Actor.system("sign-in provider")
    if subject:
        identity = _identity(session, issuer, subject)
        return end_sessions(session, user_id=identity.user_id, by=by, at=at) if identity else 0
    named = select(CouncilSession.session_id).join(Identity).where(CouncilSession.sid == sid, Identity.issuer == issuer)
    found = session.scalars(named).all()
    for session_id in found:
        sign_out(session, session_id=session_id, by=by, at=at)
    return len(found)


def _one_at_a_time(session: Session) -> None:
    """Wait for whoever else is being signed in, so that two of one person make one account."""
    session.execute(select(EventHead.id).where(EventHead.id == 1).with_for_update())


def _identity(session: Session, issuer: str, subject: str) -> Identity | None:
    which = Identity.issuer == issuer, Identity.subject == subject
    return session.scalars(select(Identity).where(*which)).one_or_none()


def _objection(session: Session, user: User | None, posts: Sequence[Post], at: datetime) -> str:
    """Say in one word why somebody may not come in. Who lost every role there loses them here, and is signed out."""
    if user is not None and not user.active:
        return "left"
    if posts:
        return ""
    if user is not None:
        _give(session, user, posts, at)
        end_sessions(session, user_id=user.id, by=WHO, at=at)
    return "no_role"


def _give(session: Session, user: User, posts: Sequence[Post], at: datetime) -> None:
    """Give somebody the roles that the provider gives them, and take the others away.

    Where that takes the last administrator away, the log says so, and ``mash health`` until there is another.
    """
    roles = apart({post.role for post in posts})
    team = next((post.team for post in posts if post.team), user.team)
    if roles != {held.role for held in user.roles} or team != user.team:
        managed = bool(administrators(session))
        change_roles(session, user_id=user.id, roles=roles, team=team, by=WHO, at=at, keep_an_admin=False)
        if managed and not administrators(session):
            log().warning("last_administrator_gone", user_id=user.id)


def _newcomer(
    session: Session, issuer: str, said: dict[str, Any], posts: Sequence[Post], at: datetime
) -> tuple[Identity, User]:
    """Add somebody who comes for the first time. Their password is one that nobody knows."""
    named = _short(said.get("preferred_username"))
    user = make_user(
        session,
        username=_free_username(session, named),
        name=_short(said.get("name"))[:200] or named or "Colleague",
        roles=apart({post.role for post in posts}),
        password=None,
        by=WHO,
        at=at,
    )
    identity = Identity(user_id=user.id, issuer=issuer, subject=said["sub"], made_at=at)
    session.add(identity)
    session.flush()
    data = {"user": user.id, "issuer": issuer, "subject": said["sub"]}
    record_event(session, kind="user.council_account", at=at, by=WHO, data=data)
    return identity, user


def _free_username(session: Session, named: str) -> str:
    """Make a username of the name before the @, with a number behind it where somebody has it. It identifies nobody."""
    plain = re.sub(r"[^a-z0-9._-]", "", named.partition("@")[0].casefold())[:LONGEST_USERNAME] or "colleague"
    taken = set(session.scalars(select(User.username).where(User.username.startswith(plain, autoescape=True))))
    return next(name for n in range(1, len(taken) + 2) if (name := plain if n == 1 else f"{plain}-{n}") not in taken)


def _short(said: object) -> str:
    """Take a claim that is shown or compared: a line of words, or nothing."""
    return "".join(letter for letter in said if letter.isprintable()).strip()[:200] if isinstance(said, str) else ""
