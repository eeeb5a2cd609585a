"""A draft with one item typed otherwise is checked as if it were saved so, without reading the rest of it again."""

from typing import Any

import pytest

from mash.config import HOUSE
from mash.rules import RuleBook
from mash.rules.one_item import SECTIONS
from mash.rules.soundness import check
from mash.web import draft_checks
from mash.web.draft_checks import checked, checked_so
from mash.web.draft_document import draft_of

TEXT = (HOUSE / "thresholds" / "2022-05-02-need-and-likely-harm.yaml").read_text()


@pytest.fixture(autouse=True)
def nothing_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_checks, "_look", lambda *_: ())


def not_read() -> str:
    raise AssertionError("the whole text was asked for")


@pytest.mark.parametrize("section", SECTIONS)
def test_it_comes_to_what_the_whole_text_comes_to(rulebook: RuleBook, section: str) -> None:
    draft = draft_of(TEXT)
    item: dict[str, Any] = {**draft.items(section)[0], "words": "Said otherwise"}
    quick = checked_so(TEXT, section, 0, item, not_read, rulebook.catalogue)
    whole = checked(draft.with_item(section, 0, item), rulebook.catalogue)
    assert quick.written is not None
    assert whole.written is not None
    assert getattr(quick.written.ruleset, section) == getattr(whole.written.ruleset, section)
    assert quick.faults == whole.faults == ()
    assert quick.findings == ()


def test_what_cannot_be_read_or_takes_anothers_name_is_found_in_the_whole_text(rulebook: RuleBook) -> None:
    draft = draft_of(TEXT)
    first, taken = draft.items("rules")[0], draft.items("urgency")[0]["id"]
    for wrong in ({"then": {"level": "L9"}}, {"id": taken}):
        item = {**first, **wrong}
        text = draft.with_item("rules", 0, item)
        found = checked_so(TEXT, "rules", 0, item, lambda text=text: text, rulebook.catalogue)  # type: ignore[misc]
        assert found.faults, wrong
        assert found == checked(text, rulebook.catalogue)


def test_how_far_the_search_is_is_told_kind_by_kind(rulebook: RuleBook) -> None:
    told: list[tuple[int, int]] = []
    check(rulebook.get("dn-2022-05"), told=lambda done, of: told.append((done, of)))
    assert told == [(done, 6) for done in range(6)]
