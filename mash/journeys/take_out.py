"""Note that a list of contacts left the service, on paper or as a file: who took it, what it was, and what for."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.views import seen_all

KINDS = {"print": "list.printed", "csv": "list.exported"}


def note_taken_out(
    session: Session,
    way: str,
    contact_ids: Iterable[int],
    *,
    asked: Mapping[str, str],
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Note a list taken out by ``print`` or ``csv``, as one event and as a viewing of every contact on it."""
    ids = list(contact_ids)
    said = {"list": "queue", "asked": dict(asked), "reason": reason, "contacts": len(ids)}
    record_event(session, kind=KINDS[way], at=at, by=by, data=said)
    seen_all(session, ids, way, by, at)
