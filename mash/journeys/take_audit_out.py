"""Note that a part of the audit left the service as a file: who took it, what it was, and what for."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event


def note_audit_out(
    session: Session, *, asked: Mapping[str, str], rows: int, reason: str, by: Actor, at: datetime
) -> None:
    """Note it on the chain, in the transaction before the file is given."""
    record_event(
        session, kind="audit.exported", at=at, by=by, data={"asked": dict(asked), "rows": rows, "reason": reason}
    )
