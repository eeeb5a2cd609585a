"""A slice of the refusals: one of each kind of damage to the file, and the settings easiest to get wrong."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from mash.config import Config
from tests.faults.refusals import Case, database_cases, refused, sound_installation
from tests.faults.refused_settings import setting_cases
from tests.forms import SmallBrowser
from tests.processes import serving

pytestmark = pytest.mark.faults
KINDS = 7
SETTINGS = {"default web.key", "plain HTTP on all addresses", "a wrong time zone", "an old SQLite", "half a migration"}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sound_installation(tmp_path_factory.mktemp("refusals"))


def some() -> Iterator[Case]:
    yield from islice(database_cases(), KINDS)
    yield from (case for case in setting_cases() if case[0] in SETTINGS)


@pytest.mark.parametrize("case", list(some()), ids=lambda case: case[0])
def test_the_service_refuses_to_start_in_one_line_and_changes_nothing(sound: Path, tmp_path: Path, case: Case) -> None:
    assert refused(sound, tmp_path / "case", case[1]) == []


def test_the_sound_installation_itself_starts(sound: Path, tmp_path: Path) -> None:
    place = shutil.copytree(sound, tmp_path / "var")
    with serving(Config(folder=place, secure_cookies=False)) as served:
        assert SmallBrowser(served.port).open("/healthz").status == 200
        assert served.stop() == 0
