"""Nothing whose saving was answered is lost, whatever is killed and when; what was not answered can be sent again."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mash.config import Config
from mash.db import Database
from tests.faults.driving import Driver, assert_kept, assert_whole, narratives, signed_in
from tests.processes import Serving, serving

pytestmark = pytest.mark.faults

KILLS_OF_ALL = 10
KILLS_OF_ONE = 15
"""On each database, so fifty in all."""
WRITERS = 3


@pytest.fixture
def driver(database: Database, settings: Config) -> Driver:
    return signed_in(database, settings)


def while_recording(driver: Driver, served: Serving, strike: Callable[[], None]) -> None:
    """Strike at a random moment after the first answers have come, with several people recording."""
    before, stop = len(driver.ledger.answered), threading.Event()
    writers = [threading.Thread(target=driver.keep_recording, args=(served.port, stop)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    while len(driver.ledger.answered) == before and all(writer.is_alive() for writer in writers):
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.4))
    strike()
    stop.set()
    for writer in writers:
        writer.join()


def kill_a_worker(served: Serving) -> None:
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    os.kill(int(random.choice(children)), signal.SIGKILL)


def test_no_answered_contact_is_lost_when_every_process_is_killed(
    database: Database, settings: Config, driver: Driver
) -> None:
    for _ in range(KILLS_OF_ALL):
        with serving(settings) as served:
            driver.send_again(served.port)
            while_recording(driver, served, served.kill)
        assert_kept(database, driver.ledger)
        assert_whole(database)
    with serving(settings) as served:
        driver.send_again(served.port)
        assert served.stop() == 0
    assert driver.ledger.answered == driver.ledger.sent.keys()
    assert narratives(database) == Counter(driver.ledger.sent.values())
    assert_whole(database)


def test_the_service_goes_on_and_loses_nothing_when_one_worker_is_killed(
    database: Database, settings: Config, driver: Driver
) -> None:
    with serving(settings) as served:
        for _ in range(KILLS_OF_ONE):
            while_recording(driver, served, partial(kill_a_worker, served))
            driver.send_again(served.port)
            assert_kept(database, driver.ledger)
        assert driver.ledger.answered == driver.ledger.sent.keys()
        assert served.stop() == 0
    assert_whole(database)
