"""A version with one item typed otherwise is what the whole text with that item in it is read as."""

from typing import Any

import pytest

from mash.config import HOUSE
from mash.rules import Catalogue, RuleBook, RuleSet
from mash.rules.one_item import SECTIONS, with_one
from mash.rules.rewriting import rewritten, with_item
from mash.rules.written import Written, written_text

TEXT = (HOUSE / "thresholds" / "2022-05-02-need-and-likely-harm.yaml").read_text()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return RuleBook.load(HOUSE / "thresholds").catalogue


@pytest.fixture(scope="module")
def written(catalogue: Catalogue) -> Written:
    return written_text(TEXT.encode(), catalogue, "draft")


def item_of(written: Written, section: str, place: int) -> Any:
    data: Any = written.root.plain()
    return data[section][place]


def parts(ruleset: RuleSet | None, section: str) -> Any:
    assert ruleset is not None
    return getattr(ruleset, section)


@pytest.mark.parametrize("section", SECTIONS)
def test_it_is_the_same_as_reading_the_whole_text(written: Written, catalogue: Catalogue, section: str) -> None:
    old = item_of(written, section, 0)
    new = old | {"words": "Said otherwise"}
    (found,) = with_one(written, section, 0, [new])
    whole = written_text(rewritten(TEXT, (section, 0), old, new).encode(), catalogue, "draft").ruleset
    assert parts(found, section) == parts(whole, section) != parts(written.ruleset, section)


def test_an_item_is_added_at_the_end(written: Written, catalogue: Catalogue) -> None:
    new = item_of(written, "rules", 0) | {"id": "N-1"}
    (found,) = with_one(written, "rules", None, [new])
    text = with_item(TEXT, ("rules",), len(written.ruleset.rules), new)
    assert parts(found, "rules") == written_text(text.encode(), catalogue, "draft").ruleset.rules


def test_what_cannot_be_read_yet_is_none_and_the_next_is_read_all_the_same(written: Written) -> None:
    good = item_of(written, "rules", 0)
    taken = good | {"id": item_of(written, "rules", 1)["id"]}
    found = with_one(written, "rules", 0, [good | {"then": {"level": "L9"}}, taken, {}, good])
    assert [one is None for one in found] == [True, True, True, False]
    assert parts(found[3], "rules") == written.ruleset.rules


def test_no_two_unfinished_versions_have_one_name_nor_that_of_the_saved_one(written: Written) -> None:
    good = item_of(written, "rules", 0)
    found = with_one(written, "rules", 0, [good, good | {"words": "Said otherwise"}])
    assert len({written.ruleset.content_hash, *(one.content_hash for one in found if one)}) == 3
