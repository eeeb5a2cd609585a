"""PostgreSQL stopped at once, its backends terminated, the network to it broken, and deadlocks, while people record.

    .venv/bin/python -m tests.faults.postgresql_faults      (F-07: 30, F-08: 200, F-10: 100, F-16: 200)

The server has PostgreSQL's own settings for what is on disk, so that what it acknowledged must be there. Not tried: a
connection that is dead while its other end acknowledges bytes for ever; TCP cannot tell that from a slow one.
"""

import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from mash import clock
from mash.config import Config
from mash.db import Database, Unavailable, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.events import first_break
from mash.journeys.notes import add_note
from mash.migrate import upgrade
from mash.models import Event
from mash.rules import RuleBook
from tests import postgresql
from tests.faults.killing import green_again
from tests.faults.proxy import MODES, Proxy
from tests.faults.recording import (
    Driver,
    assert_clean,
    assert_kept,
    assert_whole,
    counted,
    signed_in_driver,
    while_recording,
)
from tests.faults.rig import Tally, scaled
from tests.processes import Serving, serving
from tests.web.contacts import Desk

BROKEN_SECONDS = 1.0


class Ground:
    """A server, its database by its socket, and the service on it, by the socket or through the proxy."""

    def __init__(self, folder: Path, server: postgresql.Server) -> None:
        self.folder, self.server = folder, server
        self.direct = Config(folder=folder / "var", database_url=server.url("mash"), secure_cookies=False)
        self.direct.folder.mkdir(mode=0o700)
        self.log = folder / "log.json"
        self.database: Database = open_database(self.direct)
        upgrade(self.database, self.direct.migrations)
        self.driver: Driver = signed_in_driver(self.database, self.direct)

    def through(self, port: int) -> Config:
        """Give the settings by which the service reaches its database through a proxy."""
        url = f"postgresql+psycopg://mash@127.0.0.1:{port}/mash"
        return Config(folder=self.direct.folder, database_url=url, secure_cookies=False)

    def control(self, *words: str) -> None:
        """Tell the server what to do, by its own program."""
        data = str(self.server.folder / "data")
        postgresql._run(self.server.folder, "pg_ctl", "-D", data, "-w", *words)

    def start(self) -> None:
        """Start the server again, as it was."""
        folder = self.server.folder
        self.control(
            "-l", str(folder / "log"), "-o", f"-c unix_socket_directories={folder} -c listen_addresses=", "start"
        )

    def as_superuser(self, statement: str) -> None:
        with psycopg.connect(host=str(self.server.folder), user="mash", dbname="postgres", autocommit=True) as raw:
            raw.execute(statement.encode())


@contextmanager
def ground() -> Generator[Ground]:
    """Start a server whose acknowledged writes are on disk, with the service's tables in it."""
    with tempfile.TemporaryDirectory(prefix="mash-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postgresql.running(folder / "pg") as server:
            made = Ground(folder, server)
            yield made
            made.database.engine.dispose()


def after(ground: Ground, served: Serving, tally: Tally) -> None:
    """See that the service is green again, that nothing answered is lost, and that people can go on."""
    green_again(served, tally)
    ground.driver.send_again(served.port)
    assert_kept(ground.database, ground.driver.ledger)
    assert_clean(ground.log, ground.driver.ledger)


def stop_at_once(ground: Ground, tally: Tally, times: int) -> None:
    """Stop the server as a crash would, and start it again a moment later."""

    def strike() -> None:
        ground.control("-m", "immediate", "stop")
        time.sleep(random.uniform(0, 1))
        ground.start()

    with serving(ground.direct, log=ground.log) as served:
        for number in range(times):
            with tally.fault(f"stop {number}:"):
                while_recording(ground.driver, served, strike)
                ground.database.engine.dispose()
                after(ground, served, tally)
                assert_whole(ground.database)


def end_backends(ground: Ground, tally: Tally, times: int) -> None:
    """End a backend of the service's own, at random."""
    one = "SELECT pid FROM pg_stat_activity WHERE datname = 'mash' ORDER BY random() LIMIT 1"

    def strike() -> None:
        ground.as_superuser(f"SELECT pg_terminate_backend(pid) FROM ({one}) AS one")

    with serving(ground.direct, log=ground.log) as served:
        for number in range(times):
            with tally.fault(f"backend {number}:"):
                ground.database.engine.dispose()
                while_recording(ground.driver, served, strike)
                after(ground, served, tally)
        assert_whole(ground.database)


def break_network(ground: Ground, tally: Tally, times: int) -> None:
    """Break the network between the service and the server, in each way, for a moment."""
    with (
        Proxy(ground.server.folder / ".s.PGSQL.5432") as proxy,
        serving(ground.through(proxy.port), log=ground.log) as served,
    ):
        for number in range(times):
            mode = MODES[number % len(MODES)]
            with tally.fault(f"network {mode}:"):
                while_recording(ground.driver, served, partial(_break, proxy, mode))
                after(ground, served, tally)
        assert_whole(ground.database)


def _break(proxy: Proxy, mode: str) -> None:
    proxy.strike(mode)
    time.sleep(BROKEN_SECONDS)
    proxy.mode = ""
    if mode == "half_open":
        proxy.cut()


def deadlock(ground: Ground, tally: Tally, times: int) -> None:
    """Let two people write notes on the same two contacts, each in the other's order, in one transaction each."""
    ground.as_superuser("ALTER DATABASE mash SET deadlock_timeout = '30ms'")
    ground.database.engine.dispose()
    desk = Desk(ground.database, RuleBook.load(ground.direct.thresholds))
    pair = desk.contact("Ada"), desk.contact("Ben")
    kept = 0
    for number in range(times):
        with tally.fault(f"deadlock {number}:"):
            done = _both(ground.database, pair)
            assert set(done) <= {"done", "told"}, done
            assert "done" in done, done
            kept += done.count("done")
    tally.add("told_to_try_again", 2 * times - kept)
    with reading(ground.database) as session:
        notes = session.query(Event).filter(Event.kind == "contact.note").count()
        assert notes == 2 * kept, (notes, kept)
        assert first_break(session.query(Event).order_by(Event.seq)) is None


def _both(database: Database, pair: tuple[str, str]) -> list[str]:
    done: list[str] = []
    together = threading.Barrier(2)

    def write(first: str, second: str) -> None:
        try:
            with transaction(database) as session:
                session.connection().exec_driver_sql(f"SELECT 1 FROM contact WHERE reference = '{first}' FOR UPDATE")
                together.wait(10)
                session.connection().exec_driver_sql(f"SELECT 1 FROM contact WHERE reference = '{second}' FOR UPDATE")
                for reference in (first, second):
                    add_note(session, reference, "Invented.", by=Actor.system("test"), at=clock.now())
            done.append("done")
        except Unavailable:
            done.append("told")
        except Exception as wrong:  # noqa: BLE001  # kept, so that the assertion shows it
            done.append(repr(wrong))

    threads = [threading.Thread(target=write, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


Run = Callable[[Ground, Tally, int], None]
RUNS: dict[str, tuple[Run, int]] = {
    "postgresql stopped": (stop_at_once, 30),
    "backends ended": (end_backends, 200),
    "network to postgresql": (break_network, 100),
    "deadlocks": (deadlock, 200),
}


def run(name: str, times: int) -> Tally:
    """Do one kind of fault so many times, on a server of its own."""
    tally = Tally(name)
    with ground() as made:
        try:
            RUNS[name][0](made, tally, times)
        except AssertionError as wrong:
            tally.injected += 1
            tally.failures.append(f"at the end: {wrong}")
        tally.add("writes_answered", len(made.driver.ledger.answered))
        tally.counts |= counted(made.database, made.driver.ledger)
    return tally


def main() -> None:
    """Do all of them."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no server is left running
    for name, (_, full) in RUNS.items():
        run(name, scaled(full, least=5)).save()


if __name__ == "__main__":
    main()
