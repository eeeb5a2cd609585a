"""A database that another process holds: opened all the same while it is only written to, refused in one line else."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from mash import cipher_file, db
from mash.cli import main
from mash.cli.opening import opened
from mash.cli.ready import require_sound
from mash.config import Config, secret
from mash.db import Unavailable, open_database
from mash.jobs import Worker
from tests.processes import environment


@pytest.fixture
def here(migrated_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for module in (cipher_file, db):
        monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var", secure_cookies=False)


@contextmanager
def held(settings: Config, *, wholly: bool) -> Iterator[None]:
    """Write as another process would, and not be done; or keep even readers out."""
    with closing(cipher_file.connected(settings.database_file, secret(settings.key_file, make=False))) as other:
        other.execute(f"PRAGMA locking_mode = {'EXCLUSIVE' if wholly else 'NORMAL'}")
        other.execute("BEGIN IMMEDIATE")
        yield


def test_while_another_writes_the_database_opens_and_a_scheduler_stands_by(here: Config) -> None:
    with held(here, wholly=False), opened(here) as database:
        require_sound(database)
        candidate = Worker(database)
        assert candidate.beat() is False
        assert candidate.mine is None


def test_while_another_has_it_for_itself_a_scheduler_says_so_in_one_line(here: Config) -> None:
    database = open_database(here)
    database.engine.dispose()
    with held(here, wholly=True):
        said = CliRunner().invoke(main, ["scheduler"], env=environment(here))
        assert (said.exit_code, said.output) == (3, "The database cannot be opened: database is locked\n")
        with pytest.raises(Unavailable, match="is locked"):
            require_sound(database)


def test_a_leader_that_cannot_give_up_its_lead_leaves_all_the_same(here: Config) -> None:
    with opened(here) as database:
        leader, next_one = Worker(database), Worker(database)
        assert leader.beat()
        with held(here, wholly=False):
            leader.leave()
        assert not next_one.beat(), "the lead lapses, as of one that was killed; it was not given up"
