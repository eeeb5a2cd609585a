"""The first administrator of a new installation, let in by a code that whoever runs the server prints.

The code is signed with our key and says until when it counts. It counts only while nobody can manage users, so it works
once, and no user is there by default.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.users import UserRefused, make_user
from mash.models import EventHead, User
from mash.queries.apart import administrators

LASTS = timedelta(minutes=30)
NO_MORE = "This link has expired or has been used. Print a new one with: mash users first-admin"


def code_for(session: Session, *, key: str, at: datetime) -> str:
    """Make the code.

    Raises:
        UserRefused: If somebody can manage users already.
    """
    if _somebody(session):
        raise UserRefused("username", "Somebody can manage users already. Ask them, or see: mash users list")
    until = f"{int((at + LASTS).timestamp())}"
    return f"{until}-{_signed(until, key)}"


def counts(session: Session, code: str, *, key: str, at: datetime) -> bool:
    """Say whether a code may still be used."""
    until, _, signature = code.partition("-")
    genuine = hmac.compare_digest(signature.encode(), _signed(until, key).encode())
    return genuine and at < datetime.fromtimestamp(int(until), UTC) and not _somebody(session)


def make_first(session: Session, code: str, *, username: str, name: str, password: str, key: str, at: datetime) -> User:
    """Add the first administrator.

    Raises:
        UserRefused: If the code does not count, or the username is taken.
        PasswordRefused: If the password is not good enough.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update()).scalar_one()  # one at a time
    if not counts(session, code, key=key, at=at):
        raise UserRefused("username", NO_MORE)
    by = Actor.system("first-admin")
    return make_user(session, username=username, name=name, roles=["admin"], password=password, by=by, at=at)


def _somebody(session: Session) -> bool:
    return bool(administrators(session))


def _signed(until: str, key: str) -> str:
    return hmac.new(key.encode(), f"first-admin:{until}".encode(), hashlib.sha256).hexdigest()
