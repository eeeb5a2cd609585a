"""Slow down whoever opens pages that need no sign-in faster than anybody reads, a network at a time, and gently."""

from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mash.journeys.throttle import TooManyTries, keyed
from mash.models import OpenPageCount

A_MINUTE = 240
"""How many pages a network may open in a minute: a whole council may come by one."""


def count_page(session: Session, *, network: str, key: str, at: datetime) -> None:
    """Count a page opened by somebody who is not signed in.

    Raises:
        TooManyTries: If its network has opened as many in this minute as it may. It may go on in the next.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    minute, second = divmod(int(at.timestamp()), 60)
    counted = session.execute(
        insert(OpenPageCount)
        .values(network=keyed(key, "open pages", network), minute=minute, opened=1)
        .on_conflict_do_update(index_elements=["network", "minute"], set_={"opened": OpenPageCount.opened + 1})
        .returning(OpenPageCount.opened)
    ).scalar_one()
    if counted > A_MINUTE:
        raise TooManyTries(timedelta(seconds=60 - second))
