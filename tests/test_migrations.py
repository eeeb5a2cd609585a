"""Moving the tables up or down loses nothing that stays, brings the guards back, and happens wholly or not at all."""

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from mash import config, migrate
from mash.config import Config
from mash.db import Base, Database, Unavailable, open_database, transaction
from tests import full, postgresql
from tests.factories import MONDAY
from tests.processes import python

MIGRATIONS = config.HOUSE / "migrations"
EVERY = 20
"""A process is killed at the first statement, and at every so-many after it."""


def revisions() -> list[str]:
    """List every revision, oldest first."""
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(MIGRATIONS))
    alembic.set_main_option("path_separator", "os")
    return [script.revision for script in ScriptDirectory.from_config(alembic).walk_revisions()][::-1]


STEPS = list(zip(["base", *revisions()], revisions(), strict=False))


@pytest.fixture
def full_database(database: Database) -> Database:
    full.fill(database)
    return database


def guards(database: Database) -> list[tuple[Any, ...]]:
    """List every trigger with what it does."""
    sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    postgres = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sqlite if database.embedded else postgres))]


def looked_up(engine: Engine) -> dict[str, Any]:
    """Read the whole shape of the tables back from the database."""
    with engine.connect() as connection:
        return _shape(connection)


def _shape(connection: Connection) -> dict[str, Any]:
    found = inspect(connection)
    looks: dict[str, Callable[[str], Any]] = {
        "columns": found.get_columns,
        "key": lambda table: [found.get_pk_constraint(table)],
        "points_at": found.get_foreign_keys,
        "unique": found.get_unique_constraints,
        "checks": found.get_check_constraints,
        "indexes": found.get_indexes,
    }
    tables = [table for table in found.get_table_names() if table != "alembic_version"]
    return {f"{table} {kind}": _in_words(look(table)) for table in tables for kind, look in looks.items()}


def _in_words(things: list[dict[str, Any]]) -> list[str]:
    """Write each thing out, with the SQL inside it as text, so that two of them compare by what they say."""
    return sorted(
        str({k: {i: str(j) for i, j in v.items()} if isinstance(v, dict) else str(v) for k, v in t.items()})
        for t in things
    )


def sums(database: Database, only: full.Sums | None = None) -> full.Sums:
    with database.reading() as session:
        return full.sums(session.connection(), only)


def test_a_full_database_has_rows_in_every_table(full_database: Database) -> None:
    assert {name for name, said in sums(full_database).items() if not said.startswith(f"{full.ROWS} rows")} == (
        full.SEEDED
    )


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_down_and_up_again_keeps_every_row_of_what_stays(full_database: Database, before: str, after: str) -> None:
    held, shape, guarded = sums(full_database), looked_up(full_database.engine), guards(full_database)
    migrate.downgrade(full_database, MIGRATIONS, before)
    kept = sums(full_database)
    assert kept == {name: said for name, said in held.items() if name in kept}
    migrate.upgrade(full_database, MIGRATIONS, after)
    assert sums(full_database, kept) == kept
    migrate.downgrade(full_database, MIGRATIONS, before)
    migrate.upgrade(full_database, MIGRATIONS)
    assert sums(full_database, kept) == kept
    assert looked_up(full_database.engine) == shape
    assert guards(full_database) == guarded
    assert migrate.revision(full_database) == migrate.head(MIGRATIONS)


def test_after_moving_down_and_up_events_still_cannot_be_changed(full_database: Database) -> None:
    migrate.downgrade(full_database, MIGRATIONS, "base")
    migrate.upgrade(full_database, MIGRATIONS)
    full.fill(full_database)
    for change in ("UPDATE event SET kind = 'other'", "DELETE FROM event"):
        with pytest.raises(DatabaseError, match="only ever added"), transaction(full_database) as session:
            session.execute(text(change))


def test_whoever_was_kept_before_is_found_by_sound_street_and_number_after(database: Database) -> None:
    migrate.downgrade(database, MIGRATIONS, "0005")
    at = MONDAY.replace(tzinfo=None) if database.embedded else MONDAY
    person = {"id": 7, "forename": "Kayleigh", "search_name": "kayleigh thorne", "made_at": at}
    empty = dict.fromkeys(("surname", "search_surname", "descriptor", "gender", "ethnicity", "ethnicity_given"), "")
    empty |= dict.fromkeys(("language", "school", "gp", "phone"), "")
    row = person | empty | {"kind": "child", "sex": "U", "disabilities": "[]"}
    row["phone"] = "+44 1302 123"
    row |= dict.fromkeys(("unnamed", "unborn", "restricted"), False)
    with database.engine.begin() as session:
        session.execute(text(f"INSERT INTO person ({', '.join(row)}) VALUES (:{', :'.join(row)})"), row)
        session.execute(
            text("INSERT INTO address (id, \"key\", lines, postcode, protected) VALUES (9, :key, '', '', false)"),
            {"key": "14 beckett road|ZZ1 2AB"},
        )
    migrate.upgrade(database, MIGRATIONS)
    with database.reading() as session:
        sounds = session.execute(text("SELECT sound, person_id FROM name_sound ORDER BY sound")).all()
        tails = session.execute(text("SELECT tail, person_id FROM phone_tail")).all()
        words = session.execute(text("SELECT word, address_id FROM place_word ORDER BY word")).all()
    assert [tuple(row) for row in sounds] == [("0RN", 7), ("KL", 7)]
    assert {tuple(row) for row in tails} == {("01302123"[at:], 7) for at in range(5)}
    assert [tuple(row) for row in words] == [("14", 9), ("beckett", 9), ("road", 9)]


@pytest.fixture
def from_models(settings: Config, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Make a second database straight from the models, without any migration."""
    if settings.embedded:
        made = open_database(Config(folder=tmp_path / "from_models"), make=True)
    else:
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        name = f"from_models_{uuid4().hex}"
        made = open_database(Config(folder=tmp_path, database_url=server.make(name)))
    Base.metadata.create_all(made.engine)
    yield made
    made.engine.dispose()


def test_the_tables_are_what_the_models_say(database: Database, from_models: Database) -> None:
    assert looked_up(database.engine) == looked_up(from_models.engine)


def test_a_row_that_points_at_nothing_stops_the_move(migrated_folder: Path, tmp_path: Path) -> None:
    """Only SQLite lets foreign keys be off while tables move, so only there can it happen."""
    shutil.copytree(migrated_folder, tmp_path / "var")
    opened = open_database(Config(folder=tmp_path / "var"))
    with closing(opened.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only = OFF")
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("INSERT INTO user_role (id, user_id, role) VALUES (1, 999, 'admin')")
    with pytest.raises(Unavailable, match="would leave 1 rows pointing at nothing"):
        migrate.downgrade(opened, MIGRATIONS, "0003")
    assert migrate.revision(opened) == migrate.head(MIGRATIONS)
    opened.engine.dispose()


DIES = """
import os, signal, sys
from sqlalchemy import event
from mash import config, db, migrate

settings, left = config.from_environment(), int(sys.argv[1])
database = db.open_database(settings)

def die(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(database.engine, "after_cursor_execute", die)
if sys.argv[2] == "up":
    migrate.upgrade(database, settings.migrations)
else:
    migrate.downgrade(database, settings.migrations, "base")
"""


@pytest.mark.faults
@pytest.mark.parametrize(("move", "start"), [("up", "0001"), ("down", "head")])
def test_a_move_killed_at_any_statement_changed_nothing_and_can_be_made_again(
    full_database: Database, settings: Config, move: str, start: str
) -> None:
    if move == "up":
        migrate.downgrade(full_database, MIGRATIONS, start)
    held, shape, at = sums(full_database), looked_up(full_database.engine), migrate.revision(full_database)
    deaths = 0
    for statement in count(1, EVERY):
        done = python(DIES, str(statement), move, settings=settings)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert (sums(full_database), looked_up(full_database.engine)) == (held, shape)
        assert migrate.revision(full_database) == at
        deaths += 1
    assert deaths >= 3
    assert migrate.revision(full_database) == (migrate.head(MIGRATIONS) if move == "up" else None)
