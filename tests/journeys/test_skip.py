"""What holds when somebody skips a contact: why is kept, its place stays, and others are offered it at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mash.journeys.skip import skip_contact
from mash.journeys.triage import claim, claim_next
from mash.models import Contact, Event
from mash.workflow.contact import MoveRefused
from tests.factories import an_actor
from tests.journeys.front_door import FrontDoor


@pytest.fixture
def three(door: FrontDoor) -> list[Contact]:
    made = [door.contact({}) for _ in range(3)]
    claim(door.session, made[0].reference, by=door.practitioner, at=door.now)
    return made


def test_skipping_keeps_why_and_goes_on_to_the_next(door: FrontDoor, three: list[Contact]) -> None:
    place = three[0].queue_rank, three[0].due_at
    following = skip_contact(door.session, three[0].reference, reason="I know her.", by=door.practitioner, at=door.now)
    assert following is three[1]
    assert (three[0].queue_rank, three[0].due_at, three[0].claimed_by_id) == (*place, None)
    said = door.session.scalars(select(Event).where(Event.kind == "contact.skipped")).one()
    assert (said.contact_id, said.data["reason"]) == (three[0].id, "I know her.")


def test_a_skip_without_a_reason_is_refused(door: FrontDoor, three: list[Contact]) -> None:
    with pytest.raises(MoveRefused, match="Give a reason"):
        skip_contact(door.session, three[0].reference, reason="  ", by=door.practitioner, at=door.now)
    assert three[0].claimed_by_id == door.practitioner.user_id


def test_others_are_offered_it_first_and_the_skipper_last(door: FrontDoor, three: list[Contact]) -> None:
    by = door.practitioner
    assert skip_contact(door.session, three[0].reference, reason="Break.", by=by, at=door.now) is three[1]
    assert claim_next(door.session, by=by, at=door.now) is three[2]
    assert claim_next(door.session, by=by, at=door.now) is three[0]
    colleague = an_actor(door.session, "practitioner")
    skip_contact(door.session, three[0].reference, reason="Break.", by=by, at=door.now)
    assert claim_next(door.session, by=colleague, at=door.now) is three[0]


def test_after_an_hour_it_comes_round_in_its_place(door: FrontDoor, three: list[Contact]) -> None:
    skip_contact(door.session, three[0].reference, reason="Break.", by=door.practitioner, at=door.now)
    later = door.now + timedelta(minutes=61)
    assert claim_next(door.session, by=door.practitioner, at=later) is three[0]


def test_nothing_else_left_takes_nothing_back(door: FrontDoor) -> None:
    only = door.contact({})
    assert skip_contact(door.session, only.reference, reason="Break.", by=door.practitioner, at=door.now) is None
    assert only.claimed_by_id is None


def test_what_is_decided_is_not_skipped(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact))
    with pytest.raises(MoveRefused, match="nothing to skip"):
        skip_contact(door.session, contact.reference, reason="Break.", by=door.practitioner, at=door.now)
