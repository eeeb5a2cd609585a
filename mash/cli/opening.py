"""What most commands begin with: the settings, and an open database that is up to date."""

from collections.abc import Generator
from contextlib import contextmanager

from mash import config, migrate
from mash.config import Config
from mash.db import Database, open_database


@contextmanager
def opened(settings: Config | None = None) -> Generator[Database]:
    """Open the database that the environment names, and close it after.

    Raises:
        Misconfigured: If a setting or a key cannot be used.
        Unavailable: If there is no database, or its tables are of another version.
    """
    settings = settings or config.from_environment()
    database = open_database(settings)
    try:
        migrate.require_up_to_date(database, settings.migrations)
        yield database
    finally:
        database.engine.dispose()
