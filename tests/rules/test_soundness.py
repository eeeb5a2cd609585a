"""Every hole is found, told in words and shown with a child who falls in; a sound version has no finding."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from mash.rules import Facts, RuleSet, evaluate, read_facts
from mash.rules.conditions import Leaf, Within
from mash.rules.soundness import Finding, check
from mash.rules.soundness.model import Model
from tests.rules.generate import facts, rulesets
from tests.rules.small import CATALOGUE
from tests.rules.written import a_document, a_ruleset, said

few = settings(max_examples=max(settings().max_examples // 2, 10))
INDICATORS = {"ng-early": "L2", "ng-late": "L3", "ng-dirty": "L2", "nd-drink": "L3", "nd-ill": "L2", "nd-poor": "L1"}
HARM = said("T-1") | {"kind": "trigger", "strand": "abuse", "when": {"indicator": "ab-mark"}}
HARM |= {"then": {"level": "L4", "rating": "red", "basis": "s47"}}
LIKELY = said("T-2") | {"kind": "trigger", "when": {"fact": "likely_harm"}, "then": {"level": "L4", "basis": "s47"}}
SAYS = said("T-3") | {"kind": "trigger", "when": {"indicator": "ab-says"}, "then": {"level": "L4", "basis": "s47"}}
NOW = said("T-4") | {"kind": "trigger", "when": {"fact": "immediate_harm"}, "then": {"level": "L4", "basis": "s47"}}
REST = said("C-1") | {"kind": "count", "when": {"fact": "contacts_12m", "at_least": 4}, "then": {"level": "L2"}}
PLAN = said("F-1") | {"kind": "floor", "when": {"fact": "plan_ended", "at_least": "lately"}, "then": {"level": "L3"}}
RULES = [HARM, LIKELY, SAYS, NOW, REST, PLAN]
SOON = said("R-1") | {"when": {"fact": "hours_to_harm", "at_most": 24}, "rating": "amber"}
ADVICE = said("M-0") | {"when": {"fact": "contact_type", "is": "advice"}, "route": "advice"}


def sound(**changed: Any) -> RuleSet:
    """Return a version with no hole, with some sections replaced."""
    plain = a_document()
    sections: dict[str, Any] = {"indicators": INDICATORS, "rules": RULES, "urgency": [SOON]}
    sections |= {"route_rules": [ADVICE, *plain["route_rules"]], "levels": levels()}
    return a_ruleset(**sections | changed)


def levels(**replaced: list[str]) -> list[dict[str, Any]]:
    responses = {"L1": ["nothing"], "L2": ["early_help"], "L3": ["assessment"], "L4": ["assessment", "strategy"]}
    return [level | {"responses": (responses | replaced)[level["key"]]} for level in a_document()["levels"]]


def found(ruleset: RuleSet, code: str) -> Finding:
    return next(finding for finding in check(ruleset) if finding.code == code)


def test_a_sound_version_has_no_finding() -> None:
    assert check(sound()) == ()


def guarded(route_rule: dict[str, Any]) -> dict[str, Any]:
    return route_rule | {"when": {"all": [route_rule["when"], {"fact": "immediate_harm"}]}}


ROUTES = a_document()["route_rules"]
OLD_WAY = [ADVICE, ROUTES[0], guarded(ROUTES[1]), guarded(ROUTES[2])]
NO_WAY = said("R-2") | {"when": {"all": [{"fact": "age_years", "under": 5}, {"fact": "age_years", "at_least": 9}]}}
BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "section 17 only in danger": ("no-path-to-section-17", {"route_rules": OLD_WAY}),
    "likely harm only in danger": ("no-path-on-likely-harm", {"route_rules": OLD_WAY}),
    "a basis that leads nowhere": ("turned-away", {"route_rules": OLD_WAY}),
    "a level below its responses": ("less-than-the-level", {"levels": levels(L2=["assessment"])}),
    "a level nobody answers": ("level-without-response", {"levels": levels(L3=[])}),
    "triggers a refusal blocks": ("agreement-blocks-trigger", {"route_rules": OLD_WAY}),
    "no likely harm": ("likely-harm-never-looked-at", {"rules": [HARM, SAYS, NOW, REST, PLAN]}),
    "no section 17": ("section-17-never-reached", {"levels": [level | {"basis": []} for level in levels()]}),
    "two ages at once": ("contradictory", {"urgency": [SOON, NO_WAY | {"rating": "red"}]}),
    "a level no rule gives": (
        "level-never-given",
        {"indicators": dict.fromkeys(INDICATORS, "L2"), "rules": RULES[:5]},
    ),
    "a rule that waits for it": (
        "unreachable",
        {"rules": [REST], "route_rules": [*ROUTES, said("M-9") | {"when": {"basis": "s47"}, "route": "strategy"}]},
    ),
    "poverty": ("raised-by-poverty-alone", {"indicators": INDICATORS | {"nd-poor": "L2"}}),
    "a code nobody looks at": ("code-without-rule", {"rules": RULES[:5]}),
    "bands with a hole": ("gap", {"indicators": INDICATORS | {"ng-dirty": [{"level": "L2", "severity": "serious"}]}}),
    "said twice": ("overlap", {"rules": [*RULES, REST | {"id": "C-2"}]}),
    "said higher and lower": ("contradictory", {"rules": [*RULES, REST | {"id": "C-2", "then": {"level": "L3"}}]}),
    "an example that breaks": (
        "example-broken",
        {"examples": [{"name": "A mark", "facts": {"ab-mark": "present"}, "expect": {"level": "L2"}}]},
    ),
}


@pytest.mark.parametrize(("code", "changed"), BROKEN.values(), ids=BROKEN)
def test_a_hole_is_found_and_its_witness_falls_in(code: str, changed: dict[str, Any]) -> None:
    ruleset = sound(**changed)
    finding = found(ruleset, code)
    assert finding.words
    assert finding.words[0].isupper() or finding.words[0] in '"“'
    for seen in finding.witnesses:
        advice = evaluate(ruleset, read_facts(CATALOGUE, dict(seen.facts)))
        assert advice.rating == seen.rating


def test_the_child_in_need_who_is_turned_away_has_no_danger_and_no_social_worker() -> None:
    ruleset = sound(route_rules=OLD_WAY)
    (seen,) = found(ruleset, "no-path-to-section-17").witnesses
    assert "immediate_harm" not in seen.facts
    advice = evaluate(ruleset, read_facts(CATALOGUE, dict(seen.facts)))
    assert ("s17" in advice.bases, advice.route) == (True, "early_help")


def test_a_trigger_that_a_refusal_blocks_is_shown_with_the_two_children() -> None:
    ruleset = sound(route_rules=OLD_WAY)
    agreed, refused = found(ruleset, "agreement-blocks-trigger").witnesses
    assert {name: refused.facts[name] for name in agreed.facts if name not in ("agreement", "would_grow")} == {
        name: value for name, value in agreed.facts.items() if name not in ("agreement", "would_grow")
    }
    assert refused.route != agreed.route


def test_a_strength_that_lowers_a_trigger_or_floor_is_found_though_no_file_can_say_it() -> None:
    offset = said("O-1") | {"factor": "pf-school", "strands": ["neglect"], "lowers_by": 2}
    neglect = said("T-5") | {"kind": "trigger", "strand": "neglect", "when": {"indicator": "ng-early"}}
    ruleset = sound(offsets=[offset], rules=[*RULES, neglect | {"then": {"level": "L4", "basis": "s47"}}])
    assert not [each for each in check(ruleset) if each.code.startswith("strength-lowers")]
    rules = tuple(replace(rule, lowerable=bool(rule.strand)) for rule in ruleset.rules)
    assert found(replace(ruleset, rules=rules, content_hash="lowered"), "strength-lowers-trigger").at == "T-5"


def test_risk_that_lowers_is_found_with_two_children_though_no_file_can_say_it() -> None:
    ruleset = sound()
    fewer = Leaf(Within("contacts_12m", None, 4))
    rules = tuple(replace(each, when=fewer) if each.id == "C-1" else each for each in ruleset.rules)
    first, second = found(replace(ruleset, rules=rules, content_hash="upside down"), "risk-lowers").witnesses
    assert int(str(first.facts["contacts_12m"])) <= 4
    assert (first.level, second.level) == ("Level 2", "Level 1")


def test_a_rule_that_nobody_met_is_told_only_when_history_was_counted() -> None:
    ruleset = sound()
    parts = (ruleset.rules, ruleset.urgency, ruleset.route_rules)
    counts = {id: 1 for part in parts for id in [rule.id for rule in part]}
    assert check(ruleset, fired=counts) == ()
    assert [each.at for each in check(ruleset, fired=counts | {"T-1": 0})] == ["T-1"]


@few
@given(rulesets, facts)
def test_whatever_a_child_gets_the_solver_knows_is_possible(ruleset: RuleSet, child: Facts) -> None:
    advice = evaluate(ruleset, child)
    model = Model(ruleset)
    one = model.imagine()
    if not advice.not_a_child:
        place = [level.key for level in ruleset.levels].index(advice.level or "")
        route = [route.key for route in ruleset.routes].index(advice.strength)
        assert model.possible(model.is_child(one), model.level(one, place), model.route(one, route))
    model.close()


@few
@given(rulesets)
def test_the_children_the_solver_shows_are_what_the_evaluator_says(ruleset: RuleSet) -> None:
    model = Model(ruleset)
    one = model.imagine()
    for place in range(1, len(ruleset.levels)):
        seen = model.find(model.is_child(one), model.level(one, place))
        if seen:
            level = evaluate(ruleset, seen[0]).level
            assert [each.key for each in ruleset.levels].index(level or "") >= place
    model.close()


@few
@given(rulesets)
def test_no_version_that_loads_lets_risk_lower_strengths_cut_triggers_or_agreement_move_a_level(
    ruleset: RuleSet,
) -> None:
    never = ("risk-lowers", "strength-lowers", "agreement-moves", "example-broken")
    assert not [finding for finding in check(ruleset) if finding.code.startswith(never)]


def test_a_trigger_that_holds_where_a_strength_lowers_the_same_level_is_no_overlap() -> None:
    offset = said("O-1") | {"factor": "pf-school", "strands": ["neglect"], "lowers_by": 2}
    early = {"when": {"indicator": "ng-early"}, "then": {"level": "L4"}, "strand": "neglect"}
    firm, soft = said("T-5") | early | {"kind": "trigger"}, said("S-5") | early | {"kind": "single"}
    found_ = check(sound(offsets=[offset], rules=[*RULES, firm, soft]))
    assert [each.at for each in found_ if each.code == "overlap"] == ["S-5"]
