"""Keep who read what: one row for each answer that told of anyone, and for each that was refused.

The row is written before the answer leaves: an answer whose row cannot be kept is not given. Nobody waits for the
chain, as whoever writes an event does: rows are sealed onto it in batches by ``seal_reads``, never later than a minute
after while a scheduler runs.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mash.journeys.events import CANONICAL
from mash.models import AuditList, AuditListed, AuditRead, ChildOnContact, Contact

_KEEP = insert(AuditRead.__table__)  # type: ignore[arg-type]  # a table, whatever its class says
_KNOWN = select(AuditList.__table__.c.id).where(AuditList.__table__.c.hash == bindparam("it"))
"""Past the mapper, which has nothing to add here and takes as long as the statement: every page waits for these two."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whom an answer told of: contacts by reference, people by id."""

    contacts: frozenset[str] = frozenset()
    people: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.contacts or self.people)

    def to_json(self) -> dict[str, list[Any]]:
        return {"contacts": sorted(self.contacts), "people": sorted(self.people)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer was, beside whom it told of.

    Attributes:
        page: Which page, by the name of its route.
        outcome: ``shown``, ``refused`` or ``not_found``.
        fields: The classes of field that such a page shows.
        asked: What was asked for, where the answer may not tell of it.
        network: A keyed hash of the address it goes to.
    """

    user_id: int
    roles: frozenset[str]
    page: str
    outcome: str
    at: datetime
    session_id: int
    network: str
    fields: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)


def record_read(session: Session, answer: Answer, told: Told) -> None:
    """Keep one answer, in the caller's transaction, which ends before the answer is given."""
    if not told:
        _keep_row(session, answer, None, "")
        return
    hash_ = list_hash(said := told.to_json())
    _keep_row(session, answer, _list_of(session, told, said, hash_), hash_)


def record_refusal(session: Session, answer: Answer, reference: str) -> None:
    """Keep one answer that told nothing, with the contact it was asked of if there is such a one.

    The database is sent the same statements whether there is or not, so that how long it takes tells nobody.
    """
    said = Told(frozenset({reference})).to_json()
    hash_ = list_hash(said)
    there = Contact.reference == reference
    told = bindparam("told", said, type_=AuditList.__table__.c.told.type)
    one = _adding(session, AuditList).from_select(["hash", "told"], select(literal(hash_), told).where(there))
    session.execute(one.on_conflict_do_nothing(index_elements=["hash"]))
    found_by = (
        select(literal("contact"), Contact.id, AuditList.id).join(AuditList, AuditList.hash == hash_).where(there)
    )
    finding = _adding(session, AuditListed).from_select(["kind", "number", "list_id"], found_by)
    session.execute(finding.on_conflict_do_nothing())
    list_id = session.scalar(select(AuditList.id).where(AuditList.hash == hash_))
    _keep_row(session, answer, list_id, hash_ if list_id is not None else "")


def _keep_row(session: Session, answer: Answer, list_id: int | None, told_hash: str) -> None:
    at = answer.at.replace(microsecond=answer.at.microsecond // 1000 * 1000)
    row: dict[str, Any] = {
        "at": at,
        "user_id": answer.user_id,
        "roles": " ".join(sorted(answer.roles)),
        "page": answer.page,
        "outcome": answer.outcome,
        "fields": " ".join(answer.fields),
        "asked": dict(answer.asked),
        "session_id": answer.session_id,
        "network": answer.network,
    }
    row |= {"hash": row_hash(told_hash, row), "list_id": list_id}
    session.connection().execute(_KEEP, row)


def _adding(session: Session, table: type[AuditList | AuditListed]) -> postgresql.Insert | sqlite.Insert:
    """Begin an insert that may leave out what is there already."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def references_of(session: Session, children: Collection[int]) -> frozenset[str]:
    """Give the references of the contacts that children are on."""
    if not children:
        return frozenset()
    theirs = select(Contact.reference).join(ChildOnContact).where(ChildOnContact.id.in_(set(children)))
    return frozenset(session.scalars(theirs))


def list_hash(told: Mapping[str, Any]) -> str:
    """Hash whom an answer told of."""
    return hashlib.sha256(CANONICAL.encode(told).encode()).hexdigest()


def row_hash(told_hash: str, row: Mapping[str, Any]) -> str:
    """Hash a read: everything in its row but the ids that the database gives, and whom it told of."""
    said = [told_hash, row["at"].isoformat(), row["user_id"], row["roles"], row["page"], row["outcome"], row["fields"]]
    said += [row["asked"], row["session_id"], row["network"]]
    return hashlib.sha256(CANONICAL.encode(said).encode()).hexdigest()


def _list_of(session: Session, told: Told, said: Mapping[str, Any], hash_: str) -> int:
    """Find the list of these contacts and people, or keep it with the rows that find it."""
    if (found := session.connection().execute(_KNOWN, {"it": hash_}).scalar()) is not None:
        return int(found)
    one = _adding(session, AuditList).values(hash=hash_, told=said).on_conflict_do_nothing(index_elements=["hash"])
    made = session.execute(one.returning(AuditList.id)).scalar_one_or_none()
    if made is None:  # another request kept it meanwhile, with its rows
        return int(session.connection().execute(_KNOWN, {"it": hash_}).scalar_one())
    if told.contacts:
        theirs = select(literal("contact"), Contact.id, literal(made)).where(Contact.reference.in_(told.contacts))
        session.execute(insert(AuditListed).from_select(["kind", "number", "list_id"], theirs))
    if told.people:
        rows = [{"kind": "person", "number": id, "list_id": made} for id in sorted(told.people)]
        session.execute(insert(AuditListed), rows)
    return made
