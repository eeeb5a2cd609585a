"""Backups taken while others write, each put back elsewhere and seen to hold all that was answered before it began.

.venv/bin/python -m tests.faults.restores 25          # so many on each database; 25 unless told
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

from sqlalchemy import select

from mash import clock, migrate
from mash.backup.keys import current_key
from mash.backup.manifest import BackupRefused
from mash.backup.restore import restore
from mash.backup.take import take_backup
from mash.config import Config
from mash.db import Database, open_database, reading
from mash.models import Contact
from tests import postgresql
from tests.faults.kept import Ledger
from tests.faults.writers import Writers, writing

_number = count(1)


class Place:
    """An empty place to put a backup into, and how it is removed."""

    def __init__(self, settings: Config, remove: Callable[[], None]) -> None:
        self.settings, self.remove = settings, remove


def quiet(words: str) -> None:
    """Say nothing of how far it is."""


def empty_place(settings: Config, server: postgresql.Server | None, folder: Path) -> Place:
    """Make an empty place with the keys of an installation, and nothing else of it."""
    place = folder / f"place-{next(_number)}"
    place.mkdir(mode=0o700)
    for key in settings.folder.glob("*.key"):
        shutil.copy2(key, place)
    if server is None:
        return Place(replace(settings, folder=place), lambda: shutil.rmtree(place))
    name = f"place_{next(_number)}_{time.monotonic_ns()}"
    return Place(replace(settings, folder=place, database_url=server.make(name)), lambda: server.drop(name))


def once(database: Database, settings: Config, writers: Writers, place: Place) -> list[str]:
    """Take a backup among writers, put it back, and say what does not hold."""
    before = writers.kept_by_now()
    try:
        taken = take_backup(database, settings, at=clock.now(), say=quiet)
        restore(taken.folder, place.settings, verify=True, say=quiet)
        shutil.rmtree(taken.folder)
    except BackupRefused as wrong:
        return [str(wrong)]
    put_back = open_database(place.settings)
    try:
        with reading(put_back) as session:
            found = set(session.scalars(select(Contact.narrative)))
    finally:
        put_back.engine.dispose()
    lost, foreign = before - found, found - writers.sent
    return [f"{len(lost)} answered writes lost"] * bool(lost) + [f"{len(foreign)} unknown rows"] * bool(foreign)


def rounds(
    database: Database, settings: Config, server: postgresql.Server | None, folder: Path, number: int
) -> Iterator[tuple[list[str], int]]:
    """Take so many backups and put each back, giving what was wrong and how many writes had been answered by then."""
    with writing(settings) as writers:
        while len(writers.kept_by_now()) < 3:
            time.sleep(0.05)
        for _ in range(number):
            place = empty_place(settings, server, folder)
            try:
                yield once(database, settings, writers, place), len(writers.kept_by_now())
            finally:
                place.remove()


@contextmanager
def installation(kind: str, folder: Path) -> Generator[tuple[Database, Config, postgresql.Server | None]]:
    """Make an installation with every table, on one kind of database, for a run outside of pytest."""
    with ExitStack() as after:
        server = after.enter_context(postgresql.running()) if kind == "postgresql" else None
        settings = Config(
            folder=folder / kind, database_url=server.make("ours") if server else "", secure_cookies=False
        )
        settings.folder.mkdir(mode=0o700)
        database = open_database(settings, make=True)
        after.callback(database.engine.dispose)
        migrate.upgrade(database, settings.migrations)
        current_key(settings, make=True)
        yield database, settings, server


def main(number: int) -> int:
    """Run it on both databases, and keep what came of it."""
    ledger = Ledger("restores")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("sqlcipher", "postgresql"):
            with installation(kind, Path(folder)) as (database, settings, server):
                for problems, answered in rounds(database, settings, server, Path(folder), number):
                    ledger.note(f"{kind} backup among writers", problems)
                    sys.stdout.write(f"{kind}: {answered} answered. {problems or 'whole'}\n")
    return ledger.write()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 25))
