"""Bring a database's tables up to date, or back. Alembic does the work; this says where and how.

Foreign keys are off while tables move and checked after, because SQLite would follow a table's rebuilding by
deleting what points at it.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import Connection

from mash.db import Base, Database, Unavailable, reading

GUARDS = {"sqlite": {"event_no_update", "event_no_delete"}, "postgresql": {"event_no_change", "event_only_erased"}}


def upgrade(database: Database, scripts: Path, to: str = "head") -> None:
    """Bring the tables up to a revision, all or nothing."""
    known_revision(database, scripts)
    _run(database.engine, scripts, lambda settings: command.upgrade(settings, to))


def downgrade(database: Database, scripts: Path, to: str) -> None:
    """Take the tables back to a revision, all or nothing."""
    _run(database.engine, scripts, lambda settings: command.downgrade(settings, to))


def revision(database: Database) -> str | None:
    """Name the revision the database is at; None if it has none.

    Raises:
        Unavailable: If it is at several: a move of its tables was made by hand, or halfway.
    """
    with _looking(database) as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    if len(heads) > 1:
        raise Unavailable("The database is at several versions at once. Put it back from a backup.")
    return heads[0] if heads else None


def head(scripts: Path) -> str | None:
    """Name the newest revision that this program knows."""
    return ScriptDirectory.from_config(_settings(scripts)).get_current_head()


def require_up_to_date(database: Database, scripts: Path, *, guarded: bool = True) -> None:
    """Refuse to start over tables of another version, or without what guards the events.

    Args:
        guarded: Whether the guards are asked for. Who looks for changes must be able to where they are gone.

    Raises:
        Unavailable: If the database is not at the newest revision.
    """
    found, wanted = known_revision(database, scripts), head(scripts)
    if found != wanted:
        raise Unavailable(f"The database is at version {found or 'none'}; this needs {wanted}. Run: mash migrate")
    _require_tables(database)
    if guarded:
        _require_guards(database)


def known_revision(database: Database, scripts: Path) -> str | None:
    """Name the revision the database is at, if this program knows it.

    Raises:
        Unavailable: If it does not: a newer program has been here.
    """
    found = revision(database)
    known = {script.revision for script in ScriptDirectory.from_config(_settings(scripts)).walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(f"The database is at version {found}, which this program does not know. Use a newer one.")
    if found is None and _tables(database) - {"alembic_version"}:
        raise Unavailable("The database has tables and no version: it is not ours, or not whole. Nothing was changed.")
    return found


@contextmanager
def _looking(database: Database) -> Generator[Connection]:
    """Look without the lock that writers take, so that whatever starts need not wait for one."""
    with reading(database) as session:
        yield session.connection()


def _tables(database: Database) -> set[str]:
    with _looking(database) as connection:
        return set(inspect(connection).get_table_names())


def _require_tables(database: Database) -> None:
    """Refuse tables that say they are up to date and are not: some are missing."""
    missing = Base.metadata.tables.keys() - _tables(database)
    if missing:
        raise Unavailable(f"The database lacks the table {min(missing)}. Put it back from a backup.")


def _require_guards(database: Database) -> None:
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if not database.embedded:
        named = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal"
    with _looking(database) as connection:
        there = set(connection.execute(text(named)).scalars())
    if gone := GUARDS[database.engine.dialect.name] - there:
        raise Unavailable(f"The database lacks the trigger {min(gone)}, which keeps events. Put it back from a backup.")


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
