"""A contact decided from end to end under another partnership's version: three levels, its own routes and names."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mash.config import HOUSE
from mash.journeys import finish, hand_over
from mash.journeys.actor import Actor
from mash.journeys.hand_over import receiver_of
from mash.journeys.inform import inform
from mash.journeys.oversee import agree
from mash.kinds import Kind
from mash.measures.extract_rows import outcome_json
from mash.measures.extracts import Period, early_help, kinds_known, referrals
from mash.measures.record import as_recorded
from mash.models import OutcomeKind
from mash.rules import RuleBook, load_ruleset
from mash.rules.ruleset import RuleSet
from mash.workflow.contact import Move, MoveRefused
from tests.factories import MONDAY
from tests.journeys.front_door import FrontDoor, front_door

FILE = next((HOUSE / "thresholds" / "elsewhere").glob("*.yaml"))
DAY = MONDAY.date()
HELPED: dict[str, Any] = {"route": "family_help", "level": 3, "rating": "green"}


@pytest.fixture(scope="session")
def theirs(rulebook: RuleBook) -> RuleSet:
    return load_ruleset(FILE, rulebook.catalogue)


@pytest.fixture
def theirs_in_force(session: Session, rulebook: RuleBook, theirs: RuleSet, actor: Callable[[str], Actor]) -> FrontDoor:
    """Open a front door at which Family Help begins on the suite's Monday."""
    return front_door(session, rulebook.succeeded_by(theirs, DAY), actor)


def figure(door: FrontDoor, contact: int) -> Any:
    return door.session.execute(as_recorded([contact])).one()


def test_a_child_is_rated_decided_handed_over_and_counted(
    theirs_in_force: FrontDoor, actor: Callable[[str], Actor]
) -> None:
    door = theirs_in_force
    contact = door.contact({"ng-persistent": "present"})
    outcome = door.decide(contact, door.choice(contact, **HELPED))
    assert (outcome.move, contact.state, contact.rating) == (Move.DECIDE, "decided", "green")
    decided = door.decision(contact)
    assert (decided.ruleset_id, decided.advised_level, decided.advised_route) == ("fh-2025-10", 3, "family_help")
    [offered] = door.offers(contact)
    assert offered.to_team == "Family Help team"

    team = replace(actor("receiving_team"), team="Family Help team")
    hand_over.accept(
        door.session, contact.reference, contact.children[0].id, lead="Ros Sample", by=team, **door.told(contact)
    )
    door.session.flush()
    assert contact.state == "handed_over"
    found = figure(door, contact.id)
    assert (found.service, found.kind) == ("assessment", "social-care")
    assert [one.person.id for one in referrals(door.session, Period(DAY, DAY))] == [contact.children[0].person_id]
    flags = json.loads(outcome_json(contact.children[0], kinds_known(door.session)))
    assert (flags["NEW_REFERRAL_FLAG"], flags["NUMBER_OF_OUTCOMES"]) == ("Y", 1)


def test_the_kind_of_what_is_decided_is_kept_once(theirs_in_force: FrontDoor) -> None:
    door = theirs_in_force
    for _ in range(2):
        contact = door.contact({})
        door.decide(contact, door.choice(contact, **HELPED))
    kept = door.session.get(OutcomeKind, "family_help")
    assert kept is not None
    assert kept.kind == Kind.ASSESSMENT


def test_closing_at_their_statutory_level_is_signed_off_and_agreed(theirs_in_force: FrontDoor) -> None:
    door = theirs_in_force
    contact = door.contact({"ng-persistent": "present"})
    chosen = door.choice(contact, route="closed", level=1, rating="green", why_lower="Seen at home today.")
    outcome = door.decide(contact, chosen)
    assert outcome.move is Move.RECOMMEND
    assert outcome.needs_manager == (
        "Ada Sample would get less than the rules suggest.",
        "Ada Sample would be closed at a level that is statutory for some or all.",
    )
    agree(door.session, contact.reference, by=door.manager, **door.told(contact))
    assert (contact.state, contact.children[0].outcome) == ("closed", "closed")
    door.session.flush()
    assert figure(door, contact.id).service == "none"


def test_their_strongest_route_goes_ahead_at_once_and_is_not_stepped_down(theirs_in_force: FrontDoor) -> None:
    door = theirs_in_force
    contact = door.contact({})
    bare: dict[str, Any] = {"rating": None, "level": None, "agreement": None, "reason": ""}
    door.decide(contact, door.choice(contact, **bare, route="protection_discussion"))
    assert (contact.state, door.decision(contact).level) == ("decided", 1)
    [offered] = door.offers(contact)
    assert offered.to_team == "Child protection team"
    with pytest.raises(MoveRefused, match="Ada Sample is not stepped down from here: protection discussion"):
        hand_over.step_down(
            door.session,
            contact.reference,
            contact.children[0].id,
            to_team="Community hub",
            plan="",
            agreement="given_verbally",
            by=door.practitioner,
            **door.told(contact),
        )


def test_a_child_is_stepped_down_to_what_they_call_it_and_counted_as_early_help(
    theirs_in_force: FrontDoor, actor: Callable[[str], Actor]
) -> None:
    door = theirs_in_force
    contact = door.contact({})
    child = contact.children[0]
    door.decide(contact, door.choice(contact, **HELPED))
    hand_over.step_down(
        door.session,
        contact.reference,
        child.id,
        to_team="Community hub",
        plan="Weekly visits.",
        by=door.practitioner,
        **door.told(contact),
    )
    assert (contact.state, door.offers(contact)[-1].route) == ("stepped_down", "community_help")
    team = replace(actor("receiving_team"), team="Community hub")
    hand_over.accept(door.session, contact.reference, child.id, lead="Ros Sample", by=team, **door.told(contact))
    assert contact.state == "closed"
    door.session.flush()
    assert [one.organisation for one in early_help(door.session, Period(DAY, DAY))] == ["Community hub"]


def test_a_decision_is_taken_back(theirs_in_force: FrontDoor) -> None:
    door = theirs_in_force
    contact = door.contact({})
    door.decide(contact, door.choice(contact, **HELPED))
    finish.undo(door.session, contact.reference, by=door.practitioner, at=door.now, practice=door.practice)
    assert (contact.state, contact.children[0].outcome) == ("reopened", None)


def test_what_asks_for_no_service_closes_by_their_own_outcomes_at_their_lowest_level(
    theirs_in_force: FrontDoor,
) -> None:
    door = theirs_in_force
    contact = door.contact({})
    said: dict[str, Any] = {"contact_type": "information_share", "answer": "Told.", "no_worry_confirmed": True}
    inform(door.session, contact.reference, outcome="told", **said, by=door.practitioner, **door.told(contact))
    assert (contact.state, door.decision(contact).level, door.decision(contact).route) == ("closed", 1, "told")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"route": "early_help"}, "They have no early help"),
        ({"route": "family_help", "level": 2}, "Select a level of need of the thresholds"),
    ],
)
def test_another_versions_outcome_or_level_is_refused(
    theirs_in_force: FrontDoor, told: dict[str, Any], says: str
) -> None:
    door = theirs_in_force
    contact = door.contact({})
    with pytest.raises(MoveRefused, match=says):
        door.decide(contact, door.choice(contact, **HELPED | told))


def test_a_strong_outcome_chosen_on_a_page_made_before_the_change_is_never_held_up(theirs_in_force: FrontDoor) -> None:
    door = theirs_in_force
    contact = door.contact({})
    door.decide(contact, door.choice(contact, route="strategy_discussion", level=2))
    assert (contact.state, contact.children[0].outcome) == ("decided", "strategy_discussion")


@pytest.mark.parametrize(("transition", "judges"), [("regrade", "fh-2025-10"), ("version_at_receipt", "dn-2022-05")])
def test_an_open_contact_is_decided_by_the_version_that_judges_it(
    session: Session,
    rulebook: RuleBook,
    theirs: RuleSet,
    actor: Callable[[str], Actor],
    transition: str,
    judges: str,
) -> None:
    door = front_door(session, rulebook, actor)
    contact = door.contact({})
    begun = replace(theirs, transition=(transition, theirs.transition[1]))
    later = front_door(session, rulebook.succeeded_by(begun, DAY + timedelta(days=1)), actor)
    later.now = MONDAY + timedelta(days=1, hours=1)
    routes = later.practice.routes(contact, later.now)
    assert ("family_help" in routes.own) is (judges == "fh-2025-10")
    route = "family_help" if judges == "fh-2025-10" else "child_and_family_assessment"
    later.decide(contact, later.choice(contact, route=route, level=3))
    assert later.decision(contact).ruleset_id == judges
    assert later.practice.ruleset(contact, MONDAY + timedelta(days=400)).id == judges


def test_the_council_names_who_receives_before_the_version_does(theirs_in_force: FrontDoor) -> None:
    practice = replace(theirs_in_force.practice, receivers={"family_help": "Hub east", "assessment": "Assessment team"})
    contact = theirs_in_force.contact({})
    route = practice.route("family_help")
    assert receiver_of(theirs_in_force.session, contact.children[0], route, practice) == "Hub east"


def test_a_key_keeps_its_kind_for_ever(rulebook: RuleBook, theirs: RuleSet) -> None:
    other = replace(theirs, routes=tuple(replace(one, kind=Kind.STRATEGY) for one in theirs.routes))
    said = rulebook.succeeded_by(theirs, date(2027, 1, 1)).kinds_changed(other)
    assert "the outcome 'family_help' is of the kind 'strategy', and in version 'fh-2025-10' it is 'assessment'" in said
