"""A red passes from hand to hand and is never in nobody's: taken up, given, undone in time, with the night team."""

from datetime import timedelta
from typing import Any

import pytest

from mash.journeys.absences import note_absence
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.red_turns import Taken, give, hand_to_night_team, take_up, undo_turn
from mash.models import Contact
from mash.queries.red_turns import NOBODY, Hold, holds, receipt
from mash.workflow.calendar import london_day
from mash.workflow.contact import MoveRefused
from tests.factories import an_actor
from tests.journeys.front_door import FrontDoor

WAIT = "red-acknowledge"


@pytest.fixture
def red(door: FrontDoor) -> Contact:
    """Receive a contact and rate it red."""
    contact = door.contact({})
    door.rate(contact, "red")
    return contact


@pytest.fixture
def joy(door: FrontDoor) -> Actor:
    return an_actor(door.session, "manager", name="Joy Cole")


def hold(door: FrontDoor, contact: Contact) -> Hold:
    return holds(door.session, [contact.id]).get(contact.id, NOBODY)


def test_taking_up_ends_the_wait_and_leaves_half_written_pages_as_they_are(door: FrontDoor, red: Contact) -> None:
    version = red.version
    take_up(door.session, red.reference, by=door.manager, at=door.now)
    assert hold(door, red).is_held_by(door.manager.user_id)
    assert WAIT not in door.running(red)
    assert "red" in door.running(red)
    assert red.version == version
    with pytest.raises(MoveRefused, match="You have this"):
        take_up(door.session, red.reference, by=door.manager, at=door.now)
    with pytest.raises(MoveRefused, match="This is for a manager"):
        take_up(door.session, red.reference, by=door.practitioner, at=door.now)


def test_what_is_given_waits_on_until_it_is_taken_up(door: FrontDoor, red: Contact, joy: Actor) -> None:
    assert give(door.session, red.reference, joy.user_id or 0, by=door.manager, at=door.now) == "Joy Cole"
    found = hold(door, red)
    assert (found.has, found.given and found.given.to) == (None, "Joy Cole")
    assert WAIT in door.running(red)
    take_up(door.session, red.reference, by=joy, at=door.now)
    found = hold(door, red)
    assert (found.is_held_by(joy.user_id), found.given) == (True, None)
    assert WAIT not in door.running(red)


def test_whoever_has_it_keeps_it_until_the_other_takes_it(door: FrontDoor, red: Contact, joy: Actor) -> None:
    take_up(door.session, red.reference, by=door.manager, at=door.now)
    give(door.session, red.reference, joy.user_id or 0, by=door.manager, at=door.now)
    assert hold(door, red).is_held_by(door.manager.user_id)


def test_it_is_given_to_somebody_qualified_other_than_oneself(door: FrontDoor, red: Contact, joy: Actor) -> None:
    for to, why in ((door.actor("contact_officer"), "Choose somebody"), (door.manager, "say that you have it")):
        with pytest.raises(MoveRefused, match=why):
            give(door.session, red.reference, to.user_id or 0, by=door.manager, at=door.now)
    with pytest.raises(MoveRefused, match="This is for a manager"):
        give(door.session, red.reference, joy.user_id or 0, by=door.practitioner, at=door.now)
    take_up(door.session, red.reference, by=joy, at=door.now)
    with pytest.raises(MoveRefused, match="Joy Cole has this"):
        give(door.session, red.reference, joy.user_id or 0, by=door.manager, at=door.now)


def test_a_practitioner_takes_up_what_a_manager_gave_them_and_nothing_else(
    door: FrontDoor, red: Contact, joy: Actor
) -> None:
    give(door.session, red.reference, door.practitioner.user_id or 0, by=door.manager, at=door.now)
    take_up(door.session, red.reference, by=door.practitioner, at=door.now)
    assert hold(door, red).is_held_by(door.practitioner.user_id)
    assert WAIT not in door.running(red)
    assert door.events(red)[-2:] == ["red.given", "red.taken"]
    give(door.session, red.reference, joy.user_id or 0, by=door.manager, at=door.now)
    with pytest.raises(MoveRefused, match="You have this"):
        take_up(door.session, red.reference, by=door.practitioner, at=door.now)


def test_it_is_not_given_to_someone_away_nor_a_restricted_one_to_who_may_not_know_of_it(
    door: FrontDoor, red: Contact, joy: Actor
) -> None:
    day = london_day(door.now)
    told: dict[str, Any] = {"first_day": day, "last_day": day, "today": day, "by": door.manager, "at": door.now}
    note_absence(door.session, user_id=joy.user_id or 0, **told)
    red.restricted = True
    for to in (joy, door.practitioner):
        with pytest.raises(MoveRefused, match="Choose somebody"):
            give(door.session, red.reference, to.user_id or 0, by=door.manager, at=door.now)


def test_within_a_minute_it_is_undone_as_if_it_never_was_and_both_stay_on_record(
    door: FrontDoor, red: Contact, joy: Actor
) -> None:
    take_up(door.session, red.reference, by=door.manager, at=door.now)
    with pytest.raises(MoveRefused, match="nothing of yours"):
        undo_turn(door.session, red.reference, by=joy, at=door.now)
    undo_turn(door.session, red.reference, by=door.manager, at=door.now + timedelta(seconds=60))
    assert hold(door, red) == NOBODY
    assert WAIT in door.running(red)
    assert door.events(red)[-2:] == ["oversight.acknowledged", "red.undone"]
    with pytest.raises(MoveRefused, match="nothing of yours"):
        undo_turn(door.session, red.reference, by=door.manager, at=door.now)


def test_after_a_minute_it_stands(door: FrontDoor, red: Contact) -> None:
    take_up(door.session, red.reference, by=door.manager, at=door.now)
    with pytest.raises(MoveRefused, match="A minute has passed"):
        undo_turn(door.session, red.reference, by=door.manager, at=door.now + timedelta(seconds=60, microseconds=1))
    assert WAIT not in door.running(red)


def test_once_decided_there_is_no_wait_to_go_back_to(door: FrontDoor, red: Contact) -> None:
    take_up(door.session, red.reference, by=door.manager, at=door.now)
    door.decide(red, door.choice(red, rating="red", route="strategy_discussion", level=4))
    with pytest.raises(MoveRefused, match="decided since"):
        undo_turn(door.session, red.reference, by=door.manager, at=door.now)
    assert WAIT not in door.running(red)


def test_undoing_a_gift_leaves_whoever_had_it(door: FrontDoor, red: Contact, joy: Actor) -> None:
    take_up(door.session, red.reference, by=door.manager, at=door.now)
    give(door.session, red.reference, joy.user_id or 0, by=door.manager, at=door.now)
    undo_turn(door.session, red.reference, by=door.manager, at=door.now)
    found = hold(door, red)
    assert (found.is_held_by(door.manager.user_id), found.given) == (True, None)
    assert WAIT not in door.running(red)


def taken(door: FrontDoor, **more: Any) -> Taken:
    said = {"team": "Emergency duty team", "taken_by": "Pat, duty social worker", "told": "A bruise."}
    return Taken(**(said | {"taken_at": door.now} | more))


def test_the_night_team_gives_a_receipt_and_the_wait_ends(door: FrontDoor, red: Contact) -> None:
    turn = hand_to_night_team(door.session, red.reference, taken(door), by=door.practitioner, at=door.now)
    assert hold(door, red).with_night_team
    assert door.running(red) & {WAIT, "red"} == {"red"}
    found = receipt(door.session, turn.id)
    assert found is not None
    assert (found[0], found[1].taken_by, found[1].told) == (red.id, "Pat, duty social worker", "A bruise.")
    assert door.events(red)[-1] == "red.handed_to_night_team"
    take_up(door.session, red.reference, by=door.manager, at=door.now)
    assert not hold(door, red).with_night_team
    assert receipt(door.session, hold(door, red).last.id) is None  # type: ignore[union-attr]


def test_a_receipt_says_who_when_and_what(door: FrontDoor, red: Contact) -> None:
    wrongs: tuple[dict[str, Any], ...] = ({"taken_by": " "}, {"told": ""}, {"team": ""})
    for wrong in wrongs:
        with pytest.raises(MoveRefused, match="Say which team"):
            hand_to_night_team(door.session, red.reference, taken(door, **wrong), by=door.manager, at=door.now)
    later = taken(door, taken_at=door.now + timedelta(seconds=1))
    with pytest.raises(MoveRefused, match="later than now"):
        hand_to_night_team(door.session, red.reference, later, by=door.manager, at=door.now)
    officer = door.actor("contact_officer")
    with pytest.raises(MoveRefused, match="practitioner or a manager"):
        hand_to_night_team(door.session, red.reference, taken(door), by=officer, at=door.now)


def test_what_is_not_red_has_no_turns(door: FrontDoor) -> None:
    contact = door.contact({})
    door.rate(contact, "amber")
    with pytest.raises(NotFound):
        take_up(door.session, contact.reference, by=door.manager, at=door.now)
