"""Tell a colleague something on the page they have open. What is told is on the contact's record too."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import UserSession


def tell_colleague(
    session: Session,
    *,
    user_id: int,
    text: str,
    at: datetime,
    detail: str = "",
    link: tuple[str, str] | None = None,
    action: tuple[str, str] | None = None,
) -> bool:
    """Leave a note on every sign-in that someone has open. Return whether there was one.

    Args:
        text: What happened, in a sentence. References, not names of children.
        link, action: Words and an address to open, or to post to.
    """
    note: dict[str, Any] = {"text": text, "kind": "note", "detail": detail, "told": True}
    if link:
        note["link"] = {"words": link[0], "url": link[1]}
    if action:
        note["action"] = {"words": action[0], "url": action[1]}
    open_ones = session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.expires_at > at)
        .order_by(UserSession.id)
        .with_for_update()
    ).all()
    for found in open_ones:
        found.notices = [*found.notices, note]
    session.flush()
    return bool(open_ones)


def take_told(session: Session, *, session_id: int) -> list[Any]:
    """Return what colleagues told, once; what the person's own work left to be said waits for their next page."""
    found = session.get_one(UserSession, session_id)
    told = [notice for notice in found.notices if notice.get("told")]
    found.notices = [notice for notice in found.notices if not notice.get("told")]
    return told
