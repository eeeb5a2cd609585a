"""Keep what someone has half written, valid or not, so that nothing typed is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.share_out import hold_on
from mash.models import Draft

LARGEST = 200_000


def keep_draft(
    session: Session, *, contact_id: int, form: str, data: Mapping[str, Any], by: Actor, at: datetime
) -> Draft:
    """Keep the newest state of a form for its writer.

    Raises:
        ValueError: If it is larger than any form of ours can be.
    """
    if sum(len(str(value)) for value in data.values()) > LARGEST:
        raise ValueError("This is too much to keep as a draft.")
    found = session.scalars(
        select(Draft).where(Draft.user_id == by.user_id, Draft.contact_id == contact_id, Draft.form == form)
    ).one_or_none()
    if found is None:
        found = Draft(user_id=by.user_id, contact_id=contact_id, form=form, data={}, saved_at=at)
        session.add(found)
    found.data, found.saved_at = dict(data), at
    session.flush()
    hold_on(session, contact_id, by=by, at=at)
    return found


def drop_draft(session: Session, *, contact_id: int, form: str, by: Actor) -> None:
    """Let a draft go once what it held has been recorded."""
    session.execute(
        delete(Draft).where(Draft.user_id == by.user_id, Draft.contact_id == contact_id, Draft.form == form)
    )
