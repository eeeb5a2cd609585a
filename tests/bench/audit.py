"""The price of the audit of reads: each page with it, as a ratio to the same page in the same round without it.

    .venv/bin/mash demo --contacts 2000            (in a folder named by MASH_FOLDER, or on MASH_DATABASE_URL)
    .venv/bin/python -m tests.bench.audit --write  (puts the table into README.md, beside the other database's)

Server time, as in ``tests.bench.pages``. Without it, nothing is looked for in the answer and no row is written. It ends
with exit code 1 where a page costs more than half as much again.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any
from unittest.mock import patch

from mash import config, log
from mash.cli.opening import fold_all, rulebook_of
from mash.config import HOUSE
from mash.db import open_database
from mash.web import reads
from mash.web.app import create_app
from tests.bench.pages import pages_of, timed

MOST = 1.5
ROUNDS = 60
BEGIN, END = "<!-- audit: begin -->", "<!-- audit: end -->"
SHOWS_NOBODY = {"Thresholds", "Replays", "Where the time went"}


@dataclass
class Priced:
    """One page, and how long it took with the audit and without, in ms, round by round."""

    name: str
    ask: Callable[[], Any]
    kept: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Give how many times as long it takes with the audit: the middle of all rounds."""
        return median(one / other for one, other in zip(self.kept, self.bare, strict=True))


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Keep nothing of what is read."""
    with patch.object(reads, "_keep", lambda *_: None):
        yield


def price(pages: list[Priced], rounds: int) -> None:
    """Ask for each page with and without, in turn, which first changing with the round."""
    for page in pages:
        if (answer := page.ask()).status_code != 200:
            raise SystemExit(f"{page.name} answered {answer.status_code}")
    for number in range(rounds):
        for page in pages:
            for keeping in (number % 2 == 0, number % 2 == 1):
                if keeping:
                    page.kept.append(timed(page.ask))
                else:
                    with nothing_kept():
                        page.bare.append(timed(page.ask))


def table_of(pages: list[Priced], engine: str) -> str:
    busy = f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
    lines = [
        f"{engine}, {len(pages[0].kept)} answers with the audit of reads and as many without, in turn; {busy}:",
        "",
        "| Page | With, median ms | Without, median ms | Times as long |",
        "| --- | --: | --: | --: |",
    ]
    rows = ((one.name, median(one.kept), median(one.bare), one.ratio) for one in pages)
    lines += [f"| {name} | {kept:.1f} | {bare:.1f} | {ratio:.2f} |" for name, kept, bare, ratio in rows]
    return "\n".join(lines)


def write_into_readme(table: str, engine: str) -> None:
    """Put the table between its marks, leaving the other database's as it is."""
    readme = HOUSE / "README.md"
    before, rest = readme.read_text("utf-8").split(BEGIN)
    between, after = rest.split(END)
    others = [part.strip() for part in between.split("\n\n\n") if part.strip() and not part.strip().startswith(engine)]
    merged = "\n\n\n".join(sorted([*others, table], reverse=True))
    readme.write_text(f"{before}{BEGIN}\n{merged}\n{END}{after}", "utf-8")


def main() -> int:
    """Price the pages on the database that the environment names."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true", help="put the table into README.md")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    said = options.parse_args()
    log.set_up(quiet=True)
    settings = replace(config.from_environment(), secure_cookies=False)
    database = open_database(settings)
    fold_all(database)
    app = create_app(database, settings, rulebook_of(settings))
    pages = [Priced(one.name, one.ask) for one in pages_of(app, database) if one.name not in SHOWS_NOBODY]
    price(pages, said.rounds)
    engine = "SQLCipher" if database.embedded else "PostgreSQL"
    table = table_of(pages, engine)
    print(table)
    if said.write:
        write_into_readme(table, engine)
    return 1 if any(page.ratio > MOST for page in pages) else 0


if __name__ == "__main__":
    sys.exit(main())
