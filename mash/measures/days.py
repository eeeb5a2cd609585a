"""Days worked out inside the database, the same on both: a moment's London day, its month, so many days later."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, extract, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from mash.db import UtcDateTime


class london_day(GenericFunction[date]):  # noqa: N801  # it is written as a function of SQL
    """``london_day(moment)``: the day on the wall in London, empty for an empty moment."""

    type = Date()
    inherit_cache = True
    name = "mash_london_day"

    def __init__(self, moment: Any) -> None:
        super().__init__(moment)


@compiles(london_day, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(timezone('Europe/London', {compiler.process(element.clauses, **kw)}) AS DATE)"


@compiles(london_day, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    """Add the hour of summer time, from the last Sunday of March to the last of October, 1am in Greenwich."""
    at = compiler.process(element.clauses, **kw)
    turns = [f"datetime(strftime('%Y', {at}) || '-{month}-01', 'weekday 0', '-7 days', '+1 hour')" for month in MONTHS]
    return f"date({at}, CASE WHEN {at} >= {turns[0]} AND {at} < {turns[1]} THEN '+1 hour' ELSE '+0 hours' END)"


MONTHS = ("04", "11")


class days_after(GenericFunction[datetime]):  # noqa: N801  # it is written as a function of SQL
    """``days_after(moment, days)``: so many times 24 hours later, as compared with a moment that is kept."""

    type = UtcDateTime()
    inherit_cache = True
    name = "mash_days_after"

    def __init__(self, moment: Any, days: int) -> None:
        super().__init__(moment, literal(days))


@compiles(days_after, "postgresql")
def _later_in_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    moment, days = (compiler.process(part, **kw) for part in element.clauses)
    return f"({moment} + {days} * INTERVAL '24 hours')"


@compiles(days_after, "sqlite")
def _later_in_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    """Keep the part of the second as it was written, so that what is equal compares as equal."""
    moment, days = (compiler.process(part, **kw) for part in element.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%S', {moment}, {days} || ' days') || substr({moment}, 20))"


def in_order(day: Any) -> ColumnElement[int]:
    """Give a day as a number such as 20260413, which is the same on both databases."""
    number: ColumnElement[int] = month_number(day) * 100 + extract("day", day)
    return number


def month_number(day: Any) -> ColumnElement[int]:
    """Give a day's month as a number such as 202604."""
    number: ColumnElement[int] = extract("year", day) * 100 + extract("month", day)
    return number
