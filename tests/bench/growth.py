"""How the time of the dashboard grows with what is on record: its pages, and each of its statements, at several sizes.

    MASH_FOLDER=small .venv/bin/mash demo --contacts 25000
    MASH_FOLDER=large .venv/bin/mash demo --contacts 250000
    .venv/bin/python -m tests.bench.multiply large huge --times 10
    .venv/bin/python -m tests.bench.growth small large huge --write     (puts the table into README.md)

The exponent is that of n in the time: 1 doubles with the record, nought does not grow. Time is the processor's, which a
busy machine stretches little, and the embedded database's with it, which runs in the same process. Sizes go in turn.
It fails where a page reaches 1.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event

from mash import config
from mash import log as logging
from mash.cli.opening import fold_all, rulebook_of
from mash.config import HOUSE
from mash.db import Database, open_database
from mash.web.app import create_app
from tests.bench.pages import counted, signed_in

PAGES = ("/timeliness", "/timeliness/time", "/timeliness/charts", "/timeliness/figures")
BEGIN, END = "<!-- growth: begin -->", "<!-- growth: end -->"


@dataclass
class Size:
    """One database: how many contacts it holds, and what each page took, in all and in its statements."""

    contacts: int
    ask: Callable[[str], Any]
    database: Database
    ms: dict[str, list[float]] = field(default_factory=dict)
    statements: dict[str, list[float]] = field(default_factory=dict)


def main() -> None:
    """Ask each page of each size in turn."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folders", nargs="+", type=Path, help="the smallest first")
    options.add_argument("--write", action="store_true", help="put the table into README.md")
    options.add_argument("--rounds", type=int, default=15)
    asked = options.parse_args()
    logging.set_up(quiet=True)
    sizes = [opened(folder) for folder in asked.folders]
    for size in sizes:
        for page in PAGES:
            size.ask(page)
    for _ in range(asked.rounds):
        for page in PAGES:
            for size in sizes:
                once(size, page)
    table = "\n".join(lines_of(sizes))
    sys.stdout.write(table + "\n")
    if asked.write:
        readme = HOUSE / "README.md"
        before, rest = readme.read_text("utf-8").split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", "utf-8")
    sys.exit(any(exponent(sizes, [median(size.ms[page]) for size in sizes]) >= 1 for page in PAGES))


def opened(folder: Path) -> Size:
    """Open a database and sign in as a manager."""
    settings = replace(config.from_environment(), folder=folder, database_url="", secure_cookies=False)
    database = open_database(settings)
    fold_all(database)
    manager = signed_in(create_app(database, settings, rulebook_of(settings)), database, "manager")
    return Size(counted(database), manager.get, database)


def once(size: Size, page: str) -> None:
    """Time one answer, and what of it the database took."""
    watch = Watch()
    listeners = (("before_cursor_execute", watch.begin), ("after_cursor_execute", watch.end))
    for name, listener in listeners:
        event.listen(size.database.engine, name, listener)
    began = time.process_time()
    size.ask(page).get_data()
    size.ms.setdefault(page, []).append((time.process_time() - began) * 1000)
    for name, listener in listeners:
        event.remove(size.database.engine, name, listener)
    size.statements.setdefault(page, []).append(watch.ms)


class Watch:
    """Adds up what statements take until their first row is ready."""

    def __init__(self) -> None:
        self.ms = self.since = 0.0

    def begin(self, *_: Any) -> None:
        self.since = time.process_time()

    def end(self, *_: Any) -> None:
        self.ms += (time.process_time() - self.since) * 1000


def exponent(sizes: list[Size], ms: list[float]) -> float:
    """Give the exponent of growth from the smallest to the largest."""
    return log(ms[-1] / ms[0]) / log(sizes[-1].contacts / sizes[0].contacts)


def lines_of(sizes: list[Size]) -> list[str]:
    """Write the table that the README shows."""
    engine = "SQLCipher" if sizes[0].database.embedded else "PostgreSQL"
    heads = " | ".join(f"{size.contacts:,} contacts, ms" for size in sizes)
    lines = [
        f"{engine}, processor time of an answer, median of {len(sizes[0].ms[PAGES[0]])}, each size in turn:",
        "",
        f"| Page | {heads} | Exponent |",
        "| --- |" + " --: |" * (len(sizes) + 1),
    ]
    for page in PAGES:
        for words, of in ((page, "ms"), (f"{page}, its statements", "statements")):
            found = [median(getattr(size, of)[page]) for size in sizes]
            numbers = " | ".join(f"{one:.1f}" for one in found)
            lines.append(f"| {words} | {numbers} | {exponent(sizes, found):.2f} |")
    return lines


if __name__ == "__main__":
    main()
