"""Add a child to a contact: a brother or sister found later, or one who was not known at first."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.people import PersonGiven, person_for
from mash.journeys.practice import LONDON
from mash.journeys.receive import ChildGiven
from mash.journeys.receive import add_child as put_on
from mash.journeys.running_clocks import place_in_queue
from mash.journeys.stand_aside import stand_aside
from mash.models import ChildOnContact
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.words import Role, State

OPEN = frozenset({"received", "screened", "rated", "waiting_for_information", "with_manager", "reopened"})
ON_DUTY = frozenset({Role.CONTACT_OFFICER.value, Role.PRACTITIONER.value, Role.MANAGER.value})


def add_child(
    session: Session, reference: str, given: PersonGiven, *, version: int, by: Actor, at: datetime
) -> ChildOnContact:
    """Put one more child on an open contact. A contact with a decision is reopened first, or a new one is recorded.

    Raises:
        MoveRefused: If the actor is not on duty here, the contact is not open, or nothing says who the child is.
    """
    contact = contact_for_change(session, reference, version=version)
    lacking = {
        "This is for the front door: add a child.": bool(by.roles & ON_DUTY),
        "This contact is not open. Reopen it, or record a new contact about the child.": contact.state in OPEN,
        "Say who the child is: a name, or a few words such as 'boy about 6'.": bool(
            given.forename or given.surname or given.descriptor or given.unborn
        ),
    }
    if objections := tuple(sentence for sentence, done in lacking.items() if not done):
        raise MoveRefused(Move.SCREEN, State(contact.state), objections)
    person = person_for(session, given, kind="child", at=at, day=contact.received_at.astimezone(LONDON).date())
    place = len(contact.children) + 1
    child = put_on(session, contact, person, ChildGiven(person=given), position=place, by=by, at=at)
    session.refresh(contact, ["children"])
    place_in_queue(session, contact)
    said = {"child": child.id, "place": place}
    record_event(session, kind="contact.child_added", at=at, by=by, contact_id=contact.id, data=said)
    stand_aside(session, [contact.id], by=by, at=at)  # it may be of a family that whoever holds it declared
    return child
