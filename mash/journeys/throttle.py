"""Slow down guessing, before any password is hashed, and never lock anyone out.

Tries are counted by account, by network, and apart for a browser that has signed in to the account before. So a
stranger who hammers someone's name slows the strangers, not the person at their own desk. Nor at another: who enters a
code from their app with the password is counted by account and network together, as guessing both at once gets nowhere.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mash.journeys.pages_secret import Secret, each
from mash.models import LoginAttempt

WINDOW = timedelta(hours=1)
FREE_BY_ACCOUNT, FREE_BY_NETWORK = 5, 40
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=5)


class TooManyTries(Exception):
    """Wait, then try again. ``wait`` is how long; ``by_network`` says whether this network tried too often."""

    def __init__(self, wait: timedelta, *, by_network: bool = True) -> None:
        super().__init__(f"Too many tries. Wait {_words(wait)}, then try again.")
        self.wait = wait
        self.by_network = by_network


def keyed(key: str, kind: str, what: str) -> str:
    """Hash a name or an address with our key, so that the table of tries names nobody."""
    return hmac.new(key.encode(), f"{kind}:{what}".encode(), hashlib.sha256).hexdigest()


def keyed_each(key: Secret, kind: str, what: str) -> tuple[str, ...]:
    """Hash it with each key that counts, the one in use first, so that a change of key forgets no try."""
    return tuple(keyed(one, kind, what) for one in each(key))


def allow(session: Session, *, who: tuple[str, ...], network: tuple[str, ...], at: datetime) -> LoginAttempt:
    """Count this try as a failed one, unless told otherwise later, so that tries at the same moment count too.

    Args:
        who: The hashes that it may have been counted under before, the one to count it under now first.
        network: The same of where it came from.

    Raises:
        TooManyTries: If it comes too soon after too many others. Such a try is not counted.
    """
    by_account = _wait(session, LoginAttempt.who.in_(who), FREE_BY_ACCOUNT, at)
    by_network = _wait(session, LoginAttempt.network.in_(network), FREE_BY_NETWORK, at)
    if (longest := max(by_account, by_network)) > timedelta(0):
        raise TooManyTries(longest, by_network=by_network > timedelta(0))
    attempt = LoginAttempt(who=who[0], network=network[0], at=at, worked=False)
    session.add(attempt)
    session.flush()
    return attempt


def _wait(session: Session, whose: ColumnElement[bool], free: int, at: datetime) -> timedelta:
    """Say how long is left to wait: each failure past the free ones doubles the wait, up to the longest."""
    worked_at: datetime | None = session.scalar(select(func.max(LoginAttempt.at)).where(whose, LoginAttempt.worked))
    since = max(at - WINDOW, worked_at) if worked_at else at - WINDOW
    last: datetime | None
    failures, last = session.execute(
        select(func.count(), func.max(LoginAttempt.at)).where(whose, LoginAttempt.at > since, ~LoginAttempt.worked)
    ).one()
    if failures < free or last is None:
        return timedelta(0)
    wait: timedelta = min(FIRST_WAIT * 2 ** min(failures - free, 10), LONGEST_WAIT)
    return max(last + wait - at, timedelta(0))


def _words(wait: timedelta) -> str:
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    if seconds < 60:
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    minutes = -(-seconds // 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
