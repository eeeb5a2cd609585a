"""The marks' colours as they are shipped, recomputed: at least as readable as the table that they were chosen by."""

import re

import pytest

from mash.colour import contrast
from mash.web.assets import files

PAGE = "#ffffff"
SLACK = 0.1
TABLE = {
    "red": (8.89, 8.89),
    "amber": (13.84, 8.43),
    "green": (10.55, 5.35),
    "none": (17.65, 9.03),
    "late": (17.22, 17.2),
    "today": (11.01, 9.06),
    "done": (9.23, 3.0),
    "removed": (9.01, 3.0),
    "changed": (12.09, 3.0),
}
"""By mark: the least contrast of its words with its fill, and of its edge with the page."""
WORDS = {"ink": 19.6, "quiet": 9.03, "link": 8.66}


def shipped() -> str:
    """Return the style as it is on screen by day: what comes after is for the dark, for paper, for own colours."""
    return re.sub(r"@media[^{]*\{(?:[^{}]*\{[^}]*\})*[^{}]*\}", "", files()["mash.css"][0].decode())


def variables(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6}|var\(--[\w-]+\));", css.partition("}")[0]))


def colour(said: str, known: dict[str, str]) -> str:
    """Give a colour as ``#rrggbb``, whatever names it goes by."""
    named = re.fullmatch(r"var\(--([\w-]+)\)", said)
    if named:
        return colour(known[named[1]], known)
    return "#" + "".join(part * 2 for part in said[1:]) if len(said) == 4 else said


def rule(css: str, name: str) -> str:
    found = re.search(rf"\.mark--{name}(?:,[^{{]*)? \{{([^}}]*)\}}", css, re.MULTILINE)
    assert found, name
    return found[1]


def value(css: str, *names: str) -> str:
    for name in names:
        if found := re.search(rf"(?:^|[;\s]){name}:[^;]*?(#[0-9a-f]{{3,6}}|var\([^)]*\))", css):
            return found[1]
    raise AssertionError(f"no {' or '.join(names)} in {css}")


@pytest.mark.parametrize("mark", TABLE)
def test_a_mark_is_as_readable_as_its_table_says(mark: str) -> None:
    css = shipped()
    known, said = variables(css), rule(css, mark)
    words, edge = TABLE[mark]
    ink, fill = colour(value(said, "color"), known), colour(value(said, "background"), known)
    assert contrast(ink, fill) >= words - SLACK
    assert contrast(colour(value(said, "border-color", "border"), known), PAGE) >= edge - SLACK


@pytest.mark.parametrize("name", WORDS)
def test_words_on_the_page_are_as_readable_as_the_table_says(name: str) -> None:
    known = variables(shipped())
    assert contrast(colour(known[name], known), PAGE) >= WORDS[name] - SLACK


def test_the_focus_has_a_dark_edge_and_dark_words() -> None:
    known = variables(shipped())
    assert contrast(known["focus-ink"], known["focus"]) >= 14.55 - SLACK
    assert contrast(known["focus-ink"], PAGE) >= 3
