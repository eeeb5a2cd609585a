"""The place for training: apart from the real service in every way, and neither opens the other's database."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from mash.cli import main
from mash.config import Config
from mash.db import open_database, reading
from mash.models import Contact
from tests.processes import environment

pytestmark = pytest.mark.usefixtures("quick_thresholds")


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    """Use a folder with nothing in it."""
    return Config(folder=tmp_path / "var", secure_cookies=False)


def run(settings: Config, *words: str, **more: str) -> Result:
    return CliRunner().invoke(main, list(words), env=environment(settings) | more)


def make(settings: Config, *words: str) -> Result:
    done = run(settings, "practice", "--no-serve", "--contacts", "12", *words)
    assert done.exit_code == 0, done.output
    return done


def count(folder: Path) -> int:
    database = open_database(Config(folder=folder))
    with reading(database) as session:
        counted = session.scalar(select(func.count()).select_from(Contact)) or 0
    database.engine.dispose()
    return counted


def test_practice_has_a_folder_a_key_and_people_of_its_own(settings: Config) -> None:
    done = make(settings)
    assert "aisha" in done.output
    assert count(settings.folder / "practice") == 12
    assert not (settings.folder / "mash.db").exists()
    assert (settings.folder / "practice" / "database.key").exists()


def test_made_again_it_is_kept_and_made_fresh_it_begins_anew(settings: Config) -> None:
    make(settings)
    key = (settings.folder / "practice" / "database.key").read_text()
    make(settings)
    assert (settings.folder / "practice" / "database.key").read_text() == key
    make(settings, "--fresh")
    assert (settings.folder / "practice" / "database.key").read_text() != key
    assert count(settings.folder / "practice") == 12


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("migrate",), ("demo", "--contacts", "3"), ("health",)])
def test_the_real_service_refuses_a_practice_database(settings: Config, words: tuple[str, ...]) -> None:
    make(settings)
    real = Config(folder=settings.folder / "practice")
    refused = run(real, *words)
    assert refused.exit_code == 3
    assert "This database is for practice" in refused.output


def test_practice_refuses_a_real_database_and_changes_nothing(settings: Config) -> None:
    assert run(settings, "demo", "--contacts", "3").exit_code == 0
    shutil.copytree(settings.folder, settings.folder / "practice")
    for words in ((), ("--fresh",)):
        refused = run(settings, "practice", "--no-serve", *words)
        assert (refused.exit_code, "not for practice" in refused.output) == (3, True), refused.output
    assert count(settings.folder / "practice") == 3


def test_any_command_reaches_the_practice_when_told_to(settings: Config) -> None:
    make(settings)
    listed = run(settings, "users", "list", MASH_PRACTICE="true")
    assert listed.exit_code == 0
    assert "aisha" in listed.output
