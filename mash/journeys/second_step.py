"""A sign-in between its two steps: the password was right, the code is still to come. It opens nothing meanwhile."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.journeys import second_factor
from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.pages_secret import Secret
from mash.journeys.sign_in import Attempt, finish, hand_over_held, token_hash
from mash.journeys.throttle import allow, keyed_each
from mash.journeys.users import UserRefused
from mash.models import LoginAttempt, Passkey, SecondFactor, SignInStep, User

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opened:
    """A sign-in that went through. ``codes`` are recovery codes to show once, for someone who has just added an app."""

    token: str
    held: bool
    onward: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A second step that is asked for.

    Attributes:
        secret: What to put into a new app; empty for someone who has an app, or a passkey.
        app: Whether a code from an app is one way on.
        passkeys: Whether a passkey is one.
        onward: Where to go afterwards.
    """

    user_id: int
    username: str
    secret: str
    app: bool
    passkeys: bool
    onward: str


def ask(
    session: Session,
    attempt: Attempt,
    *,
    demanded: Callable[[frozenset[str]], bool],
    before: str,
    onward: str,
    rehash: str | None,
    key: Secret,
    at: datetime,
) -> str | None:
    """Put a sign-in off until its second step, and return the token for the browser; None if none is needed.

    Args:
        demanded: Says whether people of these roles must have an app.
        before: The token the browser held until now, which may stand for a lapsed sign-in.
        onward: Where to go afterwards.
    """
    user = session.get(User, attempt.user_id) if attempt.user_id is not None else None
    if user is None:
        return None
    app = session.get(SecondFactor, user.id)
    if (app is None or not app.confirmed_at) and not _passkeys(session, user.id):
        if not demanded(Actor.of(user).roles):
            return None
        second_factor.begin(session, user_id=user.id, key=key, at=at)
    session.execute(delete(SignInStep).where(SignInStep.expires_at <= at))
    token = secrets.token_urlsafe(32)
    said = {"attempt": attempt.id, "stored": attempt.stored, "rehash": rehash, "before": token_hash(before)}
    session.add(
        SignInStep(
            token_hash=token_hash(token), user_id=user.id, data={**said, "onward": onward}, expires_at=at + LASTS
        )
    )
    return token


def waiting(session: Session, *, token: str, key: Secret, at: datetime) -> Waiting | None:
    """Say what a browser's second step asks for; None if none waits, or it waited too long."""
    step = _step(session, token, at)
    if step is None:
        return None
    app = session.get(SecondFactor, step.user_id)
    ready = app is not None and app.confirmed_at is not None
    passkeys = _passkeys(session, step.user_id)
    secret = "" if ready or passkeys else second_factor.secret_of(session, user_id=step.user_id, key=key)
    if not (ready or passkeys or secret):
        return None
    username = session.get_one(User, step.user_id).username
    return Waiting(step.user_id, username, secret, ready, passkeys, step.data["onward"])


def count(session: Session, *, token: str, network: str, key: Secret, at: datetime) -> int | None:
    """Count a try at the second step, and return its number; None if none waits.

    Raises:
        TooManyTries: If it comes too soon after too many others.
    """
    step = _step(session, token, at)
    if step is None:
        return None
    return count_own(session, user_id=step.user_id, network=network, key=key, at=at)


def count_own(session: Session, *, user_id: int, network: str, key: Secret, at: datetime) -> int:
    """Count a try at somebody's code, and return its number.

    Raises:
        TooManyTries: If it comes too soon after too many others.
    """
    who = keyed_each(key, "second step", f"{user_id}")
    return allow(session, who=who, network=keyed_each(key, "network", network), at=at).id


def check_with_password(session: Session, attempt: Attempt, *, code: str, key: Secret, at: datetime) -> bool:
    """Say whether a code that came with a password is right, and use it up. It is looked for where nobody is known too.

    Whether the password is right is no matter here, so that the time taken tells nothing of it.
    """
    return second_factor.check(session, user_id=attempt.user_id or 0, code=code, key=key, at=at)


def went_well(session: Session, *, tried: int) -> None:
    """Note that a counted try was right, so that the count begins again."""
    session.get_one(LoginAttempt, tried).worked = True


def enter(
    session: Session, *, token: str, code: str, tried: int, device: str, key: Secret, at: datetime
) -> Opened | None:
    """Open the session if the code is right; None if it is not, or nothing waits any more.

    Raises:
        SignInRefused: If the user has left, or their password was changed, since the first step.
    """
    step = _step(session, token, at)
    if step is None:
        return None
    user, codes = session.get_one(User, step.user_id), tuple[str, ...]()
    app = session.get(SecondFactor, user.id)
    if app is not None and not app.confirmed_at and not _passkeys(session, user.id):
        try:
            made = second_factor.confirm(session, user_id=user.id, code=code, key=key, by=Actor.of(user), at=at)
        except UserRefused:
            made = []
        codes, right = tuple(made), bool(made)
    else:
        right = second_factor.check(session, user_id=user.id, code=code, key=key, at=at)
    if not right:
        who = Actor.system("sign-in")
        record_event(session, kind="sign_in.refused", at=at, by=who, data={"user": user.id, "step": 2})
        return None
    went_well(session, tried=tried)
    said = step.data
    session.delete(step)
    attempt = Attempt(said["attempt"], user.id, said["stored"])
    opened = finish(session, attempt, rehash=said["rehash"], device=device, at=at)
    held = hand_over_held(session, known_by=said["before"], token=opened)
    return Opened(opened, held, said["onward"], codes)


def _passkeys(session: Session, user_id: int) -> bool:
    return session.scalar(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)) is not None


def _step(session: Session, token: str, at: datetime) -> SignInStep | None:
    step = session.get(SignInStep, token_hash(token), with_for_update=True) if token else None
    return step if step is not None and step.expires_at > at else None
