"""A council's worth of rows, put in quickly, so that a query's plan is the one it would have in earnest."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from mash.db import Database, transaction
from mash.journeys.actor import Actor
from mash.models import (
    Address,
    AdultOnContact,
    AuditList,
    AuditListed,
    AuditRead,
    ChildOnContact,
    Clock,
    Contact,
    Event,
    NameSound,
    Observation,
    Person,
    PhoneTail,
    PlaceWord,
    Viewing,
)
from mash.models.people import phone_tails, place_words, sounds_of

NOW = datetime(2026, 11, 24, 14, 14, tzinfo=UTC)
CONTACTS = 5000
OPEN = 100
FORENAMES = ("Jordan", "Lee", "Ola", "Ruby", "Sia", "Zoë", "Sam", "Noor", "Ivy", "Kai", "Mia")
SURNAMES = (
    "Ames", "Knight", "Peters", "Thorne", "Moss", "O'Neill", "Hart", "Baker", "Finch", "Grove", "Reed", "Shah", "Abbot",
    "Birch", "Crane", "Dale", "Elms", "Frost", "Gale", "Heath", "Ivory", "Jarvis", "Kemp", "Lowe", "Marsh",
)  # fmt: skip
"""So many that none is as common as no surname is: a plan for one in twelve is a plan for the whole."""


def fill(database: Database, by: Actor, contacts: int = CONTACTS) -> None:
    """Fill the tables that grow, with the newest hundred contacts open, and let the database measure them."""
    with transaction(database) as session:
        for table, rows in _rows(by, contacts).items():
            _put(session, table, rows)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _put(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 1000):
        session.execute(table.__table__.insert(), rows[start : start + 1000])


def _rows(by: Actor, contacts: int) -> dict[Any, list[dict[str, Any]]]:
    numbers = range(1, contacts + 1)
    homes = contacts // 3
    addresses = [{"id": n, "key": f"{n} madeup street", "postcode": f"DN{n % 90} {n % 9}AA"} for n in range(1, homes)]
    people = [_person(n) for n in range(1, 2 * contacts + 1)]
    return {
        Address: addresses,
        PlaceWord: [
            {"word": word, "address_id": row["id"]} for row in addresses for word in place_words(str(row["key"]))
        ],
        Person: people,
        NameSound: [{"sound": one, "person_id": row["id"]} for row in people for one in sounds_of(row["search_name"])],
        PhoneTail: [{"tail": one, "person_id": row["id"]} for row in people for one in phone_tails(row["phone"])],
        Contact: [_contact(n, contacts, homes, by) for n in numbers],
        ChildOnContact: [
            {
                "id": n,
                "contact_id": n,
                "person_id": 1 + n % contacts,
                "address_id": None if n % 3 else 1 + n % (homes - 1),
            }
            for n in numbers
        ],
        AdultOnContact: [{"id": n, "contact_id": n, "person_id": contacts + n} for n in numbers],
        Observation: [_observation(n, contacts) for n in range(1, 4 * contacts + 1)],
        Clock: [_clock(n, contacts) for n in numbers],
        Event: [_event(n, contacts, by) for n in range(1, 2 * contacts + 1)],
        AuditList: [{"id": n, "hash": f"{n:064x}", "told": _told(n)} for n in numbers],
        AuditListed: [{"kind": "contact", "number": n, "list_id": n} for n in numbers],
        AuditRead: [_read(n, contacts, by) for n in range(1, 4 * contacts + 1)],
        Viewing: [{"id": n, "user_id": by.user_id, "contact_id": n, "page": "workspace", "at": NOW} for n in numbers],
    }


def _person(n: int) -> dict[str, Any]:
    forename, surname = FORENAMES[n % 11], SURNAMES[n % len(SURNAMES)]
    return {
        "id": n,
        "kind": "child",
        "forename": forename,
        "surname": surname,
        "search_name": f"{forename} {surname}".lower().replace("ë", "e").replace("'", ""),
        "date_of_birth": date(2008, 1, 1) + timedelta(days=n % 6000),
        "phone": f"01302 {n:06d}",
        "made_at": NOW,
    }


def _contact(n: int, contacts: int, homes: int, by: Actor) -> dict[str, Any]:
    still_open = n > contacts - OPEN
    received = NOW - timedelta(minutes=10 * (contacts - n))
    return {
        "id": n,
        "reference": f"C-26-{n:05d}",
        "state": ("waiting_for_information" if n % 9 == 0 else "rated") if still_open else "closed",
        "rating": ("red", "amber", "green")[n % 3],
        "queue_rank": (0 if n % 3 == 0 else 1) if still_open else None,
        "due_at": received + timedelta(days=1),
        "type_at_receipt": "service_request",
        "source_code": "6",
        "received_at": received,
        "entered_at": received,
        "decided_at": None if still_open else received + timedelta(hours=5),
        "address_id": 1 + n % (homes - 1),
        "claimed_by_id": by.user_id if still_open and n % 2 else None,
        "claimed_at": NOW if still_open and n % 2 else None,
    }


def _observation(n: int, contacts: int) -> dict[str, Any]:
    return {
        "id": n,
        "child_id": 1 + n % contacts,
        "code": f"neg.sample_{n // contacts}",
        "value": True,
        "at": NOW,
        "superseded_at": NOW if n % 7 == 0 else None,
    }


def _clock(n: int, contacts: int) -> dict[str, Any]:
    received = NOW - timedelta(minutes=10 * (contacts - n))
    return {
        "id": n,
        "contact_id": n,
        "name": "social-care" if n % 3 else "red-acknowledge",
        "started_at": received,
        "due_at": received + timedelta(days=1),
        "stopped_at": None if n > contacts - OPEN else received,
        "how": ["One working day from receipt."],
    }


def _event(n: int, contacts: int, by: Actor) -> dict[str, Any]:
    return {
        "seq": n,
        "contact_id": (n + 1) // 2,
        "kind": ("contact.received", "child.rated", "oversight.acknowledged")[n % 3],
        "at": NOW - timedelta(minutes=5 * (2 * contacts - n)),
        "by_id": by.user_id,
        "data": {"from": None, "to": "red", "type": "service_request", "channel": "email", "children": 1},
        "prev_hash": f"{n - 1:064x}",
        "hash": f"{n:064x}",
    }


def _told(n: int) -> dict[str, Any]:
    return {"contacts": [f"C-26-{n:05d}"], "people": []}


def _read(n: int, contacts: int, by: Actor) -> dict[str, Any]:
    refused = n % 500 == 0
    return {
        "id": n,
        "at": NOW - timedelta(minutes=4 * contacts - n),
        "user_id": by.user_id,
        "roles": "practitioner",
        "page": ("workspace.show", "queue.show", "timeline.show", "search.answer")[n % 4] if n % 997 else "audit.show",
        "outcome": "refused" if refused else "shown",
        "fields": "identity",
        "list_id": 1 + n % contacts,
        "asked": {},
        "session_id": 1,
        "network": "0" * 64,
        "hash": f"{n:064x}",
    }
