"""A disk that takes no more, a lock held by another: refused with a reference, read all the same, nothing lost.

.venv/bin/python -m tests.faults.shortages 30         # so many of each, on the databases it fits
"""

import random
import re
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from mash.config import Config
from mash.db import Database
from tests.faults.kept import Ledger
from tests.faults.recording import Driver, assert_kept, assert_whole, signed_in_driver
from tests.faults.restores import installation
from tests.forms import SmallBrowser
from tests.processes import Serving, serving

REFERENCE = re.compile(r"reference: <strong>\w+")
LOCKS = {
    "sqlite": ("PRAGMA query_only = OFF", "BEGIN IMMEDIATE"),
    "postgresql": ("BEGIN", "SELECT * FROM event_head FOR UPDATE"),
}


@contextmanager
def full_disk(served: Serving, room: int) -> Generator[None]:
    """Let no process of the service write a file past so many bytes, as a full disk would not; then let them again."""
    _limit(served, room)
    try:
        yield
    finally:
        _limit(served, resource.RLIM_INFINITY)


def _limit(served: Serving, room: int) -> None:
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    for process in (served.process.pid, *map(int, children)):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))


@contextmanager
def held_lock(database: Database, seconds: float) -> Generator[None]:
    """Hold the lock that every writer needs for so long, from outside the service."""
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        raw = connection.connection.cursor()
        for statement in LOCKS[database.engine.dialect.name]:
            raw.execute(statement)
        timer = threading.Timer(seconds, lambda: raw.execute("ROLLBACK"))
        timer.start()
        try:
            yield
        finally:
            timer.join()
            raw.close()
            connection.invalidate()


def refused(driver: Driver, port: int, statuses: set[int]) -> list[str]:
    """Send one contact that cannot be kept now, and say what of a good refusal is missing."""
    token = uuid4().hex
    driver.ledger.sent[token] = narrative = f"Invented contact {uuid4().hex}"
    reply = driver.send(port, token, narrative)
    wrong = [f"answered {reply.status}"] if reply.status not in statuses else []
    wrong += ["no reference"] if not REFERENCE.search(reply.text) else []
    wrong += ["what was written is not shown again"] if narrative not in reply.text else []
    seen = SmallBrowser(port, dict(driver.cookies)).open("/queue")
    return wrong + ([f"the queue answered {seen.status}"] if seen.status != 200 else [])


def at_once_again(driver: Driver, database: Database, port: int) -> list[str]:
    """Send again what was refused, and see that all that was answered is there, once, and whole."""
    driver.send_again(port)
    try:
        assert_kept(database, driver.ledger)
        assert_whole(database)
    except AssertionError as wrong:
        return [f"not whole afterwards: {wrong} {driver.ledger.wrong}"]
    return []


def full_disk_round(driver: Driver, database: Database, served: Serving) -> list[str]:
    """Fill the disk, try to write, read, make room, write again."""
    with full_disk(served, random.choice([1, 512, 4096])):  # a write-ahead log begun anew has room for less than a page
        wrong = refused(driver, served.port, {507})
    return wrong + at_once_again(driver, database, served.port)


def lock_round(driver: Driver, database: Database, served: Serving, seconds: float) -> list[str]:
    """Hold the lock for longer than is waited, or for less, with someone who writes meanwhile."""
    began = time.monotonic()
    with held_lock(database, seconds):
        if seconds > 11:
            wrong = refused(driver, served.port, {503})
        else:
            driver.record(served.port, uuid4().hex, f"Invented contact {uuid4().hex}")
            wrong = [f"{seconds} s: {said}" for said in driver.ledger.wrong]
        waited = time.monotonic() - began
    return (
        wrong
        + ([f"waited {waited:.1f} s"] if waited > 15 + seconds else [])
        + at_once_again(driver, database, served.port)
    )


def main(number: int) -> int:
    """Try so many of each, and keep what came of it."""
    ledger = Ledger("shortages")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("sqlcipher", "postgresql"):
            with installation(kind, Path(folder)) as (database, settings, _):
                _rounds(ledger, kind, database, settings, number)
    return ledger.write()


def _rounds(ledger: Ledger, kind: str, database: Database, settings: Config, number: int) -> None:
    driver = signed_in_driver(database, settings, "contact_officer", "manager")
    with serving(settings, log=Path("/dev/null")) as served:
        kinds: dict[str, Callable[[], list[str]]] = {
            "lock held": lambda: lock_round(driver, database, served, random.choice([0.5, 2, 4, 12]))
        }
        if database.embedded:
            kinds["disk full"] = lambda: full_disk_round(driver, database, served)
        for _ in range(number):
            for name, turn in kinds.items():
                ledger.note(f"{kind} {name}", problems := turn())
                driver.ledger.wrong.clear()
                sys.stdout.write(f"{kind} {name}: {problems}\n" if problems else "")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
