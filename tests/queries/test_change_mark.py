"""The mark that what is kept goes by: another after every change that a list may show, and after nothing else."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.orm import Session

from mash.db import Base, Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.views import seen
from mash.models import ChangeMark, Contact, Lease
from mash.queries.asker import Asker
from mash.queries.claims import colleagues
from mash.queries.queue import VIEWS, Narrowed, next_reference_up, queue_counts, queue_page
from tests.factories import MONDAY, a_contact

Change = Callable[[Session, Contact], object]
NAMED = re.compile(r'\b(?:FROM|JOIN|,) +"?(\w+)"?')


def mark(database: Database) -> str:
    with reading(database) as session:
        return session.scalars(select(ChangeMark.mark)).one()


@pytest.fixture
def contact(database: Database) -> Contact:
    with transaction(database) as session:
        return a_contact(session)


def an_object_changed(session: Session, contact: Contact) -> None:
    session.get_one(Contact, contact.id).claimed_at = MONDAY


class GivenUp(Exception):
    """What ends a change that is not kept."""


def give_up(database: Database) -> None:
    with transaction(database) as session:
        session.execute(update(Contact).values(restricted=True))
        raise GivenUp


SHOWN: dict[str, Change] = {
    "an object changed": an_object_changed,
    "rows changed at once": lambda s, _: s.execute(update(Contact).values(restricted=True)),
    "a row added": lambda s, _: a_contact(s),
    "words for the database": lambda s, _: s.execute(text("UPDATE person SET surname = 'Sample'")),
    "words for the driver": lambda s, _: s.connection().exec_driver_sql("UPDATE contact SET restricted = true"),
}


@pytest.mark.parametrize("change", SHOWN.values(), ids=SHOWN)
def test_whatever_changes_what_is_shown_puts_a_new_word_on_the_mark(
    database: Database, contact: Contact, change: Change
) -> None:
    before = mark(database)
    with transaction(database) as session:
        change(session, contact)
        assert mark(database) == before  # until it is kept
    assert mark(database) not in {before, ""}


def test_looking_leading_and_what_was_not_kept_leave_the_mark(
    database: Database, contact: Contact, actor: Callable[[str], Actor]
) -> None:
    by, before = actor("practitioner"), mark(database)
    with transaction(database) as session:
        seen(session, contact.id, "workspace", by, MONDAY)
        session.add(Lease(name="work", holder="one", epoch=1, renewed_at=MONDAY))
        session.scalars(select(Contact).with_for_update()).all()
        session.execute(update(Contact).where(Contact.id < 0).values(restricted=True))
    assert mark(database) == before
    with pytest.raises(GivenUp):
        give_up(database)
    assert mark(database) == before


def test_no_list_shows_anything_of_a_table_whose_changes_leave_the_mark(
    database: Database, contact: Contact, actor: Callable[[str], Actor]
) -> None:
    quiet = {table.name for table in Base.metadata.sorted_tables if table.info.get("quiet")}
    by, said = actor("manager"), list[str]()
    who = Asker(user_id=by.user_id or 0, roles=by.roles, at=MONDAY, day_starts=MONDAY, day_ends=MONDAY)
    event.listen(database.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    with reading(database) as session:
        for view in VIEWS:
            queue_page(session, view, who, Narrowed(due="overdue"))
            queue_page(session, view, who)
        queue_counts(session, who)
        next_reference_up(session, who)
        colleagues(session, day=MONDAY.date())
    read = {name for statement in said for name in NAMED.findall(statement.replace("\n", " "))}
    assert {"contact", "child_on_contact", "person", "user", "absence", "marker"} <= read
    assert "viewing" in quiet
    assert not read & quiet
