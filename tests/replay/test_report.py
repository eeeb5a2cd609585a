"""What a replay says: counted again by hand, one child at a time, and with small groups held back."""

from dataclasses import replace
from typing import Any

import pytest

from mash.replay.compare import Cohort, Period, compare, doubts
from mash.replay.edits import edits
from mash.replay.past import Past
from mash.replay.proof import NotProven, prove
from mash.replay.ranges import held_back
from mash.replay.rehearse import rehearse
from mash.replay.report import report
from mash.replay.text import lines
from mash.rules import RuleBook, RuleSet, evaluate, read_facts
from mash.rules.bits import set_bits
from tests.replay.history import a_cohort, a_past
from tests.rules.small import CATALOGUE
from tests.rules.written import a_document, a_ruleset, said


def rule(kind: str, when: Any, then: Any) -> dict[str, Any]:
    return said("X-1") | {"kind": kind, "when": when, "then": then}


def by_contacts(least: int) -> RuleSet:
    """Return a version in which so many contacts in a year are level 3."""
    when = {"all": [{"indicator": "ng-early"}, {"fact": "contacts_12m", "at_least": least}]}
    version = a_document()["version"] | {"id": f"from-{least}"}
    return a_ruleset(version=version, rules=[rule("floor", when, {"level": "L3"})])


OLD, NEW = by_contacts(3), by_contacts(5)


def child(number: int, contacts: int | None, **told: Any) -> Past:
    facts: dict[str, Any] = {"ng-early": "present", "age_years": 7, "agreement": "given"}
    return a_past(number, facts if contacts is None else facts | {"contacts_12m": contacts}, **told)


def reported(cohort: Cohort, old: RuleSet = OLD, new: RuleSet = NEW, period: Period | None = None) -> dict[str, Any]:
    asked = period or Period()
    return report(rehearse(cohort, old, new, asked), old, new, cohort, asked, None)


def test_the_tables_count_what_each_child_alone_is_advised() -> None:
    contacts = [1, 3, 4, 4, 5, 9, 3, 2, 1]
    pasts = [child(number, many, then={"level": "2", "rating": "green"}) for number, many in enumerate(contacts)]
    told = reported(a_cohort(pasts))
    cells: dict[tuple[str, str], int] = {}
    for past in pasts:
        levels = [evaluate(one, read_facts(CATALOGUE, past.facts or {})).level or "" for one in (OLD, NEW)]
        cells[levels[0][1:], levels[1][1:]] = cells.get((levels[0][1:], levels[1][1:]), 0) + 1
    table = told["tables"]["level"]["baseline-candidate"]
    assert cells == {("2", "2"): 3, ("3", "2"): 4, ("3", "3"): 2}
    assert table == {"rows": ["2", "3"], "columns": ["2", "3"], "counts": [[3, 0], [4, 2]]}
    assert told["tables"]["level"]["decided-candidate"] == {"rows": ["2"], "columns": ["2", "3"], "counts": [[7, 2]]}
    assert (told["moved"]["lower"], told["moved"]["higher"], told["moved"]["same"]) == (4, 0, 5)


def test_direction_is_said_first_in_words() -> None:
    told = reported(a_cohort([child(number, 4) for number in range(3)]))
    assert told["words"][0] == "from-5 would refer 3 fewer of 3 children than from-3: 3 before, 0 after."
    assert told["words"][1].startswith("3 would get a lower level or a weaker route, 0 a higher level")
    assert next(lines(told)) == told["words"][0]


def test_the_period_and_the_lack_of_facts_leave_children_out_and_say_so() -> None:
    pasts = [child(0, 4), child(1, 4), a_past(2, None), child(3, 4)]
    told = reported(a_cohort(pasts), period=Period("2021-01-05", None))
    assert told["cohort"]["children"] == 2
    assert told["cohort"]["left_out"] == {"no facts were kept": 1}


def test_children_turned_away_are_counted_with_what_came_to_them() -> None:
    pasts = [
        child(0, 4, later={"contact": 20, "worse": 200}, then={"route": "assessment"}),
        child(1, 4, later={"contact": 20}),
        child(2, 9, later={"worse": 5}),
        child(500, 4, later={"worse": 5}),
    ]
    told = reported(a_cohort(pasts))
    away = told["turned_away"]["candidate"]
    assert (away["children"], away["people"], away["followed"]) == (3, 1, 2)  # the last is too recent to follow
    assert (away["contact"], away["worse"], away["came_back_worse"]) == (2, 1, 1)
    assert told["turned_away"]["baseline"]["children"] == 0
    lower = told["later"]["lower"]["worse"]
    assert (lower["3 months"]["followed"], lower["3 months"]["came"], lower["12 months"]["came"]) == (2, 0, 1)


def test_who_is_referred_and_turned_away_is_what_the_table_of_routes_and_the_groups_come_to() -> None:
    pasts = [
        child(number, contacts, who={"sex": "female" if number % 2 else "male"})
        for number, contacts in enumerate([1, 3, 4, 4, 5, 9, 3, 2] * 6)
    ]
    told = reported(a_cohort(pasts, size=20), NEW, OLD)
    before, after = (told["moved"]["statutory"][side] for side in ("baseline", "candidate"))
    table, cells = told["tables"]["route"]["baseline-candidate"], dict[tuple[bool, bool], int]()
    for row, line in zip(table["rows"], table["counts"], strict=True):
        for column, count in zip(table["columns"], line, strict=True):
            cells[row in before, column in after] = cells.get((row in before, column in after), 0) + count
    assert cells == {(False, False): 12, (False, True): 24, (True, False): 0, (True, True): 12}
    assert told["moved"]["referred"] == {"baseline": 12, "candidate": 36}
    assert told["turned_away"]["baseline"]["children"] == 24
    rows = told["affected"]["Sex"]
    assert [(row["children"], row["before"], row["after"]) for row in rows] == [(24, 6, 18), (24, 6, 18)]
    assert [(row["newly_in"], row["newly_out"]) for row in rows] == [(12, 0), (12, 0)]


def test_every_child_turned_away_who_came_back_is_named_however_lately_received() -> None:
    kinds = ["worse", "referral", "strategy_discussion", "section_47", "protection_plan"]
    pasts = [child(number, 4, later={kind: 20}) for number, kind in enumerate(kinds)]
    pasts += [child(500 + number, 4, later={kind: 20}) for number, kind in enumerate(kinds)]
    others = [child(510, 9, later={"section_47": 5}), child(511, 4, later={"contact": 5, "worse": 366}), child(700, 4)]
    frames = rehearse(a_cohort([*pasts, *others]), OLD, NEW, Period()).frames
    named = [
        frame.keys[place] for frame in frames for place in set_bits(frame.where("is:came_back_so_far_candidate", "yes"))
    ]
    assert named == [past.key for past in pasts]
    assert all("is:came_back_so_far_baseline" in frame.columns for frame in frames)  # also where it is of nobody


def test_of_a_child_without_the_number_a_new_comparison_needs_it_cannot_be_told() -> None:
    cohort = a_cohort([child(0, 4), child(1, None), child(2, 9)])
    told = reported(cohort)
    assert told["cannot_tell"] == {"children": 1, "missing": {"contacts_12m": 1}}
    assert told["moved"]["lower_range"] == [1, 1]
    assert told["moved"]["higher_range"] == [0, 1]
    assert "history does not hold contacts_12m" in told["words"][-1]


def test_a_sign_not_ticked_was_not_seen_but_before_anybody_could_tick_it_nothing_is_known() -> None:
    new = a_ruleset(rules=[rule("floor", {"fact": "disabled"}, {"level": "L3"})])
    old = a_ruleset(rules=[])
    cohort = a_cohort([a_past(0, {"age_years": 3}), a_past(1, {"disabled": "absent"}), a_past(2, {})], size=1)
    told = [
        compare(one, one.frame.full, old, new, doubts(cohort, number, old, new)).cannot_tell
        for number, one in enumerate(cohort.histories)
    ]
    assert told == [1, 0, 0]


def test_each_difference_is_tried_alone() -> None:
    both = replace(NEW, urgency=(), content_hash="both")
    found = {edit.id: edit for edit in edits(OLD, both)}
    assert (found["X-1"].change, found["X-1"].part) == ("changed", "rule")
    told = reported(a_cohort([child(0, 4), child(1, 1)]), OLD, both)
    assert {edit["id"]: edit["lower"] for edit in told["edits"]}["X-1"] == 1
    assert edits(OLD, OLD) == []


def test_words_alone_are_no_difference() -> None:
    reworded = replace(OLD, rules=tuple(replace(one, words="Otherwise") for one in OLD.rules), content_hash="other")
    assert edits(OLD, reworded) == []


def test_small_groups_are_held_back_and_none_can_be_had_from_the_rest() -> None:
    pasts = [child(number, 4, who={"sex": "female" if number < 40 else "male"}) for number in range(47)]
    rows = reported(a_cohort(pasts, size=20))["affected"]["Sex"]
    assert rows == [{"group": "female", "hidden": True}, {"group": "male", "hidden": True}]
    assert held_back([30, 40, 9, 12]) == {2, 3}
    assert held_back([30, 4, 9]) == {1, 2}


def test_rules_that_never_fire_and_rules_that_decide_alone_are_named() -> None:
    told = reported(a_cohort([child(0, 4), child(1, 1)]))
    assert told["rules"]["baseline"]["alone"]["X-1"] == 1
    assert "X-1" in told["rules"]["candidate"]["never"]


def test_the_same_inputs_give_the_same_result_whatever_the_frames() -> None:
    pasts = [child(number, number % 6, who={"age": "5 to 9"}, later={"contact": 40}) for number in range(23)]
    one, other = reported(a_cohort(pasts, size=23)), reported(a_cohort(pasts, size=5))
    assert one["cohort"].pop("digest") != other["cohort"].pop("digest")
    assert one == other


def advised(number: int, contacts: int, level: str, by: RuleSet = OLD) -> Past:
    now = evaluate(by, read_facts(CATALOGUE, child(number, contacts).facts or {}))
    then = {"ruleset": by.id, "hash": by.content_hash, "advised_level": level}
    return child(number, contacts, then=then | {"advised_rating": now.rating, "advised_route": now.route})


def test_recorded_advice_comes_out_again_and_drift_is_counted_and_listed() -> None:
    book = RuleBook(CATALOGUE, (OLD, NEW))
    proof = prove(a_cohort([advised(0, 4, "3"), advised(1, 4, "2"), child(2, 4)]), book, Period())
    assert (proof.same, proof.drift, proof.no_advice) == ({"from-3": 1}, {"from-3": 1}, 1)
    (drift,) = proof.listed
    assert (drift["child"], drift["recorded_level"], drift["now_level"]) == ("1", "2", "3")


@pytest.mark.parametrize(
    ("book", "wrong"),
    [
        (RuleBook(CATALOGUE, (NEW,)), "version 'from-3', which is not here"),
        (RuleBook(CATALOGUE, (replace(OLD, content_hash="edited"),)), "'from-3' has been edited"),
    ],
)
def test_a_version_that_is_missing_or_edited_stops_the_replay(book: RuleBook, wrong: str) -> None:
    with pytest.raises(NotProven, match=wrong):
        prove(a_cohort([advised(0, 4, "3")]), book, Period())
