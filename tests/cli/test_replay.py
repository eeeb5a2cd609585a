"""The command that rehearses a change: its three forms, its own history and a file's, and how it says no."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import select

from mash.cli import main
from mash.config import HOUSE, Config
from mash.db import Database, open_database, transaction
from mash.models import Decision, ThresholdDraft
from mash.rules import RuleBook, evaluate, read_facts
from tests.factories import MONDAY, an_actor
from tests.journeys.test_freeze_history import decide
from tests.processes import environment

pytestmark = pytest.mark.usefixtures("quick_thresholds")
OLD, NEW = "dn-2021-01", "dn-2022-05"


@pytest.fixture
def settings(migrated_folder: Path, tmp_path: Path) -> Config:
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var")


def run(settings: Config, *words: str) -> Result:
    return CliRunner().invoke(main, ["replay", *words], env=environment(settings))


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    """Write four children: in need without immediate harm, in immediate harm, of no concern, and without facts."""
    rows: list[dict[str, Any]] = [
        {"id": "need", "facts": json.dumps(in_need()), "later.worse": 30},
        {"id": "harm", "facts": json.dumps(in_need() | {"immediate-harm": "present"})},
        {"id": "none", "facts": json.dumps({"age_years": 4})},
        {"id": "bare", "facts": ""},
        {"id": "late", "facts": json.dumps({"age_years": 4}), "received": "2022-06-01"},
    ]
    path = tmp_path / "history.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, ["id", "received", "facts", "later.worse"])
        writer.writeheader()
        writer.writerows({"received": "2021-03-08", **row} for row in rows)
    return path


def in_need() -> dict[str, Any]:
    return {"age_years": 9, "pb-domestic-abuse": "present", "contact_type": "service_request"}


def test_the_early_2021_document_shows_whom_it_would_have_turned_away(settings: Config, contacts: Path) -> None:
    done = run(settings, OLD, NEW, "--contacts", str(contacts), "--format", "json", "--moved")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["cohort"]["left_out"] == {"no facts were kept": 1}
    assert told["moved"]["higher"] == 1
    (child,) = told["children"]
    assert child["child"] == "need"
    assert (child["baseline"][2], child["candidate"][2]) == ("early_help", "child_and_family_assessment")
    assert "M-04" in child["only_candidate"]
    away = told["turned_away"]["baseline"]
    assert (away["children"], away["followed"], away["came_back_worse"]) == (1, 1, 1)


def test_in_words_direction_comes_first_and_the_same_again_is_the_same_to_the_byte(
    settings: Config, contacts: Path
) -> None:
    words = (OLD, NEW, "--contacts", str(contacts), "--until", "2021-12-31", "--moved")
    one, other = run(settings, *words), run(settings, *words)
    assert one.exit_code == 0, one.output
    assert one.output == other.output
    first, *rest = one.output.splitlines()
    assert first == f"{NEW} would refer 1 more of 3 children than {OLD}: 1 before, 2 after."
    assert any(line.startswith("need 2021-03-08: 3 green early_help -> 3") for line in rest)


def test_a_workbook_holds_a_sheet_a_subject(settings: Config, contacts: Path, tmp_path: Path) -> None:
    out = tmp_path / "replay.xlsx"
    words = (OLD, NEW, "--contacts", str(contacts), "--format", "xlsx", "--moved")
    assert run(settings, *words).exit_code == 2
    assert run(settings, *words, "--out", str(out)).exit_code == 0
    again = tmp_path / "again.xlsx"
    run(settings, *words, "--out", str(again))
    assert again.read_bytes() == out.read_bytes()
    book = load_workbook(out)
    assert book["route baseline-candidate"]["A1"].value == "baseline-candidate"
    moved = list(book["Children that move"].values)
    assert (len(moved), moved[1][0]) == (2, "need")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((OLD,), 2, "Name two versions"),
        ((OLD, "dn-1999"), 1, "No version is called 'dn-1999'"),
        ((OLD, "none.yaml"), 1, "There is no file none.yaml"),
        ((OLD, NEW, "--since", "March"), 2, "--since"),
    ],
)
def test_it_says_no_with_the_reason(settings: Config, words: tuple[str, ...], code: int, said: str) -> None:
    done = run(settings, *words)
    assert done.exit_code == code
    assert said in done.output


def test_the_columns_of_the_file_are_told(settings: Config) -> None:
    assert "received: The day the contact was received" in run(settings, "--columns").output


@pytest.fixture
def filled(settings: Config) -> Iterator[Database]:
    """Decide one child under the version in force, in the record itself."""
    database = open_database(settings)
    with transaction(database) as session:
        by = an_actor(session, "practitioner")
    ruleset = RuleBook.load(HOUSE / "thresholds").get(NEW)
    advice = evaluate(ruleset, read_facts(ruleset.catalogue, in_need())).to_json()
    named = {"ruleset_id": NEW, "ruleset_hash": ruleset.content_hash, "advised_route": advice["route"]}
    decide(database, by, facts=in_need(), advice=advice, advised_level=3, **named)
    yield database
    database.engine.dispose()


def test_our_own_history_is_frozen_proved_and_replayed(settings: Config, filled: Database) -> None:
    done = run(settings, OLD, NEW, "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["proof"]["same"], told["proof"]["drift"]) == ({NEW: 1}, {})
    assert told["moved"]["higher"] == 1
    assert told["command"] == f"mash replay {OLD} {NEW}"


def test_a_draft_kept_here_is_replayed_beside_the_version_in_force(settings: Config, filled: Database) -> None:
    text = next((HOUSE / "thresholds").glob("2021*.yaml")).read_text("utf-8").replace(f"id: {OLD}", "id: dn-trial", 1)
    kept = {"name": "dn-trial", "title": "On trial", "based_on": OLD, "revision": 1, "text": text}
    with transaction(filled) as session:
        by = an_actor(session, "reviewer").user_id
        session.add(ThresholdDraft(**kept, by_id=by, at=MONDAY, changed_at=MONDAY))
    done = run(settings, "live", "dn-trial", "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["command"] == f"mash replay {NEW} dn-trial"
    assert (told["moved"]["lower"], told["moved"]["higher"]) == (1, 0)


def test_a_version_edited_since_it_advised_stops_it(settings: Config, filled: Database) -> None:
    with transaction(filled) as session:
        session.scalars(select(Decision)).one().ruleset_hash = "another"
    done = run(settings, OLD, NEW)
    assert done.exit_code == 1
    assert f"Version '{NEW}' has been edited since it advised" in done.output
