"""A replay whose process ended is run again from the start: the same history gives the same bytes, so nothing is lost.

Whoever takes it up does so once: the row says when it was last heard of, and only one can move that on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash.db import Database, reading, transaction
from mash.journeys.run_replay import Asked, run_replay
from mash.models import Replay
from mash.queries.rule_books import book_with_drafts
from mash.replay.compare import Period
from mash.rules import RuleBook, VersionRefused

SILENT = timedelta(minutes=5)
"""How long a replay that runs may say nothing before its process must have ended."""
GIVEN_UP = timedelta(hours=6)
"""How long after it was asked for one that ends without a result is tried again."""
GONE = "A version has changed since this was asked for, so it was not run again. Run a new replay."
TOO_OFTEN = "It ended without a result each time it was run for six hours, and nothing of it was kept."


def take_up(session: Session, at: datetime) -> int | None:
    """Take up the oldest replay that has fallen silent, and return its number; None if there is none left."""
    silent = (
        select(Replay.id, Replay.seen_at, Replay.asked_at)
        .where(Replay.state == "running", Replay.seen_at < at - SILENT)
        .order_by(Replay.id)
    )
    for number, seen_at, asked_at in session.execute(silent).all():
        mine = update(Replay).where(Replay.id == number, Replay.state == "running", Replay.seen_at == seen_at)
        if asked_at < at - GIVEN_UP:
            session.execute(mine.values(state="failed", wrong=TOO_OFTEN, finished_at=at))
        elif session.execute(mine.values(seen_at=at, done=0, total=0).returning(Replay.id)).first():
            return int(number)
    return None


def resume_replay(database: Database, rulebook: RuleBook, clock: Callable[[], datetime]) -> int | None:
    """Run the oldest replay that fell silent again, and return its number; None if there is none."""
    with transaction(database) as session:
        number = take_up(session, clock())
    if number is None:
        return None
    with reading(database) as session:
        row = session.get_one(Replay, number)
        book = book_with_drafts(session, rulebook)
        period = Period(*(day.isoformat() if day else None for day in (row.since, row.until)))
        wanted = ((row.baseline_id, row.baseline_hash), (row.candidate_id, row.candidate_hash))
    try:
        found = [book.get(id) for id, _ in wanted]
    except VersionRefused:
        found = []
    if [(one.id, one.content_hash) for one in found] != list(wanted):
        with transaction(database) as session:
            gone = update(Replay).where(Replay.id == number, Replay.state == "running")
            session.execute(gone.values(state="failed", wrong=GONE, finished_at=clock()))
        return number
    run_replay(database, book, number, Asked(found[0], found[1], period), clock)
    return number
