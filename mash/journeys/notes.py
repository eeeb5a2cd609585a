"""Add a dated note to a contact. What was decided is never edited; a correction stands beside it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.models import Contact, Event
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.words import State

LONGEST_NOTE = 4000


def add_note(session: Session, reference: str, text: str, *, by: Actor, at: datetime) -> Event:
    """Keep a note, whatever the state of the contact. It changes nothing that is decided.

    Raises:
        NotFound: If there is no such contact.
        MoveRefused: If nothing was written.
    """
    contact = session.scalars(select(Contact).where(Contact.reference == reference)).one_or_none()
    if contact is None:
        raise NotFound(f"There is no contact {reference}.")
    if not text.strip():
        raise MoveRefused(Move.SCREEN, State(contact.state), ("Write the note.",))
    said = {"text": text.strip()[:LONGEST_NOTE]}
    return record_event(session, kind="contact.note", at=at, by=by, contact_id=contact.id, data=said)
