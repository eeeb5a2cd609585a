"""Where the data lives: engines, sessions, types, and the one place that commits.

Two kinds of transaction on either engine: ``writing`` takes the write lock at once (``BEGIN IMMEDIATE`` on
SQLite, where a deferred one loses races), ``reading`` can never write. Whatever changes what lists show puts a new
word on ``change_mark``, so that who read the mark first may keep what they read until the mark is another.
"""

import os
import re
import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, TypeDecorator, create_engine, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import QueuePool
from typing_extensions import override

from mash import cipher_file, config

BUSY_SECONDS = cipher_file.BUSY_SECONDS


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. Refuses naive values; SQLite would drop the zone in silence."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; pass an aware datetime, such as clock.now().")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


BIG = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """What every table shares: names for constraints, and how Python's types are kept."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        Any: JSON(none_as_null=True),
    }


Sessions = sessionmaker[Session]


class Unavailable(Exception):
    """The database cannot be opened or is busy. The message is one line fit for the terminal or a page."""


class NoRoom(Unavailable):
    """What was to be written does not fit on the disk. Nothing of it is kept, and reading goes on."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: ``writing`` sessions lock at once, ``reading`` sessions cannot write."""

    engine: Engine
    writing: Sessions
    reading: Sessions

    @property
    def embedded(self) -> bool:
        return self.engine.dialect.name == "sqlite"


def open_database(settings: config.Config, *, make: bool = False) -> Database:
    """Open the database that the settings name; make an embedded one only where ``make`` says so.

    Raises:
        config.Misconfigured: If the folder or the key is not usable.
        Unavailable: If the database is missing or cannot be read.
    """
    if not settings.embedded:
        return database_over(_postgresql(settings.database_url))
    if make:
        config.prepare_folder(settings)
    fresh = not settings.database_file.exists()
    if fresh and not make:
        raise Unavailable(f"There is no database at {settings.database_file}. Run: mash migrate")
    if not fresh and settings.database_file.stat().st_size == 0:
        raise Unavailable(f"The database {settings.database_file} is empty. Put it back from your safe copy.")
    key = config.secret(settings.key_file, make=True) if fresh else _opening_key(settings.database_file, settings)
    return database_over(_sqlcipher(settings.database_file, key))


def _opening_key(file: Path, settings: config.Config) -> str:
    """Return the key that opens an embedded database which is there, having changed nothing of it."""
    if not os.access(file, os.R_OK | os.W_OK, effective_ids=True):
        raise Unavailable(f"The database {file} cannot be written to. Give it back to its owner.")
    key = config.secret(settings.key_file, make=False)
    try:
        cipher_file.look(file, key)
    except cipher_file.DatabaseError as wrong:
        if not cipher_file.finish_change(file, settings.key_file):
            raise Unavailable(_words(str(wrong))) from wrong
        key = config.secret(settings.key_file, make=False)
    return key


def database_over(engine: Engine) -> Database:
    """Give an engine its two kinds of session, after seeing that it answers."""
    opened = Database(
        engine,
        sessionmaker(engine.execution_options(mash_writes=True), expire_on_commit=False),
        sessionmaker(engine.execution_options(mash_writes=False, postgresql_readonly=True), expire_on_commit=False),
    )
    event.listen(engine, "begin", _nothing_changed_yet)
    event.listen(engine, "after_cursor_execute", _note_change)
    try:
        with opened.reading() as session:
            session.execute(text("SELECT 1"))
    except DatabaseError as wrong:
        raise Unavailable(why(wrong)) from wrong
    return opened


def why(wrong: DatabaseError) -> str:
    """Say why a database cannot be used, without what was asked of it."""
    return _words(str(wrong.orig).splitlines()[0] if wrong.orig else "no reason given")


def _words(said: str) -> str:
    if "not a database" in said:
        return "The database cannot be read with this key, or the file is damaged. Nothing has been changed."
    if "malformed" in said:
        return "The database is damaged. Stop, keep the file, and put a backup back: mash restore"
    return f"The database cannot be opened: {said}"


_NOTICED_SOON = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15000}
"""A server that is gone without a word is noticed within half a minute, not after the hours that TCP would wait."""

_PLANNED = "-c jit=off -c random_page_cost=1.1"
"""Compiling a statement took three times as long as running it; and disks no longer turn."""


def _postgresql(url: str) -> Engine:
    options = "-c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
    told: dict[str, Any] = {"connect_timeout": 5, "options": f"{options} {_PLANNED}", **_NOTICED_SOON}
    return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5, connect_args=told)


def _sqlcipher(path: Path, key: str) -> Engine:
    """Open an encrypted SQLite file with a raw key."""

    def connect() -> Any:
        raw = cipher_file.connected(path, key)
        for setting in (
            "foreign_keys = ON",
            "journal_mode = WAL",
            "synchronous = FULL",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            raw.execute(f"PRAGMA {setting}")
        return raw

    engine = create_engine(
        "sqlite://", creator=connect, module=sqlcipher3.dbapi2, poolclass=QueuePool, pool_size=8, max_overflow=8
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Say BEGIN ourselves: at once for a writer, and query-only for a reader."""
    writes = connection.get_execution_options().get("mash_writes", True)
    if connection.info.get("mash_writes") is not writes:
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.info["mash_writes"] = writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


QUIET = {"quiet": True}
"""What a table has in its ``info`` when no list shows anything of it."""
_CHANGES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|COPY|WITH)\s+"?(\w+)', re.IGNORECASE)
_CHANGED = "mash_changed"


def _nothing_changed_yet(connection: Connection) -> None:
    connection.info[_CHANGED] = False


def _note_change(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    """Note that a statement changed what lists may show. A table that we do not know counts as shown.

    One that found no row changed nothing; of one that returns rows, SQLite does not say how many until they are read.
    """
    nothing = cursor.rowcount == 0 and cursor.description is None
    if not nothing and (found := _CHANGES.match(statement)):
        table = Base.metadata.tables.get(found[1])
        if table is None or not table.info.get("quiet"):
            connection.info[_CHANGED] = True


def _mark_change(session: Session) -> None:
    """Put a new word on the mark if anything that lists show was changed. It comes last, so that it is locked briefly.

    The word is chance, not a count, so that it never comes again: not even when the database is put back from a copy.
    """
    session.flush()
    if session.connection().info[_CHANGED]:
        session.execute(text("UPDATE change_mark SET mark = :mark"), {"mark": secrets.token_hex(8)})


_one_writer = threading.Lock()


@contextmanager
def transaction(database: Database) -> Generator[Session]:
    """Commit once at the end, or not at all. The only place that commits.

    Writers of one process queue here: SQLite's own waiting is not fair.

    Raises:
        Unavailable: If another process holds the write lock for longer than we wait.
    """
    if database.embedded and not _one_writer.acquire(timeout=BUSY_SECONDS):
        raise Unavailable("The database is busy. Your work is kept; try again in a moment.")
    try:
        with database.writing.begin() as session:
            yield session
            _mark_change(session)
    except OperationalError as wrong:
        if any(word in str(wrong.orig) for word in ("locked", "timeout", "deadlock")):
            raise Unavailable("The database is busy. Your work is kept; try again in a moment.") from wrong
        if any(word in str(wrong.orig) for word in ("disk is full", "disk I/O", "No space left")):
            raise NoRoom("There is no room on the disk, so nothing was saved. Tell whoever looks after it.") from wrong
        raise
    finally:
        if database.embedded:
            _one_writer.release()


ROOM_KIB = 2_500_000


def make_room(session: Session) -> None:
    """Let a very large transaction on the embedded database keep its pages in memory, so that each is written once."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{ROOM_KIB}")


BRIEF_MS = 4000


def be_brief(session: Session) -> None:
    """Let PostgreSQL end this transaction if its process stands still, so that nobody waits for what it has locked."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {BRIEF_MS}")


@contextmanager
def reading(database: Database, *, as_one: bool = False) -> Generator[Session]:
    """Look without changing. Nothing done here is kept.

    Args:
        as_one: Whether all is read as it stood at one moment, whatever is written meanwhile. Embedded, it always is.
    """
    with database.reading() as session:
        if as_one and not database.embedded:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
