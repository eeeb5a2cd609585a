"""What every fault run stands on: an installation of its own on either database, and a count of what was survived.

A module of this folder with a ``main()`` is a fault run: ``python -m tests.faults.run_all`` finds it, runs it and reads
the ledgers that it leaves in ``var/faults``. ``FAULTS_MINUTES`` says how long all of them may take, 120 if not set.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask

from mash import clock, log, migrate
from mash.config import HOUSE, Config
from mash.db import Database, open_database, transaction
from mash.journeys import passwords
from mash.journeys.actor import Actor
from mash.journeys.set_up import set_up
from mash.journeys.users import make_user
from mash.queries.access import ROLES
from mash.rules import RuleBook
from mash.web.app import create_app
from tests import postgresql
from tests.web.conftest import PASSWORD, Browser
from tests.web.contacts import Desk

ENGINES = ("sqlcipher", "postgresql")
LEDGERS = HOUSE / "var" / "faults"
FULL_MINUTES = 120.0
ROOM = 4 << 30


def minutes() -> float:
    """Return how long all runs together may take."""
    return float(os.environ.get("FAULTS_MINUTES", FULL_MINUTES))


def scaled(full: int, *, least: int = 1) -> int:
    """Return how many of something that a full run does ``full`` times fit in the minutes there are."""
    return max(least, round(full * min(1.0, minutes() / FULL_MINUTES)))


@dataclass
class Tally:
    """One kind of fault: how many were injected, how many survived, and what happened where one was not.

    Attributes:
        kind: "fault"; "input" for bad input and "check" for what was only asked: each is counted apart.
        counts: Whatever else is worth a number: writes answered, seconds at most.
    """

    name: str
    kind: str = field(default="fault", kw_only=True)
    injected: int = 0
    survived: int = 0
    failures: list[str] = field(default_factory=list)
    counts: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @contextmanager
    def fault(self, said: str = "", *, number: int = 1) -> Generator[None]:
        """Count what is injected in the block, and whether it was survived. The run goes on either way."""
        self.injected += number
        try:
            yield
        except Exception as wrong:  # noqa: BLE001  # whatever it is, it is a fault that was not survived
            self.failures.append(f"{said} {type(wrong).__name__}: {str(wrong)[:300]}".strip())
        else:
            self.survived += number

    def add(self, name: str, number: float) -> None:
        """Add to one of the counts."""
        self.counts[name] = self.counts.get(name, 0) + number

    def most(self, name: str, number: float) -> None:
        """Keep the largest of a count."""
        self.counts[name] = round(max(self.counts.get(name, 0), number), 2)

    def save(self) -> None:
        """Leave this tally in ``var/faults``, where all of them are read from."""
        LEDGERS.mkdir(parents=True, exist_ok=True)
        whole = asdict(self)
        seconds = round(time.monotonic() - whole.pop("began"))
        details = {"failures": whole.pop("failures"), **whole.pop("counts"), "seconds": seconds}
        path = LEDGERS / f"{self.name.replace(' ', '_')}.json"
        path.write_text(json.dumps(whole | {"details": details}, indent=1) + "\n")
        sys.stdout.write(f"{self.name}: {self.survived} of {self.injected} survived {self.counts}\n")
        sys.stdout.writelines(f"  NOT SURVIVED: {one}\n" for one in self.failures[:20])
        sys.stdout.flush()


def in_memory() -> None:
    """Make every installation from here on in memory where there is room, for runs that try neither disks nor kills."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOM:
        tempfile.tempdir = str(memory)


@contextmanager
def installed(engine: str) -> Generator[Config]:
    """Make a new installation with every table: on SQLCipher, or on a PostgreSQL of its own."""
    with ExitStack() as after:
        folder = Path(after.enter_context(tempfile.TemporaryDirectory(prefix="mash-faults-")))
        url = ""
        if engine == "postgresql":
            url = after.enter_context(postgresql.running()).make("mash")
        settings = Config(folder=folder / "var", database_url=url, secure_cookies=False)
        settings.folder.mkdir(mode=0o700)
        database = open_database(settings, make=True)
        migrate.upgrade(database, settings.migrations)
        database.engine.dispose()
        yield settings


class House:
    """An installation with its application in this process, someone for every role, and contacts as asked for."""

    def __init__(self, settings: Config) -> None:
        log.set_up(quiet=True)
        passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        passwords.nobody.cache_clear()
        self.settings = settings
        self._browsers: dict[str, Browser] = {}
        self.database: Database = open_database(settings)
        self.rulebook = RuleBook.load(settings.thresholds)
        self.desk = Desk(self.database, self.rulebook)
        system = Actor.system("test")
        with transaction(self.database) as session:
            set_up(session, rulebook=self.rulebook, by=system, at=clock.now())
            for role in ROLES:
                told = {"username": role, "name": f"Invented {role}", "roles": [role], "password": PASSWORD}
                make_user(session, **told, by=system, at=clock.now())  # type: ignore[arg-type]

    @cached_property
    def app(self) -> Flask:
        return create_app(self.database, self.settings, self.rulebook)

    def close_browsers(self) -> None:
        """Let everybody sign in anew when they are next asked for: who was idle for long would have to."""
        self._browsers.clear()

    def browser(self, role: str) -> Browser:
        """Return the browser of whoever has a role, signed in once."""
        if role not in self._browsers:
            self._browsers[role] = Browser(self.app.test_client())
            answer = self._browsers[role].sign_in(role)
            assert answer.status_code == 303, answer.text
        return self._browsers[role]


@contextmanager
def house(engine: str) -> Generator[House]:
    """Open a new house on a database."""
    with installed(engine) as settings:
        opened = House(settings)
        try:
            yield opened
        finally:
            opened.database.engine.dispose()
