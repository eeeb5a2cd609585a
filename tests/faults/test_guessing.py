"""A few hundred guesses at a password in an hour: none gets in, and the person guessed at does. See guessing.py."""

from mash.config import Config
from mash.db import Database
from mash.rules import RuleBook
from tests.faults.guessing import installation, told_apart

GUESSES = 300


def test_an_hour_of_guesses_gets_nobody_in_and_keeps_nobody_out(
    database: Database, settings: Config, rulebook: RuleBook
) -> None:
    with installation(database, settings, rulebook) as guessing:
        guessing.hour(GUESSES)
        assert guessing.answers.keys() == {422, 429}
        assert sum(guessing.answers.values()) == GUESSES
        assert guessing.effective() < 20
        assert len(guessing.came_in) == 3


def test_times_that_differ_are_told_apart_and_times_that_do_not_are_not() -> None:
    some = [float(number) for number in range(200)]
    assert told_apart(some, [time + 0.5 for time in some]) > 0.9
    assert told_apart(some, [time + 100 for time in some]) < 0.001
