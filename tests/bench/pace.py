"""Measure the pace of the service: the queue beside a bare page, and twelve people at work with a browser beside them.

    MASH_FOLDER=/tmp/large .venv/bin/mash demo --contacts 250000     (once)
    MASH_FOLDER=/tmp/large make pace                                 (on SQLCipher and on PostgreSQL; into README.md)
    MASH_FOLDER=/tmp/large .venv/bin/python -m tests.bench.pace --only sqlcipher --rounds 1 --minutes 0.5

The twelve decide contacts of their own, which stay in the database. PostgreSQL is the one that MASH_DATABASE_URL names,
which ``tests.postgresql`` serves and says how to fill; where none is named, a server of the bench's own, filled with as
many contacts as the folder's database has. ``--write`` with ``--only`` leaves the other database's tables as they are.
Whoever asks shares the processors with whoever answers, so the machine must do nothing else.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from mash import clock, config, log
from mash.cli.demo import fill
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading
from mash.models import Contact
from tests import postgresql
from tests.bench.pace_browser import look
from tests.bench.pace_people import Signed, signed_in, work
from tests.bench.pace_rate import CHANGING, rates, table_of_rates
from tests.bench.pace_server import gunicorn
from tests.bench.pace_times import Times, table_of_times

BEGIN, END = "<!-- pace: begin -->", "<!-- pace: end -->"
LEAST_SHARE = 0.25
ENGINES = ("sqlcipher", "postgresql")


def main() -> None:
    """Measure on each database in turn, and say what is out of budget."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true", help="put the tables into README.md")
    options.add_argument("--only", choices=ENGINES, help="on one database alone")
    options.add_argument("--rounds", type=int, default=5, help="rounds of each page")
    options.add_argument("--seconds", type=float, default=3.0, help="how long a page is asked for in a round")
    options.add_argument("--minutes", type=float, default=3.0, help="how long the twelve work")
    options.add_argument("--worker-class", choices=("sync", "gthread"), default="sync")
    asked = options.parse_args()
    log.set_up(quiet=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server is left running
    settings = replace(config.from_environment(), secure_cookies=False)
    tables, wrong = [], []
    for engine in [asked.only] if asked.only else ENGINES:
        with over(engine, settings) as (database, used):
            made, over_budget = measure(database, used, asked)
        tables += made
        wrong += over_budget
    sys.stdout.write("\n\n".join(tables) + "\n")
    if asked.write:
        write_into_readme(tables)
    sys.stdout.writelines(f"OVER BUDGET: {one}\n" for one in wrong)
    sys.exit(1 if wrong else 0)


@contextmanager
def over(engine: str, settings: Config) -> Iterator[tuple[Database, Config]]:
    """Open the folder's database, or on PostgreSQL the one that is named, or a new one with as many contacts."""
    if engine == "postgresql" and settings.database_url:
        database = open_database(settings)
        yield database, settings
        database.engine.dispose()
        return
    settings = replace(settings, database_url="")
    embedded = open_database(settings)
    if engine == "sqlcipher":
        yield embedded, settings
        embedded.engine.dispose()
        return
    contacts = count(embedded)
    embedded.engine.dispose()
    with postgresql.running() as server, tempfile.TemporaryDirectory(prefix="mash-pace-") as folder:
        used = replace(settings, folder=Path(folder), database_url=server.make("pace"))
        database = open_database(used)
        fill(database, used, contacts=contacts, seed=2022, now=clock.now().replace(second=0, microsecond=0))
        yield database, used
        database.engine.dispose()


def count(database: Database) -> int:
    """Count the contacts."""
    with reading(database) as session:
        return session.scalar(select(func.count()).select_from(Contact)) or 0


def measure(database: Database, settings: Config, asked: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Give the tables of one database, and what is out of budget in them."""
    engine, contacts = "SQLCipher" if database.embedded else "PostgreSQL", count(database)
    people = signed_in(database)
    with (
        tempfile.TemporaryDirectory(prefix="mash-pace-") as folder,
        gunicorn(settings, Path(folder) / "log", worker_class=asked.worker_class) as server,
    ):
        rated = rates(server, database, people[0].cookie, rounds=asked.rounds, seconds=asked.seconds)
        until_now = server.log.stat().st_size
        times = at_work(database, settings, server.port, people, minutes=asked.minutes)
        times.server = server.times(until_now)
    wrong = [
        f"{engine}: {one.name} has {share:.2f} of the bare page's rate"
        for one in rated[1:]
        if one.name != CHANGING and (share := sorted(one.shares)[len(one.shares) // 2]) < LEAST_SHARE
    ]
    wrong += [f"{engine}: {line}" for line in times.over_budget()]
    tables = table_of_rates(rated, engine, contacts, asked.worker_class), table_of_times(times, engine, contacts)
    return list(tables), wrong


def at_work(database: Database, settings: Config, port: int, people: list[Signed], *, minutes: float) -> Times:
    """Let the twelve work for so long, and a browser beside them."""
    times = Times()
    with work(database, settings, port, people, times):
        look(database, settings, port, people, times, seconds=minutes * 60)
    return times


def write_into_readme(tables: list[str], readme: Path = HOUSE / "README.md") -> None:
    """Put the tables between their marks, each after its heading, leaving those of a database not measured now."""
    before, rest = readme.read_text("utf-8").split(BEGIN)
    between, after = rest.split(END)
    parts = [part for part in between.strip().split("\n\n") if part]
    there = [f"{head}\n\n{table}" for head, table in zip(parts[::2], parts[1::2], strict=True)]
    measured = {table.partition(",")[0] for table in tables}
    kept = [table for table in there if table.partition(",")[0] not in measured]
    merged = "\n\n".join(sorted([*kept, *tables], key=lambda table: not table.startswith("SQLCipher")))
    readme.write_text(f"{before}{BEGIN}\n{merged}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
