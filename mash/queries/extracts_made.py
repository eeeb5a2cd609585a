"""Every extract there was, by page or by command: who, when, why, how many rows, and what the files hash to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Event, User

SILENT = timedelta(minutes=30)
KINDS = ("extract.asked", "extract.made", "extract.failed", "extract.taken")
MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """One extract.

    Attributes:
        number: The event by which it was asked for, or made if by a command.
        by_id: Who asked; None for a command.
        state: ``writing``, ``made``, ``failed`` or ``stopped``.
        rows, digests: By name of sheet or file; empty until it is made.
        taken: How many times it was taken.
    """

    number: int
    by_id: int | None
    by: str
    at: datetime
    what: str
    first: date | None
    last: date | None
    reason: str
    state: str
    why: str
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    taken: int
    by_page: bool


def extracts_made(session: Session, at: datetime) -> list[Extract]:
    """List extracts, the newest first, as far back as the newest few hundred events about them."""
    events = (
        select(Event, User.name)
        .outerjoin(User, User.id == Event.by_id)
        .where(Event.kind.in_(KINDS))
        .order_by(Event.seq.desc())
        .limit(MOST)
    )
    after: dict[int, dict[str, list[dict[str, Any]]]] = {}
    found = []
    for event, name in session.execute(events):
        said = dict(event.data)
        if "asked" in said:
            after.setdefault(said["asked"], {}).setdefault(event.kind, []).append(said)
        elif event.kind in {"extract.asked", "extract.made"}:
            found.append(_extract(event, name or event.actor, after.get(event.seq, {}), at))
    return found


def _extract(event: Event, by: str, after: Mapping[str, list[dict[str, Any]]], at: datetime) -> Extract:
    by_page = event.kind == "extract.asked"
    made = after.get("extract.made", [{}])[0] if by_page else event.data
    failed = after.get("extract.failed", [{}])[0]
    state = "made" if made else "failed" if failed else "stopped" if at - event.at > SILENT else "writing"
    return Extract(
        number=event.seq,
        by_id=event.by_id,
        by=by,
        at=event.at,
        what=event.data.get("what", ""),
        first=_day(event.data.get("from", "")),
        last=_day(event.data.get("to", "")),
        reason=event.data.get("reason", ""),
        state=state,
        why=failed.get("why", ""),
        rows=made.get("rows", {}),
        digests=made.get("sha256", {}),
        taken=len(after.get("extract.taken", [])),
        by_page=by_page,
    )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
