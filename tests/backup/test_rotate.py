"""Another key may be put into use at any time, and stopped at any moment, and nothing becomes unreadable by it."""

import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from mash.backup.keys import RETIRED, current_key, name_of
from mash.backup.restore import drill
from mash.backup.rotate import rotate
from mash.backup.take import take_backup
from mash.cipher_file import coming
from mash.cli import main
from mash.config import Config
from mash.db import Database, Unavailable, open_database, reading
from tests import full
from tests.factories import MONDAY
from tests.faults.restores import quiet
from tests.processes import environment, python

DIES = """
import os, signal, sys, threading
from mash import cipher_file, config
from mash.backup import rotate

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

in_earnest, when = cipher_file.rekey, sys.argv[1]
def rekey(*told):
    if when == "before":
        die()
    if when.startswith("in"):
        threading.Timer(float(when[2:]), die).start()
    in_earnest(*told)
    die()

cipher_file.rekey = rekey
rotate.rotate(config.from_environment())
"""


def sums(settings: Config) -> full.Sums:
    opened = open_database(settings)
    try:
        with reading(opened) as session:
            return full.sums(session.connection())
    finally:
        opened.engine.dispose()


def test_a_new_key_opens_everything_and_backups_under_the_old_one_are_still_read(
    database: Database, settings: Config
) -> None:
    old = current_key(settings, make=True)
    before = take_backup(database, settings, at=MONDAY, say=quiet)
    database.engine.dispose()
    done = CliRunner().invoke(main, ["keys", "rotate"], env=environment(settings))
    assert (done.exit_code, name_of(old) in done.output) == (0, True), done.output
    assert current_key(settings) != old
    assert (settings.folder / RETIRED / f"{name_of(old)}.key").read_text() == old
    drill(before.folder, settings, say=quiet)
    assert sums(settings)["event"].startswith("2 rows")


@pytest.mark.faults
@pytest.mark.parametrize("when", ["before", "in0", "in0.01", "in0.03", "after"])
def test_whoever_is_killed_while_changing_the_key_begins_again_and_has_lost_nothing(
    migrated_folder: Path, tmp_path: Path, when: str
) -> None:
    settings = Config(folder=tmp_path / "var")
    shutil.copytree(migrated_folder, settings.folder)
    opened = open_database(settings)
    full.fill(opened)
    opened.engine.dispose()
    held = sums(settings)
    done = python(DIES, when, settings=settings)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert sums(settings) == held
    rotate(settings)
    assert sums(settings) == held
    assert not coming(settings.key_file).exists()


def test_a_database_that_somebody_has_open_keeps_its_key(migrated_folder: Path, tmp_path: Path) -> None:
    settings = Config(folder=tmp_path / "var")
    shutil.copytree(migrated_folder, settings.folder)
    opened, key = open_database(settings), current_key(settings)
    with pytest.raises(Unavailable, match="Stop the service"), reading(opened):
        rotate(settings)
    opened.engine.dispose()
    assert current_key(settings) == key
    assert len(sums(settings)) > 0
