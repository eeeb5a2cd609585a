"""Keep what a form says is known of the children on a contact, each child's facts by themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.practice import Practice
from mash.journeys.triage import Seen, observe
from mash.models import Contact


def note_facts(
    session: Session,
    contact_id: int,
    said: Mapping[int, Mapping[str, Any]],
    *,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> int:
    """Keep facts about children of one contact, by the child's id and the fact's code.

    Returns:
        How many facts changed.

    Raises:
        NotFound: If there is no such contact.
        FactsRefused: If something said cannot be a fact; nothing is kept.
    """
    contact = session.get(Contact, contact_id, with_for_update={"key_share": True})  # before the chain, as all do
    if contact is None:
        raise NotFound("There is no such contact.")
    return sum(
        observe(
            session,
            child,
            tuple(Seen(code=code, value=value) for code, value in said.get(child.id, {}).items()),
            by=by,
            at=at,
            practice=practice,
        )
        for child in contact.children
    )
