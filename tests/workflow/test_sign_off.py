"""What a manager agrees first, what goes ahead at once, and what the policy says on a day."""

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.kinds import Kind
from mash.workflow.child import Child
from mash.workflow.routes import Route
from mash.workflow.sign_off import Need, findings, oversight_after, policies_from, policy_on
from mash.workflow.words import Agreement, Rating
from tests.workflow.routes import ROUTES, R

POLICY = replace(policy_on(date(2026, 11, 25)), statutory_from=3)


def a_child(**said: Any) -> Child:
    usual: dict[str, Any] = {
        "id": "sam",
        "name": "Sam",
        "route": R.CHILD_AND_FAMILY_ASSESSMENT,
        "level": 3,
        "rating": Rating.AMBER,
        "advised_level": 3,
        "advised_route": R.CHILD_AND_FAMILY_ASSESSMENT,
        "agreement": Agreement.GIVEN_VERBALLY,
    }
    return Child(**usual | said)


def needs(**said: Any) -> list[Need]:
    return [finding.code for finding in findings(POLICY, [a_child(**said)])]


def a_closing(**said: Any) -> dict[str, Any]:
    """Say a closing that the rules agree with."""
    return {"route": R.ADVICE, "level": 1, "advised_level": 1, "advised_route": R.ADVICE} | said


def test_what_follows_the_rules_with_agreement_waits_for_nobody() -> None:
    assert needs() == []
    assert needs(**a_closing()) == []
    assert needs(route=R.EARLY_HELP, level=2, advised_level=2, advised_route=R.EARLY_HELP) == []


def test_a_red_needs_a_manager() -> None:
    assert needs(rating=Rating.RED) == [Need.RED]


def test_lowering_red_needs_a_manager_and_lowering_amber_does_not() -> None:
    assert needs(rating=Rating.GREEN, rating_before=Rating.RED) == [Need.RED_LOWERED]
    assert needs(rating=Rating.GREEN, rating_before=Rating.AMBER) == []


@pytest.mark.parametrize("lower", [{"level": 2}, {"route": R.EARLY_HELP}, {"route": R.ANOTHER_AUTHORITY}])
def test_less_than_the_rules_suggest_needs_a_manager(lower: dict[str, Any]) -> None:
    assert needs(**lower) == [Need.BELOW_RULES]


@pytest.mark.parametrize("higher", [{"level": 4}, {"route": R.PASSED_TO_ALLOCATED_WORKER}])
def test_as_much_as_the_rules_suggest_or_more_needs_nobody(higher: dict[str, Any]) -> None:
    assert needs(**higher) == []


@pytest.mark.parametrize("route", [route for route in ROUTES if route.closes])
@pytest.mark.parametrize("level", [3, 4])
def test_closing_a_child_at_a_statutory_level_needs_a_manager(route: Route, level: int) -> None:
    assert needs(route=route, level=level, advised_level=level, advised_route=None) == [Need.CLOSED_AGAINST_RULES]
    assert needs(route=route, level=2, advised_level=2, advised_route=None) == []


def test_which_levels_are_statutory_is_the_versions_own() -> None:
    closing = a_child(route=R.ADVICE, level=4, advised_level=4, advised_route=None)
    assert [one.code for one in findings(replace(POLICY, statutory_from=4), [closing])] == [Need.CLOSED_AGAINST_RULES]
    assert findings(replace(POLICY, statutory_from=5), [closing]) == ()
    assert findings(replace(POLICY, statutory_from=None), [closing]) == ()


@pytest.mark.parametrize("agreement", [Agreement.REFUSED, Agreement.WITHDRAWN])
def test_closing_after_a_refusal_needs_a_fresh_look_by_a_manager(agreement: Agreement) -> None:
    assert needs(**a_closing(agreement=agreement)) == [Need.CLOSED_WITHOUT_AGREEMENT]


@pytest.mark.parametrize("agreement", [None, Agreement.NOT_ASKED_OTHER, Agreement.UNABLE_TO_ASK])
def test_agreement_not_recorded_is_not_a_refusal(agreement: Agreement | None) -> None:
    assert needs(**a_closing(agreement=agreement)) == []
    assert needs(agreement=agreement) == []


def test_going_ahead_without_agreement_needs_a_manager() -> None:
    assert needs(agreement=Agreement.REFUSED) == [Need.AGREEMENT_OVERRIDDEN]
    assert needs(overrides_agreement=True) == [Need.AGREEMENT_OVERRIDDEN]


def test_every_reason_is_found_at_once_in_words_with_the_childs_name() -> None:
    found = findings(POLICY, [a_child(route=R.NO_FURTHER_ACTION, rating=Rating.RED, agreement=Agreement.REFUSED)])
    assert [(finding.child_id, finding.sentence) for finding in found] == [
        ("sam", "Sam is rated red."),
        ("sam", "Sam would get less than the rules suggest."),
        ("sam", "Sam would be closed at a level that is statutory for some or all."),
        ("sam", "Sam would be closed after agreement was refused or withdrawn."),
    ]


def test_a_strategy_discussion_waits_for_nobody_and_is_looked_at_afterwards() -> None:
    strong = a_child(route=R.STRATEGY_DISCUSSION, rating=Rating.RED, overrides_agreement=True)
    assert findings(POLICY, [strong]) == ()
    assert [finding.code for finding in oversight_after(POLICY, [strong])] == [Need.RED, Need.AGREEMENT_OVERRIDDEN]


def test_what_could_wait_is_not_looked_at_twice() -> None:
    assert oversight_after(POLICY, [a_child(rating=Rating.RED)]) == ()


@given(
    route=st.sampled_from(list(ROUTES)),
    level=st.none() | st.integers(1, 4),
    advised=st.none() | st.integers(1, 4),
    rating=st.none() | st.sampled_from(list(Rating)),
    before=st.none() | st.sampled_from(list(Rating)),
    agreement=st.none() | st.sampled_from(list(Agreement)),
    overrides=st.booleans(),
    order=st.permutations(list(Kind)),
    ahead=st.sampled_from(list(Kind)),
)
def test_the_order_of_strength_is_a_setting_and_its_top_never_waits(
    route: Route,
    level: int | None,
    advised: int | None,
    rating: Rating | None,
    before: Rating | None,
    agreement: Agreement | None,
    overrides: bool,
    order: list[Kind],
    ahead: Kind,
) -> None:
    policy = replace(POLICY, strength=tuple(order), goes_ahead_from=ahead, needs_manager=frozenset(Need))
    child = a_child(
        route=route,
        level=level,
        advised_level=advised,
        rating=rating,
        rating_before=before,
        agreement=agreement,
        overrides_agreement=overrides,
    )
    strong = order.index(route.kind) >= order.index(ahead)
    assert bool(findings(policy, [child])) is not strong
    assert bool(oversight_after(policy, [child])) is strong
    assert policy.goes_ahead(replace(route, kind=order[-1]))


def test_a_council_may_have_every_decision_agreed_or_none_but_the_strong_still_goes_ahead() -> None:
    everything = replace(POLICY, needs_manager=frozenset({Need.EVERY_DECISION}))
    nothing = replace(POLICY, needs_manager=frozenset())

    assert [finding.code for finding in findings(everything, [a_child()])] == [Need.EVERY_DECISION]
    assert findings(everything, [a_child(route=R.STRATEGY_DISCUSSION)]) == ()
    assert findings(nothing, [a_child(rating=Rating.RED)]) == ()


def shipped_entry(**said: Any) -> dict[str, Any]:
    document = json.loads((files("mash") / "data" / "sign_off_policy.json").read_text("utf-8"))
    return dict(document["policies"][0]) | said


def test_the_policy_that_counts_is_the_one_in_force_on_the_day() -> None:
    later = shipped_entry(**{"from": "2027-04-01", "needs_manager": ["every-decision"]})
    both = policies_from({"policies": [later, shipped_entry()]})

    assert Need.EVERY_DECISION not in policy_on(date(2027, 3, 31), both).needs_manager
    assert policy_on(date(2027, 4, 1), both).needs_manager == {Need.EVERY_DECISION}
    with pytest.raises(LookupError, match="No sign-off policy was in force on 2011-12-31"):
        policy_on(date(2011, 12, 31))


def test_a_policy_that_leaves_out_an_outcome_or_invents_a_reason_does_not_load() -> None:
    with pytest.raises(ValueError, match="every kind of outcome once"):
        policies_from({"policies": [shipped_entry(strength=["advice", "strategy"])]})
    with pytest.raises(ValueError, match="full_moon"):
        policies_from({"policies": [shipped_entry(needs_manager=["full_moon"])]})


def test_a_policy_written_by_the_keys_of_routes_says_what_it_said() -> None:
    by_key = shipped_entry(
        strength=[
            "no_further_action",
            "information_given",
            "advice",
            "signposting",
            "early_help",
            "another_authority",
            "child_and_family_assessment",
            "passed_to_allocated_worker",
            "strategy_discussion",
        ],
        goes_ahead_from="strategy_discussion",
    )
    assert policies_from({"policies": [by_key]}) == policies_from({"policies": [shipped_entry()]})


def test_among_its_own_routes_the_order_of_the_version_counts_and_beside_them_the_kind() -> None:
    nearer, further = (Route(key, key, Kind.ASSESSMENT, place=place) for place, key in enumerate(("near", "far")))
    assert POLICY.weaker(nearer, further)
    assert not POLICY.weaker(further, nearer)
    assert POLICY.weaker(R.SIGNPOSTING, nearer)
    assert not POLICY.weaker(R.PASSED_TO_ALLOCATED_WORKER, further)
