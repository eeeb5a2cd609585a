"""A version as a table: every rule once, a code only where it says the whole of its rule, nothing run as a formula."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from mash.cli import main
from mash.config import HOUSE
from mash.exchange.table import COLUMNS, to_rows
from mash.rules import Facts, RuleBook, RuleSet, Value, evaluate

VERSIONS = {one.id: one for one in RuleBook.load(HOUSE / "thresholds").versions}
LIVE = VERSIONS["dn-2022-05"]


def rows(ruleset: RuleSet) -> list[dict[str, str]]:
    heading, *lines = to_rows(ruleset)
    return [dict(zip(heading, line, strict=True)) for line in lines]


@pytest.mark.parametrize("id", VERSIONS)
def test_every_rule_has_one_row_the_highest_level_first(id: str) -> None:
    ruleset = VERSIONS[id]
    found = rows(ruleset)
    assert sorted(row["rule"] for row in found) == sorted(rule.id for rule in ruleset.level_rules())
    assert all(
        row["descriptor"] and row["source"] and bool(row["indicator"]) != bool(row["condition"]) for row in found
    )
    levels = [row["level"] for row in found]
    assert list(dict.fromkeys(levels)) == [
        *(f"Level {one.ordinal}, {one.name}" for one in reversed(ruleset.levels)),
        "",
    ]


def test_a_code_stands_where_it_alone_gives_the_level() -> None:
    coded = [row for row in rows(LIVE) if row["indicator"]]
    assert len(coded) > 100
    for row in coded:
        level = evaluate(LIVE, Facts({row["indicator"]: Value("present")})).level
        given = next(one for one in LIVE.levels if one.key == level)
        assert row["level"].startswith("Level ")
        assert given.ordinal >= int(row["level"][6]), row
    severe = next(row for row in rows(LIVE) if row["rule"] == "pc-hunger-regular/L4")
    assert (severe["indicator"], severe["condition"]) == ("", "Hungry day after day: severe")


def test_the_command_writes_what_a_spreadsheet_opens(tmp_path: Path) -> None:
    to = tmp_path / "levels.csv"
    said = CliRunner().invoke(main, ["thresholds", "export", "dn-2022-05", "--format", "csv", "-o", str(to)])
    assert said.exit_code == 0, said.output
    raw = to.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
    assert tuple(read[0]) == COLUMNS
    assert [tuple(row) for row in read] == to_rows(LIVE)
