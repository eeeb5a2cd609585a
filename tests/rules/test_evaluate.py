"""Advice on one child, case by case, under a small version a reader can hold in mind."""

from dataclasses import replace
from typing import Any

import pytest

from mash.rules import Advice, evaluate, read_facts
from mash.rules.ruleset import RuleSet
from tests.rules.small import CATALOGUE
from tests.rules.written import a_document, a_ruleset, said


def advise(ruleset: RuleSet, **facts: Any) -> Advice:
    named = {name.replace("__", "-"): value for name, value in facts.items()}
    return evaluate(ruleset, read_facts(CATALOGUE, named))


def rule(kind: str, when: Any, then: Any, **more: Any) -> dict[str, Any]:
    return said("X-1") | {"kind": kind, "when": when, "then": then} | more


SAFE_ADULT = {"value": "present", "evidence": "seen_or_confirmed", "days_old": 1}
OFFSET = said("O-1") | {"factor": "pf-adult", "strands": ["needs"], "lowers_by": 1}


def test_nothing_recorded_meets_no_rule_and_says_so() -> None:
    advice = advise(a_ruleset())
    assert (advice.level, advice.rating, advice.route, advice.bases) == ("L1", "green", "nothing", ())
    assert advice.summary == "No rule met"
    assert advice.ceiling.level == "L4"


def test_the_highest_of_several_indicators_wins_and_each_is_a_reason_with_its_facts() -> None:
    advice = advise(a_ruleset(), ng__early="present", ng__late="present")
    assert (advice.level, advice.route, advice.bases) == ("L3", "assessment", ("s17",))
    single = {reason.id: reason for reason in advice.reasons if reason.kind == "single"}
    assert set(single) == {"ng-early/L2", "ng-late/L3"}
    assert [used.fact for used in single["ng-late/L3"].facts] == ["ng-late"]
    assert single["ng-late/L3"].words == "ng-late in words"


def test_the_same_content_in_another_order_names_its_own_rules() -> None:
    first = a_ruleset()
    turned = dict(reversed(list(first.indicators.items())))
    second = replace(first, indicators=turned)
    assert first.content_hash == second.content_hash
    assert first != second
    for ruleset in (first, second, first):
        advice = advise(ruleset, ng__early="present", ng__late="present")
        assert {one.id for one in advice.reasons if one.kind == "single"} == {"ng-early/L2", "ng-late/L3"}


def test_one_concern_rises_by_how_serious_it_is_and_by_age() -> None:
    lines = [
        {"level": "L2"},
        {"level": "L3", "severity": "serious"},
        {"level": "L4", "severity": "serious", "when": {"fact": "age_years", "under": 5}},
    ]
    ruleset = a_ruleset(indicators={"ng-early": lines})
    for severity, age, level in (("mild", 3, "L2"), ("serious", 5, "L3"), ("severe", 4, "L4")):
        concern = {"value": "present", "severity": severity}
        assert advise(ruleset, ng__early=concern, age_years=age).level == level


def test_a_strength_lowers_its_own_strand_by_its_bound_and_no_other() -> None:
    ruleset = a_ruleset(offsets=[OFFSET])
    assert advise(ruleset, nd__drink="present", pf__adult=SAFE_ADULT).level == "L2"
    assert advise(ruleset, ng__late="present", pf__adult=SAFE_ADULT).level == "L3"
    both = advise(ruleset, nd__drink="present", ng__early="present", pf__adult=SAFE_ADULT)
    assert both.level == "L2"
    lowered = next(reason for reason in both.reasons if reason.id == "nd-drink/L3")
    assert (lowered.level, lowered.lowered_by) == ("L2", ("O-1",))


@pytest.mark.parametrize(
    "weak",
    [
        "present",
        {"value": "present", "evidence": "said", "days_old": 1},
        {"value": "present", "evidence": "seen_or_confirmed", "days_old": 29},
        {"value": "present", "evidence": "seen_or_confirmed"},
        None,
        "absent",
    ],
)
def test_a_strength_that_is_only_said_or_stale_or_unknown_lowers_nothing(weak: Any) -> None:
    assert advise(a_ruleset(offsets=[OFFSET]), nd__drink="present", pf__adult=weak).level == "L3"


def test_two_strengths_do_not_add_up() -> None:
    second = said("O-2") | {"factor": "pf-school", "strands": ["needs"], "lowers_by": 1}
    ruleset = a_ruleset(offsets=[OFFSET, second])
    facts = {"nd-drink": "present", "pf-adult": SAFE_ADULT, "pf-school": "present", "age_years": 9}
    assert evaluate(ruleset, read_facts(CATALOGUE, facts)).level == "L2"


def test_a_strength_for_older_children_does_not_count_for_a_younger_one() -> None:
    ruleset = a_ruleset(offsets=[said("O-1") | {"factor": "pf-school", "strands": ["needs"], "lowers_by": 1}])
    levels = [advise(ruleset, nd__drink="present", pf__school="present", age_years=age).level for age in (4, 5, None)]
    assert levels == ["L3", "L2", "L3"]


@pytest.mark.parametrize("kind", ["trigger", "floor"])
def test_nothing_lowers_a_trigger_or_floor(kind: str) -> None:
    rules = [rule(kind, {"indicator": "nd-ill"}, {"level": "L4"}, strand="needs")]
    advice = advise(a_ruleset(rules=rules, offsets=[OFFSET]), nd__ill="present", pf__adult=SAFE_ADULT)
    assert advice.level == "L4"


def test_an_exception_stops_a_rule_only_once_it_is_established() -> None:
    rules = [rule("trigger", {"indicator": "ng-early"}, {"level": "L4"}, unless=["ex-birthmark"])]
    ruleset = a_ruleset(rules=rules)
    levels = [advise(ruleset, ng__early="present", ex__birthmark=known).level for known in ("present", None, "absent")]
    assert levels == ["L2", "L4", "L4"]


def test_counts_need_so_many_different_signs_over_so_many_parts_of_life() -> None:
    when = {"count": {"of": {"strand": "neglect", "level_at_least": "L2"}, "at_least": 2, "domains_at_least": 2}}
    ruleset = a_ruleset(rules=[rule("count", when, {"level": "L4"})])
    assert advise(ruleset, ng__early="present", ng__late="present").level == "L3"
    assert advise(ruleset, ng__early="present", ng__dirty="present").level == "L4"


def test_a_sign_listed_twice_is_counted_once() -> None:
    when = {"count": {"of": {"codes": ["ng-early", "ng-early", "ng-dirty"]}, "at_least": 2}}
    ruleset = a_ruleset(rules=[rule("count", when, {"level": "L4"})])
    assert advise(ruleset, ng__early="present").level == "L2"


def test_history_gives_a_floor() -> None:
    rules = [rule("floor", {"fact": "plan_ended", "at_least": "lately"}, {"level": "L3"})]
    levels = [advise(a_ruleset(rules=rules), plan_ended=ended).level for ended in ("never", "long_ago", "lately", None)]
    assert levels == ["L1", "L1", "L3", "L1"]


def test_what_nobody_knows_can_itself_meet_a_rule_and_makes_the_result_provisional() -> None:
    when = {"all": [{"indicator": "ng-early"}, {"unknown": "ab-says"}]}
    ruleset = a_ruleset(rules=[rule("unknown", when, {"level": "L3", "ask": "Who saw the child?"})])
    for known, level in ((None, "L3"), ("present", "L3"), ("absent", "L2")):
        assert advise(ruleset, ng__early="present", ab__says=known).level == level
    unsure = advise(ruleset, ng__early="present", ab__says=None, age_years=3)
    assert unsure.provisional
    assert "Who saw the child?" in unsure.questions
    assert unsure.lowest.level == "L2"


def test_urgency_is_set_apart_from_level() -> None:
    urgency = [said("R-1") | {"when": {"fact": "hours_to_harm", "at_most": 24}, "rating": "red"}]
    ruleset = a_ruleset(urgency=urgency)
    assert (advise(ruleset, hours_to_harm=24).rating, advise(ruleset, hours_to_harm=25).rating) == ("red", "green")
    assert advise(ruleset, hours_to_harm=1).level == "L1"


def test_a_level_can_bring_its_own_rating() -> None:
    levels = a_document()["levels"]
    levels[3] |= {"rating": "amber"}
    assert advise(a_ruleset(levels=levels), ab__mark="present").rating == "amber"


def test_a_duty_gives_a_route_and_a_note_whatever_the_level() -> None:
    then = {"route_floor": "assessment", "duty": "carer", "also": "officer"}
    advice = advise(a_ruleset(rules=[rule("duty", {"fact": "disabled"}, then)]), disabled="present")
    assert (advice.level, advice.route) == ("L1", "assessment")
    assert [note.key for note in (*advice.duties, *advice.also)] == ["carer", "officer"]
    assert advice.duties[0].rules == ("X-1",)


@pytest.mark.parametrize(
    ("agreement", "would_grow", "route", "can_proceed"),
    [
        ("given", None, "early_help", True),
        (None, None, "early_help", False),
        ("not_sought", "no", "early_help", False),
        ("refused", None, "early_help", False),
        ("refused", "yes", "assessment", False),
        ("withdrawn", "no", "advice", False),
    ],
)
def test_without_agreement_early_help_waits_and_asks_whether_need_would_grow(
    agreement: str | None, would_grow: str | None, route: str, *, can_proceed: bool
) -> None:
    advice = advise(a_ruleset(), ng__early="present", agreement=agreement, would_grow=would_grow)
    assert (advice.level, advice.route) == ("L2", route)
    finding = next(finding for finding in advice.findings if finding.gate == "G-EH")
    assert finding.can_proceed is can_proceed
    if agreement == "refused" and would_grow is None:
        assert finding.question == "What of would_grow?"
        assert finding.question in advice.questions


def test_refusal_never_holds_up_a_statutory_route() -> None:
    advice = advise(a_ruleset(), ng__late="present", agreement="refused", would_grow="no")
    assert advice.route == "assessment"
    (finding,) = advice.findings
    assert finding.can_proceed
    assert finding.says == "Agreement is refused or withdrawn. It does not hold up this route"


def test_where_asking_is_dangerous_the_advice_says_not_to_ask() -> None:
    rules = [rule("combination", {"indicator": "ng-early"}, {"level": "L2", "instruction": "silent"})]
    advice = advise(a_ruleset(rules=rules), ng__early="present", agreement="refused", would_grow="no")
    assert advice.route == "early_help"
    assert [note.words for note in advice.instructions] == ["Do not ask the family"]
    assert advice.findings[0].says == "Do not approach the family for agreement first"


def test_an_adult_is_not_a_child_and_never_the_lowest_level() -> None:
    advice = advise(a_ruleset(), age_years=18, ab__mark="present")
    assert (advice.level, advice.route, advice.not_a_child) == (None, "advice", True)
    assert advice.summary.startswith("Not a child")
    assert advise(a_ruleset(), age_years=17).level == "L1"
    assert advise(a_ruleset(), ab__mark="present").level == "L4"
    assert advise(a_ruleset(), age_years=19, unborn="present").level == "L1"


def test_what_is_open_about_an_adult_never_bounds_the_route_below_where_it_stands() -> None:
    advice = advise(a_ruleset(), age_years=19, unborn=None)
    assert (advice.level, advice.route) == (None, "advice")
    assert (advice.unknown_ceiling.level, advice.unknown_ceiling.route) == ("L1", "advice")


def test_an_open_case_goes_to_its_worker_with_its_strength_still_in_view() -> None:
    when = {"fact": "case_status", "is": "child_in_need"}
    redirects = [said("D-1") | {"when": when, "route": "to_worker", "name": "To the worker"}]
    advice = advise(a_ruleset(redirects=redirects), ng__late="present", case_status="child_in_need")
    assert (advice.route, advice.strength, advice.level) == ("to_worker", "assessment", "L3")


def test_a_request_for_a_check_is_answered_but_never_caps_a_risk() -> None:
    routes = [
        *a_document()["route_rules"],
        said("M-0") | {"when": {"fact": "contact_type", "is": "check"}, "route": "advice"},
    ]
    ruleset = a_ruleset(route_rules=routes)
    assert advise(ruleset, contact_type="check").route == "advice"
    assert advise(ruleset, contact_type="check", ng__late="present").route == "assessment"


def test_a_version_can_narrow_the_test_for_referral_and_leave_every_level_alone() -> None:
    danger = {"fact": "immediate_harm"}
    narrow = [
        said("M-1") | {"when": {"level_at_least": "L2"}, "route": "early_help"},
        said("M-2") | {"when": {"all": [{"basis": "s17"}, danger]}, "route": "assessment"},
    ]
    facts = {"ng__late": "present", "agreement": "given"}
    before, after = advise(a_ruleset(route_rules=narrow), **facts), advise(a_ruleset(), **facts)
    assert before.level == after.level == "L3"
    assert (before.route, after.route) == ("early_help", "assessment")
    assert advise(a_ruleset(route_rules=narrow), **facts, immediate_harm="present").route == "assessment"


def test_a_fact_recorded_as_unknown_that_could_raise_the_result_is_asked_for_first() -> None:
    advice = advise(a_ruleset(), ng__early="present", ab__mark=None)
    assert (advice.level, advice.unknown_ceiling.level, advice.provisional) == ("L2", "L4", True)
    first = advice.missing[0]
    assert (first.fact, first.state, first.alone, first.level) == ("ab-mark", "unknown", True, "L4")
    assert first.question == "What of ab-mark?"


def test_a_question_that_helps_only_with_others_says_which_rule() -> None:
    when = {"all": [{"indicator": "ng-early"}, {"indicator": "ng-dirty"}, {"fact": "contacts_12m", "at_least": 3}]}
    ruleset = a_ruleset(rules=[rule("combination", when, {"level": "L4"})])
    found = {one.fact: one for one in advise(ruleset, ng__early="present").missing}
    assert not found["ng-dirty"].alone
    assert (found["ng-dirty"].rules, found["ng-dirty"].level) == (("X-1",), "L4")


def test_a_severity_nobody_recorded_is_a_question_of_its_own() -> None:
    lines = [{"level": "L2"}, {"level": "L4", "severity": "severe"}]
    (one,) = advise(a_ruleset(indicators={"ng-early": lines}, route_rules=[]), ng__early="present").missing
    assert (one.fact, one.detail, one.question, one.level) == ("ng-early", "severity", "How serious?", "L4")


def test_the_nearest_change_that_moves_the_result_is_told() -> None:
    rules = [rule("trend", {"fact": "contacts_12m", "at_least": 4}, {"level": "L3"})]
    advice = advise(a_ruleset(rules=rules), contacts_12m=5)
    (change,) = (change for change in advice.would_change if change.fact == "contacts_12m")
    assert (change.now, change.then, change.level) == (5, 3, "L1")


@pytest.mark.parametrize("number", [3, 5])
def test_a_version_may_have_any_number_of_levels(number: int) -> None:
    levels = [
        {"key": f"T{n}", "ordinal": n * 2 - 1, "name": f"Tier {n}", "statutory": "no", "meaning": "-", "responses": []}
        for n in range(1, number + 1)
    ]
    top = f"T{number}"
    advice = advise(a_ruleset(levels=levels, indicators={"ab-mark": top}, route_rules=[]), ab__mark="present")
    assert advice.level == top
