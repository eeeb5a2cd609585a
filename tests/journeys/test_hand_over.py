"""What holds when work is handed over: two sides, the child stays the sender's until somebody accepts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mash.journeys import finish, hand_over
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.models import Contact
from mash.workflow.contact import MoveRefused
from tests.journeys.front_door import FrontDoor

TEAM = "Assessment team"


@pytest.fixture
def receiver(door: FrontDoor) -> Actor:
    """Someone in the team that receives assessments."""
    return replace(door.actor("receiving_team"), team=TEAM)


@pytest.fixture
def offered(door: FrontDoor) -> Contact:
    """Decide on an assessment, which offers the child to its team."""
    contact = door.contact({})
    door.decide(contact, door.choice(contact))
    return contact


def test_a_decision_offers_the_child_and_the_contact_stays_ours(door: FrontDoor, offered: Contact) -> None:
    assert [(offer.to_team, offer.state) for offer in door.offers(offered)] == [(TEAM, "offered")]
    assert offered.state == "decided"
    with pytest.raises(MoveRefused, match="until it is, the child is yours"):
        finish.close(door.session, offered.reference, by=door.practitioner, **door.told(offered))


def test_accepting_hands_the_contact_over(door: FrontDoor, offered: Contact, receiver: Actor) -> None:
    child = offered.children[0].id
    hand_over.accept(door.session, offered.reference, child, lead="Jo", by=receiver, **door.told(offered))
    assert (offered.state, offered.children[0].hand_over) == ("handed_over", "accepted")
    assert door.offers(offered)[0].lead == "Jo"


def test_another_team_can_neither_accept_nor_learn_of_it(door: FrontDoor, offered: Contact, receiver: Actor) -> None:
    stranger = replace(receiver, team="Early help hub")
    with pytest.raises(NotFound):
        hand_over.accept(
            door.session, offered.reference, offered.children[0].id, lead="", by=stranger, **door.told(offered)
        )


def test_declining_needs_a_reason_and_leaves_the_child_with_us(
    door: FrontDoor, offered: Contact, receiver: Actor
) -> None:
    child = offered.children[0].id
    with pytest.raises(MoveRefused, match="Give a reason"):
        hand_over.decline(door.session, offered.reference, child, reason="", by=receiver, **door.told(offered))
    told = door.told(offered)
    hand_over.decline(door.session, offered.reference, child, reason="Lives elsewhere.", by=receiver, **told)
    assert (offered.state, offered.children[0].hand_over) == ("decided", "declined")
    told = door.told(offered) | {"to_team": "Assessment team north"}
    hand_over.offer(door.session, offered.reference, child, by=door.practitioner, **told)
    assert [offer.to_team for offer in door.offers(offered)] == [TEAM, "Assessment team north"]


def test_early_help_is_offered_only_with_agreement(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, route="early_help", agreement="unable_to_ask", level=2))
    assert (contact.state, door.offers(contact)) == ("decided", [])
    told = door.told(contact) | {"to_team": "Early help hub", "agreement": "given_verbally"}
    hand_over.offer(door.session, contact.reference, contact.children[0].id, by=door.practitioner, **told)
    assert len(door.offers(contact)) == 1


def test_step_down_needs_agreement_and_a_named_receiver(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, agreement="unable_to_ask"))
    child = contact.children[0].id
    with pytest.raises(MoveRefused) as refused:
        hand_over.step_down(
            door.session, contact.reference, child, to_team=" ", plan="", by=door.practitioner, **door.told(contact)
        )
    assert len(refused.value.objections) == 2
    told = door.told(contact) | {"to_team": "School lead", "plan": "Weekly visits.", "agreement": "given_in_writing"}
    hand_over.step_down(door.session, contact.reference, child, by=door.practitioner, **told)
    assert (contact.state, door.offers(contact)[-1].kind) == ("stepped_down", "step_down")


def test_a_decision_is_undone_in_its_first_minutes_and_both_stay_on_record(door: FrontDoor, offered: Contact) -> None:
    soon = door.now + timedelta(minutes=4)
    finish.undo(door.session, offered.reference, by=door.practitioner, at=soon, practice=door.practice)
    assert (offered.state, offered.children[0].outcome, offered.decided_at) == ("reopened", None, None)
    assert {"child.decided", "contact.undone"} <= set(door.events(offered))
    assert door.decision(offered).status == "replaced"


def test_undo_is_refused_later_or_once_the_team_has_accepted(
    door: FrontDoor, offered: Contact, receiver: Actor
) -> None:
    late = door.now + timedelta(minutes=6)
    with pytest.raises(MoveRefused, match="It is too late to undo this"):
        finish.undo(door.session, offered.reference, by=door.practitioner, at=late, practice=door.practice)
    child = offered.children[0].id
    hand_over.accept(door.session, offered.reference, child, lead="", by=receiver, **door.told(offered))
    with pytest.raises(MoveRefused, match="has accepted it"):
        finish.undo(door.session, offered.reference, by=door.practitioner, at=door.now, practice=door.practice)


def test_a_manager_reopens_with_a_reason_and_the_first_decision_stays(door: FrontDoor, offered: Contact) -> None:
    first = offered.decided_at
    with pytest.raises(MoveRefused, match="Give a reason"):
        finish.reopen(door.session, offered.reference, reason="", by=door.manager, **door.told(offered))
    finish.reopen(door.session, offered.reference, reason="New facts.", by=door.manager, **door.told(offered))
    assert (offered.state, offered.decided_at, offered.queue_rank) == ("reopened", first, 1)


def test_a_contact_on_which_something_stands_is_not_an_error(door: FrontDoor) -> None:
    contact = door.contact({}, {})
    door.decide(contact, door.choice(contact, 0, route="strategy_discussion"))
    with pytest.raises(MoveRefused, match="so the contact is not an error"):
        finish.cancel(door.session, contact.reference, reason="Twice.", by=door.manager, **door.told(contact))
