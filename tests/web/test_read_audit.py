"""The audit says of three hundred random requests what an oracle says. All ten thousand: tests.faults.read_audit."""

from mash.config import Config
from mash.db import Database
from mash.rules import RuleBook
from tests.faults.read_audit import asked, made


def test_the_audit_says_of_every_request_what_an_oracle_says(
    database: Database, settings: Config, rulebook: RuleBook
) -> None:
    world = made(database, settings, rulebook)
    rows, wrong = asked(world, 300, seed=7)
    assert wrong == []
    assert rows > 200
