"""Whoever owns the database may change what the audit says, but not unseen. All sixty: tests.faults.tampering."""

from pathlib import Path

import pytest

from tests import postgresql
from tests.faults.tampered import Place
from tests.faults.tampering import CASES, tried

SOME = (
    "edit an event's reason",
    "make all events anew",
    "delete a read",
    "edit whom a read was of",
    "delete what finds a list by a contact",
    "make all seals anew",
)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sqlcipher", "postgresql"])
def test_what_was_tampered_with_is_found(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: postgresql.Server | None = request.getfixturevalue("postgresql_server") if kind == "postgresql" else None
    found = tried(Place(tmp_path, server), SOME)
    assert [name for name, problems in found.items() if not problems] == []
    assert len(found) == len(SOME) + 2
    if server:
        server.drop("filled")


def test_there_are_thirty_ways_on_each_database() -> None:
    assert len(CASES) + 2 == 30
