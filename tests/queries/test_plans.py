"""No page reads a whole table: every statement behind a list is found by an index, on both databases."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from mash.db import Database
from mash.journeys.actor import Actor
from mash.models import Contact
from mash.queries import audit, boards, hints, pattern, red_today, red_turns
from mash.queries.asker import Asker
from mash.queries.hand_overs import offers
from mash.queries.history import history_facts
from mash.queries.queue import VIEWS, Narrowed, came_since, next_reference_up, queue_counts, queue_page
from mash.queries.search import Wanted, reads_only_some, search
from mash.queries.team import absences, team_load
from mash.queries.timeline import timeline_of
from tests.queries import many

DAY = datetime(2026, 11, 24, tzinfo=UTC)
AUDITOR = frozenset({"auditor"})
GROWS = {
    "audit_list",
    "audit_listed",
    "audit_read",
    "audit_seal",
    "contact",
    "child_on_contact",
    "adult_on_contact",
    "person",
    "event",
    "clock",
    "address",
    "viewing",
    "observation",
    "name_sound",
    "phone_tail",
    "place_word",
}
Reader = Callable[[Session, Asker], object]
Statement = tuple[str, Any]

WANTED = Wanted(
    name="ola kni",
    place="990 madeup street",
    born=date(2012, 3, 4),
    postcode="DN4 1AA",
    phone="01302000123",
    reference="C-26-04990",
)


def reads_of(wanted: audit.Wanted, session: Session, _: Asker) -> object:
    return audit.reads(session, wanted, AUDITOR)


def a_page(view: str, session: Session, who: Asker) -> object:
    return queue_page(session, view, who)


def what_was_known(session: Session, who: Asker) -> object:
    contact = session.get_one(Contact, 4990)
    return history_facts(session, contact, {})


def the_pattern(session: Session, who: Asker) -> object:
    contact = session.get_one(Contact, 4990)
    came = pattern.others(session, contact, since=datetime(2025, 11, 24, tzinfo=UTC), until=many.NOW)
    assert came
    return pattern.last_closed(session, came)


A_DAY: dict[str, Any] = {"since": DAY - timedelta(hours=3), "until": DAY}
AUDIT: dict[str, audit.Wanted] = {
    "audit": audit.Wanted(),
    "audit of a worker": audit.Wanted(user_id=1),
    "audit of a worker's day": audit.Wanted(user_id=1, **A_DAY),
    "audit of a day": audit.Wanted(**A_DAY),
    "audit of a record": audit.Wanted(contacts=(4990,)),
    "audit of a child": audit.Wanted(contacts=(4990, 4991), people=(4990,)),
    "audit of what was refused": audit.Wanted(refused=True),
    "audit of what left": audit.Wanted(pages=("audit.show",), shown=True),
}

READERS: dict[str, Reader] = {
    **{name: partial(reads_of, wanted) for name, wanted in AUDIT.items()},
    "audit, further on": lambda s, _: audit.reads(s, audit.Wanted(), AUDITOR, after=(DAY, 4990)),
    "who looked": lambda s, _: audit.looked_at(s, audit.Wanted(contacts=(4990,)), ("workspace.show",)),
    "breach, counted": lambda s, _: audit.looked_at(s, audit.Wanted(**A_DAY), ("workspace.show",)),
    "breach, whom": lambda s, _: audit.told_of(s, audit.Wanted(**A_DAY), AUDITOR),
    "who is on a contact": lambda s, _: audit.people_on(s, 4990, AUDITOR),
    **{f"queue {view}": partial(a_page, view) for view in VIEWS},
    "queue, further on": lambda s, who: queue_page(s, "everyone", who, after=(1, 1764000000000000, 4950)),
    "queue, narrowed": lambda s, who: queue_page(s, "everyone", who, Narrowed(rating="green", due="today")),
    "counts": queue_counts,
    "next": next_reference_up,
    "sorted": lambda s, who: queue_page(s, "everyone", who, Narrowed(sort="-rating", named=("6",))),
    "team": lambda s, who: team_load(s, who, DAY.date()),
    "away": lambda s, _: absences(s, DAY.date()),
    "came since": lambda s, who: came_since(s, who, DAY),
    "search": lambda s, who: search(s, WANTED, roles=who.roles),
    "search by surname": lambda s, who: search(s, Wanted(name="knight"), roles=who.roles),
    "search by digits in a number": lambda s, who: search(s, Wanted(phone="200012"), roles=who.roles),
    "search by the end of a number": lambda s, who: search(s, Wanted(phone="0123"), roles=who.roles),
    "whether a street is read whole": lambda s, who: reads_only_some(s, "madeup street", roles=who.roles),
    "search by sound": lambda s, who: search(s, Wanted(name="oler nite"), roles=who.roles),
    "search by one sound": lambda s, who: search(s, Wanted(name="nite"), roles=who.roles),
    "search by street": lambda s, who: search(s, Wanted(place="street madeup"), roles=who.roles),
    "hints": lambda s, who: hints.maybe_known(
        s, hints.Described(name="ola knight"), kind="child", postcode="DN4 1AA", day=DAY.date(), roles=who.roles
    ),
    "recent": lambda s, who: hints.recent_contacts(s, [], postcode="DN4 1AA", at=who.at, roles=who.roles),
    "red board": lambda s, who: boards.red_board(s, roles=who.roles),
    "waiting reds": lambda s, _: red_turns.waiting(s),
    "awaiting a manager": lambda s, who: boards.awaiting_a_manager(s, roles=who.roles),
    "red today": lambda s, who: red_today.red_today(s, roles=who.roles, day_starts=DAY),
    "last red closed": lambda s, who: red_today.last_red_closed(s, roles=who.roles),
    "offers": lambda s, _: offers(s, team="Assessment team", roles=frozenset()),
    "history": what_was_known,
    "pattern": the_pattern,
    "views to review": lambda s, who: pattern.waiting_views(s, roles=who.roles),
    "timeline": lambda s, who: timeline_of(s, "C-26-04990", roles=who.roles, with_views=True),
}


@pytest.fixture
def full(database: Database, actor: Callable[[str], Actor]) -> Database:
    many.fill(database, actor("practitioner"))
    return database


@contextmanager
def noted(database: Database) -> Iterator[list[Statement]]:
    """Note every statement that is sent while this is open."""
    said: list[Statement] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        said.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine, "before_cursor_execute", note)


def read_whole(connection: Connection, statement: Statement, *, embedded: bool) -> set[str]:
    """Name the growing tables that a statement would read from end to end."""
    text, parameters = statement
    if embedded:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters).all()
        scanned = {row[3].split()[1] for row in rows if row[3].startswith("SCAN ")}
    else:
        connection.exec_driver_sql("SET LOCAL random_page_cost = 1.1")  # as for the solid-state disks of today
        found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {text}", parameters).scalar_one()
        scanned = set(seq_scans((found if isinstance(found, list) else json.loads(found))[0]["Plan"]))
    return scanned & GROWS


def seq_scans(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for part in node.get("Plans", ()):
        yield from seq_scans(part)


def test_no_list_reads_a_whole_table(full: Database, actor: Callable[[str], Actor]) -> None:
    asked = actor("practitioner")
    who = Asker(
        user_id=asked.user_id or 0,
        roles=asked.roles,
        at=many.NOW,
        day_starts=DAY,
        day_ends=datetime(2026, 11, 25, tzinfo=UTC),
    )
    wrong: list[tuple[str, set[str], str]] = []
    for name, reader in READERS.items():
        with noted(full) as said, full.reading() as session:
            reader(session, who)
        assert said, name
        with full.reading() as session:
            plans = [(read_whole(session.connection(), each, embedded=full.embedded), each[0]) for each in said]
        wrong += [(name, tables, text) for tables, text in plans if tables]
    assert wrong == []


def test_a_read_of_a_whole_table_would_be_noticed(full: Database) -> None:
    with full.reading() as session:
        for whole in ("SELECT id FROM contact WHERE narrative = 'x'", "SELECT seq FROM event WHERE actor = 'x'"):
            assert read_whole(session.connection(), (whole, ()), embedded=full.embedded)
