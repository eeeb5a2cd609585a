"""What is recorded about a child is read whole or refused with every fault named."""

from typing import Any

import pytest

from mash.rules import Facts, FactsRefused, Value, list_facts, read_facts
from tests.rules.small import CATALOGUE


def test_every_way_of_saying_a_fact_is_read() -> None:
    facts = read_facts(
        CATALOGUE,
        {
            "ng-early": {"value": "present", "severity": "serious"},
            "ab-mark": "absent",
            "ab-says": "unknown",
            "nd-ill": None,
            "nd-drink": "not_asked",
            "contacts_12m": 4,
            "agreement": "refused",
            "pf-adult": {"value": "present", "evidence": "said", "days_old": 3},
        },
    )
    assert dict(facts) == {
        "ng-early": Value("present", (("severity", "serious"),)),
        "ab-mark": Value("absent"),
        "ab-says": Value(None),
        "nd-ill": Value(None),
        "contacts_12m": Value(4),
        "agreement": Value("refused"),
        "pf-adult": Value("present", (("days_old", 3), ("evidence", "said"))),
    }


def test_facts_written_down_are_read_back_the_same() -> None:
    facts = read_facts(
        CATALOGUE, {"ng-early": {"value": "present", "severity": "mild"}, "age_years": 3, "unborn": None}
    )
    assert read_facts(CATALOGUE, facts.to_json()) == facts


def test_the_same_facts_in_another_order_are_the_same_facts() -> None:
    one = Facts({"age_years": Value(3), "unborn": Value("absent")})
    other = Facts({"unborn": Value("absent"), "age_years": Value(3)})
    assert one == other
    assert hash(one) == hash(other)
    assert list(one.to_json()) == list(other.to_json())


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        (
            "ng-earl",
            "present",
            "no fact has this name. Did you mean 'ng-early'? If not, run 'mash facts' for the list.",
        ),
        ("zzz", "present", "no fact has this name. Run 'mash facts' for the list."),
        ("ng-early", "yes", "'yes' is not an answer to this. Use present or absent, or unknown."),
        ("ng-early", True, "True is not an answer to this. Use present or absent, or unknown."),
        (
            "ng-early",
            "presnt",
            "'presnt' is not an answer to this. Did you mean 'present'? If not, use present or absent, or unknown.",
        ),
        ("ng-early", {"severity": "mild"}, "the answer has no 'value'. Add \"value\"."),
        (
            "ng-early",
            {"value": "present", "severity": "bad"},
            "'bad' is not an answer to 'severity'. Use mild, moderate, serious or severe.",
        ),
        (
            "ng-early",
            {"value": "present", "severity": "mil"},
            "'mil' is not an answer to 'severity'. Did you mean 'mild'? If not, use mild, moderate, serious or severe.",
        ),
        (
            "ng-early",
            {"value": "present", "duration": "days"},
            "this fact takes no 'duration'. Use only: value, severity.",
        ),
        (
            "pf-adult",
            {"value": "present", "evidense": "said"},
            "this fact takes no 'evidense'. Did you mean 'evidence'? If not, use only: value, evidence, days_old.",
        ),
        (
            "ng-early",
            {"value": "absent", "severity": "mild"},
            "'severity' goes only with a fact that is present. Take it out.",
        ),
        (
            "ng-early",
            {"value": "not_asked", "severity": "mild"},
            "'severity' goes only with a fact that is present. Take it out.",
        ),
        ("ng-late", {"value": "present", "severity": "mild"}, "this fact takes no 'severity'. Write only \"value\"."),
        *(
            ("contacts_12m", raw, f"{raw!r} is not a number of each. Write a whole number from 0 to 9, or null.")
            for raw in (-1, 10, 1.5, True, "4")
        ),
        (
            "agreement",
            "agreed",
            "'agreed' is not an answer to this. Use given, refused, withdrawn or not_sought, or unknown.",
        ),
        *(
            (
                "pf-adult",
                {"value": "present", "days_old": raw},
                f"days_old {raw!r} is not a number of days. Write a whole number, 0 or more.",
            )
            for raw in ("old", -1, True)
        ),
        (
            "pf-adult",
            {"value": "present", "evidence": "rumour"},
            "'rumour' is not an answer to 'evidence'. Use said or seen_or_confirmed.",
        ),
    ],
)
def test_a_wrong_answer_is_refused_in_words_that_say_how_to_mend_it(name: str, raw: Any, message: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        read_facts(CATALOGUE, {name: raw})
    assert str(refused.value) == f"{name}: {message}"


def test_every_wrong_answer_is_named_at_once() -> None:
    with pytest.raises(FactsRefused) as refused:
        read_facts(CATALOGUE, {"zzz": 1, "age_years": "old", "unborn": "absent", "ab-mark": 7})
    assert [problem.fact for problem in refused.value.problems] == ["zzz", "age_years", "ab-mark"]
    assert str(refused.value).split("\n") == [str(problem) for problem in refused.value.problems]


def test_the_ends_of_what_a_number_may_be_are_read() -> None:
    for number in (0, 9):
        assert dict(read_facts(CATALOGUE, {"contacts_12m": number})) == {"contacts_12m": Value(number)}
    today = {"value": "present", "days_old": 0, "evidence": None}
    assert dict(read_facts(CATALOGUE, {"pf-adult": today})) == {"pf-adult": Value("present", (("days_old", 0),))}
    unknown = {"value": "unknown", "severity": "unknown"}
    assert dict(read_facts(CATALOGUE, {"ng-early": unknown, "ab-mark": {"value": "not_asked"}})) == {
        "ng-early": Value(None)
    }


def test_one_answer_is_replaced_or_taken_out_and_the_others_stay() -> None:
    facts = Facts({"age_years": Value(3), "unborn": Value("absent")})
    assert facts.but("age_years", Value(4)) == Facts({"age_years": Value(4), "unborn": Value("absent")})
    assert facts.but("age_years", None) == Facts({"unborn": Value("absent")})
    assert facts != facts.but("unborn", None)
    assert len({facts, facts.but("unborn", None), facts.but("age_years", Value(4))}) == 3
    assert facts != facts.to_json()


def test_an_answer_is_written_as_people_write_it() -> None:
    assert Value(None).to_json() == "unknown"
    assert Value(None, (("severity", "mild"),)).to_json() == {"value": "unknown", "severity": "mild"}
    assert Value(3).to_json() == 3
    assert Value("present", (("severity", "mild"),)).to_json() == {"value": "present", "severity": "mild"}


def test_the_list_of_facts_says_all_that_is_needed_to_record_one() -> None:
    rows = {row.name: row for row in list_facts(CATALOGUE)}
    assert rows["ng-early"].role == "indicator"
    assert rows["ng-early"].values == ("present", "absent")
    assert rows["ng-early"].details == ("severity",)
    assert rows["pf-adult"].details == ("evidence", "days_old")
    assert rows["contacts_12m"].unit == "each"
    assert rows["agreement"].values == ("given", "refused", "withdrawn", "not_sought")
    assert len(rows) == len(CATALOGUE.facts)
