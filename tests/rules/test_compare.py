"""What differs between two versions is told once, by its kind, with what was said and what is said now."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.config import HOUSE
from mash.rules import load_catalogue
from mash.rules.compare import Difference, compare
from mash.rules.matching import rising
from mash.rules.source import entry_of
from mash.rules.written import Written, read_written
from tests.rules.small import CATALOGUE
from tests.rules.written import VERSION, a_document, a_ruleset, said

MARK = said("T-1") | {"kind": "trigger", "when": {"indicator": "ab-mark"}, "then": {"level": "L4", "rating": "red"}}
TWO_WAYS = MARK | {"when": {"any": [{"indicator": "ab-mark"}, {"fact": "immediate_harm"}]}}
WAYS = [MARK | {"id": f"T-{n}", "when": way} for n, way in enumerate(TWO_WAYS["when"]["any"], 2)]
GIFTS = [MARK | {"id": f"T-{n}", "then": then} for n, then in enumerate([{"level": "L4"}, {"rating": "red"}], 2)]
COUNT = said("C-1") | {"kind": "count", "when": {"fact": "contacts_12m", "at_least": 4}, "then": {"level": "L2"}}


def written(**changed: Any) -> Written:
    return Written("made-up.yaml", a_ruleset(**changed), entry_of(a_document(**changed)))


def told(old: Written, new: Written) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(each.kind.value, each.old, each.new) for each in compare(old, new)]


COUNTED = COUNT | {"kind": "combination"}
EVEN = [rule | {"kind": "combination"} for rule in (MARK, *GIFTS)]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([], [MARK], ("added", (), ("T-1",))),
        ([MARK], [], ("removed", ("T-1",), ())),
        ([MARK], [MARK | {"then": {"level": "L3"}}], ("changed", ("T-1",), ("T-1",))),
        ([MARK], [MARK | {"words": "Otherwise"}], ("reworded", ("T-1",), ("T-1",))),
        ([MARK], [MARK | {"id": "T-9", "words": "Otherwise"}], ("renamed", ("T-1",), ("T-9",))),
        ([COUNT], [COUNTED], ("moved", ("C-1",), ("C-1",))),
        ([TWO_WAYS], WAYS, ("split", ("T-1",), ("T-2", "T-3"))),
        (WAYS, [TWO_WAYS], ("merged", ("T-2", "T-3"), ("T-1",))),
        (EVEN[:1], EVEN[1:], ("split", ("T-1",), ("T-2", "T-3"))),
    ],
)
def test_what_became_of_a_rule_is_told_once(
    before: list[dict[str, Any]], after: list[dict[str, Any]], kind: tuple[str, tuple[str, ...], tuple[str, ...]]
) -> None:
    assert told(written(rules=before), written(rules=after)) == [kind]


def test_a_change_is_told_in_words_with_what_was_and_what_is() -> None:
    more = COUNT | {"when": {"count": {"of": {"strand": "neglect", "level_at_least": "L2"}, "at_least": 3}}}
    (change,) = compare(written(rules=[COUNT]), written(rules=[more]))
    (detail,) = change.details
    assert detail.what == "Met when"
    assert detail.old == "“contacts_12m in words”: 4 each or more"
    assert detail.new == "at least 3 different signs in neglect that give level 2, Level 2 or above"


def test_a_rule_that_moves_to_another_section_is_moved() -> None:
    urgent = said("R-1") | {"when": {"fact": "immediate_harm"}, "rating": "red"}
    as_rule = said("R-1") | {"kind": "single", "when": {"fact": "immediate_harm"}, "then": {"rating": "red"}}
    assert told(written(urgency=[urgent]), written(rules=[as_rule])) == [("moved", ("R-1",), ("R-1",))]


def test_a_route_that_changes_places_is_moved_and_its_neighbours_are_not() -> None:
    routes = a_document()["routes"]
    swapped = [routes[1], routes[0], *routes[2:]]
    assert len(told(written(), written(routes=swapped))) == 1


def test_codes_are_renamed_split_and_merged_as_the_new_version_says() -> None:
    newer = dict(VERSION) | {"id": "newer", "supersedes": "made-up"}
    mappings = [{"from": "ng-early", "to": ["ab-says", "nd-poor"], "kind": "split", "reason": "Two things"}]
    plain = a_document()["indicators"]
    after = {code: level for code, level in plain.items() if code != "ng-early"} | {"ab-says": "L4", "nd-poor": "L1"}
    found = told(written(), written(version=newer, mappings=mappings, indicators=after))
    assert ("split", ("ng-early",), ("ab-says", "nd-poor")) in found
    assert not [each for each in found if each[0] in ("added", "removed")]


def test_a_version_beside_itself_differs_in_nothing() -> None:
    assert compare(written(rules=[MARK, COUNT]), written(rules=[MARK, COUNT])) == ()


def test_between_the_shipped_versions_only_the_tests_for_referral_change() -> None:
    catalogue = load_catalogue(HOUSE / "thresholds" / "catalogue.yaml")
    old, new = (read_written(path, catalogue) for path in sorted((HOUSE / "thresholds").glob("20*.yaml")))
    found = compare(old, new)
    assert {each.section for each in found} == {"version", "levels", "route_rules", "gates"}
    assert {each.new[0] for each in found if each.section == "route_rules"} == {f"M-0{n}" for n in range(2, 8)}
    one = next(each for each in found if each.new == ("M-04",))
    assert "“Child is suffering significant harm now, or could within hours”" in in_full(one, "old")
    assert "“Child is suffering significant harm now" not in in_full(one, "new")
    lines = (old.file, one.old_line), (new.file, one.new_line)
    assert all("M-04" in (HOUSE / "thresholds" / file).read_text().splitlines()[line - 1] for file, line in lines)


def in_full(one: Difference, side: str) -> str:
    return " ".join(getattr(detail, side) for detail in one.details)


@given(st.permutations(range(6)))
def test_as_few_as_possible_are_said_to_have_moved(places: list[int]) -> None:
    kept = rising(places)
    assert [places[n] for n in sorted(kept)] == sorted(places[n] for n in kept)
    longest = max(n for n in range(1, 7) if any([*run] == sorted(run) for run in combinations(places, n)))
    assert len(kept) == longest


def test_every_condition_of_the_shipped_versions_can_be_said_in_words() -> None:
    catalogue = load_catalogue(HOUSE / "thresholds" / "catalogue.yaml")
    for path in sorted((HOUSE / "thresholds").glob("20*.yaml")):
        whole = read_written(path, catalogue)
        empty = Written("empty", a_ruleset(), entry_of(a_document(rules=[], indicators={"ng-early": "L2"})))
        for difference in compare(empty, whole):
            for detail in difference.details:
                assert "{" not in detail.new
                assert "None" not in detail.new


def test_a_file_that_is_wrong_is_refused_as_by_the_loader(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("version: 1\n")
    with pytest.raises(ValueError, match=r"x\.yaml, line 1"):
        read_written(tmp_path / "x.yaml", CATALOGUE)


def test_rules_that_give_other_things_are_no_split_of_the_one_before() -> None:
    other = [WAYS[0], WAYS[1] | {"then": {"level": "L2"}}]
    kinds = [kind for kind, _, _ in told(written(rules=[TWO_WAYS]), written(rules=other))]
    assert kinds == ["removed", "added", "added"]
