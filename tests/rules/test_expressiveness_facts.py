"""What a rule set must be able to express, 1 to 20: levels, indicators, ages, counts and history."""

from mash.rules import evaluate_many, read_facts
from mash.rules.soundness import check
from tests.rules.expressed import ask, document, indicator, level, number, presence, rule
from tests.rules.written import a_document, said

P = "present"


def test_r01_levels_are_data_and_versions_with_other_numbers_of_them_compare() -> None:
    three = [each for each in a_document()["levels"] if each["key"] != "L3"]
    merged = document(levels=three, indicators={"ng-late": "L4", "ng-early": "L2"})
    four = document()
    ordinals = {each.key: each.ordinal for each in merged.levels}
    assert (len(merged.levels), len(four.levels)) == (3, 4)
    assert ordinals[level(merged, ng_late=P) or ""] > next(
        each.ordinal for each in four.levels if each.key == level(four, ng_late=P)
    )
    assert merged.routes[merged.statutory_from].key == four.routes[four.statutory_from].key == "assessment"


def test_r02_level_outcome_urgency_and_legal_basis_are_set_apart() -> None:
    rules = [
        rule("X-1", "single", {"fact": "immediate_harm"}, rating="red"),
        rule("X-2", "single", {"fact": "likely_harm"}, route_floor="strategy"),
        rule("X-3", "single", {"indicator": "ab-says"}, basis="s17"),
        rule("X-4", "single", {"fact": "contacts_12m", "at_least": 3}, level="L2"),
    ]
    ruleset = document(rules=rules, route_rules=[])

    def four(**facts: object) -> tuple[object, ...]:
        advice = ask(ruleset, **facts)
        return advice.level, advice.rating, advice.route, advice.bases

    assert four(immediate_harm=P) == ("L1", "red", "nothing", ())
    assert four(likely_harm=P) == ("L1", "green", "strategy", ())
    assert four(ab_says=P) == ("L1", "green", "nothing", ("s17",))
    assert four(contacts_12m=3) == ("L2", "green", "nothing", ())


def test_r03_statutory_tests_are_named_and_a_version_without_a_way_to_section_17_is_detected() -> None:
    open_ = document()
    assert ask(open_, ng_late=P).bases == ("s17",)
    assert open_.bases[0].source
    danger = {"all": [{"basis": "s17"}, {"fact": "immediate_harm"}]}
    shut = document(route_rules=[said("M-2") | {"when": danger, "route": "assessment"}])
    assert "no-path-to-section-17" in {each.code for each in check(shut)}
    assert "no-path-to-section-17" not in {each.code for each in check(open_)}


def test_r04_an_indicator_keeps_its_code_while_a_version_words_it_its_own_way() -> None:
    ours, theirs = document(), document(wording={"ng-early": "I am sometimes left hungry"})
    assert ask(ours, ng_early=P).reasons[0].words == "ng-early in words"
    assert ask(theirs, ng_early=P).reasons[0].words == "I am sometimes left hungry"
    assert ask(ours, ng_early=P).reasons[0].id == ask(theirs, ng_early=P).reasons[0].id
    fact = ours.catalogue.facts["ng-early"]
    assert fact.indicator
    assert (fact.indicator.domain, fact.indicator.strand, fact.indicator.typical) == ("home", "neglect", (2,))
    assert (fact.indicator.ages.under_years, fact.indicator.source) == (18, "made up")


def test_r05_severity_frequency_duration_and_reach_qualify_one_code() -> None:
    scales = {"frequency": ["once", "repeated"], "duration": ["weeks", "months"], "reach": ["one_child", "all"]}
    qualifiers = {name: {"words": f"{name}?", "values": values} for name, values in scales.items()}
    alone = indicator("pc-alone", qualifiers=[*scales])
    lines = [{"level": "L2"}, {"level": "L3", "frequency": "repeated"}]
    lines += [{"level": "L4", "frequency": "repeated", "duration": "months", "reach": "all"}]
    ruleset = document([], [alone], qualifiers, indicators={"pc-alone": lines})
    assert level(ruleset, pc_alone=P) == "L2"
    assert level(ruleset, pc_alone={"value": P, "frequency": "repeated"}) == "L3"
    assert level(ruleset, pc_alone={"value": P, "frequency": "repeated", "duration": "months", "reach": "all"}) == "L4"


def test_r06_age_bands_in_weeks_gestation_and_years_with_exact_ends() -> None:
    facts = [number("age_weeks", "context", "weeks"), number("gestation_weeks", "context", "weeks")]
    bands = [
        rule("A-1", "single", {"all": [{"indicator": "ng-early"}, {"fact": "age_weeks", "under": 52}]}, level="L3"),
        rule("A-2", "single", {"fact": "gestation_weeks", "at_least": 34}, level="L3"),
        rule("A-3", "single", {"fact": "age_years", "at_least": 16, "at_most": 17}, level="L2"),
    ]
    ruleset = document(facts, rules=bands)
    assert [level(ruleset, ng_early=P, age_weeks=weeks) for weeks in (51, 52)] == ["L3", "L2"]
    assert [level(ruleset, unborn=P, gestation_weeks=weeks) for weeks in (33, 34)] == ["L1", "L3"]
    assert [level(ruleset, age_years=age) for age in (15, 16, 17)] == ["L1", "L2", "L2"]


def test_r07_what_a_child_can_do_counts_and_not_only_age() -> None:
    still = {"all": [{"indicator": "ab-mark"}, {"fact": "mobility", "is": "not_independent"}]}
    ruleset = document(indicators={"ab-mark": "L2"}, rules=[rule("T-1", "trigger", still, level="L4")])
    assert level(ruleset, ab_mark=P, age_years=12, mobility="not_independent") == "L4"
    assert level(ruleset, ab_mark=P, age_years=1, mobility="independent") == "L2"


def test_r08_being_young_raises_what_the_same_adult_behaviour_gives() -> None:
    youngest = number("youngest_child_years", "context", "years")
    lines = [{"level": "L3"}, {"level": "L4", "when": {"fact": "youngest_child_years", "under": 7}}]
    ruleset = document([youngest], indicators={"nd-drink": lines})
    assert level(ruleset, nd_drink=P, youngest_child_years=7) == "L3"
    assert level(ruleset, nd_drink=P, youngest_child_years=6) == "L4"


def test_r09_an_adult_is_not_a_child_and_an_unborn_or_claimed_age_is() -> None:
    gates = a_document()["gates"]
    gates["not_a_child"]["unless"] = ["unborn", "age_claimed"]
    ruleset = document([presence("age_claimed", "context")], gates=gates)
    adult = ask(ruleset, age_years=18, ab_mark=P)
    assert (adult.not_a_child, adult.level, adult.route) == (True, None, "advice")
    assert level(ruleset, age_years=18, ab_mark=P, age_claimed=P) == "L4"
    assert level(ruleset, unborn=P) == level(ruleset) == "L1"


def test_r10_each_child_of_a_contact_has_a_result_and_one_can_make_us_think_of_the_others() -> None:
    instructions = [{"key": "each_child", "words": "Think about every other child"}]
    harm = rule("T-1", "trigger", {"indicator": "ab-mark"}, level="L4", instruction="each_child")
    sibling = rule("F-1", "floor", {"fact": "other_child_at_risk"}, level="L2")
    ruleset = document([presence("other_child_at_risk")], rules=[harm, sibling], instructions=instructions)
    family: list[dict[str, str]] = [{"ab-mark": P}, {"other_child_at_risk": P}, {}]
    results = evaluate_many(ruleset, [read_facts(ruleset.catalogue, child) for child in family])
    assert [each.level for each in results] == ["L4", "L2", "L1"]
    assert [note.key for note in results[0].instructions] == ["each_child"]
    assert max(each.level or "" for each in results) == "L4"


def test_r11_so_many_needs_of_a_level_spread_over_so_many_domains() -> None:
    count = {"count": {"of": {"level_at_least": "L2"}, "at_least": 2, "domains_at_least": 2}}
    ruleset = document(rules=[rule("C-1", "count", count, level="L4")])
    assert level(ruleset, ng_early=P, ng_late=P) == "L3"
    assert level(ruleset, ng_early=P, ng_dirty=P) == "L4"


def test_r12_three_lower_signs_with_one_high_sign_from_a_named_group() -> None:
    low = {"count": {"of": {"level_at_least": "L2", "except": ["ab-says"]}, "at_least": 3}}
    high = {"count": {"of": {"codes": ["ab-says", "ab-mark"]}, "at_least": 1}}
    both = rule("K-1", "combination", {"all": [low, high]}, level="L4")
    ruleset = document(rules=[both], indicators={"ng-early": "L2", "ng-dirty": "L2", "nd-ill": "L2", "ab-says": "L2"})
    assert level(ruleset, ng_early=P, ng_dirty=P, nd_ill=P) == "L2"
    assert level(ruleset, ng_early=P, ng_dirty=P, nd_ill=P, ab_says=P) == "L4"


def test_r13_each_strand_has_its_own_counter() -> None:
    neglect = {"count": {"of": {"strand": "neglect", "level_at_least": "L2"}, "at_least": 2}}
    ruleset = document(rules=[rule("C-1", "count", neglect, level="L4")])
    assert level(ruleset, ng_early=P, nd_ill=P) == "L2"
    assert level(ruleset, ng_early=P, ng_dirty=P) == "L4"


def test_r14_what_builds_up_over_months_outweighs_what_comes_in_a_day() -> None:
    facts = [number("neglect_items_6m", unit="items"), number("neglect_days_with_items_6m", unit="days")]
    built = {"all": [{"fact": each["name"], "at_least": 3} for each in facts]}
    ruleset = document(facts, rules=[rule("C-1", "count", built, level="L3")])
    assert level(ruleset, neglect_items_6m=3, neglect_days_with_items_6m=1) == "L1"
    assert level(ruleset, neglect_items_6m=3, neglect_days_with_items_6m=3) == "L3"


def test_r15_incidents_are_counted_and_not_the_messages_about_them() -> None:
    facts = [number("incidents_12m", unit="incidents")]
    ruleset = document(facts, rules=[rule("C-1", "count", {"fact": "incidents_12m", "at_least": 3}, level="L3")])
    assert level(ruleset, contacts_12m=3, incidents_12m=1) == "L1"
    assert level(ruleset, contacts_12m=3, incidents_12m=3) == "L3"


def test_r16_shortening_gaps_rising_severity_and_spread_raise() -> None:
    facts = [number("incidents_12m"), number("interval_shortening_days", unit="days")]
    facts += [presence("severity_rising"), presence("spread_new_area")]
    trend = {"any": [{"fact": "interval_shortening_days", "at_least": 14}, {"fact": "severity_rising"}]}
    trend["any"].append({"fact": "spread_new_area"})
    rules = [rule("I-1", "trend", {"all": [{"fact": "incidents_12m", "at_least": 3}, trend]}, level="L3")]
    ruleset = document(facts, rules=rules)
    assert level(ruleset, incidents_12m=3) == "L1"
    for sign in ({"interval_shortening_days": 20}, {"severity_rising": P}, {"spread_new_area": P}):
        assert level(ruleset, incidents_12m=3, **sign) == "L3"


def test_r17_a_history_window_names_what_it_counts() -> None:
    facts = [number("referrals_12m", unit="referrals"), number("assessments_24m", unit="assessments")]
    rules = [
        rule("H-1", "count", {"fact": "contacts_12m", "at_least": 5}, level="L2"),
        rule("H-2", "count", {"fact": "referrals_12m", "at_least": 2}, level="L3"),
        rule("H-3", "count", {"fact": "assessments_24m", "at_least": 2}, level="L4"),
    ]
    ruleset = document(facts, rules=rules)
    found = [ask(ruleset, contacts_12m=5), ask(ruleset, referrals_12m=2), ask(ruleset, assessments_24m=2)]
    assert [each.level for each in found] == ["L2", "L3", "L4"]
    assert {ruleset.catalogue.facts[each.reasons[0].facts[0].fact].unit for each in found} == {
        *("each", "referrals", "assessments")
    }


def test_r18_history_sets_a_floor_that_present_calm_and_strengths_do_not_undercut() -> None:
    floor = rule("F-1", "floor", {"fact": "plan_ended", "at_least": "lately"}, level="L3", strand="neglect")
    offset = said("O-1") | {"factor": "pf-school", "strands": ["neglect"], "lowers_by": 2}
    ruleset = document(rules=[floor], offsets=[offset])
    assert level(ruleset, plan_ended="lately", ng_early="absent", pf_school=P, age_years=9) == "L3"
    assert level(ruleset, plan_ended="long_ago") == "L1"


def test_r19_help_that_was_given_and_changed_nothing_is_a_condition_of_its_own() -> None:
    facts = [presence("early_help_ended_unchanged"), number("early_help_weeks", unit="weeks")]
    failed = {"all": [{"fact": "early_help_ended_unchanged"}, {"fact": "early_help_weeks", "at_least": 12}]}
    ruleset = document(facts, rules=[rule("K-1", "combination", failed, level="L3")])
    assert level(ruleset, early_help_ended_unchanged=P, early_help_weeks=12) == "L3"
    assert level(ruleset, early_help_ended_unchanged=P, early_help_weeks=11) == "L1"


def test_r20_refused_withdrawn_disengaged_and_unreachable_are_four_facts_that_add_nothing_alone() -> None:
    names = ["help_refused", "help_withdrawn", "family_disengaged", "cannot_be_contacted"]
    days = [number(f"{name}_days_ago", "context", "days") for name in names]
    partner = {"all": [{"any": [{"fact": name} for name in names]}, {"indicator": "ng-early"}]}
    ruleset = document(
        [presence(name) for name in names] + days, rules=[rule("K-1", "combination", partner, level="L3")]
    )
    for name in names:
        assert level(ruleset, **{name: P}) == "L1"
        assert level(ruleset, ng_early=P, **{name: P}) == "L3"
    assert level(ruleset, ng_early=P) == "L2"
