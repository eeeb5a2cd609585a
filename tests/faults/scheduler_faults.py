"""Kill, freeze and mislead the scheduler's leader: everything due is in effect once, and none is lost.

    python -m tests.faults.scheduler_faults [--kills 100] [--freezes 20]

It takes about 25 minutes, both databases side by side, and writes var/faults/scheduler.json.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mash import clock, log, migrate
from mash.config import HOUSE, Config
from mash.db import Database, open_database
from mash.rules import RuleBook
from tests import postgresql
from tests.faults.town import Town, town

STEPS = (1, -1, 2, -2)
"""Hours by which the clock is set forward or back."""
CHANGES = (
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 10, 31, 1, tzinfo=UTC),
    datetime(2028, 3, 26, 1, tzinfo=UTC),
)
"""When London's clocks change, one hour after midnight by UTC: back, forward, back, forward."""
TAKEOVER_SECONDS = 5
HOUR = 3600
Told = dict[str, Any]


def kills(here: Town, number: int) -> Told:
    """Kill the leader between one instruction and the next, again and again, most often in the middle of its work."""
    took = []
    for _ in range(number):
        here.until_ready()
        here.add(here.now())
        pid, epoch = here.leader()
        time.sleep(random.uniform(0, 0.3))
        here.strike(pid, signal.SIGKILL)
        here.start()
        took.append(here.until_led_after(epoch))
        time.sleep(random.uniform(0, 0.5))
    here.assert_once()
    return _took(took)


def freezes(here: Town, number: int) -> Told:
    """Stop the leader in the middle of its work until another has done it, and let it go on as if it still led.

    On PostgreSQL it stands still inside a transaction, which the database ends after 4 seconds; embedded, where that
    would stop every writer for as long, just before one.
    """
    took: list[float] = []
    held = 0
    while len(took) < number:
        here.until_ready()
        here.set_gate("before" if here.database.embedded else "inside")
        began = time.monotonic()
        pid, epoch = here.leader()
        here.strike(pid, signal.SIGKILL)  # the next leader works at once, and so comes to the gate
        here.start()
        here.until_led_after(epoch)
        here.add(here.now())
        pid, epoch = here.leader()
        here.until_at_gate(pid, began)
        here.strike(pid, signal.SIGSTOP)
        here.set_gate("nowhere")
        if here.database.embedded and not here.can_write():
            here.strike(pid, signal.SIGCONT)  # another of its threads was writing: nobody can take over, and none does
            held += 1
            continue
        took.append(here.until_led_after(epoch))
        here.until_all_done()
        thawed = time.monotonic()
        here.strike(pid, signal.SIGCONT)
        here.until_refused(thawed)
    here.assert_once()
    return {**_took(took), "refused": len(took), "stood_still_writing": held}


def steps(here: Town, hours: tuple[int, ...] = STEPS, *, rounds: bool = True) -> Told:
    """Set every clock forward and back, with work that a step makes due; what was due before comes a second time.

    Args:
        rounds: Whether to wait each time for the timetable's next round, which comes within a minute.
    """
    offset = 0.0
    for step in hours:
        if step > 0:
            here.add(here.now(), ahead=timedelta(hours=step, minutes=-2))
        else:
            here.add(here.now() + timedelta(hours=step))  # late by the clock that is put back, too
        here.set_clock(offset := offset + step * HOUR)
        here.assert_once()
        if rounds:
            here.add(here.now())
            here.assert_once()
    return {"hours": list(hours)}


def changes(here: Town, moments: tuple[datetime, ...] = CHANGES) -> Told:
    """Live through the nights on which London's clocks change, with work due before, in and after that hour."""
    for moment in moments:
        here.set_clock((moment - timedelta(minutes=40) - clock.now()).total_seconds())
        for minutes in (-10, 40, 8 * 60):
            then = moment + timedelta(minutes=minutes)
            here.add(here.now(), ahead=then - here.now() - timedelta(minutes=2))
            here.set_clock((then - clock.now()).total_seconds())
            here.assert_once()
    return {"nights": [moment.date().isoformat() for moment in moments]}


def _took(seconds: list[float]) -> Told:
    ordered = sorted(seconds)
    return {
        "takeover_median_s": round(ordered[len(ordered) // 2], 2),
        "takeover_longest_s": round(ordered[-1], 2),
        "takeovers_within_5_s": sum(one < TAKEOVER_SECONDS for one in ordered),
    }


def faults(number_of_kills: int, number_of_freezes: int) -> list[tuple[str, int, Callable[[Town], Told]]]:
    """List what is done to the schedulers of each database: its name, how often, and what does it."""
    return [
        ("leader killed", number_of_kills, lambda here: kills(here, number_of_kills)),
        ("leader frozen and thawed", number_of_freezes, lambda here: freezes(here, number_of_freezes)),
        ("clock set", len(STEPS), steps),
        ("clocks change", len(CHANGES), changes),
    ]


@contextmanager
def databases(folder: Path) -> Iterator[list[tuple[str, Config, Database]]]:
    """Make a new database of each kind."""
    with postgresql.running() as server:
        made = []
        for name, url in (("SQLCipher", ""), ("PostgreSQL", server.make("faults"))):
            settings = Config(folder=folder / name, database_url=url, secure_cookies=False)
            settings.folder.mkdir(mode=0o700)
            database = open_database(settings, make=True)
            migrate.upgrade(database, settings.migrations)
            made.append((name, settings, database))
        yield made
        for *_, database in made:
            database.engine.dispose()


def endured(made: Path, name: str, settings: Config, database: Database, asked: argparse.Namespace) -> list[Told]:
    """Do it all on one database; say of each fault what came of it."""
    rulebook, said = RuleBook.load(HOUSE / "thresholds"), []
    with town(database, settings, rulebook, made / f"town-{name}") as here:
        for what, number, do in faults(asked.kills, asked.freezes):
            told: Told = {"database": name, "fault": what, "injected": number, "survived": number}
            try:
                told |= do(here)
            except AssertionError as wrong:
                told |= {"survived": 0, "wrong": str(wrong)[:500]}
            told |= {
                "load": round(os.getloadavg()[0], 1),
                "due": here.wanted.total(),
                "kept_by_the_replaced": here.writes_of_the_replaced(),
            }
            said.append(told)
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
    return said


def main() -> None:
    """Do it all on both databases side by side, and keep what was counted."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--freezes", type=int, default=20)
    asked = options.parse_args()
    log.set_up(quiet=True)
    with tempfile.TemporaryDirectory() as made, databases(Path(made)) as found, ThreadPoolExecutor(2) as at_once:
        running = [at_once.submit(endured, Path(made), *one, asked) for one in found]
        details = [told for one in running for told in one.result()]
    injected, survived = (sum(one[what] for one in details) for what in ("injected", "survived"))
    ledger = {"name": "scheduler", "injected": injected, "survived": survived, "details": details}
    path = HOUSE / "var" / "faults" / "scheduler.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(ledger, indent=1) + "\n")
    sys.exit(0 if injected == survived and not any(one["kept_by_the_replaced"] for one in details) else 1)


if __name__ == "__main__":
    main()
