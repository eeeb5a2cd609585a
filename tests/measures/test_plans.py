"""No figure and no sweep reads a whole table, however much is on record."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, true
from sqlalchemy.orm import Session

from mash.db import Database, transaction
from mash.jobs import deadlines
from mash.journeys.actor import Actor
from mash.journeys.fold_figures import fold
from mash.measures.beside import read_beside
from mash.measures.counting import count, listed
from mash.measures.decided import decided_in, ids_decided_in, time_spent
from mash.measures.terms import TERMS
from mash.measures.today import today
from mash.models import EventHead
from mash.queries.owed import late_replies, to_be_told
from mash.workflow.calendar import shipped_calendar
from tests.queries import many, test_plans

FIRST, LAST = date(2026, 11, 22), date(2026, 11, 24)
DAY = (many.NOW.replace(hour=0, minute=0), many.NOW.replace(hour=0, minute=0) + timedelta(days=1))


def the_time(session: Session) -> None:
    decided = decided_in(session, LAST, LAST, visible=true())
    assert decided
    time_spent(session, decided, ids_decided_in(session, LAST, LAST, late=True), shipped_calendar())


READERS: dict[str, Callable[[Session], object]] = {
    "count": lambda s: count(s, TERMS, FIRST, LAST, many.NOW),
    "list": lambda s: listed(s, "social-care.due", FIRST, LAST, many.NOW, visible=true()),
    "where the time went": the_time,
    "beside": lambda s: read_beside(
        s, decided_in(s, LAST, LAST, visible=true()), ids_decided_in(s, LAST, LAST), many.NOW
    ),
    "late replies": lambda s: late_replies(s, many.NOW, visible=true()),
    "to be told": lambda s: to_be_told(s, DAY[1], visible=true()),
    "today": lambda s: today(s, many.NOW, DAY, visible=true(), at_risk=timedelta(hours=2)),
}


@pytest.mark.parametrize("behind", [0, 5], ids=["folded", "five events behind"])
def test_no_figure_reads_a_whole_table(
    database: Database, actor: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch, behind: int
) -> None:
    monkeypatch.setattr(test_plans, "GROWS", test_plans.GROWS | {"figure_contact"})
    many.fill(database, actor("practitioner"))
    with transaction(database) as session:
        fold(session, at=many.NOW, limit=2 * many.CONTACTS - behind)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    for name, reader in READERS.items():
        assert whole_tables(database, reader) == [], name


def test_a_sweep_reads_no_table_of_what_is_closed(database: Database, actor: Callable[[str], Actor]) -> None:
    many.fill(database, actor("practitioner"))
    with transaction(database) as session:
        session.get_one(EventHead, 1).seq = 2 * many.CONTACTS
        deadlines(session, many.NOW)
    with test_plans.noted(database) as said, transaction(database) as session:
        deadlines(session, many.NOW)
    reads = [one for one in said if one[0].lstrip().startswith("SELECT") and "FOR UPDATE" not in one[0]]
    with database.reading() as session:
        connection = session.connection()
        found = [(test_plans.read_whole(connection, one, embedded=database.embedded), one) for one in reads]
        assert [one[0] for tables, one in found if tables and not only_running(connection, one)] == []


def only_running(connection: Connection, statement: tuple[str, Any]) -> bool:
    """Say whether what SQLite calls a scan goes over the index of running clocks, which holds no other."""
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement[0]}", statement[1]).all()
    return all("ix_clock_running" in row[3] for row in rows if row[3].startswith("SCAN "))


def whole_tables(database: Database, reader: Callable[[Session], object]) -> list[str]:
    with test_plans.noted(database) as said, database.reading() as session:
        reader(session)
    with database.reading() as session:
        connection = session.connection()
        found = [(test_plans.read_whole(connection, one, embedded=database.embedded), one[0]) for one in said]
    return [f"{tables}: {text}" for tables, text in found if tables]
