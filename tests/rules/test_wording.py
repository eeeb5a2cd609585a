"""Conditions read as a person would say them: bands, answers, counts, exceptions, doubt."""

from pathlib import Path
from typing import Any

import pytest

from mash.rules import RuleBook, RuleSet
from mash.rules.conditions import All, Some, Unless, facts_in
from mash.rules.plain_words import PlainWords
from mash.rules.wording import Clause, in_words
from mash.rules.written import read_written

FOLDER = Path(__file__).parents[2] / "thresholds"
FEW = 3
"""More facts than these are of a count, where what presence alone already covers is left out."""


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return RuleBook.load(FOLDER).get("dn-2022-05")


def lines(clause: Clause) -> list[str]:
    return [clause.words, *(line for part in clause.parts for line in lines(part))]


def said(ruleset: RuleSet, id: str) -> list[str]:
    rules: tuple[Any, ...] = (*ruleset.level_rules(), *ruleset.urgency, *ruleset.route_rules, *ruleset.redirects)
    return lines(in_words(ruleset, next(rule.when for rule in rules if rule.id == id)))


def test_every_condition_is_sentences_and_a_short_one_names_every_fact_it_looks_at(ruleset: RuleSet) -> None:
    rules: tuple[Any, ...] = (*ruleset.level_rules(), *ruleset.urgency, *ruleset.route_rules, *ruleset.redirects)
    for rule in rules:
        told = lines(in_words(ruleset, rule.when))
        assert all(told), rule.id
        names = facts_in(rule.when)
        for name in names if len(names) <= FEW else ():
            assert any(ruleset.catalogue.facts[name].words in line for line in told), (rule.id, name)


def test_a_number_reads_as_people_count(ruleset: RuleSet) -> None:
    assert said(ruleset, "C-10")[0].endswith(": 3 episodes or more")
    assert said(ruleset, "C-17")[0].endswith(": 10% or more")
    assert "Age in years: under 1 year" in said(ruleset, "K-04")
    assert said(ruleset, "R-01") == ["Hours until the child next meets the danger: 24 hours or fewer"]


def test_an_answer_is_written_out(ruleset: RuleSet) -> None:
    assert said(ruleset, "R-07") == ["Whether the child is safe where they are now: unsafe"]
    assert said(ruleset, "M-01") == ["What kind of contact this is: service request or advice"]


def test_exceptions_and_doubt_are_said(ruleset: RuleSet) -> None:
    assert "unless it is established that:" in said(ruleset, "C-10")
    assert said(ruleset, "R-08")[1:3] == [
        "The rules reach level 4, Statutory specialist and child protection or higher",
        "This is so, or has not been ruled out:",
    ]


def test_what_presence_alone_already_says_is_not_said_again(ruleset: RuleSet) -> None:
    told = said(ruleset, "K-02")
    assert "Physical violence between adults at home" in told
    assert not [line for line in told if line.startswith("Physical violence between adults at home:")]


def test_a_count_says_of_how_many(ruleset: RuleSet) -> None:
    assert "At least 2 of these 30:" in said(ruleset, "K-07")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("20*.yaml")) + sorted(FOLDER.glob("elsewhere/*.yaml")), ids=str)
def test_a_comparison_is_said_the_same_as_it_is_written_and_as_it_is_judged_by(path: Path) -> None:
    catalogue = RuleBook.load(FOLDER).catalogue
    written = read_written(path, catalogue)
    words = PlainWords(written.root, catalogue)
    judged_by: tuple[Any, ...] = (*written.ruleset.rules, *written.ruleset.urgency, *written.ruleset.route_rules)
    rules = {one.id: one.when for one in judged_by if not isinstance(one.when, All | Some | Unless)}
    alike = 0
    for section in ("rules", "urgency", "route_rules"):
        listed: Any = written.root.mapping()[section].plain()
        for rule in listed:
            when = rule["when"]
            if not {"all", "any", "count"} & set(when) and rule["id"] in rules:
                judged = in_words(written.ruleset, rules[rule["id"]])
                assert words.condition(when).replace("“", "").replace("”", "") == " ".join(lines(judged))
                alike += 1
    assert alike
