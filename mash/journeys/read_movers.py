"""Read a child whom a replay moves, and say which version is right about them."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.models import MoverReading, Replay
from mash.queries.replays import child_of


def read_mover(
    session: Session, replay: int, child: int, *, verdict: str, reason: str, by: Actor, at: datetime
) -> MoverReading:
    """Keep a reader's verdict on a child of a replay; an earlier one of theirs stays on record.

    Args:
        verdict: ``draft``, ``in_force`` or ``neither``: who is right.

    Raises:
        NotFound: If the child is not in that replay, or not for this reader.
    """
    found = session.get(Replay, replay)
    if by.user_id is None or found is None or child_of(session, replay, child, by.roles) is None:
        raise NotFound("There is no such child in this replay.")
    kept = MoverReading(replay_id=replay, child_id=child, verdict=verdict, reason=reason, by_id=by.user_id, at=at)
    session.add(kept)
    data = {"replay": replay, "child": child, "verdict": verdict, "reason": reason}
    record_event(session, kind="replay.child_read", at=at, by=by, data=data)
    return kept
