"""Which version judges which day; what may never grade a live contact; what a folder of versions must keep to."""

import json
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
    ("versions", "message"),
    [
        ({"_2022_06_01_wide": WIDE}, "the name does not begin with 2022-05-01"),
        ({"_2022_05_02_wide": WIDE}, "the name does not begin with 2022-05-01"),
        ({"_2022_05_01_a": WIDE, "_2022_05_01_b": WIDE}, "the id 'wide' belongs to another version"),
        ({"_2021_01_04": NARROW | {"effective_to": None}, "_2022_05_01": WIDE}, "its dates overlap version 'narrow'"),
        ({"_2022_05_01": WIDE | {"use": "sometimes"}}, "no use is called 'sometimes'"),
    ],
)
def test_a_folder_that_could_give_two_answers_is_refused(
    tmp_path: Path, versions: dict[str, dict[str, Any]], message: str
) -> None:
    with pytest.raises(DocumentRefused) as refused:
        RuleBook.load(shelf(tmp_path, **versions))
    assert message in str(refused.value)


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
