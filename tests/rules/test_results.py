"""The results for many are those of the advice for each, whatever the rules and the facts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mash.rules import Advice, Facts, Results, RuleSet, evaluate, evaluate_many, results_for
from tests.rules.generate import facts, rulesets

LATER = {"urgency", "route", "redirect", "not_a_child"}


def as_results(ruleset: RuleSet, advice: Advice) -> Results:
    ordinals = {level.key: level.ordinal for level in ruleset.levels}
    return Results(
        ruleset_id=advice.ruleset_id,
        ruleset_hash=advice.ruleset_hash,
        level=None if advice.level is None else ordinals[advice.level],
        rating=advice.rating,
        route=advice.route,
        strength=advice.strength,
        bases=list(advice.bases),
        rules=sorted(reason.id for reason in advice.reasons if reason.kind not in LATER),
    )


@settings(max_examples=settings().max_examples * 2)
@given(rulesets, st.lists(facts, max_size=9))
def test_the_results_of_many_are_those_of_the_advice_for_each(ruleset: RuleSet, children: list[Facts]) -> None:
    found = list(results_for(ruleset, children))
    for one in found:
        one.rules.sort()
    assert found == [as_results(ruleset, advice) for advice in evaluate_many(ruleset, children)]


@settings(max_examples=settings().max_examples * 2)
@given(rulesets, st.lists(facts, max_size=9))
def test_what_was_met_is_named_in_the_order_in_which_its_reasons_are_told(
    ruleset: RuleSet, children: list[Facts]
) -> None:
    for advice in (*evaluate_many(ruleset, children), *(evaluate(ruleset, child) for child in children)):
        named = advice.rules_met
        assert named == tuple(reason.id for reason in advice.reasons) == Advice.from_json(advice.to_json()).rules_met
