"""Keep what someone has half written of a contact that is not recorded yet, so that a call or a crash loses nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.drafts import overtaken
from mash.journeys.submit_once import was_sent
from mash.models import RecordDraft, User


def keep_record_draft(
    session: Session,
    data: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    turn: str = "",
    tokens: Sequence[str] = (),
) -> None:
    """Keep the newest state of the recording form, valid or not. ``turn`` and ``tokens`` as for any draft."""
    if by.user_id is None:
        raise ValueError("Only a person half writes a contact.")
    _one_at_a_time(session, by)
    found = session.get(RecordDraft, by.user_id, with_for_update=True)
    if found is None:
        if was_sent(session, tokens):
            return
        found = RecordDraft(user_id=by.user_id, data={}, saved_at=at)
        session.add(found)
    if not overtaken(found.data, turn):
        found.data = {**data, "turn": turn}
    found.saved_at = at
    session.flush()


def drop_record_draft(session: Session, *, by: Actor) -> None:
    """Let it go: it was recorded, or its writer starts afresh."""
    _one_at_a_time(session, by)
    session.execute(delete(RecordDraft).where(RecordDraft.user_id == by.user_id))


def _one_at_a_time(session: Session, by: Actor) -> None:
    """Let a draft wait for the writer's own recording, or the other way round; others may act meanwhile."""
    session.execute(select(User.id).where(User.id == by.user_id).with_for_update(key_share=True))
