"""The London day of a moment, worked out inside the database, the same on both."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class london_day(GenericFunction[date]):  # noqa: N801  # it is written as a function of SQL
    """``london_day(moment)``: the day on the wall in London, empty for an empty moment."""

    type = Date()
    inherit_cache = True
    name = "mash_london_day"

    def __init__(self, moment: ColumnElement[Any]) -> None:
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
