"""Keep who looked at what. Every page about a contact writes a row in the request that shows it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.models import Viewing


def seen(session: Session, contact_id: int | None, page: str, by: Actor, at: datetime) -> None:
    """Note that someone looked at a page about a contact, or, with no contact, at a page about many.

    Args:
        page: A short code. ``workspace`` shows the history, and is what lets someone ask partners.
    """
    seen_all(session, [contact_id], page, by, at)


def seen_all(session: Session, contact_ids: Iterable[int | None], page: str, by: Actor, at: datetime) -> None:
    """Note that someone looked at a page that told of each of these contacts."""
    rows = [{"user_id": by.user_id, "contact_id": contact_id, "page": page, "at": at} for contact_id in contact_ids]
    if rows:
        session.execute(insert(Viewing), rows)
