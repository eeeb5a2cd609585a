"""What holds when a contact is closed as information only: somebody looked for a worry, and nothing worse is hidden."""

from typing import Any

import pytest

from mash.journeys.inform import inform
from mash.models import Contact
from mash.workflow.contact import MoveRefused
from tests.journeys.front_door import FrontDoor


def closed(door: FrontDoor, contact: Contact, **told: Any) -> Contact:
    """Close a contact as information only, with sound answers but for what is told."""
    answers: dict[str, Any] = {
        "contact_type": "statutory_check",
        "outcome": "information_given",
        "answer": "Told the court that no records are held.",
        "no_worry_confirmed": True,
        "by": door.actor("contact_officer"),
    }
    return inform(door.session, contact.reference, **(answers | told), **door.told(contact))


def test_a_contact_officer_closes_information_for_every_child(door: FrontDoor) -> None:
    contact = closed(door, door.contact({}, {}))
    assert (contact.state, contact.queue_rank, contact.type_at_decision) == ("closed", None, "statutory_check")
    assert {child.outcome for child in contact.children} == {"information_given"}
    assert not door.running(contact) & {"social-care", "early-help", "red"}


def test_nobody_closes_without_having_looked_for_a_worry(door: FrontDoor) -> None:
    with pytest.raises(MoveRefused, match="Confirm there is no worry about a child"):
        closed(door, door.contact({}), no_worry_confirmed=False)


def test_what_was_done_is_said(door: FrontDoor) -> None:
    with pytest.raises(MoveRefused, match="Say what you did"):
        closed(door, door.contact({}), answer="  ")


def test_a_red_is_never_closed_as_information(door: FrontDoor) -> None:
    contact = door.contact({})
    door.rate(contact, "red")
    with pytest.raises(MoveRefused, match="rated red"):
        closed(door, contact)


@pytest.mark.parametrize("outcome", ["no_further_action", "early_help", "child_and_family_assessment"])
def test_only_information_advice_or_signposting_close_this_way(door: FrontDoor, outcome: str) -> None:
    with pytest.raises(MoveRefused, match="Only information, advice or signposting"):
        closed(door, door.contact({}), outcome=outcome)


def test_a_decided_contact_is_not_closed_again(door: FrontDoor) -> None:
    contact = closed(door, door.contact({}))
    with pytest.raises(MoveRefused, match="does not follow"):
        closed(door, contact)
