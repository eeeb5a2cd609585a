"""A change in the text of a version changes that and nothing else, whatever is changed and wherever it stands."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.config import HOUSE
from mash.rules.rewriting import moved, replaced, rewritten, with_item, without
from mash.rules.source import read_yaml

SHIPPED = Path(HOUSE / "thresholds" / "2022-05-02-need-and-likely-harm.yaml").read_text()
SMALL = """# what stays
version: {id: a, title: One}
rules:
  # before the first
  - id: A-1
    words: One  # beside
    when:
      all:
        - {fact: x}
        # between
        - {count: {of: {strand: s}, at_least: 2}}
    then: {level: L1}
  - {id: A-2, words: Two, when: {fact: y}, then: {level: L2}}
  - id: A-3
    words: "Three: quoted"
    when: {any: [{fact: x}, {fact: y, at_least: 2}]}
    then: {level: L3}
# after all
offsets: []
"""
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=20)
SCALARS = st.one_of(WORDS, st.integers(0, 10**6), st.booleans())
VALUES = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=3) | st.dictionaries(WORDS, one, max_size=3), max_leaves=6
)


def plain(text: str) -> Any:
    return read_yaml(text.encode()).plain()


@given(
    VALUES,
    st.sampled_from([(0, "words"), (0, "when", "all", 1), (0, "then", "level"), (1, "when"), (2, "new"), (1, "new")]),
)
def test_any_value_anywhere_is_read_back_as_it_was_given(value: Any, where: tuple[Any, ...]) -> None:
    wanted = deepcopy(plain(SMALL))
    place = wanted["rules"]
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    changed = replaced(SMALL, ("rules", *where), value)
    assert plain(changed) == wanted
    assert changed.startswith("# what stays\nversion: {id: a, title: One}\nrules:\n  # before the first\n")
    assert changed.endswith("# after all\noffsets: []\n")


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("to", [0, 1, 2])
def test_an_item_moves_as_it_was_written(place: int, to: int) -> None:
    wanted = plain(SMALL)["rules"]
    wanted.insert(to, wanted.pop(place))
    changed = moved(SMALL, ("rules",), place, to)
    assert plain(changed)["rules"] == wanted
    assert sorted(changed.splitlines()) == sorted(SMALL.splitlines())


def test_items_and_keys_come_and_go() -> None:
    item = {"id": "A-9", "words": "Nine", "when": {"fact": "z"}}
    for place in range(4):
        added = with_item(SMALL, ("rules",), place, item)
        assert [one["id"] for one in plain(added)["rules"]].index("A-9") == place
        assert without(added, ("rules", place)) == SMALL
    assert plain(with_item(SMALL, ("offsets",), 0, item))["offsets"] == [item]
    for key in ("id", "words", "when", "then"):
        left = plain(without(SMALL, ("rules", 0, key)))["rules"][0]
        assert left == {name: part for name, part in plain(SMALL)["rules"][0].items() if name != key}
    assert plain(without(SMALL, ("rules", 1, "when")))["rules"][1]["words"] == "Two"


def test_one_number_deep_inside_changes_one_line_of_the_shipped_document() -> None:
    rules = plain(SHIPPED)["rules"]
    place = next(number for number, one in enumerate(rules) if "at_least" in str(one["when"]))
    new = deepcopy(rules[place])
    new["words"] = "Other words"
    changed = rewritten(SHIPPED, ("rules", place), rules[place], new)
    old_lines, new_lines = SHIPPED.splitlines(), changed.splitlines()
    assert [(a, b) for a, b in zip(old_lines, new_lines, strict=True) if a != b] == [
        (f"    words: {rules[place]['words']}", "    words: Other words")
    ]
    assert plain(changed)["rules"][place] == new
