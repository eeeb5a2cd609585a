"""A database with sealed and anchored chains to be tampered with, copied for each case, on either database."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from mash import migrate
from mash.config import Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.anchors import heads_of, write_anchor
from mash.journeys.audit_reads import Answer, Told, record_read
from mash.journeys.events import record_event
from mash.journeys.seal_reads import seal_reads
from mash.journeys.verify_audit import Report, verify_audit
from tests import postgresql
from tests.factories import MONDAY, a_contact, an_actor

ROWS = 30
"""Events, and as many reads under seals of three."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where databases are made, copied and let go again: in a folder, or on a server."""

    folder: Path
    server: postgresql.Server | None

    def settings(self, name: str) -> Config:
        (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        return Config(folder=self.folder / name, database_url=self.server.url(name) if self.server else "")

    def copy(self, name: str, of: str) -> Config:
        shutil.copytree(self.folder / of, self.folder / name)
        if self.server:
            self.server.make(name, template=of)
        return self.settings(name)

    def drop(self, name: str) -> None:
        shutil.rmtree(self.folder / name)
        if self.server:
            self.server.drop(name)


@contextmanager
def opened(settings: Config, *, make: bool = False) -> Iterator[Database]:
    database = open_database(settings, make=make)
    try:
        yield database
    finally:
        database.engine.dispose()


def filled(place: Place) -> str:
    """Make the database that each case gets a copy of, and see that it is whole."""
    if place.server:
        place.server.make("filled")
    settings = place.settings("filled")
    with opened(settings, make=True) as database:
        migrate.upgrade(database, settings.migrations)
        fill(database, settings.anchors_file)
        found = looked_at(database, settings.anchors_file)
        assert found.problems == [], found.problems
    return "filled"


def fill(database: Database, anchors: Path, *, first: int = 0) -> None:
    """Put events and reads onto the chains, sealed in threes and anchored."""
    with transaction(database) as session:
        people = [an_actor(session, "manager", username=f"m{first}{n}", name=f"Invented {n}") for n in range(2)]
        made = [a_contact(session, reference=f"C-26-{n + first:05d}") for n in range(1, 7)]
        for n in range(1, ROWS + 1):
            at, who = MONDAY + timedelta(minutes=n + first), people[n % 2]
            said = {"why": f"Reason {n}"}
            record_event(session, kind="contact.noted", at=at, by=who, contact_id=made[n % 6].id, data=said)
            told = Told(frozenset({made[n % 6].reference}), frozenset({n % 3} - {0}))
            record_read(session, _answer(who, n, at), told)
            if n % 3 == 0:
                seal_reads(session, at=at)
    anchor(database, anchors)


def _answer(who: Actor, n: int, at: datetime) -> Answer:
    outcome, asked = ("refused", {"reference": "C-26-00001"}) if n % 5 == 0 else ("shown", {})
    return Answer(
        who.user_id or 0, frozenset({"manager"}), "workspace.show", outcome, at, n, "0" * 64, ("identity",), asked
    )


def anchor(database: Database, anchors: Path) -> None:
    with reading(database) as session:
        write_anchor(anchors, heads_of(session), MONDAY)


def looked_at(database: Database, anchors: Path) -> Report:
    with reading(database, as_one=True) as session:
        at = MONDAY + timedelta(minutes=ROWS)
        return verify_audit(session, anchors=anchors, at=at, gaps_are_breaks=database.embedded)


@contextmanager
def past_every_guard(database: Database) -> Iterator[Connection]:
    """Give a connection with no triggers and no foreign keys in the way, as whoever owns the database may have."""
    with database.engine.connect().execution_options(mash_writes=True) as connection:
        if database.embedded:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if database.embedded:
                named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                for (name,) in connection.execute(text(named)).all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET session_replication_role = replica"))
            yield connection
            if not database.embedded:
                connection.execute(text("SET session_replication_role = DEFAULT"))
