"""When the disk is full or somebody holds the lock, what is refused says so, reading goes on, and nothing is lost."""

from pathlib import Path

import pytest

from mash.config import Config
from mash.db import Database
from tests.faults.recording import signed_in_driver
from tests.faults.shortages import full_disk_round, lock_round
from tests.processes import serving

pytestmark = pytest.mark.faults


def test_a_full_disk_and_a_lock_held_too_long_lose_nothing_and_are_said(database: Database, settings: Config) -> None:
    driver = signed_in_driver(database, settings, "contact_officer", "manager")
    with serving(settings, log=Path("/dev/null")) as served:
        if database.embedded:  # PostgreSQL keeps its files itself
            assert full_disk_round(driver, database, served) == []
        assert lock_round(driver, database, served, 12) == []
        assert lock_round(driver, database, served, 1) == []
        assert served.stop() == 0
    assert driver.ledger.answered == driver.ledger.sent.keys()
