"""The time limits of the version in force are those that clocks run by; what it does not set is the policy's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mash.journeys.practice import Practice, practice_from
from mash.journeys.set_policy import PolicyRefused, set_policy
from mash.journeys.set_up import shipped_entries
from mash.models import Clock
from mash.rules.parts import Clock as Limit
from mash.workflow.clocks import Unit, clock_policy_on, limits_of
from tests.factories import MONDAY
from tests.journeys.front_door import FrontDoor

SET = (
    Limit("first_decision", "Two hours", "local", 2, None, rating="red"),
    Limit("decision_on_referral", "Two days", "local", None, 2, route="child_and_family_assessment"),
    Limit("assessment", "45 days", "national", None, 45, route="child_and_family_assessment"),
    Limit("feedback", "One day", "local", None, 1),
)


@pytest.fixture
def quick(door: FrontDoor) -> FrontDoor:
    """Open a front door whose thresholds, from today on, set limits of their own."""
    live = door.practice.rulebook.in_force(MONDAY.date())
    ours = replace(live, version=replace(live.version, id="quick"), clocks=SET)
    door.practice = replace(door.practice, rulebook=door.practice.rulebook.succeeded_by(ours, MONDAY.date()))
    return door


def allowed(door: FrontDoor, name: str) -> Clock:
    return door.session.scalars(select(Clock).where(Clock.name == name).order_by(Clock.id.desc())).first() or Clock()


def test_a_red_contact_is_due_by_the_limit_of_the_version_in_force_when_it_came(quick: FrontDoor) -> None:
    contact = quick.contact()
    quick.rate(contact, "red")
    red = allowed(quick, "red")
    assert red.due_at - red.started_at == timedelta(hours=2)
    assert "The thresholds quick set this limit." in red.how
    assert contact.due_at == red.due_at
    assert allowed(quick, "social-care").due_at == MONDAY.replace(hour=16) + timedelta(days=2)
    acknowledged = allowed(quick, "red-acknowledge")
    assert not [line for line in acknowledged.how if "thresholds" in line]


def test_before_the_version_began_the_one_before_holds_and_says_nothing_where_the_policy_says_the_same(
    quick: FrontDoor,
) -> None:
    earlier = MONDAY - timedelta(days=3)
    due = quick.practice.due("red", earlier)
    assert due.at - earlier == timedelta(hours=4)
    assert not [line for line in due.how if "thresholds" in line]
    assert quick.practice.due_at("red", earlier) == due.at


def test_a_limit_of_what_runs_elsewhere_or_of_a_red_in_working_days_is_none_of_ours() -> None:
    wrong = Limit("first_decision", "One day", "local", None, 1, rating="red")
    assert limits_of((wrong, SET[2])) == {}
    assert limits_of([replace(SET[0], rating="urgent")]) == {}
    assert limits_of([replace(SET[0], rating="urgent")], {"urgent": "red"})["red"].amount == 2
    assert {name: (limit.unit, limit.amount) for name, limit in limits_of(SET).items()} == {
        "red": (Unit.HOURS, 2), "social-care": (Unit.WORKING_DAYS, 2), "feedback": (Unit.WORKING_DAYS, 1)
    }  # fmt: skip


def test_a_policy_set_after_the_version_began_goes_before_it(quick: FrontDoor) -> None:
    shipped = clock_policy_on(MONDAY.date())
    later = replace(shipped, starts=MONDAY.date() + timedelta(days=1))
    practice = replace(quick.practice, clock_policies=(shipped, later))
    assert practice.limits_on(MONDAY.date())[0].limits["red"].amount == 2
    policy, (own, _) = practice.limits_on(later.starts)
    assert (policy.limits["red"].amount, own) == (4, set())


def test_the_policy_as_it_was_set_again_after_the_version_began_goes_before_it(quick: FrontDoor) -> None:
    same = {name: said for name, said in shipped_entries("clocks")[-1].items() if name not in {"from", "source"}}
    book, by = quick.practice.rulebook, quick.actor("admin")

    def put(day: date) -> None:
        set_policy(quick.session, "clocks", same, starts=day, reason="Back.", rulebook=book, by=by, at=MONDAY)

    with pytest.raises(PolicyRefused, match="Nothing is different"):
        put(MONDAY.date())
    put(MONDAY.date() + timedelta(days=1))
    practice = practice_from(quick.session, book)
    days = (MONDAY.date() + timedelta(days=ahead) for ahead in (0, 1))
    assert [practice.limits_on(day)[0].limits["red"].amount for day in days] == [2, 4]


def test_where_no_version_was_for_live_use_the_policy_holds(door: FrontDoor) -> None:
    practice: Practice = door.practice
    policy, (own, version) = practice.limits_on(date(2019, 6, 3))
    assert (own, version) == (set(), "")
    assert policy.limits["red"].amount == 4
