"""Which version judges which day; what may never grade a live contact; what a folder of versions must keep to."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mash.rules import DocumentRefused, NoRuleSetInForce, RuleBook, VersionRefused
from tests.rules.small import plain_catalogue
from tests.rules.written import a_document

NARROW = {"id": "narrow", "status": "withdrawn", "use": "replay_only", "effective_from": date(2021, 1, 4)}
NARROW |= {"effective_to": date(2022, 4, 30)}
WIDE = {"id": "wide", "effective_from": date(2022, 5, 1), "supersedes": "narrow"}
MISNAMED = "the name does not begin with 2022-05-01, the day in force. Name it 2022-05-01-title.yaml."
NEXT = {"id": "next", "status": "draft", "use": "replay_only", "effective_from": date(2027, 1, 1)}


def written(value: Any) -> str:
    """Return plain data as YAML: JSON is YAML, except that dates go bare."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def shelf(folder: Path, **versions: dict[str, Any]) -> Path:
    """Write a catalogue and versions into a folder; names may use _ for -."""
    (folder / "catalogue.yaml").write_text(written(plain_catalogue()))
    for name, head in versions.items():
        document = a_document()
        text = written(document | {"version": document["version"] | head})
        (folder / f"{name.strip('_').replace('_', '-')}.yaml").write_text(text)
    return folder


def three(folder: Path) -> RuleBook:
    return RuleBook.load(shelf(folder, _2021_01_04=NARROW, _2022_05_01_wide=WIDE, _2027_01=NEXT))


def test_the_version_whose_dates_cover_the_day_is_in_force(tmp_path: Path) -> None:
    book = three(tmp_path)
    assert [ruleset.id for ruleset in book.versions] == ["narrow", "wide", "next"]
    assert book.in_force(date(2022, 5, 1)).id == "wide"
    assert book.in_force(date(2030, 1, 1)).id == "wide"


def test_before_the_first_version_there_is_no_guess(tmp_path: Path) -> None:
    with pytest.raises(NoRuleSetInForce, match="covers 2020-12-31"):
        three(tmp_path).in_force(date(2020, 12, 31), replay=True)


def test_a_withdrawn_version_is_in_force_for_replay_and_never_for_grading(tmp_path: Path) -> None:
    book, day = three(tmp_path), date(2021, 6, 1)
    with pytest.raises(NoRuleSetInForce):
        book.in_force(day)
    assert book.in_force(day, replay=True).id == "narrow"
    with pytest.raises(VersionRefused, match="for replay only"):
        book.for_use("narrow", day)
    assert book.for_use("narrow", date(2026, 1, 1), replay=True).id == "narrow"


def test_live_use_refuses_a_version_outside_its_dates(tmp_path: Path) -> None:
    book = three(tmp_path)
    assert book.for_use("wide", date(2022, 5, 1)).id == "wide"
    with pytest.raises(VersionRefused, match="does not cover 2022-04-30"):
        book.for_use("wide", date(2022, 4, 30))
    with pytest.raises(VersionRefused, match="draft and for replay only"):
        book.for_use("next", date(2027, 1, 1))


def test_an_unknown_version_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(VersionRefused, match="Use one of: narrow, wide, next"):
        three(tmp_path).get("wied")


@pytest.mark.parametrize(
    ("versions", "says"),
    [
        (
            {"_2022_06_01_wide": WIDE},
            f"2022-06-01-wide.yaml: {MISNAMED}",
        ),
        (
            {"_2022_05_02_wide": WIDE},
            f"2022-05-02-wide.yaml: {MISNAMED}",
        ),
        (
            {"_2022": WIDE},
            f"2022.yaml: {MISNAMED}",
        ),
        (
            {"_2022_05_01_a": WIDE, "_2022_05_01_b": WIDE},
            "2022-05-01-b.yaml: the id 'wide' belongs to another version. Give each version its own id.",
        ),
        (
            {"_2021_01_04": NARROW | {"effective_to": None}, "_2022_05_01": WIDE},
            "2022-05-01.yaml: its dates overlap version 'narrow'. Set effective_to of the older one.",
        ),
        (
            {"_2021_01_04": NARROW | {"effective_to": date(2022, 5, 1)}, "_2022_05_01": WIDE},
            "2022-05-01.yaml: its dates overlap version 'narrow'. Set effective_to of the older one.",
        ),
        (
            {"_2022_05_01": WIDE | {"use": "sometimes"}},
            "2022-05-01.yaml, line 1: version.use: no use is called 'sometimes'. Use one of: live, replay_only.",
        ),
    ],
)
def test_a_folder_that_could_give_two_answers_is_refused(
    tmp_path: Path, versions: dict[str, dict[str, Any]], says: str
) -> None:
    with pytest.raises(DocumentRefused) as refused:
        RuleBook.load(shelf(tmp_path, **versions))
    assert str(refused.value) == says


def test_every_file_that_does_not_fit_is_named_at_once(tmp_path: Path) -> None:
    wrong = {"_2022_05_01": WIDE | {"use": "sometimes"}, "_2022_06": WIDE | {"id": "other"}}
    with pytest.raises(DocumentRefused) as refused:
        RuleBook.load(shelf(tmp_path, _2021_01_04=NARROW, _2022_04=WIDE | {"id": "fourth"}, **wrong))
    assert [(problem.file, problem.line) for problem in refused.value.problems] == [
        ("2022-04.yaml", 0),
        ("2022-05-01.yaml", 1),
        ("2022-06.yaml", 0),
        ("2022-06.yaml", 0),
    ]


def test_a_month_names_a_file_and_drafts_may_overlap(tmp_path: Path) -> None:
    draft = NEXT | {"effective_from": date(2022, 6, 1)}
    book = RuleBook.load(shelf(tmp_path, _2022_05=WIDE, _2022_06_next=draft, _2022_06_z=draft | {"id": "again"}))
    assert [ruleset.id for ruleset in book.versions] == ["wide", "next", "again"]
    assert book.catalogue is book.versions[0].catalogue


def test_the_versions_stand_oldest_first_whatever_their_files_are_called(tmp_path: Path) -> None:
    draft = NEXT | {"effective_from": date(2022, 5, 31)}
    book = RuleBook.load(shelf(tmp_path, _2022_05=draft, _2022_05_01=WIDE))
    assert [ruleset.id for ruleset in book.versions] == ["wide", "next"]


def test_each_refusal_says_what_to_use_instead(tmp_path: Path) -> None:
    book = three(tmp_path)
    with pytest.raises(NoRuleSetInForce) as live:
        book.in_force(date(2021, 6, 1))
    assert str(live.value) == ("No version for live use of the thresholds covers 2021-06-01. Add one whose dates do.")
    with pytest.raises(NoRuleSetInForce) as replayed:
        book.in_force(date(2020, 12, 31), replay=True)
    assert str(replayed.value) == "No version of the thresholds covers 2020-12-31. Add one whose dates do."
    for use, says in (
        (("wied", date(2022, 5, 1)), "No version is called 'wied'. Use one of: narrow, wide, next."),
        (("narrow", date(2021, 6, 1)), "Version 'narrow' is withdrawn and for replay only. It never grades a contact."),
        (("wide", date(2022, 4, 30)), "Version 'wide' does not cover 2022-04-30. Use the version in force that day."),
    ):
        with pytest.raises(VersionRefused) as refused:
            book.for_use(*use)
        assert str(refused.value) == says


def test_a_draft_is_never_in_force_even_when_replayed(tmp_path: Path) -> None:
    book = RuleBook.load(shelf(tmp_path, _2022_05_01=NEXT | {"effective_from": date(2022, 5, 1)}, _2021_01_04=NARROW))
    for replay in (False, True):
        with pytest.raises(NoRuleSetInForce):
            book.in_force(date(2027, 1, 2), replay=replay)


def test_the_version_at_receipt_is_the_one_named_then_if_it_had_begun(tmp_path: Path) -> None:
    day = date(2022, 6, 1)
    later = WIDE | {"id": "later", "effective_from": day}
    book = RuleBook.load(
        shelf(tmp_path, _2021_01_04=NARROW, _2022_05_01=WIDE | {"effective_to": date(2022, 5, 31)}, _2022_06_01=later)
    )
    assert book.at_receipt("wide", day).id == "wide"
    assert book.at_receipt(None, day).id == "later"
    assert book.at_receipt("gone", day).id == "later"
    assert book.at_receipt("narrow", day).id == "later"
    assert book.at_receipt("later", date(2022, 5, 31)).id == "wide"
    assert book.at_receipt("later", day).id == "later"


def test_what_begins_later_leaves_open_contacts_or_takes_them_over(tmp_path: Path) -> None:
    book = RuleBook.load(shelf(tmp_path, _2022_05_01=WIDE, _2021_01_04=NARROW, _2027_01=NEXT))
    wide, day = book.get("wide"), date(2026, 1, 1)
    left = book.succeeded_by(replace(wide, version=replace(wide.version, id="left")), day)
    assert [one.id for one in left.versions] == ["narrow", "wide", "left", "next"]
    assert [one.effective_to for one in left.versions] == [date(2022, 4, 30), date(2025, 12, 31), None, None]
    assert (left.get("left").status, left.get("left").version.use) == ("live", "live")
    assert left.get("left").effective_from == day
    assert left.judging(left.get("wide"), day).id == "wide"
    taken = left.succeeded_by(
        replace(wide, version=replace(wide.version, id="taken"), transition=("regrade", "Look again")), date(2026, 2, 1)
    )
    assert taken.judging(taken.get("wide"), date(2026, 1, 31)).id == "wide"
    assert taken.judging(taken.get("wide"), date(2026, 2, 1)).id == "taken"
    assert [one.id for one in taken.begun_since(taken.get("wide"), date(2026, 2, 1))] == ["left", "taken"]
    assert taken.begun_since(taken.get("narrow"), date(2026, 2, 1)) == []
    assert taken.judging(taken.get("narrow"), date(2026, 2, 1)).id == "narrow"
    again = taken.succeeded_by(
        replace(wide, version=replace(wide.version, id="again"), transition=("regrade", "Again")), date(2026, 3, 1)
    )
    assert again.judging(again.get("wide"), date(2026, 3, 1)).id == "again"


def test_one_that_ended_before_the_next_begins_keeps_its_last_day(tmp_path: Path) -> None:
    ended = WIDE | {"effective_to": date(2025, 12, 31)}
    book = RuleBook.load(shelf(tmp_path, _2022_05_01=ended, _2021_01_04=NARROW))
    wide = book.get("wide")
    for begins, last in ((date(2026, 1, 1), date(2025, 12, 31)), (date(2026, 6, 1), date(2025, 12, 31))):
        after = book.succeeded_by(replace(wide, version=replace(wide.version, id="more")), begins)
        assert after.get("wide").effective_to == last
    sooner = book.succeeded_by(replace(wide, version=replace(wide.version, id="more")), date(2025, 12, 31))
    assert sooner.get("wide").effective_to == date(2025, 12, 30)


def test_a_draft_stands_beside_the_versions_for_replay_only(tmp_path: Path) -> None:
    book = three(tmp_path)
    wide = book.get("wide")
    draft = book.with_draft(replace(wide, version=replace(wide.version, id="tried")))
    assert [one.id for one in draft.versions] == ["narrow", "wide", "next", "tried"]
    assert (draft.versions[-1].status, draft.versions[-1].version.use) == ("draft", "replay_only")
    assert draft.catalogue is book.catalogue
    assert draft.in_force(date(2022, 5, 1)).id == "wide"


def test_the_hash_names_what_decides_and_nothing_else(tmp_path: Path) -> None:
    book = three(tmp_path)
    again = RuleBook.load(tmp_path)
    assert [one.content_hash for one in book.versions] == [one.content_hash for one in again.versions]
    catalogue = plain_catalogue()
    catalogue["indicators"][0]["question"] = "Asked another way?"
    (tmp_path / "catalogue.yaml").write_text(written(catalogue))
    assert RuleBook.load(tmp_path).get("wide").content_hash == book.get("wide").content_hash
    catalogue["indicators"][0]["strand"] = "abuse"
    (tmp_path / "catalogue.yaml").write_text(written(catalogue))
    assert RuleBook.load(tmp_path).get("wide").content_hash != book.get("wide").content_hash
