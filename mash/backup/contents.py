"""What a database holds, counted, and whether it is whole: its pages, its references, its chain of events."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from mash.backup.manifest import BackupRefused, Manifest
from mash.db import Database, reading
from mash.journeys.events import first_break
from mash.models import Event, EventHead

Progress = Callable[[str], None]
EVENTS_AT_ONCE = 2_000
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds at one moment: rows by table, the names of its triggers, the end of the chain."""

    revision: str
    counts: Mapping[str, int]
    guards: tuple[str, ...]
    head_seq: int
    head_hash: str


def contents(session: Session) -> Contents:
    """Count what is there, as this session sees it."""
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    tables = sorted(inspect(connection).get_table_names())
    counts = {name: session.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one() for name in tables}  # noqa: S608  # names of tables, quoted
    guards = session.scalars(text(TRIGGERS[connection.dialect.name]))
    head = session.get(EventHead, 1)
    revision = session.scalars(text("SELECT version_num FROM alembic_version")).one()
    return Contents(revision, counts, tuple(guards), head.seq if head else 0, head.hash if head else "")


def require_whole(database: Database, *, say: Progress) -> None:
    """See that every page can be read and follows from the key, and that no row points at nothing.

    PostgreSQL sees to references while it puts rows back, so there only what it left unchecked is looked for.

    Raises:
        BackupRefused: If something is wrong.
    """
    say("Looking at its pages and references")
    with reading(database) as session:
        if database.embedded:
            looks = ("PRAGMA cipher_integrity_check", "PRAGMA foreign_key_check")
            wrong = [row for look in looks for row in session.execute(text(look))]
            sound = session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
        else:
            wrong = list(session.execute(text("SELECT conname FROM pg_constraint WHERE NOT convalidated")))
            sound = session.scalars(text("SELECT bool_and(indisvalid) FROM pg_index")).one()
    if wrong or not sound:
        raise BackupRefused("What was put back is damaged. Use another backup.")


def require_same(database: Database, manifest: Manifest, *, say: Progress) -> None:
    """See that a database holds what the manifest says, and that its chain of events is whole to the same end.

    Raises:
        BackupRefused: Naming the first difference.
    """
    say("Counting its rows")
    with reading(database, as_one=True) as session:
        found = contents(session)
        differing = {
            name: (manifest.counts.get(name, 0), found.counts.get(name, 0))
            for name in manifest.counts.keys() | found.counts.keys()
            if manifest.counts.get(name, 0) != found.counts.get(name, 0)
        }
        if differing:
            name, (told, there) = min(differing.items())
            raise BackupRefused(f"Table {name} should have {told:,} rows and has {there:,}. Use another backup.")
        if (found.revision, found.guards) != (manifest.revision, manifest.guards):
            raise BackupRefused("Its tables or their triggers are not what the manifest says. Use another backup.")
        say(f"Following its chain of {found.head_seq:,} events")
        _require_chain(session, manifest)


def _require_chain(session: Session, manifest: Manifest) -> None:
    rows = session.scalars(select(Event).order_by(Event.seq).execution_options(yield_per=EVENTS_AT_ONCE))
    last: list[tuple[int, str]] = [(0, "")]

    def passing() -> Iterator[Event]:
        for event in rows:
            last[0] = event.seq, event.hash
            yield event
            session.expunge(event)

    try:
        broken = first_break(passing())
    finally:
        rows.close()
    if broken is not None:
        raise BackupRefused(f"The chain of events does not hold at event {broken:,}. Use another backup.")
    if last[0] != (manifest.head_seq, manifest.head_hash):
        raise BackupRefused("The chain of events does not end where the manifest says. Use another backup.")
