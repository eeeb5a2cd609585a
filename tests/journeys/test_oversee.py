"""What holds when a manager oversees: two people, reasons for what differs, nothing overwritten."""

from typing import Any

import pytest
from sqlalchemy import select

from mash.journeys import oversee
from mash.journeys.red_turns import take_up
from mash.models import Contact, Decision, Oversight
from mash.workflow.contact import MoveRefused
from tests.journeys.front_door import FrontDoor


def with_manager(door: FrontDoor, **told: Any) -> Contact:
    """Recommend an assessment for a red child, so that a manager must answer."""
    contact = door.contact({})
    door.decide(contact, door.choice(contact, rating="red", **told))
    assert contact.state == "with_manager"
    return contact


def test_a_manager_agrees_and_it_is_decided_as_recommended(door: FrontDoor) -> None:
    contact = with_manager(door)
    oversee.agree(door.session, contact.reference, by=door.manager, **door.told(contact))
    decision = door.decision(contact)
    assert (contact.state, decision.status, decision.decided_by_id) == ("decided", "decided", door.manager.user_id)
    assert decision.recommended_by_id == door.practitioner.user_id
    assert contact.children[0].outcome == "child_and_family_assessment"
    assert not door.running(contact) & {"red", "red-acknowledge", "social-care"}


def test_whoever_recommended_cannot_agree(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, rating="red"), by=door.manager)
    assert contact.state == "with_manager"
    with pytest.raises(MoveRefused, match="You recommended this"):
        oversee.agree(door.session, contact.reference, by=door.manager, **door.told(contact))


def test_a_team_too_small_for_two_says_so_and_it_is_kept(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, rating="red"), by=door.manager)
    reason = "The other manager is ill and the deputy is in court."
    told = door.told(contact)
    oversee.agree(door.session, contact.reference, exception_reason=reason, by=door.manager, **told)
    kept = door.session.scalars(select(Oversight.reason).where(Oversight.kind == "agreed")).one()
    assert (contact.state, kept) == ("decided", reason)


def test_a_practitioner_cannot_agree(door: FrontDoor) -> None:
    contact = with_manager(door)
    with pytest.raises(MoveRefused, match="This is for a manager"):
        oversee.agree(door.session, contact.reference, by=door.practitioner, **door.told(contact))


def test_a_change_needs_a_reason_and_keeps_what_was_recommended(door: FrontDoor) -> None:
    contact = with_manager(door)
    stronger = door.choice(contact, rating="red", route="strategy_discussion", level=4)
    told = door.told(contact)
    with pytest.raises(MoveRefused, match="Give a reason"):
        oversee.change(door.session, contact.reference, (stronger,), reason=" ", by=door.manager, **told)
    told = door.told(contact)
    oversee.change(door.session, contact.reference, (stronger,), reason="Police say more.", by=door.manager, **told)
    rows = door.session.scalars(select(Decision).order_by(Decision.id)).all()
    assert [(row.status, row.route) for row in rows] == [
        ("replaced", "child_and_family_assessment"),
        ("decided", "strategy_discussion"),
    ]
    assert rows[1].recommended_by_id == door.practitioner.user_id


def test_a_manager_returns_it_with_what_is_wanted_and_it_is_decided_again(door: FrontDoor) -> None:
    contact = with_manager(door)
    with pytest.raises(MoveRefused, match="Give a reason"):
        oversee.return_it(door.session, contact.reference, reason="", by=door.manager, **door.told(contact))
    oversee.return_it(door.session, contact.reference, reason="Ask the school.", by=door.manager, **door.told(contact))
    assert (contact.state, door.decision(contact).status) == ("rated", "returned")
    door.decide(contact, door.choice(contact, rating="red", reason="The school says more."))
    assert contact.state == "with_manager"


def test_a_manager_takes_a_red_up_without_deciding_it(door: FrontDoor) -> None:
    contact = with_manager(door)
    take_up(door.session, contact.reference, by=door.manager, at=door.now)
    assert contact.state == "with_manager"
    assert door.running(contact) & {"red", "red-acknowledge"} == {"red"}


def test_a_direction_is_for_a_manager_and_says_something(door: FrontDoor) -> None:
    contact = door.contact({})
    at: dict[str, Any] = {"version": contact.version, "at": door.now}
    with pytest.raises(MoveRefused, match="This is for a manager"):
        oversee.direct(door.session, contact.reference, "See the child today.", by=door.practitioner, **at)
    at["version"] = contact.version
    with pytest.raises(MoveRefused, match="Say what you direct"):
        oversee.direct(door.session, contact.reference, "  ", by=door.manager, **at)
    at["version"] = contact.version
    oversee.direct(door.session, contact.reference, "See the child today.", by=door.manager, **at)
    assert "oversight.directed" in door.events(contact)


def test_lowering_a_red_is_not_done_by_whoever_set_it(door: FrontDoor) -> None:
    contact = door.contact({})
    door.rate(contact, "red")
    with pytest.raises(MoveRefused, match="lowered from red"):
        door.rate(contact, "amber", reason="Not as first told.")
    door.rate(contact, "amber", by=door.manager, reason="Not as first told.")
    assert contact.rating == "amber"
