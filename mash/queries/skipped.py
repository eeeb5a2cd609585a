"""Which contacts someone skipped lately, and so is not offered next while anything else is left. Others are."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists

from mash.models import Contact, Event

SKIPPED = "contact.skipped"
SKIPPED_FOR = timedelta(hours=1)


def skipped_by(user_id: int | None, at: datetime) -> ColumnElement[bool]:
    """Say of a contact whether this person skipped it within the hour. Its place in the queue is as it was."""
    lately = Event.contact_id == Contact.id, Event.kind == SKIPPED, Event.by_id == user_id, Event.at > at - SKIPPED_FOR
    return exists().where(*lately)
