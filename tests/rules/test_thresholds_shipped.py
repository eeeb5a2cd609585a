"""The threshold files that ship: they load, they are complete, and every worked example comes out as written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mash.rules.advice import Advice
from mash.rules.catalogue import Catalogue
from mash.rules.catalogue_document import load_catalogue
from mash.rules.document import load_ruleset
from mash.rules.evaluate import evaluate
from mash.rules.facts import read_facts
from mash.rules.ruleset import RuleSet
from mash.rules.worked import results

THRESHOLDS = Path(__file__).parents[2] / "thresholds"
WITHDRAWN, LIVE = "dn-2021-01", "dn-2022-05"
STATUTORY = ("child_and_family_assessment", "strategy_discussion")


@dataclass(frozen=True)
class Example:
    """One worked example under one version."""

    version: str
    name: str
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]


@cache
def catalogue() -> Catalogue:
    return load_catalogue(THRESHOLDS / "catalogue.yaml")


@cache
def versions() -> Mapping[str, RuleSet]:
    loaded = [load_ruleset(path, catalogue()) for path in sorted(THRESHOLDS.glob("20*.yaml"))]
    return {ruleset.id: ruleset for ruleset in loaded}


def advise(version: str, facts: Mapping[str, Any]) -> Advice:
    return evaluate(versions()[version], read_facts(catalogue(), facts))


@cache
def examples() -> Sequence[Example]:
    found = []
    for path in sorted((THRESHOLDS / "examples").glob("*.yaml")):
        for example in YAML(typ="safe", pure=True).load(path)["examples"]:
            found += [
                Example(version, example["name"], example["facts"], expect)
                for version, expect in example["expect"].items()
            ]
    return found


def reasons(advice: Advice) -> set[str]:
    return {reason.id for reason in advice.reasons}


def own_ids(version: str) -> set[str]:
    ruleset = versions()[version]
    parts = (ruleset.rules, ruleset.urgency, ruleset.route_rules)
    return {rule.id for part in parts for rule in part}


def test_the_catalogue_holds_at_least_160_indicators_and_all_18_strengths() -> None:
    strengths = [fact for fact in catalogue().facts.values() if fact.protective]
    assert len(list(catalogue().indicators())) >= 160
    assert len(strengths) == 18


def test_two_versions_ship_and_one_follows_the_other_without_a_gap() -> None:
    assert set(versions()) == {WITHDRAWN, LIVE}
    before, after = versions()[WITHDRAWN].version, versions()[LIVE].version
    assert (before.status, before.use) == ("withdrawn", "replay_only")
    assert "dangerously restrictive" in before.label
    assert (after.status, after.use, after.effective_to) == ("live", "live", None)
    assert before.effective_to is not None
    assert (after.effective_from - before.effective_to).days == 1
    assert after.supersedes == before.id


@pytest.mark.parametrize("version", [WITHDRAWN, LIVE])
def test_every_indicator_has_a_level_in_both_versions(version: str) -> None:
    assert set(versions()[version].indicators) == {fact.name for fact in catalogue().indicators()}


def test_the_versions_differ_in_the_test_for_referral_and_in_no_rule_about_need_or_urgency() -> None:
    before, after = versions()[WITHDRAWN], versions()[LIVE]
    assert before.indicators == after.indicators
    assert before.rules == after.rules
    assert before.offsets == after.offsets
    assert before.urgency == after.urgency
    assert before.route_rules != after.route_rules
    assert before.gates != after.gates


@pytest.mark.parametrize("example", examples(), ids=lambda example: f"{example.version}: {example.name}")
def test_a_worked_example_comes_out_as_written(example: Example) -> None:
    advice = advise(example.version, example.facts)
    got = results(advice)
    for key, wanted in example.expect.items():
        if key != "reasons":
            assert got[key] == (sorted(wanted) if isinstance(wanted, list) else wanted), key
    wanted_reasons = example.expect.get("reasons")
    if wanted_reasons == []:
        assert not reasons(advice) & own_ids(example.version)
    assert set(wanted_reasons or ()) <= reasons(advice)


def test_a_practitioner_has_at_least_40_examples_and_many_show_both_versions() -> None:
    by_version = {version: [each.name for each in examples() if each.version == version] for version in versions()}
    assert len(by_version[LIVE]) == len(set(by_version[LIVE])) >= 40
    assert len(set(by_version[WITHDRAWN]) & set(by_version[LIVE])) >= 40


def test_every_rule_of_the_live_version_is_shown_at_work_by_an_example() -> None:
    met = set[str]().union(*(reasons(advise(LIVE, each.facts)) for each in examples() if each.version == LIVE))
    assert own_ids(LIVE) - met == set()


TURNED_AWAY: list[tuple[dict[str, Any], str]] = [
    ({"need-significant": "present"}, "child_and_family_assessment"),
    ({"likely-future-harm": "present"}, "strategy_discussion"),
    ({"harm-suspected": "present"}, "strategy_discussion"),
    ({"ab-injury-not-mobile": "present"}, "strategy_discussion"),
    ({"ab-child-disclosure": "present"}, "strategy_discussion"),
    ({"unborn": "present", "pb-person-posing-risk": "present"}, "strategy_discussion"),
    ({"ex-strong-evidence": "present"}, "strategy_discussion"),
    ({"neglect_items_6m": 3}, "child_and_family_assessment"),
    ({"incidents_domestic_abuse_12m": 3}, "child_and_family_assessment"),
    ({"protection_plan_ended": "within_12_months", "plan_same_category": "present"}, "child_and_family_assessment"),
    ({"early_help_ended_unchanged": "present", "bh-challenging": "present"}, "child_and_family_assessment"),
    ({"closed_agreement_lapsed_12m": "present", "da-incident-low": "present"}, "child_and_family_assessment"),
    (
        {"bh-challenging": "present", "agreement_service": "refused", "would_need_grow_without_help": "yes"},
        "child_and_family_assessment",
    ),
    ({"ho-homeless-16-17": "present"}, "child_and_family_assessment"),
    ({"fa-private-fostering": "present"}, "child_and_family_assessment"),
    ({"hl-disability-assessment": "present"}, "child_and_family_assessment"),
    ({"st-court-report": "present"}, "child_and_family_assessment"),
]


@pytest.mark.parametrize(("facts", "route"), TURNED_AWAY)
def test_the_live_version_opens_social_care_where_the_withdrawn_one_did_not(facts: dict[str, Any], route: str) -> None:
    assert advise(LIVE, facts).route == route
    assert advise(WITHDRAWN, facts).route not in STATUTORY
    assert advise(WITHDRAWN, facts).level == advise(LIVE, facts).level
    assert advise(WITHDRAWN, facts).rating == advise(LIVE, facts).rating


@pytest.mark.parametrize("facts", [facts for facts, _ in TURNED_AWAY])
def test_with_immediate_harm_the_two_versions_agree(facts: dict[str, Any]) -> None:
    for version in versions():
        assert advise(version, {**facts, "immediate-harm": "present"}).route == "strategy_discussion"


def test_the_withdrawn_version_opens_social_care_for_nothing_short_of_immediate_harm() -> None:
    cases = [{code.name: "present"} for code in catalogue().indicators()]
    cases += [dict(each.facts) for each in examples()]
    for facts in cases:
        if "immediate-harm" not in facts:
            assert advise(WITHDRAWN, facts).route not in STATUTORY, facts


def test_no_refusal_keeps_a_trigger_from_a_strategy_discussion() -> None:
    triggers = [
        each for each in examples() if each.version == LIVE and any(id[:2] == "T-" for id in each.expect["reasons"])
    ]
    assert triggers
    for each in triggers:
        refused = {**each.facts, "agreement_service": "refused", "would_need_grow_without_help": "no"}
        assert advise(LIVE, refused).strength == "strategy_discussion", each.name


@pytest.mark.parametrize("code", ["ed-home-educated-neutral", "po-care-experienced-parent", "in-money-worries"])
def test_home_education_growing_up_in_care_and_little_money_weigh_nothing(code: str) -> None:
    alone, none = advise(LIVE, {code: "present"}), advise(LIVE, {})
    assert results(alone) == results(none)
    needs = {"bh-challenging": "present", "so-isolated": "present", "em-low-mood": "present"}
    assert results(advise(LIVE, {**needs, code: "present"})) == results(advise(LIVE, needs))


def test_nothing_can_be_recorded_that_a_rule_could_use_against_who_a_family_is() -> None:
    words = ("ethnic", "nationality", "religio", "faith", "postcode", "immigra", "asylum")
    for fact in catalogue().facts.values():
        said = f"{fact.name} {fact.words} {fact.question}".lower()
        assert not [word for word in words if word in said], fact.name


def test_every_level_and_route_of_the_live_version_is_reached_by_an_example() -> None:
    live = [advise(LIVE, each.facts) for each in examples() if each.version == LIVE]
    ruleset = versions()[LIVE]
    assert {advice.level for advice in live} >= {level.key for level in ruleset.levels}
    assert {advice.rating for advice in live} == {rating.key for rating in ruleset.ratings}
    assert {advice.strength for advice in live} == {route.key for route in ruleset.routes}
