"""Time the pages at full size, beside a bare Flask page in the same run, and read every query plan.

    .venv/bin/mash demo --contacts 250000          (in a folder named by MASH_FOLDER, or on MASH_DATABASE_URL)
    .venv/bin/python -m tests.bench.pages --write  (puts the table into README.md, beside the other database's)

``tests.postgresql`` serves a PostgreSQL that stays, and says how to fill it.


Server time is what the application takes to answer, without the network or gunicorn. Ratios are against the bare page,
timed in turn with each of ours, so that a busy machine slows both alike.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from mash import clock, config, log
from mash.cli.opening import fold_all, rulebook_of
from mash.config import HOUSE
from mash.db import Database, open_database, reading, transaction
from mash.journeys.sign_in import count_try, finish
from mash.models import Contact, User, UserRole
from mash.web.access import cookie_name
from mash.web.app import create_app

LARGE = {
    "address",
    "adult_on_contact",
    "agreement",
    "child_on_contact",
    "clock",
    "clock_mark",
    "contact",
    "decision",
    "episode",
    "event",
    "figure_contact",
    "hand_over",
    "observation",
    "oversight",
    "person",
    "rating",
    "viewing",
}
ROUNDS = 60
BEGIN, END = "<!-- pages: begin -->", "<!-- pages: end -->"


@dataclass
class Page:
    """One page: how to ask for it, how long each answer took, and the queries behind it."""

    name: str
    ask: Callable[[], Any]
    ms: list[float] = field(default_factory=list)
    bare_ms: list[float] = field(default_factory=list)
    plans: dict[str, list[str]] = field(default_factory=dict)


def main() -> None:
    """Run the benchmark against the database that the environment names."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true", help="put the table into README.md")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    asked = options.parse_args()
    log.set_up(quiet=True)
    settings = replace(config.from_environment(), secure_cookies=False)
    database = open_database(settings)
    fold_all(database)  # as the scheduler keeps it, or the pages of figures would only say that they wait
    app = create_app(database, settings, rulebook_of(settings))
    contacts = counted(database)
    pages = pages_of(app, database)
    measure(pages, asked.rounds)
    for page in pages:
        page.plans = plans_behind(database, page)
    table = table_of(pages, contacts, "SQLCipher" if database.embedded else "PostgreSQL")
    sys.stdout.write(table + "\n")
    scans = {page.name: found for page in pages if (found := full_scans(page))}
    for name, found in scans.items():
        sys.stdout.write(f"FULL SCAN behind {name}:\n  " + "\n  ".join(found) + "\n")
    if asked.write:
        write_into_readme(table, embedded=database.embedded)
    sys.exit(1 if scans else 0)


def counted(database: Database) -> int:
    """Count the contacts on record."""
    with reading(database) as session:
        return session.scalar(text("SELECT count(*) FROM contact")) or 0


def pages_of(app: Flask, database: Database) -> list[Page]:
    """Sign in as a practitioner and a manager, and give the pages they open all day."""
    worker, manager = signed_in(app, database, "practitioner"), signed_in(app, database, "manager")
    with reading(database) as session:
        fresh, busy = _open_contact(session), _busiest_family(session)
        person = session.execute(text("SELECT forename, surname FROM person WHERE surname <> '' LIMIT 1")).one()
        street = session.execute(text("SELECT lines FROM address WHERE lines <> '' LIMIT 1")).scalar_one()
    found = {"name": f"{person.forename} {person.surname}", "postcode": "", "phone": "", "reference": ""}
    heard = {"name": f"{person.forename.replace('a', 'ah')} {person.surname}e"}
    return [
        Page("Queue, everyone", lambda: worker.get("/queue?view=everyone")),
        Page("Queue, mine", lambda: worker.get("/queue?view=mine")),
        Page("Contact workspace", lambda: worker.get(f"/contacts/{fresh}")),
        Page("Contact workspace, family known best", lambda: worker.get(f"/contacts/{busy}")),
        Page("Timeline", lambda: worker.get(f"/contacts/{busy}/timeline")),
        Page("Search by name", lambda: search(worker, found)),
        Page("Search by sound", lambda: search(worker, heard)),
        Page("Search by street", lambda: search(worker, {"place": street.split(",")[0].split(" ", 1)[1]})),
        Page("Team", lambda: manager.get("/team")),
        Page("RED board", lambda: manager.get("/red")),
        Page("Timeliness", lambda: manager.get("/timeliness")),
        Page("Where the time went", lambda: manager.get("/timeliness/time")),
        Page("Process charts", lambda: manager.get("/timeliness/charts")),
        Page("Who came back", lambda: manager.get("/timeliness/pictures/came-back")),
        Page("Sources", lambda: manager.get("/timeliness/pictures/sources")),
        Page("Neglect and domestic abuse", lambda: manager.get("/timeliness/pictures/strands")),
        Page("Thresholds", lambda: manager.get("/thresholds")),
        Page("Replays", lambda: manager.get("/replays")),
    ]


def search(client: Any, found: dict[str, str]) -> Any:
    """Search as the page does: by POST, with the token of a form opened before."""
    page = client.get("/search").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post("/search", data={**found, "csrf_token": token}, headers={"Origin": "http://localhost"})


def signed_in(app: Flask, database: Database, role: str) -> Any:
    """Give a client signed in as someone with a role, past the password."""
    with transaction(database) as session:
        wanted = select(User).join(UserRole).where(UserRole.role == role).order_by(User.id).limit(1)
        user = session.scalars(wanted).one()
        known: dict[str, Any] = {"network": "127.0.0.1", "known_by": "bench", "key": "bench"}
        attempt = count_try(session, username=user.username, at=clock.now(), **known)
        token = finish(session, attempt, rehash=None, device="bench", at=clock.now())
    client = app.test_client()
    with app.test_request_context():
        client.set_cookie(cookie_name(), token)
    return client


def _open_contact(session: Session) -> str:
    first = select(Contact.reference).where(Contact.queue_rank.is_not(None)).order_by(Contact.due_at).limit(1)
    return session.scalars(first).one()


def _busiest_family(session: Session) -> str:
    statement = (
        "SELECT max(c.reference) FROM contact c JOIN child_on_contact k ON k.contact_id = c.id "
        "GROUP BY k.person_id ORDER BY count(*) DESC LIMIT 1"
    )
    return str(session.execute(text(statement)).scalar_one())


def measure(pages: list[Page], rounds: int) -> None:
    """Ask for each page in turn with a bare one, after a first answer of each that does not count."""
    bare = bare_page()
    for page in pages:
        answer = page.ask()
        if answer.status_code != 200:
            raise SystemExit(f"{page.name} answered {answer.status_code}: {answer.headers.get('Location', '')}")
    bare.get("/")
    for _ in range(rounds):
        for page in pages:
            page.ms.append(timed(page.ask))
            page.bare_ms.append(timed(lambda: bare.get("/")))


def bare_page() -> Any:
    """Make the peer: a Flask page that says hello and does nothing else."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>Hello</title><p>Hello")
    return app.test_client()


def timed(ask: Callable[[], Any]) -> float:
    """Time one answer, body and all, in milliseconds."""
    started = time.perf_counter()
    ask().get_data()
    return (time.perf_counter() - started) * 1000


def plans_behind(database: Database, page: Page) -> dict[str, list[str]]:
    """Ask once more, keep each statement, and have the database say how it would answer it."""
    kept: dict[str, Any] = {}

    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            kept.setdefault(statement, parameters)

    event.listen(database.engine, "before_cursor_execute", keep)
    page.ask()
    event.remove(database.engine, "before_cursor_execute", keep)
    explain = "EXPLAIN QUERY PLAN " if database.embedded else "EXPLAIN "
    plans = {}
    with database.engine.connect() as connection:
        for statement, parameters in kept.items():
            if " FOR UPDATE" in statement:
                continue
            rows = connection.exec_driver_sql(explain + statement, parameters)
            plans[statement] = [str(row[-1]) for row in rows]
    return plans


def full_scans(page: Page) -> list[str]:
    """Name every step that reads a large table from end to end."""
    found = []
    for statement, steps in page.plans.items():
        for step in steps:
            words = step.replace("->", " ").split()
            table = words[1] if words[:1] == ["SCAN"] else words[3] if words[:3] == ["Seq", "Scan", "on"] else ""
            if table in LARGE and "ix_clock_running" not in step:
                found.append(f"{step.strip()}  <-  {' '.join(statement.split())[:160]}")
    return found


def table_of(pages: list[Page], contacts: int, engine: str) -> str:
    """Write the table that the README shows."""
    lines = [
        f"{engine}, {contacts:,} contacts, server time of {len(pages[0].ms)} answers each:",
        "",
        "| Page | Median ms | 95th percentile ms | Bare Flask page, times slower | Queries | Full scans |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for page in pages:
        ratio = median(mine / bare for mine, bare in zip(page.ms, page.bare_ms, strict=True))
        late = sorted(page.ms)[int(len(page.ms) * 0.95)]
        counts = f"{len(page.plans)} | {len(full_scans(page))}"
        lines.append(f"| {page.name} | {median(page.ms):.1f} | {late:.1f} | {ratio:.0f} | {counts} |")
    return "\n".join(lines)


def write_into_readme(table: str, *, embedded: bool) -> None:
    """Put the table between its marks, leaving the other engine's as it is."""
    readme = HOUSE / "README.md"
    whole = readme.read_text("utf-8")
    before, rest = whole.split(BEGIN)
    between, after = rest.split(END)
    tables = [part.strip() for part in between.strip().split("\n\n\n") if part.strip()]
    mine = "SQLCipher" if embedded else "PostgreSQL"
    kept = [part for part in tables if not part.startswith(mine)]
    merged = "\n\n\n".join(sorted([*kept, table], reverse=True))
    readme.write_text(f"{before}{BEGIN}\n{merged}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
