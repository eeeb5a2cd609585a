"""The policy table is what the code declares, and a slice of the matrix holds. The whole is ``tests.faults.matrix``."""

from flask import Flask

from mash.db import Database
from mash.rules import RuleBook
from tests.faults.matrix import Trier, cells, run
from tests.web.access_policy import addresses, declared

EVERY = 41
"""Of the cells, one in so many is tried here, and all of those that matter most below."""
ENOUGH = 2500
MOST = {("/contacts/<reference>", "GET"), ("/contacts/<reference>/note", "POST"), ("/queue/<reference>/claim", "POST")}


def test_every_address_is_in_the_table_as_the_code_declares_it(app: Flask) -> None:
    assert declared(app) == addresses()


def test_there_are_enough_cells(app: Flask) -> None:
    assert len(list(cells(app))) >= ENOUGH


def test_a_slice_of_the_matrix_is_as_the_policy_has_it(
    app: Flask, database: Database, rulebook: RuleBook, people: dict[str, int]
) -> None:
    every = list(cells(app))
    first = [cell for cell in every if (cell.rule.rule, cell.method) in MOST]
    tried, wrong = run(Trier(app, database, rulebook, people), [*first, *every[::EVERY]])
    assert tried > len(first)
    assert wrong == []
