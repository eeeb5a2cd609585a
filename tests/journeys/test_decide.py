"""What holds when people decide: rules advise, nobody waits for a strategy discussion, every child has an outcome."""

from typing import Any

import pytest

from mash.journeys.contacts import Stale
from mash.journeys.tell_manager import tell_manager
from mash.workflow.contact import Move, MoveRefused
from tests.journeys.front_door import SERIOUS, FrontDoor

STRATEGY: dict[str, Any] = {"route": "strategy_discussion", "reason": ""} | dict.fromkeys(
    ("level", "rating", "agreement")
)


def test_a_sound_decision_stands_and_keeps_the_advice_beside_it(door: FrontDoor) -> None:
    contact = door.contact({"pc-supervision-poor": "present"})
    outcome = door.decide(contact, door.choice(contact, own_level=2))
    assert (outcome.move, contact.state, contact.decided_at) == (Move.DECIDE, "decided", door.now)
    decision = door.decision(contact)
    assert (decision.status, decision.level, decision.own_level, decision.advised_level) == ("decided", 3, 2, 3)
    assert decision.advice is not None
    assert decision.facts is not None
    assert decision.facts["pc-supervision-poor"] == "present"
    assert decision.ruleset_hash == decision.advice["ruleset_hash"]
    assert not door.running(contact) & {"social-care", "red"}


def test_higher_than_the_rules_needs_no_reason_and_no_manager(door: FrontDoor) -> None:
    contact = door.contact({})
    outcome = door.decide(contact, door.choice(contact, level=4, why_lower=""))
    assert (outcome.move, outcome.needs_manager) == (Move.DECIDE, ())


def test_lower_than_the_rules_is_refused_without_a_reason(door: FrontDoor) -> None:
    contact = door.contact(SERIOUS)
    with pytest.raises(MoveRefused) as refused:
        door.decide(contact, door.choice(contact, level=2, route="advice"))
    assert "Say why you are choosing less than the rules suggest for Ada Sample." in refused.value.objections
    assert contact.state in {"received", "rated"}


def test_lower_than_the_rules_with_a_reason_goes_to_a_manager(door: FrontDoor) -> None:
    contact = door.contact(SERIOUS)
    outcome = door.decide(contact, door.choice(contact, level=2, route="early_help", why_lower="Seen at home today."))
    assert (outcome.move, contact.state) == (Move.RECOMMEND, "with_manager")
    assert outcome.needs_manager == ("Ada Sample would get less than the rules suggest.",)
    assert door.decision(contact).status == "recommended"
    assert contact.children[0].outcome is None
    assert "social-care" in door.running(contact)


def test_every_objection_is_said_at_once_and_nothing_is_kept(door: FrontDoor) -> None:
    contact = door.contact({})
    with pytest.raises(MoveRefused) as refused:
        door.decide(contact, door.choice(contact, level=None, agreement=None, reason=""))
    said = " ".join(refused.value.objections)
    assert all(part in said for part in ("level of need", "has agreed", "Enter the reason"))


def test_a_strategy_discussion_never_waits_for_anything_else_on_the_form(door: FrontDoor) -> None:
    contact = door.contact({})
    outcome = door.decide(contact, door.choice(contact, **STRATEGY))
    assert (outcome.move, contact.state) == (Move.DECIDE, "decided")
    assert [offer.to_team for offer in door.offers(contact)] == ["Child protection team"]


def test_a_strategy_discussion_for_a_red_child_is_looked_at_afterwards_not_before(door: FrontDoor) -> None:
    contact = door.contact({})
    outcome = door.decide(contact, door.choice(contact, route="strategy_discussion", rating="red"))
    assert outcome.move is Move.DECIDE
    assert door.decision(contact).oversight_after


def test_a_strategy_discussion_stands_although_a_brother_waits_for_a_manager(door: FrontDoor) -> None:
    contact = door.contact({}, {})
    strong = door.choice(contact, 0, route="strategy_discussion")
    closed = door.choice(contact, 1, route="no_further_action", agreement="refused", level=1)
    outcome = door.decide(contact, strong, closed)
    assert (outcome.move, contact.state) == (Move.RECOMMEND, "with_manager")
    assert [door.decision(contact, place).status for place in (0, 1)] == ["decided", "recommended"]
    assert contact.children[0].outcome == "strategy_discussion"
    assert len(door.offers(contact)) == 1


def test_a_strategy_discussion_is_decided_even_on_a_closed_contact(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact, route="no_further_action", level=1))
    assert contact.state == "closed"
    door.decide(contact, door.choice(contact, **STRATEGY))
    assert (contact.state, contact.children[0].outcome) == ("decided", "strategy_discussion")


def test_closing_after_agreement_was_refused_needs_a_manager(door: FrontDoor) -> None:
    contact = door.contact({})
    outcome = door.decide(contact, door.choice(contact, route="no_further_action", agreement="refused", level=1))
    assert outcome.needs_manager == ("Ada Sample would be closed after agreement was refused or withdrawn.",)


def test_early_help_is_not_given_where_agreement_was_refused(door: FrontDoor) -> None:
    contact = door.contact({})
    with pytest.raises(MoveRefused, match="voluntary"):
        door.decide(contact, door.choice(contact, route="early_help", agreement="refused"))


def test_brothers_and_sisters_are_decided_differently_in_one_sitting(door: FrontDoor) -> None:
    contact = door.contact({}, {}, {})
    routes = ("child_and_family_assessment", "early_help", "advice")
    chosen = [door.choice(contact, place, route=route) for place, route in enumerate(routes)]
    door.decide(contact, *chosen)
    assert tuple(child.outcome for child in contact.children) == routes
    assert contact.state == "decided"


def test_one_child_without_an_outcome_keeps_the_contact_open(door: FrontDoor) -> None:
    contact = door.contact({}, {})
    with pytest.raises(MoveRefused, match="Decide what happens next for Ben Sample too"):
        door.decide(contact, door.choice(contact, 0))
    contact = door.contact({}, {})
    door.decide(contact, door.choice(contact, 0, **STRATEGY))
    assert (contact.state, contact.decided_at) == ("received", None)
    assert contact.children[0].outcome == "strategy_discussion"


def test_a_child_of_another_contact_is_refused(door: FrontDoor) -> None:
    contact, other = door.contact({}), door.contact({})
    with pytest.raises(MoveRefused, match="not on the contact"):
        door.decide(contact, door.choice(other))


def test_a_decision_from_an_old_page_is_refused(door: FrontDoor) -> None:
    contact = door.contact({})
    with pytest.raises(Stale):
        door.decide(contact, door.choice(contact), version=contact.version - 1)


def test_someone_not_qualified_does_not_decide(door: FrontDoor) -> None:
    contact = door.contact({})
    with pytest.raises(MoveRefused, match="qualified social worker or manager"):
        door.decide(contact, door.choice(contact, rating=None), by=door.actor("contact_officer"))


def test_a_red_goes_to_a_manager(door: FrontDoor) -> None:
    contact = door.contact({})
    outcome = door.decide(contact, door.choice(contact, rating="red"))
    assert outcome.needs_manager == ("Ada Sample is rated red.",)
    assert {"red", "red-acknowledge"} <= door.running(contact)


def test_a_manager_who_did_not_rate_decides_a_red_alone(door: FrontDoor) -> None:
    contact = door.contact({})
    door.rate(contact, "red")
    outcome = door.decide(contact, door.choice(contact, rating="red"), by=door.manager)
    assert outcome.move is Move.DECIDE


def test_telling_a_manager_of_a_red_leaves_the_rest_to_be_said(door: FrontDoor) -> None:
    contact = door.contact({})
    told = door.told(contact)
    tell_manager(door.session, contact.reference, (contact.children[0].id,), by=door.practitioner, **told)
    assert (contact.state, contact.rating, contact.queue_rank) == ("with_manager", "red", 0)
    outcome = door.decide(contact, door.choice(contact, rating="red"))
    assert (outcome.move, contact.state) == (Move.RECOMMEND, "with_manager")
    assert door.decision(contact).route == "child_and_family_assessment"


def test_telling_a_manager_of_a_child_who_is_not_on_the_contact_is_refused(door: FrontDoor) -> None:
    contact, other = door.contact({}), door.contact({})
    with pytest.raises(MoveRefused, match="on this contact"):
        tell_manager(
            door.session, contact.reference, (other.children[0].id,), by=door.practitioner, **door.told(contact)
        )


def test_agreement_is_kept_once_as_its_own_fact(door: FrontDoor) -> None:
    contact = door.contact({})
    door.decide(contact, door.choice(contact))
    assert door.events(contact).count("child.agreement") == 1
