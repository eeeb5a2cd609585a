"""A link by which somebody chooses a password: for someone new, or who has forgotten theirs. Nobody else ever knows it.

The link is signed with our key over the password that is kept now, so that it works once, and only the last one given.
Second steps stay as they are: whoever finds a link can choose a password and still not come in.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys import passwords
from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.sign_in import end_sessions
from mash.journeys.users import UserRefused, user_by
from mash.models import EventHead, User

LASTS = timedelta(hours=24)
NO_MORE = "This link has expired or has been used. Ask an administrator for a new one"


def give_link(session: Session, *, user_id: int, key: str, by: Actor, at: datetime) -> str:
    """Return the last part of a link for somebody. The password they had opens nothing now, and their sign-ins end.

    Raises:
        NotFound: If there is no such user.
        UserRefused: If they have left.
    """
    user = user_by(session, user_id)
    if not user.active:
        raise UserRefused("username", "They cannot sign in. Let them sign in again first")
    user.password_hash = passwords.hashed(secrets.token_urlsafe(32))
    user.must_change_password = False
    end_sessions(session, user_id=user.id, by=by, at=at)
    record_event(session, kind="user.password_link", at=at, by=by, data={"user": user.id})
    said = f"{user.id}-{int((at + LASTS).timestamp())}"
    return f"{said}-{_signed(said, user, key)}"


def whose(session: Session, code: str, *, key: str, at: datetime) -> User | None:
    """Return who may choose a password by a link; None if it does not count."""
    number, _, rest = code.partition("-")
    until, _, signature = rest.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19 and signature.isascii()):
        return None
    user = session.get(User, int(number))
    if user is None or not user.active:
        return None
    genuine = hmac.compare_digest(signature, _signed(f"{number}-{until}", user, key))
    return user if genuine and at < datetime.fromtimestamp(int(until), UTC) else None


def choose(session: Session, code: str, *, password: str, key: str, at: datetime) -> User:
    """Keep the password that somebody chose by their link, which counts no more.

    Raises:
        UserRefused: If the link does not count.
        PasswordRefused: If the password is not good enough.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())  # one at a time
    user = whose(session, code, key=key, at=at)
    if user is None:
        raise UserRefused("new", NO_MORE)
    user.password_hash = passwords.keep(password, username=user.username)
    record_event(session, kind="user.password_chosen", at=at, by=Actor.of(user), data={"user": user.id})
    return user


def _signed(said: str, user: User, key: str) -> str:
    return hmac.new(key.encode(), f"password:{said}:{user.password_hash}".encode(), hashlib.sha256).hexdigest()
