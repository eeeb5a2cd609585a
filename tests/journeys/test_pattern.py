"""What holds when yet another contact is closed: one view of them all is written, and fresh eyes review it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mash.journeys import finish, inform, oversee
from mash.journeys.actor import Actor
from mash.journeys.pattern import repeats_of
from mash.journeys.people import AddressGiven, PersonGiven
from mash.journeys.practice import practice_from
from mash.journeys.receive import Approach, ChildGiven, receive
from mash.models import Contact, PatternReview, PatternView, Policy
from mash.queries.pattern import waiting_views
from mash.workflow.contact import MoveRefused
from tests.factories import MONDAY, an_actor
from tests.journeys.front_door import FrontDoor

VIEW = "Three calls from the same neighbour about noise; school and health see no harm to Ada."
CLOSE: dict[str, Any] = {"route": "no_further_action", "level": 1, "rating": "green", "agreement": "not_needed"}
HOME = AddressGiven(lines="12 Made-up Street", postcode="DN1 1AA", source="the school")


def came(door: FrontDoor, *names: str, days_ago: int = 0, person_id: int | None = None, **told: Any) -> Contact:
    """Receive a contact about children who live together, so long before the others."""
    children = tuple(
        ChildGiven(person=PersonGiven(person_id=person_id, forename=name, date_of_birth=date(2016, 1, 1)))
        for name in names or ("Ada",)
    )
    at = MONDAY - timedelta(days=days_ago)
    approach = Approach(type="service_request", received_at=at, children=children, address=HOME, **told)
    return receive(door.session, approach, by=door.actor("contact_officer"), at=at, practice=door.practice)


def third(door: FrontDoor, *, last_by: Actor | None = None) -> Contact:
    """Make the third contact in 90 days about one child; the second was closed by whoever is said."""
    first = came(door, days_ago=60)
    person = first.children[0].person_id
    second = came(door, days_ago=30, person_id=person)
    close(door, second, by=last_by or door.actor("practitioner"))
    return came(door, person_id=person)


def close(door: FrontDoor, contact: Contact, *, by: Actor | None = None, **told: Any) -> None:
    door.decide(contact, door.choice(contact, **CLOSE), by=by, **told)


def views(door: FrontDoor, contact: Contact) -> list[PatternView]:
    rows = select(PatternView).where(PatternView.contact_id == contact.id).order_by(PatternView.id)
    return list(door.session.scalars(rows))


def review(door: FrontDoor, contact: Contact, by: Actor, answer: str = "holds", reason: str = "") -> None:
    finish.review_pattern(door.session, contact.reference, answer=answer, reason=reason, by=by, **door.told(contact))


def test_the_second_contact_closes_as_ever(door: FrontDoor) -> None:
    contact = came(door, person_id=came(door, days_ago=10).children[0].person_id)
    close(door, contact)
    assert (contact.state, views(door, contact)) == ("closed", [])


def test_closing_the_third_in_90_days_asks_for_a_view_which_is_kept(door: FrontDoor) -> None:
    contact = third(door)
    with pytest.raises(MoveRefused, match="Write your view of the pattern: this is the 3rd contact in 90 days"):
        close(door, contact)
    assert (contact.state, contact.children[0].outcome) == ("rated", None)
    close(door, contact, pattern_view=VIEW)
    (view,) = views(door, contact)
    assert (contact.state, view.text, view.state) == ("closed", VIEW, "waiting")
    assert "The 3rd contact in 90 days about a child" in view.counted
    assert "contact.pattern_viewed" in door.events(contact)


def test_contacts_further_apart_than_that_are_no_pattern(door: FrontDoor) -> None:
    person = came(door, days_ago=95).children[0].person_id
    came(door, days_ago=91, person_id=person)
    contact = came(door, person_id=person)
    close(door, contact)
    assert contact.state == "closed"


def test_the_fifth_in_twelve_months_is_a_pattern_too(door: FrontDoor) -> None:
    person = came(door, days_ago=360).children[0].person_id
    for days in (250, 180, 100):
        came(door, days_ago=days, person_id=person)
    with pytest.raises(MoveRefused, match="the 5th contact in 12 months"):
        close(door, came(door, person_id=person))


def test_a_household_s_contacts_count_together_and_an_error_does_not(door: FrontDoor) -> None:
    came(door, "Ben", days_ago=50)
    error = came(door, "Cy", days_ago=20)
    contact = came(door, "Ada")
    with pytest.raises(MoveRefused, match="3rd contact in 90 days"):
        close(door, contact)
    finish.cancel(door.session, error.reference, reason="Entered twice.", by=door.manager, **door.told(error))
    close(door, contact)
    assert contact.state == "closed"


def test_a_household_is_not_asked_about_where_one_of_its_children_is_served(door: FrontDoor) -> None:
    came(door, "Dee", days_ago=50)
    came(door, "Eve", days_ago=20)
    contact = came(door, "Ada", "Ben")
    door.decide(contact, door.choice(contact, 0), door.choice(contact, 1, **CLOSE))
    assert (contact.state, views(door, contact)) == ("decided", [])


@pytest.mark.parametrize("route", ["early_help", "child_and_family_assessment", "strategy_discussion"])
def test_whoever_is_given_something_is_never_asked(door: FrontDoor, route: str) -> None:
    contact = third(door)
    door.decide(contact, door.choice(contact, route=route))
    assert (contact.children[0].outcome, views(door, contact)) == (route, [])


def test_information_only_asks_for_the_view_as_well(door: FrontDoor) -> None:
    contact = third(door)
    answers: dict[str, Any] = {"contact_type": "advice", "outcome": "advice", "answer": "Advised.",
                               "no_worry_confirmed": True, "by": door.actor("contact_officer")}  # fmt: skip
    with pytest.raises(MoveRefused, match="Write your view of the pattern"):
        inform.inform(door.session, contact.reference, **answers, **door.told(contact))
    inform.inform(door.session, contact.reference, pattern_view=VIEW, **answers, **door.told(contact))
    assert (contact.state, views(door, contact)[0].text) == ("closed", VIEW)


def test_a_manager_who_agrees_reviews_the_view_in_the_same_act(door: FrontDoor) -> None:
    contact = third(door)
    door.decide(contact, door.choice(contact, **(CLOSE | {"agreement": "refused"})), pattern_view=VIEW)
    assert (contact.state, views(door, contact)[0].state) == ("with_manager", "waiting")
    assert waiting_views(door.session, roles=door.manager.roles) == ()
    oversee.agree(door.session, contact.reference, by=door.manager, **door.told(contact))
    assert (contact.state, views(door, contact)[0].state) == ("closed", "reviewed")
    assert door.session.scalars(select(PatternReview.by_id)).all() == [door.manager.user_id]


def test_a_manager_who_closed_the_last_one_agrees_but_does_not_review(door: FrontDoor) -> None:
    contact = third(door, last_by=door.manager)
    door.decide(contact, door.choice(contact, **(CLOSE | {"agreement": "refused"})), pattern_view=VIEW)
    oversee.agree(door.session, contact.reference, by=door.manager, **door.told(contact))
    assert (contact.state, views(door, contact)[0].state) == ("closed", "waiting")


def test_neither_the_writer_nor_whoever_closed_the_last_one_reviews(door: FrontDoor) -> None:
    contact = third(door, last_by=door.manager)
    close(door, contact, pattern_view=VIEW)
    with pytest.raises(MoveRefused, match="You wrote this view"):
        review(door, contact, door.practitioner)
    with pytest.raises(MoveRefused, match="You closed the contact before this one"):
        review(door, contact, door.manager)
    with pytest.raises(MoveRefused, match="This is for a qualified social worker or manager"):
        review(door, contact, door.actor("contact_officer"))
    assert door.session.scalars(select(PatternReview)).all() == []


def test_a_second_practitioner_reviews_and_it_waits_no_more(door: FrontDoor, second: Actor) -> None:
    contact = third(door)
    close(door, contact, pattern_view=VIEW)
    assert [one.reference for one in waiting_views(door.session, roles=second.roles)] == [contact.reference]
    review(door, contact, second)
    assert (views(door, contact)[0].state, waiting_views(door.session, roles=second.roles)) == ("reviewed", ())
    assert "contact.pattern_reviewed" in door.events(contact)
    with pytest.raises(MoveRefused, match="No view of a pattern waits"):
        review(door, contact, second)


def test_seeing_it_otherwise_needs_words_and_goes_to_a_manager(door: FrontDoor, second: Actor) -> None:
    contact = third(door)
    close(door, contact, pattern_view=VIEW)
    with pytest.raises(MoveRefused, match="Say what you see otherwise"):
        review(door, contact, second, "differs")
    review(door, contact, second, "differs", "The gaps grow shorter.")
    assert (contact.state, views(door, contact)[0].state) == ("closed", "disputed")
    with pytest.raises(MoveRefused, match="for a manager now"):
        review(door, contact, second)
    review(door, contact, door.manager, "holds", "Health visitor saw the child on Friday.")
    assert views(door, contact)[0].state == "reviewed"


def test_what_a_manager_sees_otherwise_is_reopened_and_closing_again_asks_again(door: FrontDoor) -> None:
    contact = third(door)
    close(door, contact, pattern_view=VIEW)
    review(door, contact, door.manager, "differs", "Ask the school first.")
    assert (contact.state, views(door, contact)[0].state) == ("reopened", "reviewed")
    with pytest.raises(MoveRefused, match="Write your view"):
        close(door, contact)
    close(door, contact, pattern_view="The school is not worried either.")
    assert [view.state for view in views(door, contact)] == ["reviewed", "waiting"]


def test_undoing_sets_the_view_aside(door: FrontDoor) -> None:
    contact = third(door)
    close(door, contact, pattern_view=VIEW)
    finish.undo(door.session, contact.reference, by=door.practitioner, at=door.now, practice=door.practice)
    assert [view.state for view in views(door, contact)] == ["set_aside"]


def test_a_council_s_own_policy_counts_from_its_day(door: FrontDoor) -> None:
    contact = third(door)
    own = {"limits": [{"contacts": 4, "days": 90, "words": "90 days"}]}
    door.session.add(Policy(name="pattern", effective_from=date(2012, 1, 1), content=own, at=MONDAY))
    door.session.flush()
    practice = practice_from(door.session, door.practice.rulebook)
    assert repeats_of(door.session, contact, practice, door.now) == ()
    assert repeats_of(door.session, contact, door.practice, door.now)


@pytest.fixture
def second(door: FrontDoor) -> Actor:
    """A practitioner who had no part in it."""
    return an_actor(door.session, "practitioner")
