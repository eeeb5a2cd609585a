"""Keep what somebody says is wrong or missing in their record beside it. What is recorded is never overwritten.

It is an event of the contact, shown wherever the part of the record that it is about is shown.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.models import Contact, Event

ABOUT = {
    "reported": "What was reported",
    "people": "The people and the home",
    "history": "The history",
    "information": "What partners said",
    "decision": "The decision",
}
KINDS = {
    "disagreement": "They disagree with it",
    "correction": "It is wrong",
    "addition": "Something is missing",
}
OF_A_PART = {
    "referrer": "reported", "words": "reported", "sent": "reported", "receipt": "reported", "home": "people",
    "someone": "people", "relation": "people", "person": "people", "marker": "people", "episode": "history",
    "reply": "information", "fact": "information", "agreement": "information",
}  # fmt: skip
"""What an addendum is about that is made to a part of a request for one's own records; to any other, the decision."""
LONGEST = 4000


class AddendumRefused(Exception):
    """An addendum that says nothing, or not of what. The message is fit for a page."""


def add_addendum(
    session: Session,
    reference: str,
    *,
    about: str,
    kind: str,
    said_by: str,
    text: str,
    by: Actor,
    at: datetime,
    request: int | None = None,
) -> Event:
    """Keep what somebody says of a part of a contact, whatever its state.

    Args:
        request: The request for their own records by which they came to say it, if it was one.

    Raises:
        NotFound: If there is no such contact.
        AddendumRefused: If it says nothing, nobody said it, or it is about no part there is.
    """
    contact = session.scalars(select(Contact).where(Contact.reference == reference)).one_or_none()
    if contact is None:
        raise NotFound(f"There is no contact {reference}.")
    if about not in ABOUT or kind not in KINDS or not said_by.strip() or not text.strip():
        raise AddendumRefused("Say of what it is, who says it, and what they say")
    said = {"about": about, "kind": kind, "said_by": said_by.strip(), "text": text.strip()[:LONGEST]}
    more = {"request": request} if request is not None else {}
    return record_event(session, kind="record.addendum", at=at, by=by, contact_id=contact.id, data=said | more)
