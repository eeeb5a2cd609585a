"""The whole of the advice, every word of it, for nineteen children under one version that uses all of the format.

whole.txt has what is expected, one line a result, to be read by people: when a change of it is meant,
`python -m tests.rules.test_whole` writes it anew, and the difference is reviewed line by line.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from mash.rules import Advice, columns, evaluate, evaluate_many, program_for, read_facts, results_for
from tests.rules.small import CATALOGUE
from tests.rules.written import a_document, a_ruleset, said

EXPECTED = Path(__file__).with_name("whole.txt")
HEAD = "# Written by `python -m tests.rules.test_whole`; read every line that changes.\n"
GOOD = {"value": "present", "evidence": "seen_or_confirmed", "days_old": 28}
CONCERNS = {"ng-early": "present", "nd-drink": {"value": "present", "severity": "moderate"}, "nd-ill": "present"}
CHILDREN: dict[str, dict[str, Any]] = {
    "nothing asked": {},
    "a concern lowered by a strength": {"nd-drink": "present", "pf-adult": GOOD, "age_years": 9},
    "a strength that is one day too old": {"nd-drink": "present", "pf-adult": GOOD | {"days_old": 29}},
    "two strengths, of which one leaves a higher level": {**CONCERNS, "pf-adult": GOOD, "pf-school": "present"},
    "agreement given": {"ng-early": "present", "agreement": "given"},
    "agreement not sought": {"ng-early": "present", "agreement": "not_sought", "would_grow": "no"},
    "agreement refused, need unsure": {"ng-early": "present", "agreement": "refused", "would_grow": None},
    "agreement refused, need would grow": {"ng-early": "present", "agreement": "refused", "would_grow": "yes"},
    "agreement withdrawn, need would not grow": {"ng-early": "present", "agreement": "withdrawn", "would_grow": "no"},
    "agreement refused where it may not be asked": {"ab-says": "present", "agreement": "refused", "would_grow": "no"},
    "a statutory route without agreement": {"ng-late": "present", "ng-dirty": "present"},
    "a statutory route against agreement": {
        "ab-mark": {"value": "present", "severity": "severe"},
        "agreement": "refused",
    },
    "an open case in danger": {"case_status": "child_in_need", "hours_to_harm": 24, "immediate_harm": "present"},
    "an adult": {"age_years": 18, "ng-late": "present", "case_status": "child_in_need", "no_bed": "present"},
    "perhaps an adult, perhaps expecting": {"age_years": 19, "unborn": None, "ng-early": "present"},
    "what nobody knows": {"ab-mark": None, "contacts_12m": None, "plan_ended": None, "disabled": None},
    "history and numbers": {"contacts_12m": 5, "plan_ended": "long_ago", "ng-early": "present", "age_years": 4},
    "a duty alone": {"disabled": "present"},
    "an exception": {"ab-mark": "present", "ex-birthmark": "present", "contact_type": "check", "medical_need": "soon"},
}


def _rule(id: str, kind: str, when: Any, **then: Any) -> dict[str, Any]:
    beside = {key: then.pop(key) for key in ("strand", "unless", "offset") if key in then}
    return said(id) | {"kind": kind, "when": when, "then": then} | beside


RULES = [
    _rule("T-1", "trigger", {"fact": "immediate_harm"}, level="L4", rating="red", basis=["s47"]),
    _rule("K-1", "floor", {"fact": "plan_ended", "at_least": "long_ago"}, level="L2"),
    _rule(
        "C-1",
        "combination",
        {"all": [{"indicator": "ng-early"}, {"indicator": "ng-dirty"}, {"fact": "contacts_12m", "at_least": 3}]},
        level="L3",
        rating="amber",
    ),
    _rule(
        "C-2",
        "combination",
        {"all": [{"indicator": "ng-late"}, {"indicator": "ng-dirty"}]},
        level="L4",
        strand="neglect",
    ),
    _rule("N-1", "count", {"count": {"of": {"strand": ["needs"]}, "at_least": 2}}, level="L3", strand="needs"),
    _rule("H-1", "trend", {"fact": "contacts_12m", "at_least": 4}, level="L3", route_floor="assessment"),
    _rule("S-1", "combination", {"indicator": "ab-says"}, level="L2", instruction="silent"),
    _rule(
        "U-1",
        "unknown",
        {"all": [{"indicator": "ng-early"}, {"unknown": "ab-mark"}]},
        level="L2",
        rating="amber",
        ask="Who saw the child?",
    ),
    _rule("V-1", "duty", {"fact": "disabled"}, duty="carer", also=["officer"], route_floor="advice"),
    _rule("V-2", "duty", {"indicator": "nd-ill"}, duty="carer"),
]
INDICATORS = {
    "ng-early": "L2",
    "ng-late": "L3",
    "ng-dirty": "L2",
    "ab-mark": [{"level": "L3"}, {"level": "L4", "severity": "serious", "unless": ["ex-birthmark"]}],
    "nd-drink": [{"level": "L3"}],
    "nd-ill": "L2",
}
VERSION = a_ruleset(
    levels=[
        level | ({"rating": "amber"} if level["key"] == "L3" else {"rating": "red"} if level["key"] == "L4" else {})
        for level in a_document()["levels"]
    ],
    indicators=INDICATORS,
    rules=RULES,
    offsets=[
        said("O-1") | {"factor": "pf-adult", "strands": ["needs"], "lowers_by": 1},
        said("O-2") | {"factor": "pf-school", "strands": ["neglect", "needs"], "lowers_by": 2, "not_below": "L2"},
    ],
    urgency=[
        said("R-1") | {"when": {"fact": "hours_to_harm", "at_most": 24}, "rating": "red"},
        said("R-2") | {"when": {"fact": "medical_need", "at_least": "soon"}, "rating": "amber"},
    ],
    redirects=[
        said("D-1")
        | {"when": {"fact": "case_status", "is": "child_in_need"}, "route": "to_worker", "name": "To the worker"},
        said("D-2") | {"when": {"fact": "contact_type", "is": "check"}, "route": "to_desk", "name": "To the desk"},
    ],
)


def lines(advice: Advice) -> list[str]:
    """Return an advice, a line for each result and for each item of a list."""
    told = []
    for part, value in advice.to_json().items():
        if part not in ("ruleset_id", "ruleset_hash"):
            told += [f"{part}: {json.dumps(one)}" for one in (value if isinstance(value, list) else [value])]
    return told


def _expected() -> dict[str, list[str]]:
    blocks = EXPECTED.read_text(encoding="utf-8").removeprefix(HEAD).strip().split("\n\n")
    return {name: told for name, *told in (block.split("\n") for block in blocks)}


@pytest.mark.parametrize("name", CHILDREN)
def test_every_word_of_an_advice_is_as_expected(name: str) -> None:
    assert lines(evaluate(VERSION, read_facts(CATALOGUE, CHILDREN[name]))) == _expected()[name]


def test_side_by_side_they_are_advised_the_same_and_come_back_from_json_whole() -> None:
    children = [read_facts(CATALOGUE, facts) for facts in CHILDREN.values()]
    together = evaluate_many(VERSION, children)
    assert [lines(advice) for advice in together] == list(_expected().values())
    for advice, result in zip(together, results_for(VERSION, children), strict=True):
        assert Advice.from_json(json.loads(json.dumps(advice.to_json()))) == advice
        assert (advice.ruleset_id, advice.ruleset_hash) == ("made-up", VERSION.content_hash)
        assert (result.ruleset_id, result.ruleset_hash) == (advice.ruleset_id, advice.ruleset_hash)
        assert (result.rating, result.route, result.strength) == (advice.rating, advice.route, advice.strength)
        assert tuple(result.bases) == advice.bases


def test_a_crowd_larger_than_one_run_is_advised_in_the_order_given() -> None:
    children = [read_facts(CATALOGUE, facts) for facts in CHILDREN.values()]
    levels = [advice.level for advice in evaluate_many(VERSION, children)]
    assert [advice.level for advice in evaluate_many(VERSION, children * 30)] == levels * 30
    found = [one.level for one in results_for(VERSION, children * 500)]
    assert found == found[: len(children)] * 500
    ordinals = {level.key: level.ordinal for level in VERSION.levels}
    assert found[: len(children)] == [None if level is None else ordinals[level] for level in levels]


def test_what_answers_come_to_may_be_forgotten_in_the_middle_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "ANSWERS", 2)
    columns.odd_inputs.cache_clear()
    children = [read_facts(CATALOGUE, facts) for facts in CHILDREN.values()] * 2
    together = evaluate_many(VERSION, children)
    assert [lines(advice) for advice in together] == [*_expected().values()] * 2
    assert [one.route for one in results_for(VERSION, children)] == [advice.route for advice in together]
    assert len(columns.odd_inputs(program_for(VERSION))) == 2


if __name__ == "__main__":
    every = {name: lines(evaluate(VERSION, read_facts(CATALOGUE, facts))) for name, facts in CHILDREN.items()}
    written = "\n\n".join("\n".join([name, *told]) for name, told in every.items())
    EXPECTED.write_text(f"{HEAD}{written}\n", encoding="utf-8")
