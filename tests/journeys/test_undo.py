"""What holds of taking a decision back: it is a new event, nobody hears of what was undone, and later it is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mash.journeys import finish
from mash.journeys.tell_referrer import tell_referrer
from mash.models import Contact, Decision, Event, Message
from mash.workflow.contact import MoveRefused
from tests.journeys.front_door import FrontDoor

EMAIL = "invented@school.example"


def decided(door: FrontDoor, **told: Any) -> Contact:
    """Decide a contact from a school that can be written to."""
    contact = door.contact({}, **({"referrer_email": EMAIL, "source_code": "2A"} | told))
    door.decide(contact, door.choice(contact))
    return contact


def messages(door: FrontDoor, contact: Contact) -> list[Message]:
    rows = select(Message).where(Message.contact_id == contact.id).order_by(Message.id)
    return list(door.session.scalars(rows))


def undo(door: FrontDoor, contact: Contact, minutes: float = 2) -> None:
    at = door.now + timedelta(minutes=minutes)
    finish.undo(door.session, contact.reference, by=door.practitioner, at=at, practice=door.practice)


def tell(door: FrontDoor, contact: Contact, way: str = "telephone", note: str = "") -> None:
    told: dict[str, Any] = {"version": contact.version, "by": door.practitioner, "at": door.now + timedelta(minutes=1)}
    tell_referrer(door.session, contact.reference, what="outcome", way=way, note=note, **told)


def test_a_decision_writes_a_message_and_holds_it(door: FrontDoor) -> None:
    (message,) = messages(door, decided(door))
    assert (message.state, message.to, message.hold_until) == ("waiting", EMAIL, door.now + timedelta(minutes=5))
    assert "child and family assessment" in message.body


def test_the_message_names_no_child_and_tells_the_public_no_outcome(door: FrontDoor) -> None:
    professional = messages(door, decided(door))[0]
    public = messages(door, decided(door, source_code="1B"))[0]
    for message in (professional, public):
        assert "Ada" not in message.subject + message.body
        assert "Sample" not in message.subject + message.body
    assert "assessment" not in public.body


@pytest.mark.parametrize("told", [{"referrer_email": ""}, {"referrer_identity": "anonymous", "source_code": "9"}])
def test_whoever_cannot_be_written_to_is_not(door: FrontDoor, told: dict[str, str]) -> None:
    assert messages(door, decided(door, **told)) == []


def test_undoing_withdraws_the_message_and_keeps_both_events(door: FrontDoor) -> None:
    contact = decided(door)
    undo(door, contact)
    assert (messages(door, contact)[0].state, messages(door, contact)[0].sent_at) == ("cancelled", None)
    events = door.events(contact)
    assert events.index("child.decided") < events.index("message.withdrawn") < events.index("contact.undone")
    said = door.session.scalars(select(Event).where(Event.kind == "contact.undone")).one()
    assert said.data["message_withdrawn"] is True
    assert said.by_id == door.practitioner.user_id
    assert [row.status for row in door.session.scalars(select(Decision))] == ["replaced"]


def test_deciding_again_writes_a_new_message(door: FrontDoor) -> None:
    contact = decided(door)
    undo(door, contact)
    door.decide(contact, door.choice(contact, route="early_help"))
    assert [message.state for message in messages(door, contact)] == ["cancelled", "waiting"]
    assert "early help" in messages(door, contact)[1].body


def test_after_five_minutes_it_is_refused_and_the_message_stays(door: FrontDoor) -> None:
    contact = decided(door)
    with pytest.raises(MoveRefused, match="It is too late to undo this: that is open for five minutes"):
        undo(door, contact, 5.1)
    assert (contact.state, messages(door, contact)[0].state) == ("decided", "waiting")


def test_once_the_referrer_was_told_it_is_not_undone(door: FrontDoor) -> None:
    contact = decided(door)
    tell(door, contact)
    assert messages(door, contact)[0].state == "sent"
    with pytest.raises(MoveRefused, match="The referrer was told what was decided"):
        undo(door, contact)


def test_a_referrer_who_cannot_be_told_is_sent_nothing(door: FrontDoor) -> None:
    contact = decided(door)
    tell(door, contact, "cannot", "The address does not exist.")
    assert messages(door, contact)[0].state == "cancelled"


def test_reopening_withdraws_what_was_not_sent(door: FrontDoor) -> None:
    contact = decided(door)
    finish.reopen(door.session, contact.reference, reason="New facts.", by=door.manager, **door.told(contact))
    assert messages(door, contact)[0].state == "cancelled"
