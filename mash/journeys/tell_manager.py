"""Tell a manager of a red at once, before anything else is decided. What is left to say stays open."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import place_in_queue
from mash.journeys.situations import situation_of
from mash.journeys.triage import RatingGiven, rate_children
from mash.models import Contact
from mash.workflow.contact import Move, MoveRefused, advance, may
from mash.workflow.words import State


def tell_manager(
    session: Session,
    reference: str,
    child_ids: tuple[int, ...],
    *,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Rate children red and put the contact before a manager, with nothing recommended yet.

    Where other children still need something said before a manager can be asked to decide, the rating alone tells
    the manager: the contact is on the red board from now on.

    Raises:
        Stale: If the contact changed since the page was made.
        MoveRefused: If a child is not on the contact, or the actor may not rate.
    """
    contact = contact_for_change(session, reference, version=version)
    if not child_ids or not {child.id for child in contact.children}.issuperset(child_ids):
        raise MoveRefused(Move.RATE, State(contact.state), ("Select Red for a child on this contact.",))
    red = tuple(RatingGiven(child_id=child, value="red") for child in child_ids)
    rate_children(session, contact, red, by=by, at=at, practice=practice)
    situation = situation_of(session, contact, by=by, at=at, practice=practice)
    if contact.state != State.WITH_MANAGER and not may(situation, Move.RECOMMEND):
        contact.state = advance(situation, Move.RECOMMEND)
    place_in_queue(session, contact)
    record_event(
        session, kind="contact.manager_told", at=at, by=by, contact_id=contact.id, data={"children": list(child_ids)}
    )
    return contact
