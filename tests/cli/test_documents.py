"""A threshold document is checked and compared on the command line, in text and as JSON, with exit codes to rely on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mash.cli import main
from mash.config import HOUSE

pytestmark = pytest.mark.usefixtures("quick_thresholds")
THRESHOLDS = HOUSE / "thresholds"
LIVE, WITHDRAWN = "2022-05-02-need-and-likely-harm.yaml", "2021-01-04-immediate-harm-only.yaml"


def ask(*words: str) -> Result:
    return CliRunner().invoke(main, ["thresholds", *words])


def test_the_version_in_force_has_nothing_serious_and_every_finding_is_answered() -> None:
    said = ask("check", "--format", "json")
    found = json.loads(said.stdout)
    assert (said.exit_code, found["id"]) == (0, "dn-2022-05")
    assert all(finding["answer"]["because"] for finding in found["findings"])
    assert found["findings"]


def test_the_withdrawn_version_is_caught_in_plain_words_with_the_line_and_a_child() -> None:
    said = ask("check", "dn-2021-01")
    assert said.exit_code == 1
    assert "No child is assessed by a social worker unless they are in immediate danger." in said.stdout
    assert "never gets a strategy discussion until the danger is immediate" in said.stdout
    assert "A family that refuses help can stop what follows from 29 triggers" in said.stdout
    found = json.loads(ask("check", str(THRESHOLDS / WITHDRAWN), "--format", "json").stdout)["findings"]
    first = next(each for each in found if each["code"] == "no-path-to-section-17")
    lines = (THRESHOLDS / WITHDRAWN).read_text().splitlines()
    assert "M-01" in lines[first["line"] - 1]
    assert "immediate-harm" not in first["witnesses"][0]["facts"]


def test_rules_that_nobody_met_are_told_when_history_is_given(tmp_path: Path) -> None:
    counts = tmp_path / "fired.json"
    counts.write_text('{"T-01": 3}')
    found = json.loads(ask("check", "--fired", str(counts), "--format", "json").stdout)["findings"]
    idle = {each["at"] for each in found if each["code"] == "never-fired"}
    assert "T-02" in idle
    assert "T-01" not in idle
    counts.write_text('["T-01"]')
    assert ask("check", "--fired", str(counts)).exit_code == 2


def test_a_file_that_is_wrong_is_refused_with_its_line(tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text((THRESHOLDS / LIVE).read_text().replace("kind: trigger", "kind: tigger", 1))
    said = ask("check", str(draft))
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith("draft.yaml, line 601: rules[1].kind: no kind of rule is called 'tigger'.")
    assert ask("check", "no-such-version").exit_code == 1


def test_two_versions_are_compared_in_text_and_as_data() -> None:
    said = ask("compare", "dn-2021-01", "dn-2022-05")
    assert said.exit_code == 0
    assert "CHANGED  “A child who may be in need is assessed by a social worker” (M-04)" in said.stdout
    both = json.loads(ask("compare", WITHDRAWN_PATH, "dn-2022-05", "--format", "json").stdout)
    assert (both["old"]["id"], both["new"]["id"]) == ("dn-2021-01", "dn-2022-05")
    assert {each["section"] for each in both["differences"]} >= {"route_rules", "gates"}
    assert "the same" in ask("compare", "dn-2022-05", "dn-2022-05").stdout


WITHDRAWN_PATH = str(THRESHOLDS / WITHDRAWN)


def test_a_version_is_exported_to_dmn_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    file = tmp_path / "levels.dmn"
    done = ask("export", "dn-2022-05", "-o", str(file))
    assert done.exit_code == 0
    assert file.read_text(encoding="utf-8").startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert done.stdout == ""
    left_out = [line for line in done.stderr.splitlines() if line.startswith("- ")]
    assert left_out
    assert all(line in file.read_text(encoding="utf-8") for line in left_out if not {'"', "<"} & set(line))
    assert ask("export", "no-such-version").exit_code == 1
