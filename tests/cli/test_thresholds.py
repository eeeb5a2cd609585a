"""Anyone can ask the thresholds without a database: which facts there are, and what they advise for a child."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mash.cli import main
from mash.config import HOUSE
from mash.rules import RuleBook

pytestmark = pytest.mark.usefixtures("quick_thresholds")
SERIOUS = {"facts": {"need-significant": "present"}, "received": "2026-04-13"}
LIVE = "dn-2022-05"
WITHDRAWN = "dn-2021-01"


def ask(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def check(tmp_path: Path, content: Any, *words: str) -> Result:
    path = tmp_path / "facts.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return ask("check", str(path), *words)


def advised(said: Result) -> list[tuple[str, int | str]]:
    return [(row["id"], row["level"]) for row in json.loads(said.stdout)]


def test_every_fact_is_listed_with_its_type_unit_and_the_question_to_ask() -> None:
    rows = json.loads(ask("facts", "--format", "json").stdout)
    catalogue = RuleBook.load(HOUSE / "thresholds").catalogue
    assert {row["name"] for row in rows} == catalogue.facts.keys()
    assert all(row["type"] and row["question"] and row["words"] for row in rows)
    assert all(row["unit"] for row in rows if row["type"] == "number")
    assert all(row["values"] for row in rows if row["type"] == "choice")


def test_facts_of_one_role_are_listed_alone_and_a_role_that_is_none_names_those_there_are() -> None:
    rows = json.loads(ask("facts", "--role", "protective", "--format", "json").stdout)
    assert {row["role"] for row in rows} == {"protective"}
    wrong = ask("facts", "--role", "cheerful")
    assert (wrong.exit_code, "protective" in wrong.stderr) == (2, True)
    words = ask("facts", "--role", "protective").stdout
    assert all(row["name"] in words and row["question"] in words for row in rows)


def test_one_child_a_list_and_one_child_a_line_are_all_advised_on(tmp_path: Path) -> None:
    one = check(tmp_path, SERIOUS, "--format", "json")
    (alone,) = json.loads(one.stdout)
    assert (one.exit_code, alone["id"], alone["ruleset_id"]) == (0, "1", LIVE)
    two = [SERIOUS | {"id": "Ada"}, {"facts": {}}]
    listed, lines = check(tmp_path, two, "--format", "json"), "\n".join(map(json.dumps, two))
    assert [name for name, _ in advised(listed)] == ["Ada", "2"]
    assert advised(listed)[0][1] == alone["level"] != advised(listed)[1][1]
    assert advised(check(tmp_path, f"{lines}\n\n", "--format", "json")) == advised(listed)


def test_words_give_the_level_the_reason_and_what_is_not_known(tmp_path: Path) -> None:
    said = check(tmp_path, SERIOUS | {"id": "Ada"})
    title = RuleBook.load(HOUSE / "thresholds").get(LIVE).title
    assert said.stdout.startswith(f"Child Ada, by {title} ({LIVE})\n")
    assert "  Because: " in said.stdout
    assert "  Not known: " in said.stdout or "  Could be as high as: " in said.stdout


@pytest.mark.parametrize(
    ("child", "why"),
    [
        ({"facts": {"need-signifcant": "present"}}, "need-signifcant"),
        ({"facts": {"age_years": "nine"}}, "age_years"),
        ({"facts": {"need-significant": 3}}, "need-significant"),
        ({"facts": []}, 'write a child as {"facts"'),
        ([["facts"]], 'write a child as {"facts"'),
        (SERIOUS | {"surname": "Sample"}, "'surname' is not part of a child here"),
        (SERIOUS | {"received": "13/04/2026"}, "'13/04/2026' is not a day; write it as 2026-04-02"),
        (SERIOUS | {"received": "1999-04-13"}, "1999"),
    ],
)
def test_what_cannot_be_judged_is_refused_by_name_with_the_reason(tmp_path: Path, child: Any, why: str) -> None:
    said = check(tmp_path, child)
    assert said.exit_code == 1
    assert said.stderr.startswith("Child 1: ")
    assert why in said.stderr
    assert "Traceback" not in said.stderr


def test_a_child_refused_does_not_keep_the_others_from_advice(tmp_path: Path) -> None:
    said = check(tmp_path, [{"facts": {"nonsense": "present"}}, SERIOUS], "--format", "json")
    assert (said.exit_code, [name for name, _ in advised(said)]) == (1, ["2"])


def test_a_version_is_used_outside_its_dates_or_after_it_was_withdrawn_only_to_replay(tmp_path: Path) -> None:
    then = SERIOUS | {"received": "2021-06-01"}
    for child, version in ((SERIOUS, WITHDRAWN), (then, WITHDRAWN), (then, LIVE)):
        refused = check(tmp_path, child, "--thresholds", version)
        assert (refused.exit_code, version in refused.stderr) == (1, True)
        allowed = check(tmp_path, child, "--thresholds", version, "--replay", "--format", "json")
        assert allowed.exit_code == 0
        assert json.loads(allowed.stdout)[0]["ruleset_id"] == version
    assert check(tmp_path, then).exit_code == 1
    assert json.loads(check(tmp_path, then, "--replay", "--format", "json").stdout)[0]["ruleset_id"] == WITHDRAWN
    unknown = check(tmp_path, SERIOUS, "--thresholds", "dn-1999-01")
    assert (unknown.exit_code, "dn-1999-01" in unknown.stderr) == (1, True)


@pytest.mark.parametrize(
    ("text", "where"),
    [("{", "line 1"), ('{"facts": {}}\n{"facts": \n', "line 2"), ('{\n "facts": {},,\n}', "line 2")],
)
def test_what_is_not_json_is_wrong_usage_and_said_where(tmp_path: Path, text: str, where: str) -> None:
    said = check(tmp_path, text)
    assert said.exit_code == 2
    assert f"{where} is not JSON" in said.stderr


@pytest.mark.parametrize(("content", "why"), [(b"\xff\xfe{}", "not text in UTF-8"), (b" \n", "the file is empty")])
def test_what_is_not_text_or_not_there_is_wrong_usage(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(content)
    said = ask("check", str(path))
    assert (said.exit_code, why in said.stderr) == (2, True)
