"""A condition read from a form: what is no number of parts is none."""

import pytest
from werkzeug.datastructures import MultiDict

from mash.rules import RuleBook
from mash.web.condition_form import read_part


@pytest.mark.parametrize(("said", "parts"), [("2", 2), ("²", 0), ("9" * 5000, 0), ("-1", 0)])
def test_what_is_no_number_of_parts_is_none(rulebook: RuleBook, said: str, parts: int) -> None:
    read = read_part(MultiDict({"when.kind": "all", "when.n": said}), "when", rulebook.catalogue)
    assert len(read.parts) == parts
