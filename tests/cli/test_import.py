"""The command that brings files in: what it says, what it leaves as it was, and what a kill half-way costs."""

import csv
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Table, delete, func, select

from mash.cli import main
from mash.cli.opening import SETTINGS
from mash.config import Config
from mash.db import Base, Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.events import first_break
from mash.journeys.set_up import set_up, shipped_entries
from mash.measures.counting import behind
from mash.models import Contact, Event, ImportBatch, Policy
from mash.rules import RuleBook
from tests.factories import MONDAY
from tests.full import Sums, sums
from tests.importing import A_ROW, TELLS_OF_THE_RUN
from tests.intake.writers import A_CHILD, LIST_1, write_csv, write_records
from tests.processes import environment

pytestmark = pytest.mark.usefixtures("quick_thresholds")
MOMENTS_OF_THE_RUN = {"at", "made_at", "entered_at"}


@pytest.fixture
def settings(migrated_folder: Path, tmp_path: Path) -> Config:
    """Use the embedded database; the journeys behind the command are tried on both."""
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var")


def bring(settings: Config, path: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["import", str(path), *words], env=environment(settings))


def record(database: Database) -> Sums:
    """Sum up every table but those that tell of the runs themselves."""
    with reading(database) as session:
        return {n: told for n, told in sums(session.connection()).items() if n not in TELLS_OF_THE_RUN}


def own(folder: Path, *rows: dict[str, Any]) -> Path:
    return write_records(folder / "own.csv", rows)


def many(folder: Path, contacts: int) -> Path:
    """Write contacts of two children each, about families that come back."""
    return own(
        folder,
        *(
            A_ROW
            | {"contact_id": f"C{number}", "child_id": f"{number % 97}-{child}", "forename": "Robin"}
            | {"outcomes": "advice" if number % 3 else "", "address": f"{number % 97} Example Row", "source": "6"}
            for number in range(contacts)
            for child in (1, 2)
        ),
    )


WRONG = (
    A_ROW,
    A_ROW | {"contact_id": "C2", "received_at": "31/02/2026"},
    A_ROW | {"contact_id": "C3", "received_at": "02/11/2008"},
    A_ROW | {"contact_id": "C4", "channel": "=Pigeon"},
)


def test_refused_rows_are_told_with_line_column_reason_and_how_to_mend_and_the_rest_are_in(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    told = bring(settings, own(tmp_path, *WRONG))
    lines = told.stdout.splitlines()
    assert told.exit_code == 1
    assert lines[0].startswith("refused: own line 3, received_at: “31/02/2026” is not a day or time that exists. Write")
    assert lines[1].startswith("refused: own line 4, received_at: No deadline can be worked out for it: ")
    assert lines[2].startswith("warning: own line 5, channel: “=Pigeon” is not a known channel. Use one of")
    assert lines[3] == "2 made, 2 refused, 1 with a warning"
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 2


def test_all_that_was_wrong_is_written_where_asked_safe_to_open_in_a_spreadsheet(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    out = tmp_path / "problems.csv"
    bring(settings, own(tmp_path, *WRONG), "--problems", str(out))
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["severity"]) for row in rows] == [
        ("3", "received_at", "refused"),
        ("4", "received_at", "refused"),
        ("5", "channel", "warning"),
    ]
    assert rows[2]["given"] == "'=Pigeon"
    assert all(row["what"] and row["mend"] for row in rows)


def test_json_holds_what_came_of_the_file_and_every_problem_as_its_parts(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    told = bring(settings, own(tmp_path, *WRONG), "--format", "json")
    said = json.loads(told.stdout)
    assert (said["file"], said["format"], said["dry_run"], said["notes"]) == ("own.csv", "own", False, [])
    assert (said["counts"], said["problems_in_all"]) == ({"made": 2, "refused": 2, "warnings": 1}, 3)
    assert said["problems"][2] | {"what": "", "mend": ""} == {
        "line": 5,
        "column": "channel",
        "given": "=Pigeon",
        "what": "",
        "mend": "",
        "severity": "warning",
        "table": "own",
    }


def test_more_problems_than_fit_on_a_screen_are_counted_not_dropped_in_silence(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    rows = [A_ROW | {"contact_id": f"C{number}", "channel": "Pigeon"} for number in range(53)]
    lines = bring(settings, own(tmp_path, *rows), "--dry-run").stdout.splitlines()
    assert lines[50] == "And 3 more. To see all of them, name a file with --problems."
    assert len(lines) == 54


def test_a_dry_run_needs_no_database_refuses_what_the_run_would_and_changes_nothing(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    before = record(database)
    told = bring(settings, own(tmp_path, *WRONG), "--dry-run")
    assert (told.exit_code, told.stdout.splitlines()[-2:]) == (
        1,
        [SETTINGS["installation"], "Nothing was changed."],
    )
    assert "2 readable, 2 refused, 1 with a warning" in told.stdout
    with reading(database) as session:
        assert (record(database), session.scalars(select(ImportBatch)).all()) == (before, [])
    nowhere = bring(Config(folder=tmp_path / "nowhere"), own(tmp_path, A_ROW), "--dry-run")
    assert (nowhere.exit_code, (tmp_path / "nowhere").exists()) == (0, False)


def test_a_dry_run_goes_by_the_dated_policies_of_the_database_as_the_run_does(
    database: Database, settings: Config, rulebook: RuleBook, tmp_path: Path
) -> None:
    """A contact comes from before the clocks of this database begin, and after those that come with the service."""
    path = own(tmp_path, A_ROW | {"received_at": "01/12/2020"})
    with transaction(database) as session:
        set_up(session, rulebook=rulebook, by=Actor.system("test"), at=MONDAY)
    (first,) = [entry for entry in shipped_entries("clocks") if entry["from"] <= "2020-12-01"]
    later = {"from": "2021-06-01"}
    with transaction(database) as session:
        session.execute(delete(Policy).where(Policy.name == "clocks"))
        session.add(Policy(name="clocks", effective_from=date(2021, 6, 1), content=first | later, at=MONDAY))
    dry, nowhere = (
        json.loads(bring(where, path, "--dry-run", "--format", "json").stdout)
        for where in (settings, Config(folder=tmp_path / "nowhere"))
    )
    assert (dry["settings"], dry["counts"]) == ("installation", {"refused": 1, "warnings": 0})
    assert (nowhere["settings"], nowhere["counts"]) == ("shipped", {"readable": 1, "warnings": 0})
    assert json.loads(bring(settings, path, "--format", "json").stdout)["problems"] == dry["problems"]


def test_the_same_file_twice_changes_nothing(database: Database, settings: Config, tmp_path: Path) -> None:
    path = many(tmp_path, 20)
    assert bring(settings, path).exit_code == 0
    with reading(database) as session:
        assert behind(session) == 0  # figures are ready when the command ends
    before = record(database)
    again = bring(settings, path)
    assert (again.exit_code, again.stdout) == (0, "40 already there\n")
    assert record(database) == before


def test_a_file_whose_dates_look_month_first_is_stopped_whole(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    rows = [(*A_CHILD[:3], "", "7", day, "6") for day in ("02/11/2026", "02/28/2026", "03/04/2026")]
    told = bring(settings, write_csv(tmp_path / "a.csv", [LIST_1, *rows]))
    assert told.exit_code == 1
    assert "The dates under Date of Contact look month first: “02/28/2026” on line 3" in told.stderr
    assert "Write every date day first" in told.stderr
    with reading(database) as session:
        assert session.scalars(select(Contact)).all() == []


def test_one_date_month_first_among_dates_day_first_costs_only_its_own_row(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    rows = [(*A_CHILD[:3], "", "7", day, "6") for day in ("28/02/2026", "02/28/2026", "03/04/2026")]
    told = bring(settings, write_csv(tmp_path / "a.csv", [LIST_1, *rows]))
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (1, "2 made, 1 refused")


def test_a_file_that_is_none_of_ours_or_a_place_that_cannot_be_written_is_one_clear_line(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    strange = bring(settings, write_csv(tmp_path / "a.csv", [("Apples", "Pears"), ("1", "2")]))
    assert (strange.exit_code, len(strange.stderr.splitlines())) == (1, 1)
    unwritten = bring(settings, own(tmp_path, A_ROW), "--problems", str(tmp_path / "no" / "where.csv"))
    assert (unwritten.exit_code, "cannot write to" in unwritten.stderr) == (2, True)
    assert bring(settings, tmp_path / "none.csv").exit_code == 2
    assert CliRunner().invoke(main, ["import"]).exit_code == 2


def test_the_columns_of_our_own_file_are_printed_for_whoever_writes_one() -> None:
    words = CliRunner().invoke(main, ["import", "--columns"]).stdout
    rows = json.loads(CliRunner().invoke(main, ["import", "--columns", "--format", "json"]).stdout)
    assert "contact_id (required): " in words
    assert [row["name"] for row in rows if row["required"]] == ["contact_id", "received_at"]
    assert len(words.splitlines()) == len(rows)


def plain(database: Database) -> dict[str, list[Any]]:
    """Give every row of the record without the moments at which the run wrote it."""

    def rows(table: Table) -> Iterator[Any]:
        columns = [column for column in table.columns if column.name not in MOMENTS_OF_THE_RUN]
        yield from map(tuple, session.execute(select(*columns).order_by(*table.primary_key.columns)))

    with reading(database) as session:
        return {t.name: list(rows(t)) for t in Base.metadata.sorted_tables if t.name not in TELLS_OF_THE_RUN}


def contacts_in(database: Database) -> int:
    with reading(database) as session:
        return session.scalar(select(func.count()).select_from(Contact)) or 0


@pytest.mark.faults
def test_an_import_killed_half_way_and_run_again_ends_like_one_run_through(
    database: Database, settings: Config, migrated_folder: Path, tmp_path: Path
) -> None:
    path, number = many(tmp_path, 160), 160
    shutil.copytree(migrated_folder, tmp_path / "through")
    straight = Config(folder=tmp_path / "through")
    assert bring(straight, path).exit_code == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "mash.cli", "import", str(path)], env=environment(settings), stderr=subprocess.DEVNULL
    )
    waited_until = time.monotonic() + 60
    while contacts_in(database) == 0 and time.monotonic() < waited_until:
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert 0 < contacts_in(database) < number
    assert bring(settings, path).exit_code == 0
    through = open_database(straight)
    assert plain(database) == plain(through)
    through.engine.dispose()
    with reading(database) as session:
        assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
