"""Do the day's tasks in a real browser, each by mouse, by keyboard alone and without scripts, and count what they take.

    make ux                                       (2,000 contacts, made in var/ux-2000 the first time)
    make ux CONTACTS=250000 UX_ARGS=--write       (puts the table into README.md)
    make ux FOLDER=/tmp/large                     (a folder of ``mash demo`` made before, however large)

Exit code 1 if anything is over budget or could not be done. Each run adds the contacts that its tasks are about.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError
from sqlalchemy import func, select

from mash import clock
from mash.cli.opening import rulebook_of
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.sign_in import count_try, finish
from mash.models import Contact, User, UserRole
from mash.rules import RuleBook
from tests.bench.ux_hands import WAYS
from tests.bench.ux_table import TASKS, Results, Task, table_of, write_into_readme
from tests.bench.ux_tasks import Case
from tests.browser.soundness import USUAL
from tests.processes import environment, serving
from tests.web.contacts import Desk

PATIENCE = 30_000


def main() -> None:
    """Make the database where there is none, do every task, and write the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--contacts", type=int, default=2000, help="how many, if the folder is still to be filled")
    options.add_argument("--folder", type=Path, help="var/ux-CONTACTS unless said")
    options.add_argument("--only", action="append", default=[], metavar="T1", help="only this task; may be said again")
    options.add_argument("--write", action="store_true", help="put the table into README.md")
    asked = options.parse_args()
    folder = asked.folder or HOUSE / "var" / f"ux-{asked.contacts}"
    settings = Config(folder=folder.resolve(), secure_cookies=False)
    fill(settings, asked.contacts)
    database = open_database(settings)
    with reading(database) as session:
        contacts = session.scalar(select(func.count()).select_from(Contact)) or 0
    tasks = [task for task in TASKS if not asked.only or task.code in asked.only]
    with served(settings) as (url, browser):
        results = run(tasks, Office(database, rulebook_of(settings), browser, url))
    database.engine.dispose()
    table = table_of(tasks, results, contacts)
    sys.stdout.write(f"\n{table}\n\n")
    if asked.write:
        write_into_readme(table)
    faults = faults_in(tasks, results)
    if waiting := [task.code for task in tasks if task.do is None]:
        sys.stdout.write(f"No page yet, so not counted: {', '.join(waiting)}.\n")
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "Nothing is over budget.\n")
    sys.exit(1 if faults else 0)


def fill(settings: Config, contacts: int) -> None:
    """Have ``mash demo`` invent the history, unless the folder has one."""
    if not settings.database_file.exists():
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        words = [sys.executable, "-m", "mash.cli", "demo", "--contacts", str(contacts)]
        subprocess.run(words, env=environment(settings), check=True)


@contextmanager
def served(settings: Config) -> Iterator[tuple[str, Browser]]:
    """Serve the database, and start the browser."""
    expect.set_options(timeout=PATIENCE)
    log = settings.folder / "serve.log"
    with serving(settings, log=log) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield f"http://127.0.0.1:{server.port}", browser
        browser.close()


@dataclass
class Office:
    """A served database, and the people who work on it, each signed in once and past the password."""

    database: Database
    rulebook: RuleBook
    browser: Browser
    url: str
    tokens: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def case(self, way: str) -> Iterator[Case]:
        """Give one task to be done one way its browsers, and close them after."""
        contexts: list[BrowserContext] = []

        def sit(role: str) -> Page:
            made = self.browser.new_context(
                base_url=self.url, viewport=USUAL, java_script_enabled=way != "no script", reduced_motion="reduce"
            )
            made.set_default_timeout(PATIENCE)
            made.add_cookies([{"name": "mash", "value": self.token(role), "url": self.url}])
            contexts.append(made)
            return made.new_page()

        try:
            yield Case(Desk(self.database, self.rulebook), way, WAYS[way], sit)
        finally:
            for made in contexts:
                made.close()

    def token(self, role: str) -> str:
        """Sign in the first person who has a role."""
        if role not in self.tokens:
            with transaction(self.database) as session:
                wanted = select(User).join(UserRole).where(UserRole.role == role, User.active).order_by(User.id)
                user = session.scalars(wanted.limit(1)).one()
                known: dict[str, Any] = {"network": "127.0.0.1", "known_by": "bench", "key": "bench"}
                attempt = count_try(session, username=user.username, at=clock.now(), **known)
                self.tokens[role] = finish(session, attempt, rehash=None, device="bench", at=clock.now())
        return self.tokens[role]


def run(tasks: Sequence[Task], office: Office) -> Results:
    """Do each task each way, and say so on the way."""
    results: Results = {}
    for task in tasks:
        if task.do is None:
            continue
        for way in WAYS:
            sys.stdout.write(f"{task.code:4} {way:10} ")
            sys.stdout.flush()
            with office.case(way) as case:
                try:
                    results[task.code, way] = spent = task.do(case).spent
                    over = task.over(way, spent)
                    sys.stdout.write(f"{spent}{'  OVER: ' + ', '.join(over) if over else ''}\n")
                except (BrowserError, AssertionError) as wrong:
                    results[task.code, way] = str(wrong)
                    sys.stdout.write("NOT DONE: " + str(wrong)[:300] + "\n")
    return results


def faults_in(tasks: Sequence[Task], results: Results) -> list[str]:
    """Say what is over budget, and what could not be done."""
    faults = []
    for task in tasks:
        for way in WAYS if task.do else ():
            spent = results[task.code, way]
            wrong = ["not done"] if isinstance(spent, str) else task.over(way, spent)
            faults += [f"{task.code} {way}: {fault}" for fault in wrong]
    return faults


if __name__ == "__main__":
    main()
