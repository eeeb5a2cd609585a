"""Workers killed in the middle of a request, everything killed during writes, and restarts that are graceful.

    .venv/bin/python -m tests.faults.killing            (F-01: 300, F-02: 200, F-19: 30, on both databases together)

The oracle is the driver's own ledger of what was answered. After each fault: every answered write is there, once, with
its event; the chain and the file are sound; nothing of a person in the log; and the service answers again in 30 s.
"""

import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from mash.config import Config
from mash.db import Database, open_database
from tests.faults.recording import (
    Driver,
    assert_clean,
    assert_kept,
    assert_whole,
    counted,
    kill_a_worker,
    narratives,
    signed_in_driver,
    while_recording,
)
from tests.faults.rig import ENGINES, Tally, installed, scaled
from tests.forms import NoReply, SmallBrowser
from tests.processes import Serving, serving

PATIENCE = 120
"""How many seconds ending may take on a machine that does much else. A quiet one takes one or two."""
OFTEN = 10
"""After how many kills of a worker everything is looked at; what was answered is looked at after each."""


def answers(served: Serving) -> bool:
    """Say whether the service is ready."""
    with suppress(NoReply):
        return SmallBrowser(served.port).open("/readyz").status == 200
    return False


def green_again(served: Serving, tally: Tally) -> None:
    """Wait until the service answers, for 30 seconds at most."""
    began = time.monotonic()
    while not answers(served):
        assert time.monotonic() - began < 30, "not ready within 30 s"
        time.sleep(0.05)
    tally.most("seconds_to_ready_at_most", time.monotonic() - began)


def kill_workers(settings: Config, database: Database, driver: Driver, tally: Tally, times: int) -> None:
    """Kill one worker after another while people record."""
    log = settings.folder.parent / "log"
    with serving(settings, log=log) as served:
        for number in range(times):
            with tally.fault(f"worker, kill {number}:"):
                while_recording(driver, served, partial(kill_a_worker, served))
                green_again(served, tally)
                driver.send_again(served.port)
                assert_kept(database, driver.ledger)
                assert_clean(log, driver.ledger)
                if number % OFTEN == OFTEN - 1:
                    assert_whole(database)
        assert_whole(database)
        assert served.stop() == 0


def kill_everything(settings: Config, database: Database, driver: Driver, tally: Tally, times: int) -> None:
    """Kill every process at once while people record, and start again."""
    log = settings.folder.parent / "log"
    for number in range(times):
        with tally.fault(f"everything, kill {number}:"), serving(settings, log=log) as served:
            green_again(served, tally)
            driver.send_again(served.port)
            while_recording(driver, served, served.kill)
            assert_kept(database, driver.ledger)
            assert_whole(database)
            assert_clean(log, driver.ledger)
    with serving(settings, log=log) as served:
        green_again(served, tally)
        driver.send_again(served.port)
        assert driver.ledger.answered == driver.ledger.sent.keys()
        assert set(narratives(database).values()) <= {1}


def restart(settings: Config, database: Database, driver: Driver, tally: Tally, times: int) -> None:
    """Tell it to load anew (HUP), or to end (TERM) and start it again, while people record and others read."""
    log = settings.folder.parent / "log"
    left = times
    while left > 0:
        with serving(settings, log=log) as served:
            green_again(served, tally)
            for last in [False] * min(2, left - 1) + [True]:
                with tally.fault("end:" if last else "load anew:"):
                    _restart_once(served, driver, last=last)
                    if not last:
                        green_again(served, tally)
                        driver.send_again(served.port)
                    assert_kept(database, driver.ledger)
                    assert_clean(log, driver.ledger)
                left -= 1
    assert_whole(database)


def _restart_once(served: Serving, driver: Driver, *, last: bool) -> None:
    stop = threading.Event()
    seen: list[int] = []
    reader = threading.Thread(target=_keep_reading, args=(served.port, stop, seen))
    reader.start()

    def strike() -> None:
        if last:
            served.process.send_signal(signal.SIGTERM)
            assert served.process.wait(PATIENCE) == 0, "it did not end as told"
        else:
            served.process.send_signal(signal.SIGHUP)
            time.sleep(random.uniform(1, 2))

    try:
        while_recording(driver, served, strike)
    finally:
        stop.set()
        reader.join()
    assert not [status for status in seen if status >= 500], "a reader was given an error"


def _keep_reading(port: int, stop: threading.Event, seen: list[int]) -> None:
    """Read a page again and again; one that gives no answer is asked for once more, as a browser does."""
    while not stop.is_set():
        with suppress(NoReply):
            seen.append(SmallBrowser(port).open("/sign-in").status)


Run = Callable[[Config, Database, Driver, Tally, int], None]
RUNS: dict[str, tuple[Run, int]] = {
    "kill a worker": (kill_workers, 150),
    "kill everything": (kill_everything, 100),
    "restart": (restart, 15),
}
"""Each with how many times a full run does it on each database."""


def run(name: str, engine: str, times: int) -> Tally:
    """Do one kind of fault so many times on one database."""
    tally = Tally(f"{name} {engine}")
    with installed(engine) as settings:
        database = open_database(settings)
        driver = signed_in_driver(database, settings)
        try:
            RUNS[name][0](settings, database, driver, tally, times)
        except AssertionError as wrong:
            tally.injected += 1
            tally.failures.append(f"at the end: {wrong}")
        tally.add("writes_answered", len(driver.ledger.answered))
        tally.counts |= counted(database, driver.ledger)
        database.engine.dispose()
    return tally


def main() -> None:
    """Do each of them on both databases."""
    for name, (_, full) in RUNS.items():
        for engine in ENGINES:
            run(name, engine, scaled(full, least=3)).save()


if __name__ == "__main__":
    main()
