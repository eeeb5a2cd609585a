"""A history of imported contacts with the totals that were published, put in quickly."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert

from mash.clock import LONDON
from mash.db import Base, Database, transaction
from mash.models import ChildOnContact, Contact, Event, Person

MONTHS = {
    2020: {1: 2091, 2: 1955, 3: 2104, 4: 1706, 5: 1678, 6: 1970, 7: 1909},
    2021: {1: 1970, 2: 1982, 3: 2810, 4: 2292, 5: 2543, 6: 2533, 7: 2335},
    2022: {1: 2490, 2: 2134},
}
REQUESTS = {"early_help": 229, "child_and_family_assessment": 310, "no_further_action": 1095}
OTHERS = {"early_help": 15, "child_and_family_assessment": 80, "information_given": 710}
"""March 2022: 2,439 contacts, of which 1,634 are requests; 244 come to early help and 390 to an assessment."""


def bring(database: Database) -> None:
    """Bring the history in: each contact about one child, with the event that it was received."""
    rows = list(_rows())
    with transaction(database) as session:
        for table in (Person, Contact, ChildOnContact, Event):
            of_table = [row for kind, row in rows if kind is table]
            for start in range(0, len(of_table), 5000):
                session.execute(insert(table), of_table[start : start + 5000])


def _rows() -> Iterator[tuple[type[Base], dict[str, Any]]]:
    number = count(1)
    for year, months in MONTHS.items():
        for month, contacts in months.items():
            for place in range(contacts):
                yield from _contact(next(number), year, month, place)
    march = [(True, route) for route, many in REQUESTS.items() for _ in range(many)]
    march += [(False, route) for route, many in OTHERS.items() for _ in range(many)]
    for place, (request, route) in enumerate(march):
        n = next(number)
        yield from _contact(n, 2022, 3, place, request=request)
        yield Person, {"id": n, "kind": "child", "search_name": "", "made_at": _at(2022, 3, place)}
        yield ChildOnContact, {"contact_id": n, "person_id": n, "outcome": route}


def _at(year: int, month: int, place: int) -> datetime:
    """Spread contacts over a month, its first and its last minute in London among them."""
    if place == 0:
        return datetime(year, month, 1, 0, 0, tzinfo=LONDON)
    if place == 1:
        return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=LONDON) - timedelta(minutes=1)
    return datetime(year, month, 1 + place % 28, 9 + place % 8, place % 60, tzinfo=LONDON)


def _contact(
    n: int, year: int, month: int, place: int, *, request: bool = True
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    at = _at(year, month, place)
    contact = {"id": n, "reference": f"C-{year % 100}-{n:05}", "state": "closed", "imported": True}
    contact |= {"type_at_receipt": "service_request" if request else "advice", "queue_rank": None}
    yield Contact, contact | {"received_at": at, "entered_at": at, "closed_at": at}
    event = {"seq": n, "contact_id": n, "kind": "contact.received", "at": at, "data": {}}
    yield Event, event | {"prev_hash": f"{n - 1:064x}", "hash": f"{n:064x}"}
