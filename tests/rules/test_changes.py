"""Which single facts are tried otherwise: the nearest that matters each way, at the ends of what rules compare."""

from typing import Any

import pytest

from mash.rules import RuleSet, Value
from mash.rules.changes import tries_for
from tests.rules.test_evaluate import advise, rule
from tests.rules.written import a_ruleset, said


def counted(*ends: tuple[int, str], fact: str = "contacts_12m", kind: str = "trend") -> RuleSet:
    rules = [
        said(f"X-{end}") | {"kind": kind, "when": {"fact": fact, "at_least": end}, "then": {"level": level}}
        for end, level in ends
    ]
    return a_ruleset(rules=rules, route_rules=[])


def changes(ruleset: RuleSet, fact: str, **facts: Any) -> set[tuple[Any, Any]]:
    advice = advise(ruleset, **facts)
    return {(change.then, change.level) for change in advice.would_change if change.fact == fact}


def test_the_nearest_change_each_way_is_told() -> None:
    assert changes(counted((4, "L3"), (6, "L4")), "contacts_12m", contacts_12m=5) == {(3, "L1"), (6, "L4")}


def test_the_most_a_fact_can_be_is_tried() -> None:
    assert changes(counted((9, "L3")), "contacts_12m", contacts_12m=5) == {(9, "L3")}


@pytest.mark.parametrize(("age", "change"), [(0, (1, "L1")), (2, (0, "L3"))])
def test_both_sides_of_an_upper_end_are_tried(age: int, change: tuple[int, str]) -> None:
    rules = [rule("trend", {"fact": "age_years", "under": 1}, {"level": "L3"})]
    told = changes(a_ruleset(rules=rules, route_rules=[]), "age_years", age_years=age)
    assert {(then, level) for then, level in told if level} == {change}


def test_a_number_not_known_that_is_no_risk_is_tried_at_every_end() -> None:
    found = {one.fact: one.level for one in advise(counted((16, "L3"), fact="age_years")).missing}
    assert found == {"age_years": "L3"}


def test_the_nearest_degree_each_way_is_told_and_a_qualifier_tried_leaves_the_others() -> None:
    lines = [{"level": "L2", "severity": "moderate"}, {"level": "L4", "severity": "severe"}]
    ruleset = a_ruleset(indicators={"ng-early": lines}, route_rules=[])
    answer = {"value": "present", "severity": "serious"}
    told = {(change.then["severity"], change.level) for change in advise(ruleset, ng__early=answer).would_change
            if isinstance(change.then, dict)}  # fmt: skip
    assert told == {("severe", "L4"), ("mild", "L1")}
    value = Value("present", (("frequency", "often"), ("severity", "serious")))
    tried = [one.value.details for one in tries_for(ruleset).tries("ng-early", value) if one.value.details]
    assert tried
    assert all(dict(details)["frequency"] == "often" for details in tried)


def test_a_sign_that_may_be_there_is_tried_at_its_most_serious() -> None:
    lines = [{"level": "L2"}, {"level": "L4", "severity": "severe"}]
    (one,) = advise(a_ruleset(indicators={"ng-early": lines}, route_rules=[]), ng__early="unknown").missing
    assert one.level == "L4"


@pytest.mark.parametrize(("number", "asked"), [(0, False), (1, True), (None, False)])
def test_only_a_risk_that_is_there_asks_after_its_neighbours(number: int | None, asked: bool) -> None:
    when = {"all": [{"fact": "contacts_12m", "at_least": 1}, {"indicator": "ng-dirty"}]}
    ruleset = a_ruleset(rules=[rule("combination", when, {"level": "L4"})], route_rules=[], indicators={})
    given = advise(ruleset, contacts_12m="unknown" if number is None else number)
    assert ("ng-dirty" in {one.fact for one in given.missing}) is asked


@pytest.mark.parametrize(("number", "asked"), [(8, True), (9, False)])
def test_a_rule_over_many_facts_makes_no_question_of_each(number: int, asked: bool) -> None:
    parts = ["ng-early", "ng-late", "ng-dirty", "ab-mark", "ab-says", "nd-drink", "nd-ill"]
    when = {"all": [{"indicator": code} for code in parts] + [{"fact": "contacts_12m", "at_least": 1}]}
    when["all"] += [{"fact": "plan_ended", "at_least": "lately"}] * (number - 8)
    ruleset = a_ruleset(rules=[rule("combination", when, {"level": "L4"})], route_rules=[], indicators={})
    assert ("nd-ill" in {one.fact for one in advise(ruleset, ng__early="present").missing}) is asked
