"""Hundreds of hostile files: each is refused in words with its line, never with a traceback, and never at length."""

from pathlib import Path

import pytest

from mash.rules import DocumentRefused, load_ruleset
from mash.rules.catalogue_document import load_catalogue
from tests.rules.hostile import hostile
from tests.rules.small import CATALOGUE

FILES = hostile()
WHOLE = ("the file is empty", "the file is larger than")
MOST_WORDS = 6000


def test_there_are_at_least_two_hundred() -> None:
    assert len(FILES) >= 200


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_its_line_what_is_wrong_and_how_to_mend_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_bytes(FILES[name])
    with pytest.raises(DocumentRefused) as refused:
        load_ruleset(path, CATALOGUE)
    for problem in refused.value.problems:
        assert problem.line or problem.wrong.startswith(WHOLE)
        assert problem.wrong
        assert problem.mend
        assert "Traceback" not in str(problem)
    assert len(str(refused.value)) <= MOST_WORDS


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("line ")])
def test_as_a_catalogue_it_is_refused_too(name: str, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_bytes(FILES[name])
    with pytest.raises(DocumentRefused) as refused:
        load_catalogue(path)
    assert all(problem.wrong and problem.mend for problem in refused.value.problems)
