"""Bring a database's tables up to date, or back. Alembic does the work; this says where and how.

Foreign keys are off while tables move and checked after, because SQLite would follow a table's rebuilding by
deleting what points at it.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

from mash.db import Database, Unavailable


def upgrade(database: Database, scripts: Path, to: str = "head") -> None:
    """Bring the tables up to a revision, all or nothing."""
    _run(database.engine, scripts, lambda settings: command.upgrade(settings, to))


def downgrade(database: Database, scripts: Path, to: str) -> None:
    """Take the tables back to a revision, all or nothing."""
    _run(database.engine, scripts, lambda settings: command.downgrade(settings, to))


def revision(database: Database) -> str | None:
    """Name the revision the database is at; None if it has none."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head(scripts: Path) -> str | None:
    """Name the newest revision that this program knows."""
    return ScriptDirectory.from_config(_settings(scripts)).get_current_head()


def require_up_to_date(database: Database, scripts: Path) -> None:
    """Refuse to start over tables of another version.

    Raises:
        Unavailable: If the database is not at the newest revision.
    """
    found, wanted = revision(database), head(scripts)
    if found != wanted:
        raise Unavailable(f"The database is at version {found or 'none'}; this needs {wanted}. Run: mash migrate")


def _settings(scripts: Path) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(scripts))
    settings.set_main_option("path_separator", "os")
    return settings


def _run(engine: Engine, scripts: Path, step: Callable[[Config], None]) -> None:
    settings = _settings(scripts)
    with engine.connect() as connection:
        on_sqlite = engine.dialect.name == "sqlite"
        if on_sqlite:
            _outside_transaction(connection, "PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not on_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(7240417)"))
                settings.attributes["connection"] = connection
                step(settings)
                if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                    raise Unavailable(f"Moving the tables would leave {len(broken)} rows pointing at nothing. Stopped.")
        finally:
            if on_sqlite:
                _outside_transaction(connection, "PRAGMA foreign_keys = ON")


def _outside_transaction(connection: Connection, statement: str) -> None:
    """Run a setting that SQLite ignores inside a transaction."""
    raw = connection.connection.dbapi_connection
    if raw is None:
        raise Unavailable("The connection to the database was lost.")
    cursor = raw.cursor()
    cursor.execute(statement)
    cursor.close()
