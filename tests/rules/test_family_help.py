"""Another partnership is another file: three levels, two ratings, one Family Help, and the same program."""

from pathlib import Path
from typing import Any

import pytest

from mash.config import HOUSE
from mash.rules import evaluate, load_catalogue, read_facts
from mash.rules.compare import compare
from mash.rules.soundness import Severity, check, places
from mash.rules.soundness.tidy import broken
from mash.rules.written import Written, read_written
from mash.workflow.child import Child
from mash.workflow.sign_off import policy_on
from tests.factories import MONDAY

THRESHOLDS = HOUSE / "thresholds"
CATALOGUE = load_catalogue(THRESHOLDS / "catalogue.yaml")
FILE = THRESHOLDS / "elsewhere" / "2025-10-01-family-help.yaml"
THEIRS = read_written(FILE, CATALOGUE)


def test_it_has_three_levels_and_two_ratings_and_the_first_statutory_route_is_family_help() -> None:
    ruleset = THEIRS.ruleset
    assert [level.name for level in ruleset.levels] == ["Help for everyone", "Family Help", "Protection"]
    assert len(ruleset.ratings) == 2
    assert ruleset.routes[ruleset.statutory_from].key == "family_help"


@pytest.mark.parametrize("example", THEIRS.ruleset.examples, ids=lambda example: example.name)
def test_each_worked_example_comes_out_as_written(example: Any) -> None:
    assert broken(THEIRS.ruleset, example) == []


def test_it_has_nothing_serious_and_is_small_enough_not_to_look_at_every_code() -> None:
    found = check(THEIRS.ruleset, places(THEIRS.root))
    assert [each for each in found if each.severity is Severity.SERIOUS] == []
    assert {each.code for each in found} == {"code-without-rule"}


def test_a_hole_in_it_is_told_in_its_own_words(tmp_path: Path) -> None:
    """Written first with the level alone, it sent a child in need home when a safe adult lowered the level."""
    text = FILE.read_text().replace(
        "{any: [{level_at_least: family_help}, {basis: s17}]}", "{level_at_least: family_help}"
    )
    (tmp_path / FILE.name).write_text(text)
    holed = read_written(tmp_path / FILE.name, CATALOGUE)
    found = [each for each in check(holed.ruleset, places(holed.root)) if each.severity is Severity.SERIOUS]
    assert [(each.code, each.at) for each in found] == [("turned-away", "bases.s17"), ("example-broken", "examples.8")]
    assert "can be sent to Closed instead of Family Help" in found[0].words


def test_its_levels_and_ours_stand_on_one_scale() -> None:
    ours = read_written(next(THRESHOLDS.glob("2022*.yaml")), CATALOGUE).ruleset
    facts = read_facts(CATALOGUE, {"ng-persistent": "present"})

    def ordinal(written: Written) -> int:
        ruleset = written.ruleset
        return next(level.ordinal for level in ruleset.levels if level.key == evaluate(ruleset, facts).level)

    assert ordinal(THEIRS) == 3
    assert [level.ordinal for level in ours.levels][2:] == [level.ordinal for level in THEIRS.ruleset.levels][1:]
    assert compare(THEIRS, THEIRS) == ()


def test_going_below_it_is_below_the_rules_to_the_sign_off_policy() -> None:
    policy = policy_on(MONDAY.date())
    assert policy.below_rules(Child(id="sam", level=1, advised_level=3))
    assert not policy.below_rules(Child(id="sam", level=3, advised_level=3))
