"""Worked examples beside a version, and a version beside the text it was read from."""

from pathlib import Path

import pytest

from mash.rules import DocumentRefused, load_ruleset
from mash.rules.worked import differing
from mash.rules.written import read_written, written_text, written_version
from tests.rules.small import CATALOGUE
from tests.rules.written import a_ruleset

PLAIN = (Path(__file__).parent / "plain.yaml").read_bytes()
EXAMPLES = """
examples:
  - name: As written
    facts: {ng-early: present, agreement: given}
    expect:
      made-up:
        level: L2
        rating: green
        route: early_help
        basis: []
        not_a_child: false
        also: []
        duties: []
        instructions: []
        reasons: [M-1, ng-early/L2]
  - name: Expected for another version
    facts: {ab-mark: present, disabled: present}
    expect: {other: {level: L3, basis: [s47, s17], route: advice, reasons: [Z-1, Z, M-2]}}
  - name: For neither
    facts: {ab-mark: present}
    expect: {third: {level: L1}}
  - name: Nothing came of it
    facts: {}
    expect: {made-up: {level: L1, basis: [s17], also: officer}}
  - name: Not to be read
    facts: {zzz: present}
    expect: {made-up: {level: L1}}
"""


def test_each_example_that_comes_out_otherwise_says_how(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "b.yaml").write_text("examples: [{name: 7, facts: {}, expect: {made-up: {level: L2}}}]")
    (tmp_path / "examples" / "a.yaml").write_text(EXAMPLES)
    (tmp_path / "examples" / "notes.txt").write_text("not YAML: [")
    assert differing(a_ruleset(), "other", tmp_path) == (
        (
            "Expected for another version",
            "level is L4, not L3; basis is s17, not s17, s47; route is assessment, not advice; rule Z, Z-1 is not met",
        ),
        ("Nothing came of it", "basis is nothing, not s17; also is nothing, not officer"),
        ("Not to be read", "zzz: no fact has this name. Run 'mash facts' for the list."),
        ("7", "level is L1, not L2"),
    )
    assert len(differing(a_ruleset(), "made-up", tmp_path)) == 3


def test_an_example_that_is_not_readable_is_refused(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.yaml").write_text("worked: []")
    with pytest.raises(Exception, match="there is no key 'worked' here"):
        differing(a_ruleset(), "made-up", tmp_path)


def test_a_version_is_read_with_the_tree_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "2022-05-01-plain.yaml"
    path.write_bytes(PLAIN)
    ruleset = load_ruleset(path, CATALOGUE)
    for written in (
        read_written(path, CATALOGUE),
        read_written(str(path), CATALOGUE),
        written_version(tmp_path, ruleset),
    ):
        assert written.file == "2022-05-01-plain.yaml"
        assert written.ruleset.content_hash == ruleset.content_hash
        assert written.root.mapping()["version"].mapping()["title"].text() == "Made up"
        assert written.root.mapping()["rules"].line > 1


def test_among_the_files_of_a_month_the_one_with_the_same_hash_is_found(tmp_path: Path) -> None:
    (tmp_path / "2022-05-01-a.yaml").write_bytes(PLAIN.replace(b"at_most: 24", b"at_most: 25"))
    (tmp_path / "2022-05-01-b.yaml").write_bytes(PLAIN)
    ruleset = load_ruleset(tmp_path / "2022-05-01-b.yaml", CATALOGUE)
    assert written_version(tmp_path, ruleset).file == "2022-05-01-b.yaml"
    (tmp_path / "2022-05-01-b.yaml").unlink()
    with pytest.raises(LookupError) as refused:
        written_version(tmp_path, ruleset)
    assert str(refused.value) == "No file in the folder of thresholds holds version 'plain' as it was loaded."


def test_text_that_is_not_a_version_is_refused_by_the_name_given() -> None:
    for content, says in (
        (b"", "mine: the file is empty. Begin with 'version:' or 'catalogue:'."),
        (b"a: [", "mine, line"),
    ):
        with pytest.raises(DocumentRefused) as refused:
            written_text(content, CATALOGUE, "mine")
        assert str(refused.value).startswith(says)
