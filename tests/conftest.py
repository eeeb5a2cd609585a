"""What every test may ask for: both databases, settings, people with roles, and one Monday morning."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session

from mash import log, migrate
from mash.config import HOUSE, Config
from mash.db import Database, open_database, transaction
from mash.journeys.actor import Actor
from mash.models.access import ROLES
from mash.rules import RuleBook
from tests import postgresql
from tests.factories import MONDAY, an_actor

hypothesis_settings.register_profile(
    "usual",
    max_examples=50,
    deadline=None,  # a busy machine is not a broken promise
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.register_profile("long", hypothesis_settings.get_profile("usual"), max_examples=2000)
hypothesis_settings.register_profile(
    "brief",  # for mutants: the same few examples each time, and none looked for that is simpler
    hypothesis_settings.get_profile("usual"),
    max_examples=4,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))
log.set_up(quiet=True)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say at once which test failed: a run that is cut short has no summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        crash = getattr(report.longrepr, "reprcrash", None)
        why = crash.message.partition("\n")[0] if crash else report.longreprtext[-300:]
        sys.stdout.write(f"\n{report.nodeid}, {report.when}: {why}\n")
        sys.stdout.flush()


_number = count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """Start one server for this process of the run, when the first test asks for it."""
    with postgresql.running() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_url(postgresql_server: postgresql.Server) -> str:
    """Name a database with every table and no rows, to copy."""
    config = Config(folder=postgresql_server.folder, database_url=postgresql_server.make("migrated"))
    _migrated(config)
    return config.database_url


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an embedded database and its key, with every table and no rows, to copy."""
    config = Config(folder=tmp_path_factory.mktemp("migrated") / "var")
    _migrated(config)
    return config.folder


def _migrated(config: Config) -> None:
    opened = open_database(config, make=True)
    migrate.upgrade(opened, config.migrations)
    opened.engine.dispose()


@pytest.fixture(params=["sqlcipher", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """Give the settings of a new installation on each database: every table, no rows."""
    with ExitStack() as after:
        url = ""
        if request.param == "postgresql":
            request.getfixturevalue("migrated_url")
            server: postgresql.Server = request.getfixturevalue("postgresql_server")
            name = f"test_{next(_number)}"
            url = server.make(name, template="migrated")
            after.callback(server.drop, name)
            (tmp_path / "var").mkdir(mode=0o700)
        else:
            shutil.copytree(request.getfixturevalue("migrated_folder"), tmp_path / "var")
        yield Config(folder=tmp_path / "var", database_url=url, secure_cookies=False)


@pytest.fixture
def database(settings: Config) -> Iterator[Database]:
    """Open each database in turn: every table, no rows."""
    opened = open_database(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="session")
def rulebook() -> RuleBook:
    """Read the shipped thresholds once."""
    return RuleBook.load(HOUSE / "thresholds")


@pytest.fixture
def app(database: Database, settings: Config, rulebook: RuleBook) -> Flask:
    """Make the application over the test's database."""
    from mash.web.app import create_app  # not at the top: most tests need no web

    return create_app(database, settings, rulebook)


@pytest.fixture
def cast(database: Database) -> dict[str, Actor]:
    """Add one person for each role, and return them by role."""
    with transaction(database) as session:
        return {role: an_actor(session, role, username=role, name=f"Invented {role}") for role in ROLES}


@pytest.fixture
def actor(cast: dict[str, Actor]) -> Callable[[str], Actor]:
    """Find the person who has a role: ``actor("manager")``."""
    return cast.__getitem__


@pytest.fixture
def session(database: Database, cast: dict[str, Actor]) -> Iterator[Session]:
    """Give one writing transaction, kept if the test passes through. On SQLite no other writer fits beside it."""
    with transaction(database) as writing:
        yield writing


@pytest.fixture
def monday() -> datetime:
    """Return the suite's clock: Monday 13 April 2026, 09:00 UTC."""
    return MONDAY
