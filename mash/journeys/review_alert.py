"""Review a privacy alert: explained, or taken further; with a note, by somebody else than whom it is about."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.models import PrivacyAlert, PrivacyReview


class AlertRefused(Exception):
    """A review that cannot be kept; the message is a sentence fit for a page."""


def review_alert(session: Session, alert_id: int, *, answer: str, note: str, by: Actor, at: datetime) -> None:
    """Keep what somebody made of an alert.

    Args:
        answer: ``explained`` or ``raised``.

    Raises:
        NotFound: If there is no such alert, or it is about the reviewer, to whom it is not told of.
        AlertRefused: If it was reviewed already, or no note says why.
    """
    alert = session.get(PrivacyAlert, alert_id, with_for_update=True)
    if alert is None or alert.user_id == by.user_id:
        raise NotFound("There is no such alert.")
    if session.get(PrivacyReview, alert_id) is not None:
        raise AlertRefused("Somebody reviewed this alert already.")
    if not note.strip():
        raise AlertRefused("Write what you found.")
    session.add(PrivacyReview(alert_id=alert_id, answer=answer, note=note.strip(), by_id=by.user_id, at=at))
    session.flush()
    said = {"alert": alert_id, "answer": answer, "note": note.strip()}
    record_event(session, kind="privacy.reviewed", at=at, by=by, data=said)
