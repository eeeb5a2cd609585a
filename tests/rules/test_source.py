"""What a file may not hold, and what a value must be: each refusal word for word, with its line and its place."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from mash.rules.problems import DocumentRefused, Problems, Wrong, meant
from mash.rules.source import MOST_BYTES, MOST_DEPTH, MOST_SHOWN, Entry, entry_of, read_yaml

QUOTES = "Look at the indents, colons and quotes"
ANCHORS = ("anchors (&) and aliases (*) are not used here", "Write the value out in full")
KEYS = "Write 'key: value' lines, indented below"
TEXT = "Write words here, in quotes if they look like a number"


@pytest.mark.parametrize(
    ("content", "line", "wrong", "mend"),
    [
        (b"", 0, "the file is empty", "Begin with 'version:' or 'catalogue:'"),
        (b"# nothing\n", 0, "the file is empty", "Begin with 'version:' or 'catalogue:'"),
        (b"null\n", 0, "the file is empty", "Begin with 'version:' or 'catalogue:'"),
        (b"x: y\n\n\xff", 3, "the file is not UTF-8 text", "Save it as UTF-8"),
        (
            b"x: 1\n\na: \x07",
            3,
            "the file holds characters that text may not hold",
            "Remove the control characters",
        ),
        (
            b"a: " + b"b" * (MOST_BYTES - 2),
            0,
            "the file is larger than 300000 bytes",
            "Take out what is not a threshold",
        ),
        (b"x: 1\na: " + b"[" * MOST_DEPTH, 2, "this is more than 20 levels deep", "Flatten it"),
        (b"x: 1\na: &x 1", 2, *ANCHORS),
        (b"x: 1\na: *x", 2, *ANCHORS),
        (b"a: &x [1]", 1, *ANCHORS),
        (b"x: 1\na: !x 1\n", 2, "the tag !x is not used here", "Take the tag out"),
        (b"a: 1\n---\nb: 2\n", 2, "a second document begins", "Keep one document a file: take out the line '---'"),
        (
            b"a: [1,\n",
            2,
            "this is not YAML: expected the node content, but found '<stream end>'",
            QUOTES,
        ),
        (b"a: 1\n b: 2\n", 2, "this is not YAML: mapping values are not allowed here", QUOTES),
        (b"a: 1\n? [a]\n: 1\n", 2, "the file: a key is not plain text", "Write the key as one word"),
        (b"a:\n  ? {a: 1}\n  : 1\n", 2, "a: a key is not plain text", "Write the key as one word"),
        (b"a: 1\n: 1\n", 2, "the file: a key is empty", "Name the key"),
        (b"a:\n  b: 1\n  b: 2\n", 3, "a: the key 'b' is written twice", "Keep one of the two"),
        (b"- a\n- [b, {c: 1, c: 2}]", 2, "the file[2][2]: the key 'c' is written twice", "Keep one of the two"),
        (b"a: 1\nb: 2022-02-30\n", 2, "'2022-02-30' is not a day in the calendar", "Correct the date"),
    ],
)
def test_a_file_is_refused_with_its_line(content: bytes, line: int, wrong: str, mend: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_yaml(content)
    assert (refused.value.line, refused.value.wrong, refused.value.mend) == (line, wrong, mend)
    assert str(refused.value) == wrong


def test_what_is_just_small_and_shallow_enough_is_read() -> None:
    assert read_yaml(b"a: " + b"b" * (MOST_BYTES - 3)).mapping()["a"].text() == "b" * (MOST_BYTES - 3)
    deep = read_yaml(b"[" * MOST_DEPTH + b"]" * MOST_DEPTH)
    for _ in range(MOST_DEPTH - 1):
        (deep,) = deep.items()
    assert deep.items() == []


def test_every_value_knows_its_line_and_the_keys_that_lead_to_it() -> None:
    root = read_yaml(b"a: 1\nb:\n  - c: [x, 2022-05-01]\n    d: {e: 'null'}\n  -\nf: -0\ng: -12\nh: 1234567890123\n")
    second = root.mapping()["b"].items()[0].mapping()
    places = [(one.value, one.line, one.where) for one in (*second["c"].items(), second["d"].mapping()["e"])]
    assert places == [("x", 3, "b[1].c[1]"), (date(2022, 5, 1), 3, "b[1].c[2]"), ("null", 4, "b[1].d.e")]
    assert (root.line, root.where, second["d"].line, second["d"].where) == (1, "the file", 4, "b[1].d")
    assert root.plain() == {
        "a": 1,
        "b": [{"c": ["x", "2022-05-01"], "d": {"e": "null"}}, None],
        "f": 0,
        "g": -12,
        "h": "1234567890123",
    }


def test_plain_data_is_a_tree_without_lines() -> None:
    tree = entry_of({"a": [{"b": "x"}, 2], "c": {"d": date(2022, 5, 1)}})
    first, second = tree.mapping()["a"].items()
    assert (first.mapping()["b"].where, second.where, second.line) == ("a[1].b", "a[2]", 0)
    assert tree.mapping()["c"].mapping()["d"] == Entry(date(2022, 5, 1), 0, "c.d")
    assert entry_of([1], "here") == Entry([Entry(1, 0, "here[1]")], 0, "here")
    assert tree.plain() == {"a": [{"b": "x"}, 2], "c": {"d": "2022-05-01"}}


@pytest.mark.parametrize(
    ("read", "value", "wrong", "mend"),
    [
        (Entry.mapping, ["a"], "this list is not a set of keys", KEYS),
        (Entry.mapping, None, "an empty value is not a set of keys", KEYS),
        (
            Entry.items,
            {"a": 1},
            "this set of keys is not a list",
            "Write it as [a, b], or as lines that begin with '- '",
        ),
        (Entry.text, 3, "'3' is not text", TEXT),
        (Entry.text, " ", "' ' is not text", TEXT),
        (Entry.whole, "x", "'x' is not a whole number from 0 to 1000000", "Write a number such as 1"),
        (Entry.whole, -1, "'-1' is not a whole number from 0 to 1000000", "Write a number such as 1"),
        (Entry.whole, 1_000_001, "'1000001' is not a whole number from 0 to 1000000", "Write a number such as 1"),
        (lambda one: one.whole(3, 5), True, "'True' is not a whole number from 3 to 5", "Write a number such as 3"),
        (Entry.flag, "yes", "'yes' is not true or false", "Write true or false"),
        (Entry.day, "May", "'May' is not a date", "Write it as 2026-04-01, without quotes"),
        (lambda one: one.one_of(["cat", "dog"], "pet"), "cow", "no pet is called 'cow'", "Use one of: cat, dog"),
        (
            lambda one: one.one_of(["yellow", "green"], "hue"),
            "yelow",
            "no hue is called 'yelow'",
            "Did you mean 'yellow'? If not, use one of: yellow, green",
        ),
        (
            lambda one: one.one_of(list("abcdefghijkl"), "pet"),
            "zz",
            "no pet is called 'zz'",
            "Use one of: a, b, c, d, e, f, g, h, i, j, k, l",
        ),
        (
            lambda one: one.one_of(list("abcdefghijklm"), "pet"),
            "zz",
            "no pet is called 'zz'",
            "Use a pet that is defined",
        ),
        (lambda one: one.one_of([], "pet"), "zz", "no pet is called 'zz'", "Use a pet that is defined"),
        (lambda one: one.fields(["a", "b"], ["c"]), {"a": 1}, "the key 'b' is missing", "Add 'b:'"),
        (
            lambda one: one.fields(["a"], ["c", "a"]),
            {"a": 1, "zz": 2},
            "there is no key 'zz' here",
            "Use only: a, c",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_in_its_place(
    read: Callable[[Entry], Any], value: Any, wrong: str, mend: str
) -> None:
    with pytest.raises(Wrong) as refused:
        read(entry_of(value, "here"))
    assert (refused.value.wrong, refused.value.mend) == (f"here: {wrong}", mend)


def test_a_value_of_the_right_kind_is_given() -> None:
    assert Entry(" a ").text() == "a"
    assert [Entry(number).whole(3, 5) for number in (3, 5)] == [3, 5]
    assert [Entry(number).whole() for number in (0, 1_000_000)] == [0, 1_000_000]
    assert Entry(value=False).flag() is False
    assert Entry(date(2022, 5, 1)).day_or_none() == date(2022, 5, 1)
    assert Entry(None).day_or_none() is None
    assert [one.value for one in entry_of([1, 2]).one_or_more()] == [1, 2]
    assert [one.value for one in entry_of(1).one_or_more()] == [1]
    assert list(entry_of({"b": 1, "a": 2}).fields(["a"], ["b"])) == ["b", "a"]


def test_a_long_value_is_shown_by_its_beginning() -> None:
    assert Entry("x" * MOST_SHOWN).shown() == f"'{'x' * 60}'"
    assert Entry("x" * (MOST_SHOWN + 1)).shown() == f"'{'x' * 60}…'"


def test_mistakes_are_gathered_and_told_by_line() -> None:
    problems = Problems("mine")
    for line, wrong in ((7, "late"), (0, "whole"), (3, "soon")):
        with problems.gather():
            raise Wrong(line, wrong, "Mend it")
    with pytest.raises(KeyError), problems.gather():
        raise KeyError
    with pytest.raises(DocumentRefused) as refused:
        problems.refuse_if_any()
    assert str(refused.value) == "mine: whole. Mend it.\nmine, line 3: soon. Mend it.\nmine, line 7: late. Mend it."
    assert [problem.line for problem in refused.value.problems] == [0, 3, 7]
    Problems("mine").refuse_if_any()


def test_only_a_near_name_is_guessed_at() -> None:
    assert meant("age_year", ["age_months", "age_years"], "See the List") == (
        "Did you mean 'age_years'? If not, see the List"
    )
    assert meant("never", ["nearly", "refused"], "See the List") == "See the List"
    assert meant("abcd", ["abxy"], "See the List") == "See the List"
    assert meant("abcd", ["abcx"], "See the List") == "Did you mean 'abcx'? If not, see the List"


PIECES = (
    *":-?#[]{},&*!|>%@`~=\t\x07\x85\u2028\ufeff\\'\"",
    ": ",
    "- ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "|\n",
    ">-\n",
    "null",
)


STRICTER = (
    b"a: >-\n   \n    text\n",
    b"a: >-#old\n  text\n",
    b"a: ['b':c]\n",
    b'a: ["b" :]\n',
    b"a: b\n...\n...\n",
)
"""Texts that ruamel.yaml refuses and libyaml would take."""


def _spoilt(text: str, by: Random) -> str:
    """Return the first lines of a text with a few characters put in or taken out."""
    lines = text.splitlines(keepends=True)
    cut = [*"".join(lines[: by.randrange(2, 30)])]
    for _ in range(by.randrange(4)):
        place = by.randrange(len(cut) + 1)
        cut[place : place + by.randrange(3)] = [by.choice(PIECES)] if by.random() < 0.7 else []
    return "".join(cut)


def _read(content: bytes) -> Any:
    try:
        return read_yaml.__wrapped__(content).plain()
    except Wrong:
        return Wrong


def test_what_is_read_quickly_is_read_as_by_the_slow_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    text, by = (Path(__file__).parent / "plain.yaml").read_text(), Random(1)
    contents = [text.encode(), *STRICTER, *(_spoilt(text, by).encode() for _ in range(300))]
    quick = [_read(content) for content in contents]
    assert 50 < sum(one is Wrong for one in quick) < 250

    def refuse(*_: Any, **__: Any) -> Any:
        raise yaml.YAMLError

    monkeypatch.setattr(yaml, "parse", refuse)
    for content, found in zip(contents, quick, strict=True):
        assert _read(content) == found, content
