"""What someone has half written of a contact that is not recorded yet. Only its writer reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mash.models import RecordDraft


def record_draft(session: Session, user_id: int) -> tuple[Mapping[str, Any], datetime] | None:
    """Give the draft and when it was kept; None if there is none."""
    found = session.get(RecordDraft, user_id)
    return (found.data, found.saved_at) if found else None
