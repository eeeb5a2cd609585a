"""Make a larger record of a smaller one for the bench of growth: its closed contacts, copied as often as asked.

    .venv/bin/python -m tests.bench.multiply large huge --times 10    (ten times as long a history)
    .venv/bin/python -m tests.bench.multiply small busy --times 10 --busier    (the same days, ten times as busy)

Inventing 2.5 million contacts one by one takes a day; rows copied within the database take half an hour. Only tables
that pages of figures read are copied, with ids and references of their own. What is open stays as it is: the queue does
not grow with the record. The copies of events are on no chain, so nothing but a bench should use what comes of it.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Date, String, Table, UniqueConstraint, delete, func, insert, select, text, update

from mash import clock, log
from mash.cipher_file import connected
from mash.cli.opening import fold_all
from mash.config import Config, secret
from mash.db import ROOM_KIB, Base, Database, UtcDateTime, make_room, open_database, reading, transaction
from mash.measures.counting import STORED, sums
from mash.measures.terms import DECIDED, RECEIVED, TERMS
from mash.models import Contact, Event, EventHead, FigureContact, FigureDay, FigureMark

COPIED = (
    "person",
    "contact",
    "child_on_contact",
    "clock",
    "decision",
    "agreement",
    "episode",
    "figure_contact",
    "hand_over",
    "information_request",
    "observation",
    "oversight",
    "event",
)
"""Every table that the pages of figures read and that grows with the contacts; who is named comes before who names."""


def main() -> None:
    """Copy the folder, and then its rows within the copy."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=Path, help="with an embedded database that mash demo made")
    options.add_argument("into", type=Path, help="a new folder")
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--busier", action="store_true", help="put the copies on the same days, not before them")
    asked = options.parse_args()
    log.set_up(quiet=True)
    asked.into.mkdir(mode=0o700)
    for name in ("mash.db", "database.key"):
        shutil.copy(asked.folder / name, asked.into / name)
    settings = Config(folder=asked.into)
    database = open_database(settings)
    fold_all(database)
    step, days = spans(database)
    database.engine.dispose()
    file = connected(settings.database_file, secret(settings.key_file, make=False))
    for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{ROOM_KIB}"):
        file.execute(f"PRAGMA {setting}")
    for number in range(1, asked.times):
        began = time.monotonic()
        copy_all(file, number, step, 0 if asked.busier else number * days)
        sys.stdout.write(f"{number} of {asked.times - 1} copied in {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
    file.close()
    database = open_database(settings)
    add_up(database)
    database.engine.dispose()


def spans(database: Database) -> tuple[int, int]:
    """Give a number above every id, and how many days the record covers, in whole weeks."""
    with reading(database) as session:
        highest = [session.scalar(select(func.max(_key(Base.metadata.tables[name])))) or 0 for name in COPIED]
        first, last = session.execute(select(func.min(Contact.received_at), func.max(Contact.received_at))).one()
    return max(highest) + 1, ((last - first).days // 7 + 1) * 7


def _key(table: Table) -> Column[Any]:
    return next(column for column in table.primary_key.columns)


def copy_all(file: Any, number: int, step: int, days: int) -> None:
    """Copy everything closed once, with ids so many steps higher, so many days earlier."""
    told = {"n": number, "step": step, "ids": number * step, "days": f"-{days} days"}
    for name in COPIED:
        file.execute(copying(Base.metadata.tables[name]), told)


def copying(table: Table) -> str:
    """Write the statement that copies a table's first rows, but for those of what is open or not copied itself."""
    unique = {column.name for one in table.constraints if isinstance(one, UniqueConstraint) for column in one.columns}
    given, wanted = [], [f"{_key(table).name} < :step"]
    if table.name == "contact":
        wanted.append("queue_rank IS NULL")
    for column in table.columns:
        named = next((key.column for key in column.foreign_keys if key.column.table.name in COPIED), None)
        if named is not None:
            there = f"SELECT {named.name} FROM {named.table.name}"
            wanted.append(f"({column.name} IS NULL OR {column.name} + :ids IN ({there}))")
        given.append(_given(column, shifted=named is not None or column is _key(table), unique=column.name in unique))
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    which = " AND ".join(wanted)
    return f'INSERT INTO "{table.name}" ({columns}) SELECT {", ".join(given)} FROM "{table.name}" WHERE {which}'


def _given(column: Column[Any], *, shifted: bool, unique: bool) -> str:
    name = f'"{column.name}"'
    if shifted:
        return f"{name} + :ids"
    if isinstance(column.type, Date):
        return f"date({name}, :days)"
    if isinstance(column.type, UtcDateTime):
        return f"date({name}, :days) || substr({name}, 11)"
    if unique and isinstance(column.type, String):
        return f":n || '~' || {name}"
    return name


def add_up(database: Database) -> None:
    """Make the sums of all that is settled anew, fold in nothing twice, and let the planner look at it."""
    at = clock.now()
    with transaction(database) as session:
        make_room(session)
        session.execute(delete(FigureDay))
        settled = select(FigureContact.__table__).where(STORED.settled.is_(True)).subquery("c")
        for basis in (RECEIVED, DECIDED):
            terms = [term for term in TERMS.values() if term.day == basis]
            rows = [
                {"term": term, "day": day, "number": n} for term, day, n in sums(session, terms, settled, basis, at)
            ]
            session.execute(insert(FigureDay), rows)
        newest = session.scalar(select(func.max(Event.seq))) or 0
        session.execute(update(FigureMark).values(seq=newest))
        session.execute(update(EventHead).values(seq=newest))
        session.execute(text("ANALYZE"))


if __name__ == "__main__":
    main()
