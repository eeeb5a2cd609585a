"""Every section of a version is a form: what it holds comes out as it went in, and a change touches nothing else."""

from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from mash.config import HOUSE
from mash.rules import Catalogue, load_catalogue
from mash.rules.source import read_yaml
from mash.web.draft_document import Draft, draft_of
from mash.web.draft_facts import as_answered, from_facts, read_rows, to_facts
from mash.web.draft_fields import fields_of, read_fields, value_of
from mash.web.draft_sections import SECTIONS

FOLDER = HOUSE / "thresholds"
FILES = [*sorted(FOLDER.glob("20*.yaml")), *sorted(FOLDER.glob("elsewhere/*.yaml"))]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER / "catalogue.yaml")


def plain(text: str) -> Any:
    return read_yaml(text.encode()).plain()


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_everything_in_a_version_has_a_form_and_comes_out_of_it_as_it_went_in(path: Path, catalogue: Catalogue) -> None:
    draft = draft_of(path.read_text())
    for section in SECTIONS:
        items, names = draft.items(section), draft.names(section)
        assert len(set(names)) == len(names)
        assert [draft.place_of(section, name) for name in names] == list(range(len(names)))
        for place, item in enumerate(items):
            assert at(draft.data, draft.path_of(section, place)) is not None
            fields = fields_of(section, items, item, catalogue)
            shown = {one.key.partition(".")[0] for one in fields} | {"when", "key", "offset"}
            assert set(item) <= shown, (section, names[place])
            form = MultiDict[str, str]()
            for field in fields:
                value = value_of(item, field)
                if field.kind in ("many", "flag"):
                    form.add(f"has.{field.key}", "1")
                given = value if field.kind == "many" else ["\n".join(value)] if field.kind == "lines" else [value]
                for one in ["1"] * value if field.kind == "flag" else given:
                    form.add(f"f.{field.key}", str(one))
            assert read_fields(tuple(one for one in fields if one.kind != "facts"), form, item) == item
    assert {"gates", *(draft.path(section)[0] for section in SECTIONS)} >= set(draft.data) - {"version"}


@pytest.mark.parametrize("section", SECTIONS)
def test_an_item_that_is_saved_as_it_is_leaves_every_byte(section: str) -> None:
    for path in FILES[1:]:
        draft = draft_of(path.read_text())
        items = draft.items(section)
        for place in range(0, len(items), max(1, len(items) // 5)):
            assert draft.with_item(section, place, items[place]) == draft.text


NEW: dict[str, tuple[dict[str, Any], tuple[str | int, ...], Any]] = {
    "duties": ({"key": "new_duty", "words": "It is owed"}, ("duties", "new_duty"), "It is owed"),
    "override_reasons": (
        {"key": "late", "words": "It is late"},
        ("gates", "override_reasons", "late"),
        "It is late",
    ),
    "wording": ({"key": "pb-late-booking", "words": "Late"}, ("wording", "pb-late-booking"), "Late"),
    "mappings": (
        {"from": ["old"], "to": ["new"], "kind": "renamed", "reason": "Plainer"},
        ("mappings", 0, "kind"),
        "renamed",
    ),
    "examples": (
        {"name": "A baby", "facts": {"age_years": 0}, "expect": {"level": "L1", "basis": []}},
        ("examples", 0, "expect", "basis"),
        [],
    ),
    "ratings": ({"key": "blue", "name": "Blue", "words": "Nothing to do"}, ("ratings", 3, "name"), "Blue"),
}


@pytest.mark.parametrize("section", NEW)
def test_an_item_is_added_where_the_section_stands_or_begins(section: str) -> None:
    before = FILES[1].read_text()
    item, path, wanted = NEW[section]
    after = draft_of(before).with_item(section, None, item)
    assert at(plain(after), path) == wanted
    added = draft_of(after)
    name = added.names(section)[-1]
    place = added.place_of(section, name)
    assert place is not None
    assert added.items(section)[place] == item
    gone = draft_of(added.without(section, place))
    assert gone.items(section) == draft_of(before).items(section)
    assert {k: v for k, v in plain(gone.text).items() if v} == {k: v for k, v in plain(before).items() if v}


def test_a_line_of_a_sign_is_added_changed_and_taken_away_and_a_lone_level_stays_short() -> None:
    lines = "    - {level: L2}\n    - {level: L3, severity: serious}\n"
    before = f"indicators:\n  # kept\n  aa: L2  # beside\n  bb:\n{lines}rules: []\n"
    draft = Draft(before, plain(before))
    assert draft.names("indicators") == ["aa", "bb", "bb.2"]
    told = {
        draft.with_item("indicators", 0, {"code": "aa", "level": "L3"}): {"aa": "L3"},
        draft.with_item("indicators", 0, {"code": "aa", "level": "L2", "rating": "red"}): {
            "aa": [{"level": "L2", "rating": "red"}]
        },
        draft.with_item("indicators", None, {"code": "aa", "level": "L4"}): {"aa": [{"level": "L2"}, {"level": "L4"}]},
        draft.with_item("indicators", None, {"code": "cc", "level": "L1"}): {"cc": "L1"},
        draft.with_item("indicators", 2, {"code": "bb", "level": "L3"}): {"bb": [{"level": "L2"}, {"level": "L3"}]},
        draft.without("indicators", 1): {"bb": [{"level": "L3", "severity": "serious"}]},
    }
    for text, wanted in told.items():
        assert plain(text)["indicators"] == plain(before)["indicators"] | wanted
        assert text.startswith("indicators:\n  # kept\n  aa: ")
        assert text.endswith("rules: []\n")
    assert "aa" not in plain(draft.without("indicators", 0))["indicators"]


def test_what_is_known_in_an_example_comes_out_as_it_went_in(catalogue: Catalogue) -> None:
    facts: dict[str, Any] = {
        "age_years": 3, "ab-child-disclosure": "present", "contact_type": None, "immediate_harm": "unknown",
        "pc-supervision-poor": {"value": "present", "frequency": "repeated"},
        "pf-other-safe-carer": {"value": "present", "evidence": "said", "days_old": 3},
    }  # fmt: skip
    rows = from_facts(facts, catalogue)
    form = MultiDict({"facts.n": str(len(rows))})
    for place, row in enumerate(rows):
        told = {"fact": row.fact, "value": row.value, "rest": row.rest, **row.details}
        form.update({f"facts-{place}.{key}": value for key, value in told.items()})
    assert as_answered(facts, to_facts(read_rows(form, catalogue), catalogue)) == facts
    more = MultiDict([*form.items(multi=True), ("do", "known:facts")])
    assert len(read_rows(more, catalogue)) == len(rows) + 1
    less = MultiDict([*form.items(multi=True), ("do", "unsay:facts-1")])
    assert list(to_facts(read_rows(less, catalogue), catalogue)) == [one for one in facts if one[:2] != "ab"]


def test_a_field_that_the_format_gains_has_a_place_in_the_form(catalogue: Catalogue) -> None:
    first = {"key": "a", "name": "A", "words": "W", "statutory": False, "closes": True, "sort": "kept", "asked": True}
    for item in (first, {"key": "b"}):
        fields = fields_of("routes", [first], item, catalogue)[-2:]
        assert [(one.key, one.kind) for one in fields] == [("sort", "line"), ("asked", "flag")]
