"""What changes of a text look like: values of every kind, in every kind of place, and values left empty.

rewritten.txt has what is expected. When a change of it is meant, `python -m tests.rules.test_rewritten` writes it anew,
to be reviewed line by line.
"""

from collections.abc import Callable, Iterator
from datetime import date
from difflib import unified_diff
from pathlib import Path

from mash.rules.rewriting import moved, replaced, rewritten, with_item, without
from tests.rules.test_rewriting import plain

REWRITTEN = Path(__file__).with_name("rewritten.txt")
HEAD = "# Written by `python -m tests.rules.test_rewritten`; read every line that changes.\n"
TEXT = """top: 1
empty:
held: {a: 1, b: [x, "y, z"], left: }
text: |
  one
  two

list:
  - id: A
    words: plain
  - id: B
    note: # not yet
  -
flat: [1, 2]
folded:
  - >
    three
    four

  - five
deep:
  one: {x: 1}
  two:
    - a
    - b
  none:
# at the end
last: end"""
LONG = "word " * 22
ITEM = {"id": "C", "words": "new"}
HELD = {"a": 1, "b": ["x", "y, z"], "left": None}
TWO = [{"id": "A", "words": "plain"}, {"id": "B", "note": None}, None]
CHANGES: dict[str, Callable[[str], str]] = {
    "an empty value": lambda text: replaced(text, ("empty",), "now, then"),
    "one of each kind": lambda text: replaced(text, ("empty",), [True, None, False, "a, b", date(2026, 1, 2), -3]),
    "what would be read as no text": lambda text: replaced(
        text, ("empty",), ["null", "true", "1", "~", " a", "é\u2028"]
    ),
    "a mapping in one line": lambda text: replaced(text, ("empty",), {"k": "a, b", "m": {"n": [1]}}),
    "in braces": lambda text: replaced(text, ("held", "a"), "a, b"),
    "empty in braces": lambda text: replaced(text, ("held", "left"), "a, b"),
    "new in braces": lambda text: replaced(text, ("held", "c"), [True]),
    "new in empty braces": lambda text: replaced(replaced(text, ("deep", "one"), {}), ("deep", "one", "y"), "z"),
    "in brackets": lambda text: replaced(text, ("held", "b", 0), "a, b"),
    "in brackets, alone": lambda text: replaced(text, ("flat", 1), "c, d"),
    "text in lines": lambda text: replaced(text, ("text",), "short"),
    "text in lines, an item": lambda text: replaced(text, ("folded", 0), "short"),
    "an item": lambda text: replaced(text, ("deep", "two", 1), "c, d"),
    "an empty item": lambda text: replaced(text, ("list", 2), "c, d"),
    "empty at the end of a block": lambda text: replaced(text, ("deep", "none"), "so"),
    "empty with words beside it": lambda text: replaced(text, ("list", 1, "note"), "so"),
    "new after an empty one": lambda text: replaced(text, ("deep", "three"), "so"),
    "new after a comment": lambda text: replaced(text, ("list", 1, "more"), "so"),
    "long, below": lambda text: replaced(text, ("deep", "two"), {"id": 1, "words": LONG, "also": {"of": [LONG]}}),
    "long items": lambda text: replaced(text, ("deep", "two"), [{"id": "C"}, {"words": LONG}, {"x": 1}, LONG, {}, []]),
    "no longer than a line": lambda text: replaced(text, ("deep", "two"), ["x" * 102]),
    "longer than a line": lambda text: replaced(text, ("deep", "two"), ["x" * 106]),
    "a mapping no longer than a line": lambda text: replaced(text, ("deep", "two"), [{"x": "x" * 98}, LONG]),
    "a mapping longer than a line": lambda text: replaced(text, ("deep", "two"), [{"x": "x" * 102}, LONG]),
    "a block where a list was": lambda text: replaced(text, ("list",), {"id": "A"}),
    "without an item": lambda text: without(text, ("deep", "two", 0)),
    "without the only one": lambda text: without(without(text, ("deep", "two", 0)), ("deep", "two", 0)),
    "without one in braces": lambda text: without(text, ("held", "a")),
    "without one in brackets": lambda text: without(text, ("held", "b", 1)),
    "without text in lines": lambda text: without(text, ("text",)),
    "without an item of lines": lambda text: without(text, ("folded", 0)),
    "without an empty one": lambda text: without(text, ("empty",)),
    "without the last": lambda text: without(text, ("last",)),
    "without the first after a dash": lambda text: without(text, ("list", 0, "id")),
    "an item between": lambda text: with_item(text, ("list",), 1, ITEM),
    "an item at the end": lambda text: with_item(text, ("list",), 3, ITEM),
    "an item at the end of the text": lambda text: with_item(f"{text}\nmore:\n  - id: D", ("more",), 1, ITEM),
    "an item in brackets": lambda text: with_item(text, ("flat",), 1, ITEM),
    "an item where none is": lambda text: with_item(text.replace("[1, 2]", "[]"), ("flat",), 0, ITEM),
    "up": lambda text: moved(text, ("list",), 1, 0),
    "down": lambda text: moved(text, ("deep", "two"), 0, 1),
    "up from the end of the text": lambda text: moved(f"{text}\nmore:\n  - id: D\n  - id: E", ("more",), 1, 0),
    "down to the end of the text": lambda text: moved(f"{text}\nmore:\n  - id: D\n  - id: E", ("more",), 0, 1),
    "one of a list": lambda text: rewritten(text, ("held",), HELD, HELD | {"b": ["x", "w"]}),
    "a shorter list": lambda text: rewritten(text, ("held",), HELD, HELD | {"b": ["x"]}),
    "one gone and one come": lambda text: rewritten(text, ("held",), HELD, {"b": ["x", "y, z"], "c": date(2026, 1, 2)}),
    "nothing alike": lambda text: rewritten(text, ("held",), HELD, {"c": 1}),
    "everything gone": lambda text: rewritten(text, ("held",), HELD, {}),
    "text where a list was": lambda text: rewritten(text, ("flat",), [1, 2], "12"),
    "a list where a mapping was": lambda text: rewritten(text, ("deep", "one"), {"x": 1}, [1]),
    "deep in a list": lambda text: rewritten(text, ("list",), TWO, [TWO[0], {"id": "B", "note": "said"}, None]),
    "a key taken out": lambda text: rewritten(text, ("last",), "end", None),
    "a day as it is written": lambda text: rewritten(text, ("top",), [date(2026, 1, 2)], ["2026-01-02"]),
}


def transcript() -> Iterator[str]:
    """Say of each change what it is of, and which lines went and came."""
    for name, change in CHANGES.items():
        changed = change(TEXT)
        plain(changed)  # is read without a complaint
        yield f"{name}\n"
        for line in unified_diff(TEXT.split("\n"), changed.split("\n"), lineterm="", n=0):
            if not line.startswith(("---", "+++", "@@")):
                yield f"  {line}\n"


def test_every_change_is_written_as_it_was_before() -> None:
    assert HEAD + "".join(transcript()) == REWRITTEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    REWRITTEN.write_text(HEAD + "".join(transcript()), encoding="utf-8")
