"""Freeze the history that replay runs on: only what is new or changed since the last time, some children at a time."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mash.db import Database, reading, transaction
from mash.models import HistorySegment
from mash.queries.past import FORM, episodes_mark, later_of, past_of, segment_marks
from mash.replay.past import RECEIVED, frozen, with_later
from mash.replay.tight import read_frame, tight

LONGEST_LATER = timedelta(days=367)
FREEZING = 7240418
"""The number of the lock that is held while a segment is frozen; mash/migrate.py has the one before it."""


def freeze_history(database: Database, *, told: Callable[[int, int], None] | None = None) -> int:
    """Bring the frozen history up to date, a transaction for each segment, and return how many were frozen again.

    A segment that is new or whose decisions changed is read anew. What came later is told anew for it, and for those
    whose children could have come back in what changed. Stopped half-way, what is done stays and the rest is done next.
    """
    _drop_other_forms(database)
    with reading(database) as session:
        marks, episodes = segment_marks(session), episodes_mark(session)
        known = HistorySegment.number, HistorySegment.mark, HistorySegment.episodes, HistorySegment.last_day
        kept = {row.number: row for row in session.execute(select(*known))}
    stale = [number for number, mark in sorted(marks.items()) if number not in kept or kept[number].mark != mark]
    first_change = date.max
    for done, number in enumerate(stale):
        if told is not None:
            told(done, len(stale))
        with transaction(database) as session:
            _one_at_a_time(session)
            first_change = min(first_change, _freeze(session, number, marks[number], episodes))
    rest = [
        number
        for number, row in sorted(kept.items())
        if number in marks
        and number not in stale
        and (row.episodes != episodes or row.last_day + LONGEST_LATER >= first_change)
    ]
    for done, number in enumerate(rest):
        if told is not None:
            told(done, len(rest))
        with transaction(database) as session:
            _one_at_a_time(session)
            _tell_later(session, number, episodes)
    if gone := [number for number in kept if number not in marks]:
        with transaction(database) as session:
            _one_at_a_time(session)
            session.execute(delete(HistorySegment).where(HistorySegment.number.in_(gone)))
    return len(stale) + len(rest)


def _drop_other_forms(database: Database) -> None:
    """Drop what was kept in another form at once: beside what is kept now, its children would count twice."""
    other = HistorySegment.mark.not_like(f"{FORM} %")
    with reading(database) as session:
        if session.scalars(select(HistorySegment.number).where(other).limit(1)).first() is None:
            return
    with transaction(database) as session:
        _one_at_a_time(session)
        session.execute(delete(HistorySegment).where(other))


def _one_at_a_time(session: Session) -> None:
    """Wait for whoever else is freezing, to the end of the transaction. Embedded, only one ever writes."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(FREEZING)))


def _freeze(session: Session, number: int, mark: str, episodes: str) -> date:
    """Freeze one segment and return the first day its children were received."""
    frame = frozen(past_of(session, number))
    frame = with_later(frame, later_of(session, number, frame.keys))
    days = frame.column(RECEIVED).values
    session.execute(delete(HistorySegment).where(HistorySegment.number == number))
    if not days:
        return date.max
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    session.add(
        HistorySegment(
            number=number,
            children=frame.size,
            first_day=first,
            last_day=last,
            mark=mark,
            episodes=episodes,
            digest=frame.digest(),
            content=tight(frame),
        )
    )
    return first


def _tell_later(session: Session, number: int, episodes: str) -> None:
    row = session.get_one(HistorySegment, number)
    frame = read_frame(row.content, row.digest)
    told = with_later(frame, later_of(session, number, frame.keys))
    row.episodes, row.digest, row.content = episodes, told.digest(), tight(told)
