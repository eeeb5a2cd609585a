"""Sorting by a heading, going on from a place in it, and which contacts stand together."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.models import Address
from mash.queries.asker import Asker
from mash.queries.queue import PAGE, Narrowed, QueueRow, queue_page
from mash.queries.queue_order import together
from tests.factories import MONDAY, a_child, a_contact, an_address, an_adult

SOURCES = ("2A", "6")


@pytest.fixture
def who(actor: Callable[[str], Actor]) -> Asker:
    return asker(actor("practitioner"))


def asker(by: Actor) -> Asker:
    starts = MONDAY.replace(hour=0)
    ends = starts + timedelta(days=1)
    return Asker(user_id=by.user_id or 0, roles=by.roles, at=MONDAY, day_starts=starts, day_ends=ends)


def waiting(session: Session, reference: str, hours: float = 1, *, rank: int = 1, **told: Any) -> None:
    due = MONDAY + timedelta(hours=hours)
    a_contact(session, reference=reference, due_at=due, queue_rank=rank, **told)


def rows_of(session: Session, who: Asker, sort: str = "") -> list[QueueRow]:
    return list(queue_page(session, "everyone", who, Narrowed(sort=sort, named=SOURCES))[0])


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["red", "green", "new", "amber"]),
        ("rating", ["red", "amber", "green", "new"]),
        ("-rating", ["new", "green", "amber", "red"]),
        ("due", ["green", "new", "amber", "red"]),
        ("-due", ["red", "amber", "new", "green"]),
        ("from", ["new", "red", "green", "amber"]),
        ("-from", ["amber", "green", "red", "new"]),
    ],
)
def test_a_heading_sorts_either_way(session: Session, who: Asker, sort: str, order: list[str]) -> None:
    waiting(session, "red", 9, rank=0, rating="red", source_code="2A")
    waiting(session, "amber", 3, rating="amber", source_code="unknown code")
    waiting(session, "green", 1, rating="green", source_code="6")
    waiting(session, "new", 2, source_code="2A")
    assert [row.reference for row in rows_of(session, who, sort)] == order


@pytest.mark.parametrize("sort", ["rating", "-rating", "-due", "from", "-from"])
def test_a_sorted_list_goes_on_without_gap_or_repeat(session: Session, who: Asker, sort: str) -> None:
    for number in range(PAGE + 5):
        rating = ("red", "amber", None)[number % 3]
        waiting(session, f"C-{number:03}", number // 4, rating=rating, source_code=("6", "2A")[number % 2])
    by = Narrowed(sort=sort, named=SOURCES)
    first, more = queue_page(session, "everyone", who, by)
    second, still_more = queue_page(session, "everyone", who, by, first[-1].key)
    assert (len(first), more, len(second), still_more) == (PAGE, True, 5, False)
    assert len({row.reference for row in (*first, *second)}) == PAGE + 5


def related(session: Session, who: Asker) -> dict[str, list[tuple[str, str]]]:
    return {row.reference: [(other.reference, other.why) for other in row.related] for row in rows_of(session, who)}


def test_contacts_about_one_child_one_family_or_one_address_are_related(session: Session, who: Asker) -> None:
    child, mother, home = a_child(session), an_adult(session), an_address(session)
    waiting(session, "first", 1, children=(child,), adults=(mother,), address_id=home.id)
    waiting(session, "same child", 2, children=(child,), adults=(mother,), address_id=home.id)
    waiting(session, "sibling", 3, adults=(mother,))
    waiting(session, "neighbour", 4, address_id=home.id)
    waiting(session, "nobody", 5)
    found = related(session, who)
    assert found["first"] == [("same child", "child"), ("sibling", "family"), ("neighbour", "address")]
    assert found["neighbour"] == [("first", "address"), ("same child", "address")]
    assert found["nobody"] == []


def test_a_contact_no_longer_open_is_not_related(session: Session, who: Asker) -> None:
    child = a_child(session)
    waiting(session, "open", children=(child,))
    contact = a_contact(session, reference="closed", state="closed", children=(child,))
    contact.queue_rank = None
    session.flush()
    assert related(session, who) == {"open": []}


def test_nothing_restricted_or_protected_is_guessed_from_what_stands_together(
    session: Session, who: Asker, actor: Callable[[str], Actor]
) -> None:
    home = an_address(session, protected=True)
    hidden, child = a_child(session, restricted=True), a_child(session)
    waiting(session, "one", 1, children=(hidden,), address_id=home.id)
    waiting(session, "two", 2, children=(hidden, child), address_id=home.id)
    waiting(session, "restricted", 3, children=(child,), restricted=True)
    assert related(session, who) == {"one": [], "two": []}
    seen = related(session, asker(actor("manager")))
    assert seen["two"] == [("one", "child"), ("restricted", "child")]
    assert session.get_one(Address, home.id).protected


def test_those_that_belong_together_stand_together_but_never_above_a_red_one(session: Session, who: Asker) -> None:
    home = an_address(session)
    waiting(session, "red", 1, rank=0, rating="red", address_id=home.id)
    waiting(session, "other red", 2, rank=0, rating="red")
    waiting(session, "soon", 1)
    waiting(session, "brother", 2, address_id=home.id)
    waiting(session, "later", 3)
    waiting(session, "sister", 4, address_id=home.id)
    rows = rows_of(session, who)
    shown = together(rows, {row.id: [other.id for other in row.related] for row in rows})
    assert [row.reference for row in shown] == ["red", "other red", "soon", "brother", "sister", "later"]
