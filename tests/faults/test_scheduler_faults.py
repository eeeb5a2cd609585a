"""Three schedulers, killed, frozen and misled: everything due is in effect once. In full: ``scheduler_faults``."""

from pathlib import Path

import pytest

from mash.config import Config
from mash.db import Database
from mash.rules import RuleBook
from tests.faults.scheduler_faults import CHANGES, changes, freezes, kills, steps
from tests.faults.town import town

pytestmark = pytest.mark.faults
KILLS, FREEZES = 3, 1
"""On each database."""


def test_everything_due_is_in_effect_once_whatever_happens_to_the_leader_and_the_clock(
    database: Database, settings: Config, rulebook: RuleBook, tmp_path: Path
) -> None:
    with town(database, settings, rulebook, tmp_path / "town") as here:
        kills(here, KILLS)
        frozen = freezes(here, FREEZES)
        steps(here, rounds=False)
        changes(here, CHANGES[:2])
        assert (frozen["refused"], here.writes_of_the_replaced()) == (FREEZES, 0)
