"""Anyone can ask when a clock runs out: by the database's dated policies and calendar, or without one as it comes."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mash.cli import main
from mash.config import Config
from mash.db import Database, transaction
from mash.journeys.actor import Actor
from mash.journeys.set_up import set_up, shipped_entries
from mash.models import LocalClosure, Policy
from mash.rules import RuleBook
from mash.workflow.clocks import CLOCKS
from tests.factories import MONDAY

THURSDAY = "2026-04-02T16:30"
"""The afternoon before Good Friday; Easter Monday is closed too."""


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_thresholds: None) -> None:
    monkeypatch.setenv("MASH_FOLDER", str(tmp_path / "nothing"))
    monkeypatch.delenv("MASH_DATABASE_URL", raising=False)


def ask(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def due(*words: str) -> str:
    (answer,) = json.loads(ask("due", "--received", THURSDAY, *words, "--format", "json").stdout)
    return str(answer["due"])


def test_one_clock_is_worked_out_over_easter_and_says_how() -> None:
    words = ask("due", "--received", THURSDAY, "--clock", "social-care")
    assert (words.exit_code, words.stdout.splitlines()[0].startswith("social-care: ")) == (0, True)
    assert "Friday 3 April 2026 (Good Friday)" in words.stdout
    assert "It is due Tuesday 7 April 2026, 5pm" in words.stdout


def test_where_there_is_a_database_its_dated_policies_and_calendar_count_and_the_answer_says_which(
    database: Database, settings: Config, rulebook: RuleBook
) -> None:
    (shipped,) = json.loads(ask("due", "--received", THURSDAY, "--clock", "social-care", "--format", "json").stdout)
    assert (shipped["due"], shipped["settings"]) == ("2026-04-07T17:00:00+01:00", "shipped")
    content = shipped_entries("clocks")[-1] | {"from": "2026-03-01"}
    content["limits"] = content["limits"] | {"social-care": {"working_days": 2}}
    with transaction(database) as session:
        set_up(session, rulebook=rulebook, by=Actor.system("test"), at=MONDAY)
        session.add(Policy(name="clocks", effective_from=date(2026, 3, 1), content=content, at=MONDAY))
        session.add(LocalClosure(day=date(2026, 4, 8), reason="Flood"))
    here = {"MASH_FOLDER": str(settings.folder), "MASH_DATABASE_URL": settings.database_url}
    asked = ["due", "--received", THURSDAY, "--clock", "social-care"]
    (ours,) = json.loads(CliRunner().invoke(main, [*asked, "--format", "json"], env=here).stdout)
    assert (ours["due"], ours["settings"]) == ("2026-04-09T17:00:00+01:00", "installation")
    assert (ours["policy_from"], ours["thresholds"]) == ("2026-03-01", "dn-2022-05")
    words = CliRunner().invoke(main, asked, env=here).stdout
    assert words.endswith("\n\nBy the dated policies, the calendar and the thresholds of the database here.\n")


def test_without_a_name_every_clock_is_worked_out() -> None:
    answers = json.loads(ask("due", "--received", THURSDAY, "--format", "json").stdout)
    assert [answer["clock"] for answer in answers] == list(CLOCKS)
    assert all(answer["how"] and answer["due"] > answer["received"] for answer in answers)
    red = next(answer for answer in answers if answer["clock"] == "red")
    assert (red["due"], red["due_utc"]) == ("2026-04-02T20:30:00+01:00", "2026-04-02T19:30:00+00:00")


@pytest.mark.parametrize(
    ("reading", "at"),
    [("A", "2026-04-07T17:00:00+01:00"), ("B", "2026-04-07T16:30:00+01:00"), ("C", "2026-04-03T16:30:00+01:00")],
)
def test_one_working_day_is_read_as_asked(reading: str, at: str) -> None:
    assert due("--clock", "social-care", "--reading", reading) == at


def test_a_local_closure_moves_what_counts_in_working_days_and_never_a_red() -> None:
    closed = ("--closed", "2026-04-07", "--closed", "2026-04-08")
    assert due("--clock", "social-care", *closed) == "2026-04-09T17:00:00+01:00"
    assert due("--clock", "red", *closed) == due("--clock", "red")


def test_a_moment_is_londons_unless_it_says_otherwise() -> None:
    (answer,) = json.loads(
        ask("due", "--received", "2026-04-02T15:30+00:00", "--clock", "red", "--format", "json").stdout
    )
    assert answer["due"] == due("--clock", "red")


def test_many_at_once_are_answered_and_each_line_that_cannot_be_is_told(tmp_path: Path) -> None:
    path = tmp_path / "moments.csv"
    path.write_text(f"received,clock\n{THURSDAY},red\nyesterday,red\n{THURSDAY},tea\n1999-01-04T09:00,social-care\n")
    said = ask("due", "--from", str(path), "--format", "json")
    assert (said.exit_code, [answer["clock"] for answer in json.loads(said.stdout)]) == (1, ["red"])
    lines = said.stderr.splitlines()
    assert lines[0] == "Line 3: 'yesterday' is not a moment; write it as 2026-04-02T16:30"
    assert lines[1].startswith("Line 4: There is no clock called 'tea'. The clocks are ")
    assert lines[2].startswith("Line 5: No clock policy was in force")


def test_a_clock_named_beside_a_file_goes_for_lines_that_name_none(tmp_path: Path) -> None:
    path = tmp_path / "moments.csv"
    path.write_text(f"received,clock\n{THURSDAY},\n{THURSDAY},red\n")
    said = ask("due", "--from", str(path), "--clock", "amber", "--format", "json")
    assert [answer["clock"] for answer in json.loads(said.stdout)] == ["amber", "red"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "Give --received, or many at once with --from."),
        (("--received", THURSDAY, "--closed", "Christmas"), "'Christmas' is not a day"),
        (("--received", THURSDAY, "--clock", "tea"), "'tea'"),
        (("--received", THURSDAY, "--reading", "D"), "'D'"),
    ],
)
def test_wrong_usage_says_what_to_write(words: tuple[str, ...], why: str) -> None:
    said = ask("due", *words)
    assert (said.exit_code, why in said.stderr) == (2, True)


def test_a_file_without_its_columns_is_wrong_usage_and_a_moment_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "moments.csv"
    path.write_text("when\n2026-04-02\n")
    assert ask("due", "--from", str(path)).exit_code == 2
    said = ask("due", "--received", "soon", "--clock", "red")
    assert (said.exit_code, said.stderr) == (1, "'soon' is not a moment; write it as 2026-04-02T16:30\n")
