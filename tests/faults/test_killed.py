"""Nothing whose saving was answered is lost, whatever is killed and when; what was not answered can be sent again."""

from collections import Counter
from functools import partial

import pytest

from mash.config import Config
from mash.db import Database
from tests.faults.killing import restart
from tests.faults.recording import (
    Driver,
    assert_kept,
    assert_whole,
    kill_a_worker,
    narratives,
    signed_in_driver,
    while_recording,
)
from tests.faults.rig import Tally
from tests.processes import serving

pytestmark = pytest.mark.faults

RESTARTS = 3
KILLS_OF_ALL = 10
KILLS_OF_ONE = 15
"""On each database, so fifty in all."""


@pytest.fixture
def driver(database: Database, settings: Config) -> Driver:
    return signed_in_driver(database, settings)


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


def test_loading_anew_and_ending_while_people_record_lose_nothing_and_show_no_reader_an_error(
    database: Database, settings: Config, driver: Driver
) -> None:
    tally = Tally("restart")
    restart(settings, database, driver, tally, RESTARTS)
    assert tally.failures == []
    assert tally.survived == tally.injected == RESTARTS
