"""Keep what someone has half written of a contact that is not recorded yet, so that a call or a crash loses nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.drafts import overtaken
from mash.models import RecordDraft


def keep_record_draft(session: Session, data: Mapping[str, Any], *, by: Actor, at: datetime, turn: str = "") -> None:
    """Keep the newest state of the recording form for its writer, valid or not. ``turn`` as for any draft."""
    if by.user_id is None:
        raise ValueError("Only a person half writes a contact.")
    found = session.get(RecordDraft, by.user_id, with_for_update=True)
    if found is None:
        found = RecordDraft(user_id=by.user_id, data={}, saved_at=at)
        session.add(found)
    if not overtaken(found.data, turn):
        found.data = {**data, "turn": turn}
    found.saved_at = at
    session.flush()


def drop_record_draft(session: Session, *, by: Actor) -> None:
    """Let it go: it was recorded, or its writer starts afresh."""
    session.execute(delete(RecordDraft).where(RecordDraft.user_id == by.user_id))
