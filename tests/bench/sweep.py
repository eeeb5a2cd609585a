"""Time one sweep of the deadlines with 5,000 newly late, over few closed contacts and over many.

    .venv/bin/mash demo --contacts 250000             (in a folder named by MASH_FOLDER, and a smaller one in another)
    .venv/bin/python -m tests.bench.sweep /tmp/small /tmp/large --write

Each folder's encrypted database is copied and left as it is. In the copy everything is closed, and then 5,000 contacts
are opened that somebody holds and that have just run out; so whatever differs between sizes comes of what is closed.
"""

import argparse
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import func, insert, select, update

from mash import clock, log
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading, transaction
from mash.jobs import Worker, deadlines
from mash.journeys.watch_deadlines import BATCH
from mash.models import Clock, ClockMark, Contact, InformationRequest, Message, StageMark, User

DUE = 5000
ROUNDS = 5
STAGES = ("half", "hour", "due")
BEGIN, END = "<!-- sweep-bench: begin -->", "<!-- sweep-bench: end -->"


@dataclass
class Size:
    """One size: how many contacts are closed, and what each sweep took, in seconds."""

    closed: int
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    queued: list[float] = field(default_factory=list)
    """Ready to go on, while others had the processors."""
    quiet: list[float] = field(default_factory=list)
    """Seconds of a processor with nothing due."""


@contextmanager
def copied(folder: Path) -> Iterator[Database]:
    """Open a copy of a folder's database, which goes afterwards."""
    with tempfile.TemporaryDirectory() as made:
        for name in ("mash.db", "database.key"):
            shutil.copy(folder / name, Path(made) / name)
        database = open_database(Config(folder=Path(made)))
        yield database
        database.engine.dispose()


def close_all(database: Database, at: datetime) -> int:
    """Close everything that is open, so that nothing is due. Return how many contacts there are."""
    with transaction(database) as session:
        session.execute(update(Clock).where(Clock.stopped_at.is_(None)).values(stopped_at=at))
        session.execute(update(Contact).where(Contact.queue_rank.is_not(None)).values(queue_rank=None))
        session.execute(update(InformationRequest).where(InformationRequest.replied_at.is_(None)).values(replied_at=at))
        session.execute(update(User).values(email="holder@anytown.example"))
        return session.scalar(select(func.count()).select_from(Contact)) or 0


def open_due(database: Database, at: datetime, part: int) -> None:
    """Open 5,000 contacts whose decision has just become late, and of which every stage before was told."""
    with transaction(database) as session:
        holder = session.scalars(select(User.id).where(User.active).order_by(User.id).limit(1)).one()
        told = {"type_at_receipt": "service_request", "received_at": at, "entered_at": at, "claimed_by_id": holder}
        rows = [{**told, "reference": f"S-{part}-{number}", "due_at": at} for number in range(DUE)]
        contacts = session.scalars(insert(Contact).returning(Contact.id, sort_by_parameter_order=True), rows).all()
        ran = {"started_at": at - timedelta(days=1), "due_at": at - timedelta(seconds=1), "how": []}
        running = [{**ran, "name": "social-care", "contact_id": contact} for contact in contacts]
        clocks = session.scalars(insert(Clock).returning(Clock.id, sort_by_parameter_order=True), running).all()
        marks = [
            {"subject": "clock", "subject_id": number, "contact_id": contact, "stage": stage, "at": at}
            for number, contact in zip(clocks, contacts, strict=True)
            for stage in STAGES
        ]
        session.execute(insert(StageMark), marks)


def marked(database: Database) -> tuple[int, int]:
    """Count the clocks marked late, and the messages written."""
    with reading(database) as session:
        marks = session.scalar(select(func.count()).select_from(ClockMark)) or 0
        return marks, session.scalar(select(func.count()).select_from(Message)) or 0


def sweep(worker: Worker) -> tuple[float, float, float]:
    """Do one round as the scheduler does; return its seconds of the wall, of a processor, and in wait for one."""
    worker.beat()
    wall, processor, queued = time.perf_counter(), time.process_time(), in_wait()
    worker.run("deadlines", deadlines, BATCH)
    return time.perf_counter() - wall, time.process_time() - processor, in_wait() - queued


def in_wait() -> float:
    """Return for how many seconds this thread has been ready while others had the processors, by Linux's account."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


def measured(folder: Path, rounds: int) -> Size:
    """Measure one size, and see each time that all 5,000 were marked and written of."""
    with copied(folder) as database:
        size, worker = Size(close_all(database, clock.now())), Worker(database)
        for part in range(rounds):
            size.quiet.append(sweep(worker)[1])
            open_due(database, clock.now(), part)
            before = marked(database)
            wall, processor, queued = sweep(worker)
            if marked(database) != (before[0] + DUE, before[1] + DUE):
                raise SystemExit("The sweep did not mark and write of all that was due.")
            size.wall.append(wall)
            size.processor.append(processor)
            size.queued.append(queued)
            close_all(database, clock.now())
    return size


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the exponent of the second in the first, by least squares over their logarithms."""
    xs, ys = zip(*((math.log(x), math.log(y)) for x, y in points), strict=True)
    middle, level = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((x - middle) * (y - level) for x, y in zip(xs, ys, strict=True))
    return float(across / sum((x - middle) ** 2 for x in xs))


def table_of(sizes: Sequence[Size]) -> str:
    """Write the table that the README shows."""
    lines = [
        f"SQLCipher, {DUE:,} newly late, each marked, kept and written of; {len(sizes[0].wall)} sweeps, median (most):",
        "",
        "| Closed contacts | Sweep, s | In wait for a processor | Without that | s of a processor | ms, nothing due |",
        "| --: | --: | --: | --: | --: | --: |",
    ]
    for size in sizes:
        own = [wall - queued for wall, queued in zip(size.wall, size.queued, strict=True)]
        seconds = " | ".join(
            f"{median(some):.2f} ({max(some):.2f})" for some in (size.wall, size.queued, own, size.processor)
        )
        lines.append(f"| {size.closed:,} | {seconds} | {1000 * median(size.quiet):.0f} |")
    lines += ["", f"The load was {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors."]
    if len(sizes) > 1:
        exponent = slope([(size.closed, median(size.processor)) for size in sizes])
        lines += ["", f"The sweep’s processor time grows with the closed contacts to the power of {exponent:.2f}."]
    return "\n".join(lines)


def main() -> None:
    """Measure every folder named, smallest first."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--write", action="store_true", help="put the table into README.md")
    asked = options.parse_args()
    log.set_up(quiet=True)
    sizes = sorted((measured(folder, asked.rounds) for folder in asked.folders), key=lambda size: size.closed)
    table = table_of(sizes)
    sys.stdout.write(table + "\n")
    if asked.write:
        readme = HOUSE / "README.md"
        before, rest = readme.read_text("utf-8").split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", "utf-8")


if __name__ == "__main__":
    main()
