"""A full database: rows in every table, made from the tables' own description, and what a table holds as a sum."""

import hashlib
import re
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    Integer,
    LargeBinary,
    Table,
    func,
    inspect,
    select,
)
from sqlalchemy.engine import Connection

from mash import models
from mash.db import Base, Database, UtcDateTime, transaction
from tests.factories import MONDAY

ROWS = 3
SEEDED = {"audit_head", "change_mark", "event_head", "outcome_kind", "privacy_mark"}  # their rows come with the tables
Sums = dict[str, str]

_ = models  # importing it fills Base.metadata


def fill(database: Database) -> None:
    """Put rows into every table: the last with every optional column empty."""
    with transaction(database) as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in SEEDED:
                session.execute(table.insert(), [_row(table, number) for number in range(1, ROWS + 1)])


def _row(table: Table, number: int) -> dict[str, Any]:
    last = number == ROWS
    apart = _apart(table)
    return {
        c.name: None if c.nullable and (last or c.name in apart) else _value(table, c, number) for c in table.columns
    }


def _apart(table: Table) -> set[str]:
    """Name the columns that must differ from another, such as two people of which no row here has two."""
    checks = [str(check.sqltext) for check in table.constraints if isinstance(check, CheckConstraint)]
    return {found[1] for check in checks if (found := re.match(r"(\w+) <> \w+$", check))}


def _value(table: Table, column: Column[Any], number: int) -> Any:
    if _of_another(table, column):
        return number % ROWS + 1
    if column.foreign_keys or isinstance(column.type, Integer | Double):
        return number
    if allowed := _allowed(table, column):
        return allowed[number % len(allowed)]
    return _plain(column, number)


def _of_another(table: Table, column: Column[Any]) -> bool:
    """Say whether a check wants another value here than in the column beside it: two people for one thing."""
    checks = [str(check.sqltext) for check in table.constraints if isinstance(check, CheckConstraint)]
    return any(re.search(rf"\b{column.name} <> \w", check) for check in checks)


def _plain(column: Column[Any], number: int) -> Any:
    """Return a value of the column's type that no other row has, where the type has enough of them."""
    match column.type:
        case Boolean():
            return False
        case Date():
            return date(2016, 1, number)
        case UtcDateTime():
            return MONDAY + timedelta(minutes=number, microseconds=number)
        case LargeBinary():
            return bytes([0, number, 255])
        case JSON():
            return {"said": [f"Naïve ’{number}’", number, None, True]}
        case _:
            return f"{column.name} – {number}"


def _allowed(table: Table, column: Column[Any]) -> list[str]:
    """Read the words that a check allows in this column."""
    checks = [str(check.sqltext) for check in table.constraints if isinstance(check, CheckConstraint)]
    listed = [found for check in checks if (found := re.search(rf"\b{column.name} IN \(([^)]*)\)", check))]
    return re.findall(r"'(\w+)'", listed[0][1]) if listed else []


def sums(connection: Connection, only: Sums | None = None) -> Sums:
    """Sum up each table that is there: how many rows, and a hash over all of their values."""
    there = set(inspect(connection).get_table_names())
    return {
        table.name: _sum(connection, table)
        for table in Base.metadata.sorted_tables
        if table.name in there and (only is None or table.name in only)
    }


def _sum(connection: Connection, table: Table) -> str:
    names = {found["name"] for found in inspect(connection).get_columns(table.name)}
    columns = [column for column in table.columns if column.name in names]
    rows = connection.execute(select(*columns).order_by(*table.primary_key.columns)).all()
    counted = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return f"{counted} rows {hashlib.sha256(repr([_plainly(row) for row in rows]).encode()).hexdigest()}"


def _plainly(row: Any) -> list[Any]:
    return [value.isoformat() if isinstance(value, datetime) else value for value in row]
