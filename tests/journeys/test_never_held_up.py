"""What a stronger response must never wait for, and what nothing may overwrite, on both databases."""

from datetime import timedelta

import pytest

from mash.journeys import finish, inform, oversee
from mash.journeys.add_child import add_child
from mash.journeys.people import PersonGiven
from mash.journeys.receive import Approach, receive
from mash.journeys.triage import RatingGiven, rate
from mash.models import Contact, Observation
from mash.workflow.contact import MoveRefused
from tests.journeys.front_door import FrontDoor


def offers(door: FrontDoor, contact: Contact) -> list[tuple[str, str]]:
    return [(offer.route, offer.state) for offer in door.offers(contact)]


def test_a_strategy_discussion_on_a_child_already_offered_is_offered_anew(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, 0, route="early_help"))
    door.decide(contact, door.choice(contact, 0, route="strategy_discussion"))
    assert offers(door, contact) == [("early_help", "withdrawn"), ("strategy_discussion", "offered")]
    assert contact.state == "decided"


def test_information_only_closes_nothing_that_stands(door: FrontDoor) -> None:
    contact = door.contact({}, {})
    door.decide(contact, door.choice(contact, 0, route="strategy_discussion"))
    with pytest.raises(MoveRefused, match="An outcome already stands"):
        inform.inform(
            door.session,
            contact.reference,
            contact_type="advice",
            outcome="advice",
            answer="Advised.",
            no_worry_confirmed=True,
            by=door.manager,
            **door.told(contact),
        )


def test_a_fact_on_record_that_nobody_knows_any_more_stops_no_decision(door: FrontDoor) -> None:
    contact = door.contact({})
    child = contact.children[0].id
    door.session.add(Observation(child_id=child, code="xx-withdrawn", value="present", at=door.now))
    door.session.flush()
    door.decide(contact, door.choice(contact, 0, route="strategy_discussion"))
    assert contact.children[0].outcome == "strategy_discussion"


def test_a_strategy_discussion_does_not_wait_for_a_page_to_be_fresh(door: FrontDoor) -> None:
    contact = door.contact({})
    contact.version += 3
    door.decide(contact, door.choice(contact, 0, route="strategy_discussion"), version=1)
    assert contact.children[0].outcome == "strategy_discussion"


def test_a_red_raised_after_a_recommendation_is_not_agreed_away(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, 0, route="no_further_action", agreement="refused"))
    assert contact.state == "with_manager"
    later = door.now + timedelta(minutes=5)
    child = contact.children[0].id
    red = (RatingGiven(child_id=child, value="red"),)
    rate(door.session, contact.reference, red, version=None, by=door.practitioner, at=later, practice=door.practice)
    with pytest.raises(MoveRefused, match="was rated red after this was recommended"):
        oversee.agree(door.session, contact.reference, by=door.manager, **door.told(contact))
    assert contact.children[0].rating == "red"


def test_a_red_lowered_and_raised_again_runs_on_its_clock(door: FrontDoor) -> None:
    contact = door.contact({})
    child = contact.children[0].id
    for by, value in ((door.practitioner, "red"), (door.manager, "amber"), (door.practitioner, "red")):
        given = (RatingGiven(child_id=child, value=value, reason="Seen by a doctor."),)
        rate(door.session, contact.reference, given, by=by, **door.told(contact))
    assert {"red", "red-acknowledge"} <= door.running(contact)


def test_a_reopened_red_has_its_hours_again(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, 0, route="strategy_discussion", rating="red"))
    finish.reopen(door.session, contact.reference, reason="New facts.", by=door.manager, **door.told(contact))
    assert {"red", "red-acknowledge"} <= door.running(contact)
    assert offers(door, contact)[-1][1] == "withdrawn"


def test_nobody_agrees_what_they_recommended_for_any_child(door: FrontDoor) -> None:
    contact = door.contact({}, {})
    closing = {"route": "no_further_action", "agreement": "refused"}
    door.decide(contact, *(door.choice(contact, place, **closing) for place in (0, 1)), by=door.manager)
    door.decide(contact, door.choice(contact, 1, **closing))
    with pytest.raises(MoveRefused, match="You recommended this"):
        oversee.agree(door.session, contact.reference, by=door.manager, **door.told(contact))


def test_a_decision_is_undone_only_by_whoever_made_it(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, 0, route="early_help"))
    with pytest.raises(MoveRefused, match="Only the person who decided"):
        finish.undo(door.session, contact.reference, by=door.manager, at=door.now, practice=door.practice)


def test_an_undone_decision_runs_on_the_clock_it_stopped(door: FrontDoor) -> None:
    contact = door.contact({})
    due = contact.due_at
    door.decide(contact, door.choice(contact, 0, route="early_help"))
    finish.undo(door.session, contact.reference, by=door.practitioner, at=door.now, practice=door.practice)
    assert "social-care" in door.running(contact)
    assert (contact.due_at, contact.queue_rank) == (due, 1)


def test_a_request_about_a_child_nobody_can_name_yet_has_a_child(door: FrontDoor) -> None:
    approach = Approach(type="service_request", received_at=door.now, danger_now=True)
    made = receive(door.session, approach, by=door.practitioner, at=door.now, practice=door.practice)
    assert [child.person.descriptor for child in made.children] == ["Child not yet known"]
    assert made.queue_rank == 0


def test_a_child_found_later_is_added_while_the_contact_is_open(door: FrontDoor) -> None:
    contact = door.contact({})
    given = PersonGiven(descriptor="girl about 4", estimated_age=4)
    add_child(door.session, contact.reference, given, version=contact.version, by=door.practitioner, at=door.now)
    assert [child.position for child in contact.children] == [1, 2]
    nobody = PersonGiven()
    with pytest.raises(MoveRefused, match="Say who the child is"):
        add_child(door.session, contact.reference, nobody, version=contact.version, by=door.practitioner, at=door.now)
