"""Threshold files that no friend would write: 200 and more, by name, made from the plain version in one way each."""

import re
from collections.abc import Iterator
from pathlib import Path

PLAIN = (Path(__file__).parent / "plain.yaml").read_text()
LINES = PLAIN.splitlines()
KEY = re.compile(r"^(\s*(?:- )?)([a-z_]+):")
SCALAR = re.compile(r"^(\s+)([a-z_]+): (\S.*)$")
BIG = 290_000
WRONG_VALUES = {
    "a list": "[[]]",
    "keys": "{a: {b: c}}",
    "a huge number": "9" * 400,
    "a fraction": "1.5e308",
    "NaN": ".nan",
}


def hostile() -> dict[str, bytes]:
    """Return the content of every file by what is wrong with it."""
    made = [*_keys(), *_values(), *_places(), *((name, text.encode()) for name, text in _texts()), *_bytes(), *_large()]
    return dict(made)


def _with(number: int, *lines: str) -> bytes:
    return "\n".join([*LINES[:number], *lines, *LINES[number + 1 :]]).encode()


def _keys() -> Iterator[tuple[str, bytes]]:
    """Write every key of a block twice, under a name nobody knows, and under an empty name."""
    for number, line in enumerate(LINES):
        match = KEY.match(line)
        if not match or line.startswith("#"):
            continue
        if SCALAR.match(line) or not line.rstrip().endswith(":"):
            again = f"{' ' * len(match[1])}{match[2]}: again"
            yield f"line {number + 1}: '{match[2]}' twice", _with(number, line, again)
        yield f"line {number + 1}: unknown key", _with(number, line.replace(match[2], f"x_{match[2]}", 1))
        yield f"line {number + 1}: no key", _with(number, line.replace(f"{match[2]}:", ":", 1))


def _values() -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(LINES):
        match = SCALAR.match(line)
        for name, value in WRONG_VALUES.items() if match else ():
            if match and (match[2], name) not in FREE:
                yield f"line {number + 1}: {name} for '{match[2]}'", _with(number, f"{match[1]}{match[2]}: {value}")


FREE = {
    (key, name)
    for key in ("title", "id", "reason", "approving_body", "supersedes", "words", "source", "carer")
    for name in ("a huge number", "a fraction", "NaN")
}
"""Any text will do here, so these are only odd."""


def _places() -> Iterator[tuple[str, bytes]]:
    """Put odd characters and marks in the middle."""
    odd = {"a tab": "\tversion: 1", "an anchor": "x: &a 1", "an alias": "x: *a", "a tag": "x: !!set {a}"}
    odd |= {"a NUL": "x: \0", "a bell": "x: \a", "a directive": "%YAML 9.9", "an end": "...\nversion: 1"}
    odd |= {"a second document": "---\nversion: 2", "a merge": "<<: {version: 1}", "a complex key": "? [a, b]\n: c"}
    odd |= {"a quote left open": 'x: "', "a bracket left open": "x: [", "a brace left open": "x: {a: "}
    odd |= {"a colon too many": "x: y: z", "a bad escape": 'x: "\\q"', "a lone surrogate": 'x: "\\ud800"'}
    for name, line in odd.items():
        for number in (1, 20, len(LINES)):
            yield f"{name} at line {number + 1}", "\n".join([*LINES[:number], line, *LINES[number:]]).encode()


def _texts() -> Iterator[tuple[str, str]]:
    yield "nothing", ""
    yield "a comment", "# nothing\n"
    yield "a word", "version"
    yield "a list", "- version\n- levels\n"
    yield "null", "null\n"
    yield (
        "laughs",
        "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    )
    yield "itself", "a: &a\n  b: *a\n"
    yield "an object", "a: !!python/object/apply:os.system [true]"
    nest = "{all: [" * 40 + "{fact: unborn}" + "]}" * 40
    yield "a condition forty deep", PLAIN.replace("{indicator: ab-says}", nest)
    yield "an age of -1", PLAIN.replace("at_most: 24", "at_most: -1")
    yield "hours as days", PLAIN.replace("at_most: 24", "at_most: 1 day")
    yield "a number in quotes", PLAIN.replace("at_most: 24", "at_most: '24'")
    yield "a number in Arabic", PLAIN.replace("at_most: 24", "at_most: ٢٤")
    yield "octal", PLAIN.replace("at_most: 24", "at_most: 0o24")
    yield "a count of a million", PLAIN.replace("at_least: 2}}", "at_least: 1000000}}")
    yield "day 31 of April", PLAIN.replace("2022-05-01", "2022-04-31")
    yield "year 0", PLAIN.replace("2022-05-01", "0000-05-01")
    yield "a look-alike code", PLAIN.replace("ng-early: L2", "ng-еarly: L2")
    yield "a code with its direction turned", PLAIN.replace("ng-early: L2", "\u202eng-early: L2")


def _bytes() -> Iterator[tuple[str, bytes]]:
    yield "Latin-1", PLAIN.replace("Made up", "Mäde up").encode("latin-1")
    yield "UTF-16", PLAIN.encode("utf-16")
    yield "UTF-32", PLAIN.encode("utf-32")
    yield "half a character", PLAIN.encode() + b"\xe2\x82"
    yield "an overlong slash", PLAIN.encode() + b"# \xc0\xaf"
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    yield "only NULs", bytes(5000)
    yield "a workbook", b"PK\x03\x04" + bytes(200)


def _large() -> Iterator[tuple[str, bytes]]:
    """Fill nearly as much as a file may hold with what makes a careless reader slow, and then more than it may hold."""
    for name, part in {
        "brackets": "[",
        "braces": "{a: ",
        "dashes": "- ",
        "questions": "? ",
        "colons": "a: ",
        "quotes": '"',
        "escapes": '"\\',
        "tags": "!a ",
        "anchors": "&a ",
        "aliases": "*a ",
        "spaces": " ",
        "lines": "\n",
        "comments": "#\n",
        "percent signs": "%a\n",
        "bars": "|\n ",
        "commas": "[,",
        "documents": "---\n",
    }.items():
        yield f"many {name}", (part * (BIG // len(part))).encode()
    yield "many keys", "".join(f"k{number}: 1\n" for number in range(BIG // 10)).encode()
    yield "one long key", b"k" * BIG + b": 1"
    yield "one long word", b"version: " + b"w" * BIG
    yield "one long number", b"version: " + b"9" * BIG
    yield "steps inward", "".join(f"{' ' * depth}a:\n" for depth in range(800)).encode()
    yield "too large", b"#" * 300_001
    yield "many rules alike", (PLAIN + "\n".join(f"r{n}: {{a: 1}}" for n in range(5_000))).encode()
