"""The policy on access as a table that a person can read (``access_policy.txt``), and what the application declares."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Flask

from mash.queries.access import ROLES
from mash.web.access import allowed_on
from tests.web.routes import methods, rules

TABLE = Path(__file__).with_suffix(".txt")
RECORDS, INNER, ADDRESSES = "# Records", "# Refused within", "# Addresses"
STRANGER = "stranger"
EVERYONE, SIGNED_IN = "everyone", "signed-in"
Address = tuple[str, str]


def written(rule: str) -> str:
    """Write an address as the table has it: without spaces."""
    return rule.replace(" ", "")


def declared(app: Flask) -> dict[Address, frozenset[str] | None]:
    """Give the roles that may open each method of each address, as the code declares it; None: anyone at all."""
    found: dict[Address, frozenset[str] | None] = {}
    for rule in rules(app):
        allowed = allowed_on(app.view_functions[rule.endpoint])
        assert allowed is not None, rule
        found |= {(method, written(rule.rule)): allowed.roles for method in methods(rule)}
    return found


@cache
def addresses() -> dict[Address, frozenset[str] | None]:
    """Read the same from the table."""
    return {(method, rule): _roles(said) for method, rule, *said in _lines(ADDRESSES)}


@cache
def records() -> Mapping[str, frozenset[str]]:
    """Read from the table, for each way of standing to a record, the roles that may know of it."""
    return {standing: frozenset(said) for standing, *said in _lines(RECORDS)}


@cache
def inner() -> frozenset[tuple[str, str, str]]:
    """Read what an address refuses to a role that it is open to, by what it is asked for there."""
    return frozenset((method, rule, role) for method, rule, *said in _lines(INNER) for role in said)


def write(app: Flask) -> None:
    """Write what the code declares into the table, for a person to read what changed."""
    head = TABLE.read_text().partition(ADDRESSES)[0]
    by_address = sorted(declared(app).items(), key=lambda one: (one[0][1], one[0][0]))
    lines = [f"{method:<5} {rule:<62} {_words(roles)}" for (method, rule), roles in by_address]
    TABLE.write_text(f"{head}{ADDRESSES}\n" + "\n".join(lines) + "\n")


def _words(roles: frozenset[str] | None) -> str:
    if roles is None:
        return EVERYONE
    return SIGNED_IN if roles == frozenset(ROLES) else " ".join(role for role in ROLES if role in roles)


def _roles(said: list[str]) -> frozenset[str] | None:
    if said == [EVERYONE]:
        return None
    return frozenset(ROLES) if said == [SIGNED_IN] else frozenset(said)


def _lines(section: str) -> list[list[str]]:
    text = TABLE.read_text().partition(section + "\n")[2].partition("\n# ")[0]
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("  ")]
