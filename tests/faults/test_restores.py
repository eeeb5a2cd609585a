"""A backup taken while others write can be put back, and holds whatever was answered before it began."""

from pathlib import Path

import pytest

from mash.backup.keys import current_key
from mash.config import Config
from mash.db import Database
from tests import postgresql
from tests.faults.restores import rounds

pytestmark = pytest.mark.faults


def test_a_backup_taken_among_writers_is_whole_and_lacks_nothing(
    database: Database, settings: Config, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: postgresql.Server | None = None if settings.embedded else request.getfixturevalue("postgresql_server")
    current_key(settings, make=True)
    assert [problems for problems, _ in rounds(database, settings, server, tmp_path, 1)] == [[]]
