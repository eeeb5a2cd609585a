"""Tamper with the audit in sixty ways, each on a database of its own, and count how many are found.

    .venv/bin/python -m tests.faults.tampering

Writes ``var/faults/tampering.json``. Whoever tampers here owns the database: triggers are dropped first. Some also
know how the chains are made, and hash again what they changed; the anchors outside show those.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from mash.config import HOUSE
from mash.journeys.audit_reads import row_hash
from mash.journeys.events import chained
from mash.journeys.seal_reads import digest_of, missing_from, seal_hash
from mash.models import AuditList, AuditRead, AuditSeal, Event
from tests import postgresql
from tests.faults.tampered import Place, fill, filled, looked_at, opened, past_every_guard

LEDGER = HOUSE / "var" / "faults" / "tampering.json"
Tamper = Callable[[Connection], None]


def sql(*statements: str) -> Tamper:
    """Tamper by these statements."""

    def tamper(connection: Connection) -> None:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount != 0, statement

    return tamper


def swapped(table: str, column: str, key: str, one: int, other: int) -> Tamper:
    """Put what one row says in the place of another's, and the other way round."""

    def tamper(connection: Connection) -> None:
        ask = f"SELECT {column} FROM {table} WHERE {key} = :it"
        values = {it: connection.execute(text(ask), {"it": it}).scalar_one() for it in (one, other)}
        change = text(f"UPDATE {table} SET {column} = :value WHERE {key} = :it")
        for it, value in ((one, values[other]), (other, values[one])):
            bound = json.dumps(value) if isinstance(value, dict) else value
            connection.execute(change, {"it": it, "value": bound})

    return tamper


def moved(table: str, key: str, one: int, other: int) -> Tamper:
    """Give two rows each other's number."""
    say = f"UPDATE {table} SET {key} = {{}} WHERE {key} = {{}}"
    return sql(say.format(900001, one), say.format(one, other), say.format(other, 900001))


def events_made_anew(change: str) -> Tamper:
    """Change an event, and make every hash after it anew, the head's too."""

    def tamper(connection: Connection) -> None:
        connection.execute(text(change))
        with Session(bind=connection) as session:
            before = ""
            rows = session.query(Event).order_by(Event.seq).all()
            for number, row in enumerate(rows, start=1):
                names = ("contact_id", "kind", "at", "by_id", "actor", "data")
                said: dict[str, Any] = {name: getattr(row, name) for name in names}
                fresh = chained(before, seq=number, **said)
                values = {"old": row.seq, "seq": number, "prev": before, "hash": fresh}
                connection.execute(text(f"UPDATE event SET prev_hash = 'x{number}' WHERE seq = :seq"), {"seq": row.seq})
                set_ = "UPDATE event SET seq = :seq, prev_hash = :prev, hash = :hash WHERE seq = :old"
                connection.execute(text(set_), values)
                before = fresh
            head = text("UPDATE event_head SET seq = :seq, hash = :hash")
            connection.execute(head, {"seq": len(rows), "hash": before})

    return tamper


def reads_made_anew(change: str) -> Tamper:
    """Change reads or seals, and make every read's hash, every seal and the head anew."""

    def tamper(connection: Connection) -> None:
        connection.execute(text(change))
        with Session(bind=connection) as session:
            lists = {one.id: one.hash for one in session.query(AuditList)}
            fresh = {one.id: row_hash(lists.get(one.list_id or 0, ""), vars(one)) for one in session.query(AuditRead)}
            before = ""
            for seal in session.query(AuditSeal).order_by(AuditSeal.seq).all():
                session.expunge(seal)
                within = [(id, fresh[id]) for id in sorted(fresh) if seal.first_id <= id <= seal.last_id]
                seal.prev_hash, seal.digest, seal.rows = before, digest_of(within), len(within)
                ids = [id for id, _ in within]
                seal.missing = [list(each) for each in missing_from(seal.first_id, seal.last_id, ids)]
                seal.hash = before = seal_hash(seal)
                values = {"p": seal.prev_hash, "d": seal.digest, "h": before, "r": seal.rows, "s": seal.seq}
                values["m"] = json.dumps(seal.missing)
                connection.execute(
                    text("UPDATE audit_seal SET prev_hash = :x WHERE seq = :s"), {"x": f"x{seal.seq}", "s": seal.seq}
                )
                set_ = "prev_hash = :p, digest = :d, hash = :h, rows = :r, missing = :m"
                connection.execute(text(f"UPDATE audit_seal SET {set_} WHERE seq = :s"), values)
        for id, hash_ in fresh.items():
            connection.execute(text("UPDATE audit_read SET hash = :h WHERE id = :i"), {"h": hash_, "i": id})
        connection.execute(text("UPDATE audit_head SET hash = :h"), {"h": before})

    return tamper


COPIED = "contact_id, kind, at, by_id, actor, data"
HASH = hashlib.sha256(b"made up").hexdigest()
CASES: dict[str, Tamper] = {
    "edit an event's reason": sql('UPDATE event SET data = \'{"why": "Other"}\' WHERE seq = 7'),
    "edit who did an event": sql("UPDATE event SET by_id = 3 - by_id WHERE seq = 9"),
    "edit when the last event was": sql("UPDATE event SET at = '2026-01-01 00:00:00.000000' WHERE seq = 30"),
    "delete an event": sql("DELETE FROM event WHERE seq = 12"),
    "delete the first event": sql("DELETE FROM event WHERE seq = 1"),
    "delete the last event": sql("DELETE FROM event WHERE seq = 30"),
    "insert an event": sql(
        f"INSERT INTO event (seq, {COPIED}, prev_hash, hash) SELECT 31, {COPIED}, '{HASH}', hash FROM event"
        " WHERE seq = 5"
    ),
    "reorder three events": lambda c: [moved("event", "seq", 4, 5)(c), moved("event", "seq", 5, 6)(c), None][-1],
    "swap what two events say": swapped("event", "data", "seq", 10, 20),
    "cut the tail of the events": sql(
        "DELETE FROM event WHERE seq > 25",
        "UPDATE event_head SET seq = 25, hash = (SELECT hash FROM event WHERE seq = 25)",
    ),
    "make all events anew": events_made_anew('UPDATE event SET data = \'{"why": "Other"}\' WHERE seq = 2'),
    "make all events anew without one": events_made_anew("DELETE FROM event WHERE seq = 15"),
    "edit who read": sql("UPDATE audit_read SET user_id = 3 - user_id WHERE id = 8"),
    "edit a refusal into a showing": sql("UPDATE audit_read SET outcome = 'shown' WHERE id = 10"),
    "edit whom a read was of": sql("UPDATE audit_read SET list_id = 3 WHERE id = 7"),
    "edit a list of those told of": sql(
        'UPDATE audit_list SET told = \'{"contacts": ["C-26-00003"], "people": []}\' WHERE id = 2'
    ),
    "delete a read": sql("DELETE FROM audit_read WHERE id = 14"),
    "delete what finds a list by a contact": sql("DELETE FROM audit_listed WHERE kind = 'contact' AND list_id = 1"),
    "insert a read": sql(
        "INSERT INTO audit_read (at, user_id, roles, page, outcome, fields, list_id, asked, session_id, network, hash,"
        " id) SELECT '2026-01-01 00:00:00.000000', user_id, roles, page, outcome, fields, list_id, asked, session_id,"
        " network, hash, 31 FROM audit_read WHERE id = 3"
    ),
    "insert what finds a list by another": sql(
        "INSERT INTO audit_listed (kind, number, list_id) VALUES ('person', 77, 2)"
    ),
    "reorder reads": lambda c: [moved("audit_read", "id", 4, 5)(c), moved("audit_read", "id", 5, 6)(c), None][-1],
    "swap what two reads were of": swapped("audit_read", "asked", "id", 10, 11),
    "swap two seals": swapped("audit_seal", "digest", "seq", 3, 4),
    "cut the tail of the reads": sql(
        "DELETE FROM audit_read WHERE id > 24",
        "DELETE FROM audit_seal WHERE seq > 8",
        "UPDATE audit_head SET seq = 8, last_id = 24, hash = (SELECT hash FROM audit_seal WHERE seq = 8)",
    ),
    "edit a seal's numbers that were missing": sql("UPDATE audit_seal SET missing = '[[2, 2]]' WHERE seq = 1"),
    "make all seals anew": reads_made_anew("UPDATE audit_read SET user_id = 3 - user_id WHERE id = 2"),
    "make all seals anew without a read": reads_made_anew("DELETE FROM audit_read WHERE id = 6"),
    "make all reads anew from another time": reads_made_anew("UPDATE audit_seal SET at = '2026-01-01 00:00:00.000000'"),
}
"""By what is done to the database. An older copy put back, and the anchors changed, are ``others``."""


def found_in(place: Place, tamper: Tamper) -> list[str]:
    """Tamper with a copy, and give what is found."""
    settings = place.copy("tampered", "filled")
    try:
        with opened(settings) as database:
            with past_every_guard(database) as connection:
                tamper(connection)
            return looked_at(database, settings.anchors_file).problems
    finally:
        place.drop("tampered")


def others(place: Place) -> dict[str, list[str]]:
    """Put an older copy of the database back; change a line of the anchors."""
    settings, older = place.copy("newer", "filled"), place.copy("older", "filled")
    with opened(settings) as database:
        fill(database, settings.anchors_file, first=500)
    with opened(older) as database:
        back = looked_at(database, settings.anchors_file).problems
    lines = settings.anchors_file.read_text().replace('"at":"2026', '"at":"2025', 1)
    settings.anchors_file.write_text(lines)
    with opened(settings) as database:
        changed = looked_at(database, settings.anchors_file).problems
    place.drop("newer")
    place.drop("older")
    return {"put an older copy of the database back": back, "change a line of the anchors": changed}


def tried(place: Place, names: Iterable[str] = tuple(CASES)) -> dict[str, list[str]]:
    """Try each case; give what was found of it."""
    filled(place)
    return {name: found_in(place, CASES[name]) for name in names} | others(place)


def main() -> int:
    """Try every case on both databases and keep what was found."""
    with tempfile.TemporaryDirectory() as held, postgresql.running() as server:
        Path(held, "file").mkdir()
        Path(held, "server").mkdir()
        details = {
            f"{name}, {kind}": found
            for kind, place in (
                ("SQLCipher", Place(Path(held, "file"), None)),
                ("PostgreSQL", Place(Path(held, "server"), server)),
            )
            for name, found in tried(place).items()
        }
    survived = sum(bool(found) for found in details.values())
    LEDGER.parent.mkdir(parents=True, exist_ok=True)
    ledger = {"name": "tampering", "injected": len(details), "survived": survived, "details": details}
    LEDGER.write_text(json.dumps(ledger, indent=1, ensure_ascii=False) + "\n")
    print(f"{survived} of {len(details)} tamperings found.")
    return 0 if survived == len(details) else 1


if __name__ == "__main__":
    sys.exit(main())
