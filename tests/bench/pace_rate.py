"""The queue's rate as a share of a bare Flask page's, on the same workers, in turn with it in the same run."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import select

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys import triage
from mash.journeys.actor import Actor
from mash.models import Contact, User, UserRole
from tests.bench.pace_load import AT_ONCE, Answers, load
from tests.bench.pace_server import Server

VIEWS = ("everyone", "mine", "unclaimed", "waiting", "to-hand-over", "decided")
BARE = "Bare page, 22 KB"
WARM = 0.5
CHANGES_EVERY = 0.25
CHANGING = "Queue, everyone, while a contact changes four times a second"


@dataclass
class Rated:
    """A page, and each round of it beside the round of the bare page just before."""

    name: str
    rounds: list[tuple[Answers, Answers]] = field(default_factory=list)
    cpu: list[tuple[float, float]] = field(default_factory=list)

    @property
    def shares(self) -> list[float]:
        return [page.rate / bare.rate for bare, page in self.rounds]

    def line(self) -> str:
        pages = [page for _, page in self.rounds]
        rate, late = [page.rate for page in pages], median(page.p95 for page in pages)
        worked = median(page for _, page in self.cpu)
        share = "1" if self.name == BARE else _between(self.shares, 2)
        return f"| {self.name} | {_between(rate, 0)} | {late:.1f} | {worked:.2f} | {share} |"


def _between(numbers: list[float], places: int) -> str:
    return f"{median(numbers):,.{places}f} ({min(numbers):,.{places}f}–{max(numbers):,.{places}f})"


def rates(server: Server, database: Database, cookie: str, *, rounds: int, seconds: float) -> list[Rated]:
    """Ask for the bare page and each view of the queue in turn, round after round."""
    asked = {f"Queue, {view}": f"/queue?view={view}" for view in VIEWS}
    rated = [Rated(BARE), *map(Rated, asked), Rated(CHANGING)]
    for path in ("/bare/", *asked.values()):
        load(server.port, path, cookie, WARM)
    for _ in range(rounds):
        for one in rated[1:]:
            bare, bare_cpu = _timed(server, "/bare/", cookie, seconds)
            if one.name == CHANGING:
                with changing(database):
                    page, cpu = _timed(server, asked["Queue, everyone"], cookie, seconds)
            else:
                page, cpu = _timed(server, asked[one.name], cookie, seconds)
            one.rounds.append((bare, page))
            one.cpu.append((bare_cpu, cpu))
            rated[0].rounds.append((bare, bare))
            rated[0].cpu.append((bare_cpu, bare_cpu))
    return rated


def _timed(server: Server, path: str, cookie: str, seconds: float) -> tuple[Answers, float]:
    """Load a page; give the answers, and the workers' milliseconds of processor for each."""
    before = server.cpu()
    answers = load(server.port, path, cookie, seconds)
    return answers, (server.cpu() - before) / len(answers.ms) * 1000


@contextmanager
def changing(database: Database) -> Iterator[None]:
    """Have somebody take a contact and put it back, over and over, from a process of their own."""
    over = threading.Event()
    with reading(database) as session:
        free = select(Contact.reference).where(Contact.queue_rank == 1, Contact.claimed_by_id.is_(None))
        reference = session.scalars(free.order_by(Contact.due_at).limit(1)).one()
        by = Actor.of(session.scalars(select(User).join(UserRole).where(UserRole.role == "manager").limit(1)).one())

    def change() -> None:
        while not over.wait(CHANGES_EVERY):
            with transaction(database) as session:
                triage.claim(session, reference, by=by, at=clock.now())
            if over.wait(CHANGES_EVERY):
                break
            with transaction(database) as session:
                triage.release(session, reference, by=by, at=clock.now())
        with transaction(database) as session:
            triage.release(session, reference, by=by, at=clock.now())

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def table_of_rates(rated: list[Rated], engine: str, contacts: int, worker_class: str) -> str:
    """Write the table that the README shows."""
    rounds = len(rated[1].rounds)
    served = f"gunicorn with 2 {worker_class} workers, {AT_ONCE} asking at once"
    lines = [
        f"{engine}, {contacts:,} contacts, {served}, {rounds} rounds, median (least–most):",
        "",
        "| Page | Answers a second | 95th percentile ms | Workers' processor ms | Share of the bare page's rate |",
        "| --- | --: | --: | --: | --: |",
        *(one.line() for one in rated),
    ]
    return "\n".join(lines)
