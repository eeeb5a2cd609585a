"""What a rule set must be able to express, 21 to 38: agreement, strengths, triggers, what is unknown, and routing."""

from typing import Any

from tests.rules.expressed import ask, choice, document, level, number, presence, rule
from tests.rules.written import a_document, said

P = "present"
HARM = rule("T-1", "trigger", {"indicator": "ab-mark"}, level="L4", basis="s47", strand="abuse")


def redirected() -> list[dict[str, Any]]:
    open_case = {"fact": "case_status", "is": "child_in_need"}
    return [said("D-1") | {"when": open_case, "route": "to_worker", "name": "To the worker"}]


def test_r21_agreement_acts_on_the_route_and_refusal_never_closes_by_default() -> None:
    ruleset = document(rules=[HARM])
    refused = ask(ruleset, ng_early=P, agreement="refused")
    assert (refused.level, refused.route) == ("L2", "early_help")
    assert "What of would_grow?" in refused.questions
    assert ask(ruleset, ng_early=P, agreement="refused", would_grow="yes").route == "assessment"
    assert ask(ruleset, ng_early=P, agreement="refused", would_grow="no").route == "advice"
    assert ask(ruleset, ab_mark=P, agreement="refused", would_grow="no").route == "strategy"


def test_r22_some_strands_forbid_approaching_the_family() -> None:
    silent = rule("T-2", "trigger", {"indicator": "ab-says"}, level="L4", basis="s47", instruction="silent")
    advice = ask(document(rules=[silent]), ab_says=P)
    assert [note.key for note in advice.instructions] == ["silent"]
    assert {finding.says for finding in advice.findings} == {"Do not approach the family for agreement first"}


def test_r23_each_version_lists_the_reasons_for_going_ahead_without_agreement() -> None:
    reasons = {"danger": "Asking would put the child at greater risk", "evidence": "Evidence could be lost"}
    ruleset = document(gates=a_document()["gates"] | {"override_reasons": reasons})
    assert ruleset.override_reasons == reasons


def test_r24_what_a_young_person_wants_is_heard_and_stops_nothing() -> None:
    view = choice("own_view", ["wants_help", "does_not_want_help"])
    old = {"all": [{"fact": "age_years", "at_least": 16}, {"fact": "own_view", "is": "does_not_want_help"}]}
    rules = [HARM, rule("D-1", "duty", old, ask="What do they say, in their words?")]
    advice = ask(document([view], rules=rules), ab_mark=P, age_years=16, own_view="does_not_want_help")
    assert (advice.level, advice.route) == ("L4", "strategy")
    assert "What do they say, in their words?" in advice.questions


OFFSET = said("O-1") | {"factor": "pf-adult", "strands": ["needs"], "lowers_by": 1, "not_below": "L2"}
SEEN: dict[str, Any] = {"value": P, "evidence": "seen_or_confirmed", "days_old": 3}


def test_r25_a_strength_has_a_code_strands_evidence_and_a_time_it_stays_valid() -> None:
    ruleset = document(offsets=[OFFSET])
    assert level(ruleset, nd_drink=P, pf_adult=SEEN) == "L2"
    assert level(ruleset, nd_drink=P, pf_adult=SEEN | {"evidence": "said"}) == "L3"
    assert level(ruleset, nd_drink=P, pf_adult=SEEN | {"days_old": 29}) == "L3"


def test_r26_a_strength_lowers_its_own_strands_by_so_much_and_never_below_its_floor() -> None:
    deep = OFFSET | {"lowers_by": 2}
    ruleset = document(offsets=[deep], rules=[HARM])
    assert level(ruleset, nd_drink=P, pf_adult=SEEN) == "L2"
    assert level(ruleset, ng_late=P, pf_adult=SEEN) == "L3"
    assert level(ruleset, nd_drink=P, ab_mark=P, pf_adult=SEEN) == "L4"


def test_r27_one_fact_forces_the_top_level_and_a_strategy_discussion_whatever_else_is_true() -> None:
    trigger = HARM | {"then": {"level": "L4", "route_floor": "strategy"}}
    offset = said("O-2") | {"factor": "pf-school", "strands": ["neglect", "needs"], "lowers_by": 2}
    ruleset = document(rules=[trigger], offsets=[offset])
    advice = ask(ruleset, ab_mark=P, pf_school=P, age_years=9, agreement="withdrawn", would_grow="no")
    assert (advice.level, advice.route) == ("L4", "strategy")


def test_r28_an_exception_stops_a_trigger_or_a_number_only_when_it_is_established() -> None:
    absence = rule("N-1", "single", {"fact": "absence"}, level="L2", unless=["ex-timetable"])
    absence["when"] = {"fact": "absence", "at_least": 20}
    rules = [HARM | {"unless": ["ex-birthmark"]}, absence]
    ruleset = document([number("absence", unit="percent")], rules=rules, indicators={"ng-early": "L2"})
    assert [level(ruleset, ab_mark=P, ex_birthmark=given) for given in ("unknown", "absent", P)] == ["L4", "L4", "L1"]
    assert [level(ruleset, absence=30), level(ruleset, absence=30, ex_timetable=P)] == ["L2", "L1"]


def test_r29_unknown_is_not_no_fires_rules_asks_and_is_provisional() -> None:
    seen = presence("not_seen")
    unknown = rule("U-1", "unknown", {"all": [{"unknown": "not_seen"}, {"indicator": "ng-early"}]}, level="L3")
    unknown["then"]["ask"] = "Who last saw the child?"
    ruleset = document([seen], rules=[unknown])
    advice = ask(ruleset, ng_early=P, not_seen="unknown")
    assert (advice.level, advice.provisional) == ("L3", True)
    assert "Who last saw the child?" in advice.questions
    assert level(ruleset, ng_early=P, not_seen="absent") == "L2"
    assert "ab-mark" in {each.fact for each in ask(ruleset, ab_mark="unknown").missing}


def test_r30_how_good_the_information_is_shapes_what_is_asked_and_never_the_level() -> None:
    quality = choice("information_quality", ["first_hand", "hearsay"], "routing")
    hearsay = rule("D-1", "duty", {"fact": "information_quality", "is": "hearsay"}, ask="Who saw it first?")
    ruleset = document([quality], rules=[HARM, hearsay])
    first, second = (ask(ruleset, ab_mark=P, information_quality=each) for each in ("first_hand", "hearsay"))
    assert (first.level, first.rating) == (second.level, second.rating)
    assert second.questions[0] == "Who saw it first?" not in first.questions
    assert level(ruleset, ab_mark=P, referrer_type="anonymous") == "L4"


def test_r31_the_same_level_is_more_urgent_as_the_date_comes_nearer() -> None:
    urgency = [
        said("R-1") | {"when": {"fact": "hours_to_harm", "at_most": 24}, "rating": "red"},
        said("R-2") | {"when": {"fact": "hours_to_harm", "at_most": 72}, "rating": "amber"},
    ]
    ruleset = document(urgency=urgency)
    found = [ask(ruleset, ng_late=P, hours_to_harm=hours) for hours in (80, 72, 24)]
    assert [(each.level, each.rating) for each in found] == [("L3", "green"), ("L3", "amber"), ("L3", "red")]


def test_r32_where_the_child_is_a_bed_a_doctor_and_evidence_set_urgency_and_not_level() -> None:
    facts = [presence("evidence_at_risk", "urgency"), number("safe_until_hours", "urgency", "hours")]
    near: list[dict[str, Any]] = [
        {"fact": "no_bed"},
        {"fact": "medical_need", "at_least": "now"},
        {"fact": "evidence_at_risk"},
    ]
    near.append({"fact": "safe_until_hours", "under": 12})
    ruleset = document(facts, urgency=[said("R-1") | {"when": {"any": near}, "rating": "red"}])
    reasons: list[dict[str, Any]] = [{"no_bed": P}, {"medical_need": "now"}, {"evidence_at_risk": P}]
    for reason in [*reasons, {"safe_until_hours": 11}]:
        assert (ask(ruleset, **reason).level, ask(ruleset, **reason).rating) == ("L1", "red")


def test_r33_deadlines_belong_to_the_version_by_urgency_and_by_route() -> None:
    clocks = [
        {"name": "first", "rating": "red", "hours": 4, "words": "Four hours", "source": "local"},
        {"name": "early_help", "route": "early_help", "working_days": 3, "words": "Three days", "source": "local"},
    ]
    red, help_ = document(clocks=clocks).clocks
    assert (red.rating, red.hours, red.working_days) == ("red", 4, None)
    assert (help_.route, help_.hours, help_.working_days) == ("early_help", None, 3)


def test_r34_what_sort_of_contact_it_is_changes_the_question_and_caps_nothing() -> None:
    check = {"fact": "contact_type", "one_of": ["check", "advice"]}
    ruleset = document(rules=[HARM, rule("D-1", "duty", check, instruction="silent")])
    quiet = ask(ruleset, contact_type="check")
    assert (quiet.level, [note.key for note in quiet.instructions]) == ("L1", ["silent"])
    assert {ask(ruleset, ab_mark=P, contact_type=each).level for each in ("request", "check", "advice")} == {"L4"}


def test_r35_an_open_case_goes_to_its_worker_and_triggers_still_fire_and_set_urgency() -> None:
    harm = HARM | {"then": HARM["then"] | {"rating": "red"}}
    advice = ask(document(rules=[harm], redirects=redirected()), ab_mark=P, case_status="child_in_need")
    assert (advice.route, advice.strength) == ("to_worker", "strategy")
    assert (advice.level, advice.rating) == ("L4", "red")


def test_r36_one_main_route_and_as_many_others_as_are_needed() -> None:
    others = [{"key": key, "name": key, "words": key} for key in ("officer", "prevent", "police")]
    rules = [HARM | {"then": HARM["then"] | {"also": ["officer", "police"]}}]
    rules.append(rule("S-1", "single", {"fact": "contacts_12m", "at_least": 1}, also="prevent"))
    advice = ask(document(rules=rules, extra_routes=others), ab_mark=P, contacts_12m=1)
    assert advice.route == "strategy"
    assert [note.key for note in advice.also] == ["officer", "prevent", "police"]


def test_r37_a_duty_fires_whatever_the_level_says() -> None:
    duty = rule("D-1", "duty", {"fact": "disabled"}, duty="carer", basis="s17", route_floor="assessment")
    advice = ask(document(rules=[duty]), disabled=P)
    assert (advice.level, advice.route, [note.key for note in advice.duties]) == ("L1", "assessment", ["carer"])


def test_r38_where_a_child_lives_is_found_or_is_placed_decides_who_acts() -> None:
    others = [{"key": "other_council", "name": "Other council", "words": "Tell them"}]
    rules = [
        HARM,
        rule("D-1", "duty", {"fact": "place", "is": "found"}, also="other_council", duty="carer"),
        rule("D-2", "duty", {"fact": "place", "is": "placed"}, also="other_council"),
    ]
    place = choice("place", ["lives", "found", "placed", "moving"])
    ruleset = document([place], rules=rules, extra_routes=others)
    found = {where: ask(ruleset, ab_mark=P, place=where) for where in ("lives", "found", "placed")}
    assert [len(each.also) for each in found.values()] == [0, 1, 1]
    assert [len(each.duties) for each in found.values()] == [0, 1, 0]
    assert {each.route for each in found.values()} == {"strategy"}
