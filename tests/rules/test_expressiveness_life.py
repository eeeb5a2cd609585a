"""What a rule set must be able to express, 39 to 51: override, explanation, dates, change, checks and plain words."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mash.config import HOUSE
from mash.rules import NoRuleSetInForce, RuleBook, VersionRefused, load_catalogue, results_for
from mash.rules.compare import compare, in_full
from mash.rules.facts import read_facts
from mash.rules.parts import Kind
from mash.rules.soundness import check
from mash.rules.written import Written, read_written
from mash.workflow.child import Child
from mash.workflow.sign_off import Need, findings, policy_on
from mash.workflow.words import Agreement, Rating
from tests.rules.expressed import VALID, ask, document, indicator, level, number, presence, rule
from tests.rules.written import said
from tests.workflow.routes import R

P = "present"
HARM = rule("T-1", "trigger", {"indicator": "ab-mark"}, level="L4", basis="s47")
THRESHOLDS = HOUSE / "thresholds"


def test_r39_a_person_may_rate_otherwise_and_going_below_the_rules_takes_a_second_person() -> None:
    advice = ask(document(rules=[HARM]), ab_mark=P)
    advised = int((advice.level or "L0")[1:])
    plain = Child(id="sam", name="Sam", route=R.CHILD_AND_FAMILY_ASSESSMENT, rating=Rating.AMBER)
    plain = replace(plain, agreement=Agreement.GIVEN_VERBALLY)
    lower, higher = replace(plain, level=2, advised_level=advised), replace(plain, level=4, advised_level=3)
    policy = policy_on(date(2026, 11, 25))
    assert Need.BELOW_RULES in [each.code for each in findings(policy, [lower])]
    assert findings(policy, [higher]) == ()
    assert advice.level == "L4"


def test_r40_a_referrer_can_disagree_by_a_named_way_and_stepping_down_takes_change_that_lasted() -> None:
    ways = [{"key": f"escalate_{who}", "name": who, "words": f"Escalate through {who}"} for who in ("police", "health")]
    rules = [rule("D-1", "duty", {"fact": "referrer_type", "is": "police"}, also="escalate_police")]
    lasted = said("O-1") | {"factor": "pf-adult", "strands": ["needs"], "lowers_by": 1}
    ruleset = document(rules=rules, extra_routes=ways, offsets=[lasted])
    assert [note.key for note in ask(ruleset, referrer_type="police").also] == ["escalate_police"]
    assert level(ruleset, nd_drink=P, pf_adult={"value": P, "evidence": "said", "days_old": 2}) == "L3"
    assert level(ruleset, nd_drink=P, pf_adult={"value": P, "evidence": "seen_or_confirmed", "days_old": 2}) == "L2"


def test_r41_a_result_says_why_on_what_what_is_missing_what_would_change_it_and_by_which_version() -> None:
    both = {"all": [{"indicator": "ng-early"}, {"fact": "immediate_harm"}]}
    advice = ask(document(rules=[rule("K-1", "combination", both, level="L4")]), ng_early=P)
    (reason, route) = advice.reasons
    assert (reason.words, reason.source, reason.facts[0].fact) == ("ng-early in words", "made up", "ng-early")
    assert route.id == "M-1"
    assert "immediate_harm" in {each.fact for each in advice.missing}
    assert ("ng-early", "L1") in {(each.fact, each.level) for each in advice.would_change}
    assert (advice.ruleset_id, len(advice.ruleset_hash)) == ("made-up", 64)
    assert "None" not in advice.summary


def test_r42_the_highest_wins_in_a_stated_order_and_the_same_input_gives_the_same_answer() -> None:
    floor = rule("F-1", "floor", {"indicator": "ng-early"}, level="L3")
    count = rule("C-1", "count", {"count": {"of": {"strand": "neglect"}, "at_least": 1}}, level="L2")
    ruleset = document(rules=[count, floor, HARM])
    one, other = ask(ruleset, ng_early=P, ab_mark=P), ask(ruleset, ab_mark=P, ng_early=P)
    kinds = [Kind(each.kind) for each in one.reasons if each.kind in [*Kind]]
    assert kinds == sorted(kinds, key=list(Kind).index)
    assert kinds[:3] == [Kind.TRIGGER, Kind.FLOOR, Kind.COUNT]
    assert one == other
    assert one.level == "L4"


def test_r43_a_version_has_its_dates_author_body_and_training_and_judges_what_came_within_them() -> None:
    dates = {"approved": date(2022, 2, 1), "training_from": date(2022, 4, 1), "effective_to": date(2023, 4, 30)}
    version = document(version=VALID | dates).version
    assert (version.author, version.approving_body) == ("Ada Lamb", "Nobody")
    assert (version.approved, version.training_from) == (date(2022, 2, 1), date(2022, 4, 1))
    ruleset = document(version=VALID | dates)
    assert [ruleset.in_force(date(2023, 4, day)) for day in (29, 30)] == [True, True]
    assert not ruleset.in_force(date(2023, 5, 1))


@pytest.mark.parametrize("kept", ["version_at_receipt", "regrade"])
def test_r44_a_version_says_what_becomes_of_contacts_that_are_open_when_it_begins(kept: str) -> None:
    assert document(transition={"open_contacts": kept, "words": "As agreed"}).transition == (kept, "As agreed")


def test_r45_a_version_says_what_became_of_each_code_and_why() -> None:
    kinds = ["same", "renamed", "split", "merged", "dropped", "relevelled"]
    mappings = [
        {"from": ["old"], "to": [] if kind == "dropped" else ["ng-early"], "kind": kind, "reason": f"Why {kind}"}
        for kind in kinds
    ]
    changes = document(mappings=mappings).mappings
    assert [(each.kind, each.reason) for each in changes] == [(kind, f"Why {kind}") for kind in kinds]


def test_r46_a_retired_version_can_be_run_is_marked_and_never_grades() -> None:
    book = RuleBook.load(THRESHOLDS)
    retired = book.get("dn-2021-01")
    assert "Withdrawn" in retired.version.label
    assert ask(retired, **{"likely-future-harm": P}).level == "L4"
    with pytest.raises(VersionRefused, match="replay only"):
        book.for_use("dn-2021-01", date(2021, 6, 1))
    with pytest.raises(NoRuleSetInForce):
        book.in_force(date(2021, 6, 1))


def shipped() -> list[Written]:
    catalogue = load_catalogue(THRESHOLDS / "catalogue.yaml")
    return [read_written(path, catalogue) for path in sorted(THRESHOLDS.glob("20*.yaml"))]


def test_r47_two_versions_differ_in_words_in_rules_and_in_what_comes_out() -> None:
    old, new = shipped()
    found = {each.new: each.kind.value for each in compare(old, new)}
    assert (found[("G-CFA",)], found[("M-04",)]) == ("reworded", "changed")
    children = [{"need-significant": P}, {"likely-future-harm": P}, {"bh-challenging": P}, {"immediate-harm": P}]
    facts = [read_facts(old.ruleset.catalogue, child) for child in children]
    pairs = zip(results_for(old.ruleset, facts), results_for(new.ruleset, facts), strict=True)
    assert [before.route != after.route for before, after in pairs] == [True, True, False, False]


def test_r48_holes_are_found_before_a_version_is_published() -> None:
    danger = {"all": [{"basis": "s17"}, {"fact": "immediate_harm"}]}
    never = {"all": [{"fact": "age_years", "under": 5}, {"fact": "age_years", "at_least": 9}]}
    ruleset = document(
        rules=[HARM, rule("N-1", "single", never, level="L2")],
        route_rules=[
            said("M-1") | {"when": {"level_at_least": "L2"}, "route": "early_help"},
            said("M-2") | {"when": danger, "route": "assessment"},
        ],
    )
    assert {each.code for each in check(ruleset)} >= {
        *("no-path-to-section-17", "likely-harm-never-looked-at", "agreement-blocks-trigger"),
        *("code-without-rule", "contradictory", "level-without-response"),
    }


def test_r49_a_version_carries_its_worked_examples_and_says_which_break() -> None:
    good = {
        "name": "A mark",
        "facts": {"ab-mark": P},
        "expect": {"level": "L4", "route": "strategy", "reasons": ["T-1"]},
    }
    bad = {"name": "Calm", "facts": {}, "expect": {"level": "L2", "basis": ["s17"]}}
    ruleset = document(rules=[HARM], examples=[good, bad])
    broken = [each for each in check(ruleset) if each.code == "example-broken"]
    assert [each.at for each in broken] == ["examples.1"]
    assert "basis is empty, not s17; level is L1, not L2" in broken[0].words


def test_r50_no_one_is_raised_for_who_they_are_or_for_how_little_they_have() -> None:
    origin = presence("family_seeks_asylum")
    faith = presence("household_practice", means="faith")
    school = indicator("ed-home", means="home_education")
    together = {"all": [{"fact": "family_seeks_asylum"}, {"indicator": "ng-early"}]}
    rules = [
        rule("X-1", "combination", together, level="L3"),
        rule("X-2", "single", {"fact": "household_practice"}, rating="red"),
    ]
    known = [origin, faith, number("visits")]
    lines = {"ng-early": "L2", "nd-poor": "L2", "ed-home": "L1"}
    found = {each.at: each.code for each in check(document(known, [school], indicators=lines, rules=rules))}
    assert found["family_seeks_asylum"] == found["household_practice"] == "raised-by-who-they-are"
    assert found["nd-poor"] == "raised-by-poverty-alone"
    assert "ed-home" not in found


def test_r51_every_rule_has_a_plain_sentence_and_the_whole_version_reads_as_a_document() -> None:
    for written in shipped():
        parts = (written.ruleset.level_rules(), written.ruleset.urgency, written.ruleset.route_rules)
        assert all(said for part in parts for said in [rule.words for rule in part])
        text = [detail.new for _, details in in_full(written) for detail in details]
        assert any("at least 3 different signs" in line for line in text)
        assert not [line for line in text if "{" in line or "None" in line]


def test_every_requirement_has_a_test_of_its_name() -> None:
    files = Path(__file__).parent.glob("test_expressiveness_*.py")
    names = [line[10:12] for file in files for line in file.read_text().splitlines() if line.startswith("def test_r")]
    assert sorted(names) == [f"{number:02}" for number in range(1, 52)]
