"""A steady load over HTTP: so many requests a second, 60 people, lists, contacts opened and contacts decided (L-01).

    .venv/bin/python -m tests.faults.load --minutes 30                     (on SQLCipher; --engine postgresql)
    MASH_FOLDER=/tmp/large .venv/bin/python -m tests.faults.load --here    (on a database that is there, which grows)

Each request has its moment, whatever became of those before, and is timed from that moment: a service that falls behind
cannot hide it. The whole service runs as it is deployed, with its scheduler; whoever asks shares its processors.
"""

import argparse
import json
import os
import queue
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from mash import clock, config, log
from mash.cli.demo import fill
from mash.config import HOUSE, Config
from mash.db import Database, open_database
from mash.rules import RuleBook
from tests.bench.pace_people import REFERENCE, Signed, signed_in
from tests.faults.rig import ENGINES, installed
from tests.processes import serving
from tests.web.contacts import SOUND, Desk, fields_of

PEOPLE = 60
MIX = {"list": 60, "view": 25, "decide": 15}
BEGIN, END = "<!-- load: begin -->", "<!-- load: end -->"
P95_MS, P99_MS = 500, 1500


@dataclass
class Measured:
    """How long each kind of request took, in milliseconds from its moment, and what went wrong."""

    ms: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in MIX})
    wrong: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, began: float, wrong: str = "") -> None:
        """Note one that ended now."""
        with self.lock:
            self.ms[kind].append((time.perf_counter() - began) * 1000)
            if wrong:
                self.wrong[f"{kind}: {wrong}"] += 1


class Asker:
    """One of the sixty: takes whatever is due next, and does it as whoever they are signed in as."""

    def __init__(self, port: int, who: Signed, measured: Measured, ready: "queue.SimpleQueue[str]") -> None:
        self.port, self.who, self.measured, self.ready = port, who, measured, ready
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.seen: list[str] = []

    def ask(self, path: str, form: dict[str, object] | None = None) -> tuple[int, str]:
        """Ask for a page, or send a form."""
        headers = {"Cookie": self.who.cookie}
        body = None if form is None else urlencode(list(form.items()), doseq=True)
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        try:
            self.connection.request("GET" if form is None else "POST", path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode()
        except (HTTPException, OSError):
            self.connection.close()
            raise

    def do(self, kind: str, due: float) -> None:
        """Do one thing whose moment has come."""
        try:
            if kind == "list":
                status, page = self.ask("/queue?view=everyone")
                self.seen = REFERENCE.findall(page) or self.seen
                self.measured.add(kind, due, "" if status == 200 else str(status))
            elif kind == "view" or not self._decide(due):
                status, _ = self.ask(f"/contacts/{random.choice(self.seen)}" if self.seen else "/queue")
                self.measured.add("view", due, "" if status == 200 else str(status))
        except (HTTPException, OSError) as wrong:
            self.measured.add(kind, due, type(wrong).__name__)

    def _decide(self, due: float) -> bool:
        """Open a contact that waits and decide it; two requests, of which the second is the decision."""
        try:
            path = f"/contacts/{self.ready.get_nowait()}"
        except queue.Empty:
            return False
        status, page = self.ask(path)
        self.measured.add("view", due, "" if status == 200 else str(status))
        began = time.perf_counter()
        status, _ = self.ask(f"{path}/decision", fields_of(page, f"{path}/decision") | dict(SOUND))
        self.measured.add("decide", began, "" if status == 303 else str(status))
        return True


def moments(rate: float, seconds: float, chance: random.Random) -> Iterator[tuple[str, float]]:
    """Give what is to be done, and after how many seconds: by chance, so many a second in the mean."""
    at, kinds, weights = 0.0, list(MIX), list(MIX.values())
    while (at := at + chance.expovariate(rate)) < seconds:
        yield chance.choices(kinds, weights)[0], at


def _feed(desk: Desk, ready: "queue.SimpleQueue[str]", over: threading.Event, every: float) -> None:
    """Receive contacts for people to decide, until all is over."""
    while not over.wait(every):
        ready.put(desk.contact("Ada"))


def load(port: int, people: list[Signed], desk: Desk, *, rate: float, seconds: float) -> Measured:
    """Ask at a steady rate for so long."""
    measured, due = Measured(), queue.SimpleQueue[tuple[str, float] | None]()
    ready: queue.SimpleQueue[str] = queue.SimpleQueue()
    over = threading.Event()
    feeder = threading.Thread(target=_feed, args=(desk, ready, over, 1 / (rate * MIX["decide"] / 100)))

    def work(who: Signed) -> None:
        asker = Asker(port, who, measured, ready)
        while (one := due.get()) is not None:
            asker.do(*one)

    workers = [threading.Thread(target=work, args=(people[number % len(people)],)) for number in range(PEOPLE)]
    for thread in (*workers, feeder):
        thread.start()
    began = time.perf_counter()
    for kind, at in moments(rate, seconds, random.Random(7)):
        time.sleep(max(0.0, began + at - time.perf_counter()))
        due.put((kind, began + at))
    for _ in workers:
        due.put(None)
    over.set()
    for thread in (*workers, feeder):
        thread.join()
    return measured


def at(share: float, values: list[float]) -> float:
    """Return the value below which this share of them lies; 0 of none."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def table(measured: Measured, told: dict[str, object]) -> str:
    """Write what was measured."""
    lines = [
        ", ".join(f"{name} {value}" for name, value in told.items()) + ".",
        "",
        "| Request | Number | p50 ms | p95 ms | p99 ms | Most ms |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    every = [one for values in measured.ms.values() for one in values]
    for kind, values in (*measured.ms.items(), ("all", every)):
        shown = " | ".join(f"{number:,.0f}" for number in (*(at(s, values) for s in (0.5, 0.95, 0.99)), at(1, values)))
        lines.append(f"| {kind} | {len(values):,} | {shown} |")
    wrong = ", ".join(f"{name} × {number}" for name, number in measured.wrong.most_common()) or "none"
    return "\n".join([*lines, "", f"Errors: {wrong}."])


@contextmanager
def database_of(asked: argparse.Namespace) -> Iterator[tuple[Config, Database]]:
    """Open the database that the environment names, or a new one with an invented history."""
    if asked.here:
        settings = replace(config.from_environment(), secure_cookies=False, second_step=())
        database = open_database(settings)
        yield settings, database
        database.engine.dispose()
        return
    with installed(asked.engine) as settings:
        database = open_database(settings)
        fill(database, settings, contacts=asked.contacts, seed=2022, now=clock.now().replace(second=0, microsecond=0))
        yield settings, database
        database.engine.dispose()


def main() -> None:
    """Ask for as long as told; leave with 1 where answers took too long or anything went wrong."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--rate", type=float, default=40, help="requests a second")
    options.add_argument("--contacts", type=int, default=2000, help="in the invented history")
    options.add_argument("--engine", choices=ENGINES, default="sqlcipher")
    options.add_argument("--here", action="store_true", help="on the database that the environment names")
    options.add_argument("--write", action="store_true", help="put the table into README.md")
    asked = options.parse_args()
    log.set_up(quiet=True)
    with database_of(asked) as (settings, database):
        deciders = [who for who in signed_in(database) if who.role == "practitioner"]
        desk = Desk(database, RuleBook.load(settings.thresholds))
        with serving(settings, "--with-scheduler", log=settings.folder.parent / "log") as served:
            before = os.getloadavg()[0]
            measured = load(served.port, deciders, desk, rate=asked.rate, seconds=asked.minutes * 60)
            told = {"rate": f"{asked.rate:g}/s", "minutes": f"{asked.minutes:g}", "on": asked.engine}
            told |= {"load of the machine before": f"{before:.1f}", "during": f"{os.getloadavg()[0]:.1f}"}
            served.stop()
    written = table(measured, told)
    sys.stdout.write(written + "\n")
    every = [one for values in measured.ms.values() for one in values]
    (HOUSE / "var").mkdir(exist_ok=True)
    shares = {"p50": at(0.5, every), "p95": at(0.95, every), "p99": at(0.99, every)}
    whole = told | shares | {"requests": len(every), "errors": measured.wrong.total()}
    (HOUSE / "var" / "load.json").write_text(json.dumps(whole) + "\n")
    if asked.write:
        readme = HOUSE / "README.md"
        head, rest = readme.read_text("utf-8").split(BEGIN)
        readme.write_text(f"{head}{BEGIN}\n{written}\n{END}{rest.split(END)[1]}", "utf-8")
    sys.exit(1 if measured.wrong or at(0.95, every) > P95_MS or at(0.99, every) > P99_MS else 0)


if __name__ == "__main__":
    main()
