"""The command that writes extracts: files where they were asked for, only with a reason, and on the chain first."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from mash.cli import main
from mash.config import Config
from mash.db import open_database, reading
from mash.models import Event
from tests.processes import environment


@pytest.fixture
def settings(migrated_folder: Path, tmp_path: Path) -> Config:
    """Use the embedded database; the journeys behind the command are tried on both."""
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var")


def export(settings: Config, *words: str) -> Result:
    return CliRunner().invoke(main, ["export", *words], env=environment(settings))


def kept(settings: Config) -> list[str]:
    database = open_database(settings)
    try:
        with reading(database) as session:
            made = session.scalars(select(Event).where(Event.kind == "extract.made"))
            return [event.data["reason"] for event in made]
    finally:
        database.engine.dispose()


def test_each_extract_is_written_and_kept_with_its_reason(settings: Config, tmp_path: Path) -> None:
    for what in ("annex-a", "ssd", "extension"):
        assert export(settings, what, "--reason", f"For {what}", "--out", str(tmp_path / "out")).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "annex-a-ofsted.xlsx",
        "mash_extension.csv",
        "ssd_cin_episodes.csv",
        "ssd_contacts.csv",
        "ssd_early_help_episodes.csv",
        "ssd_person.csv",
    ]
    assert kept(settings) == ["For annex-a", "For ssd", "For extension"]


@pytest.mark.parametrize(
    "words", [(), ("--reason", " "), ("--reason", "x", "--from", "2026-02-01", "--to", "2026-01-01")]
)
def test_without_a_reason_or_with_days_turned_round_nothing_is_written(
    settings: Config, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert export(settings, "ssd", "--out", str(tmp_path / "out"), *words).exit_code == 2
    assert not (tmp_path / "out").exists()
    assert kept(settings) == []
