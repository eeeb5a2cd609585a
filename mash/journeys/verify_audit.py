"""Prove both chains: every hash follows from the one before, nothing is missing, and the anchors outside agree.

Everything is read in order and let go, so memory stays small however long the chains are. The first break of each kind
is said: what comes after it says nothing new.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mash.journeys.anchors import Anchor, BadAnchor, Heads, anchors_in, heads_of
from mash.journeys.audit_reads import list_hash, row_hash
from mash.journeys.events import breaks
from mash.journeys.seal_reads import digest_of, missing_from, seal_hash
from mash.models import AuditList, AuditListed, AuditRead, AuditSeal, Contact, Event

SAID = ("seq", "contact_id", "kind", "at", "by_id", "actor", "data", "prev_hash", "hash")
UNSEALED_FOR = timedelta(minutes=1)
AT_ONCE, MOST_NAMED = 1000, 5000


class Broken(Exception):
    """The first break of one kind: where it is and what is wrong there."""


@dataclass
class Report:
    """What was looked at, and each thing that is wrong, in sentences."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    events: int = 0
    reads: int = 0
    seals: int = 0
    anchors: int = 0


def verify_audit(session: Session, *, anchors: Path, at: datetime, gaps_are_breaks: bool) -> Report:
    """Look at all of it, in one reading transaction.

    Args:
        anchors: The file of anchors; none there is a problem once there is anything to anchor.
        gaps_are_breaks: Whether a number that is missing is one: on SQLite a write that fails uses none up.
    """
    report, heads = Report(), heads_of(session)
    checks: tuple[Callable[[], None], ...] = (
        lambda: _events(session, heads, report),
        lambda: _seals(session, heads, report, gaps_are_breaks=gaps_are_breaks),
        lambda: _lists(session),
        lambda: _anchored(session, heads, anchors, report),
        lambda: _unsealed(session, heads, at),
    )
    for check in checks:
        try:
            check()
        except (Broken, BadAnchor) as wrong:
            report.problems.append(f"{str(wrong)[:1].upper()}{str(wrong)[1:]}.")
    return report


def _paged(session: Session, statement: Select[Any], key: InstrumentedAttribute[int]) -> Iterator[Row[Any]]:
    """Give rows in the order of a key, reading so many at a time and holding no more."""
    place = None
    while rows := session.execute(
        (statement if place is None else statement.where(key > place)).order_by(key).limit(AT_ONCE)
    ).all():
        place = getattr(rows[-1][0], key.key, None) if len(rows[-1]) == 1 else getattr(rows[-1], key.key)
        yield from rows
        session.expunge_all()


def _events(session: Session, heads: Heads, report: Report) -> None:
    last = ""

    def passing() -> Iterator[Row[Any]]:
        nonlocal last
        for event in _paged(session, select(*(getattr(Event, name) for name in SAID)), Event.seq):
            if event.seq != report.events + 1:
                raise Broken(f"event {report.events + 1} is not there: after {report.events} comes {event.seq}")
            report.events, last = event.seq, event.hash
            yield event

    for seq, wrong in breaks(passing()):
        raise Broken(f"event {seq} {wrong}")
    if (report.events, last) != (heads.event_seq, heads.event_hash):
        there = f"there are {heads.event_seq} events, ending otherwise; {report.events} are there"
        raise Broken(f"the head says that {there}")


def _seals(session: Session, heads: Heads, report: Report, *, gaps_are_breaks: bool) -> None:
    before, last, seq, gaps = "", 0, 0, 0
    owed: set[int] = set()
    for (seal,) in _paged(session, select(AuditSeal), AuditSeal.seq):
        seq += 1
        _follows(seal, (seq, before, last + 1))
        rows, not_there_then = _sealed_rows(session, seal)
        if digest_of(rows) != seal.digest or len(rows) != seal.rows:
            raise Broken(f"reads {seal.first_id} to {seal.last_id}, under seal {seq}, are not those that were sealed")
        owed = (owed | not_there_then) - set(seal.late)
        gaps += sum(high - low + 1 for low, high in seal.missing) - len(seal.late)
        if gaps and gaps_are_breaks:
            raise Broken(f"reads are missing under seal {seq}: {_ranges(seal)}")
        before, last = seal.hash, seal.last_id
        report.seals, report.reads = seq, report.reads + len(rows)
    if owed:
        raise Broken(f"read {min(owed)} stands where none was when its batch was sealed")
    if (seq, before, last) != (heads.seal_seq, heads.seal_hash, heads.last_read):
        raise Broken(f"the head says that there are {heads.seal_seq} seals, ending otherwise; {seq} are there")
    if gaps:
        report.notes.append(f"Numbers that stand for no read: {gaps}. Their writes failed.")


def _follows(seal: AuditSeal, place: tuple[int, str, int]) -> None:
    """See that a seal stands in its place: its number, the hash before it, and the read that it begins with."""
    if (seal.seq, seal.prev_hash, seal.first_id) != place:
        raise Broken(f"seal {place[0]} of reads does not follow from the one before")
    if seal.hash != seal_hash(seal):
        raise Broken(f"seal {place[0]} of reads is not as it was written")


def _sealed_rows(session: Session, seal: AuditSeal) -> tuple[list[tuple[int, str]], set[int]]:
    """Give the ids and hashes that a seal covers, each row seen to be as it was written, and ids that it missed."""
    found = [_seen(row) for row in session.execute(_reads().where(AuditRead.id.between(seal.first_id, seal.last_id)))]
    absent = {id for low, high in seal.missing for id in range(low, high + 1)} if seal.missing else set()
    rows = [one for one in found if one[0] not in absent]
    wanted = [tuple(each) for each in seal.missing]
    if missing_from(seal.first_id, seal.last_id, [id for id, _ in rows]) != wanted:
        raise Broken(f"reads are missing under seal {seal.seq}: {_ranges(seal)}")
    came_late = session.execute(_reads().where(AuditRead.id.in_(seal.late))) if seal.late else ()
    late = dict(_seen(row) for row in came_late)
    return [*rows, *((id, late[id]) for id in seal.late if id in late)], {id for id, _ in found if id in absent}


def _ranges(seal: AuditSeal) -> str:
    said = ", ".join(f"{low} to {high}" if high > low else str(low) for low, high in seal.missing[:3])
    return said or f"between {seal.first_id} and {seal.last_id}"


def _reads() -> Select[Any]:
    columns = list(AuditRead.__table__.columns)
    rows = select(*columns, AuditList.hash.label("told_hash")).order_by(AuditRead.id)
    return rows.outerjoin(AuditList, AuditList.id == AuditRead.list_id)


def _seen(row: Row[Any]) -> tuple[int, str]:
    """Give the id and hash of a read, once seen to be what it says."""
    if row.hash != row_hash(row.told_hash or "", row._asdict()) or (row.list_id is None) != (row.told_hash is None):
        raise Broken(f"read {row.id} is not as it was written")
    return row.id, row.hash


def _lists(session: Session) -> None:
    """See that each list is what its hash says, and that it is found by all that are in it, and by no others."""
    counted = 0
    for chunk in _chunks(session):
        by: dict[int, set[tuple[str, int]]] = defaultdict(set)
        within = AuditListed.list_id.between(chunk[0].id, chunk[-1].id)
        for kind, number, list_id in session.execute(
            select(AuditListed.kind, AuditListed.number, AuditListed.list_id).where(within)
        ):
            by[list_id].add((kind, number))
            counted += 1
        named = {reference for row in chunk for reference in row.told["contacts"]}
        contacts = select(Contact.reference, Contact.id).where(Contact.reference.in_(named))
        known: dict[str, int] = {row.reference: row.id for row in session.execute(contacts)}
        for row in chunk:
            _found_by(session, row, by[row.id], known)
    if counted != (session.scalar(select(func.count()).select_from(AuditListed)) or 0):
        raise Broken("a list of those told of is not there, and what finds it is")


def _chunks(session: Session) -> Iterator[list[Any]]:
    """Give the lists in order, so many at a time that all whom they name can be asked for at once."""
    chunk: list[Any] = []
    named = 0
    for row in _paged(session, select(AuditList.id, AuditList.hash, AuditList.told), AuditList.id):
        chunk.append(row)
        named += len(row.told["contacts"])
        if named >= MOST_NAMED or len(chunk) >= AT_ONCE:
            yield chunk
            chunk, named = [], 0
    if chunk:
        yield chunk


def _found_by(session: Session, row: Any, found_by: set[tuple[str, int]], known: Mapping[str, int]) -> None:
    """See that a list is found by whom it names. A contact that has gone since may still find it."""
    if list_hash(row.told) != row.hash:
        raise Broken(f"list {row.id} of those told of is not as it was written")
    wanted = {("contact", known[reference]) for reference in row.told["contacts"] if reference in known}
    wanted |= {("person", id) for id in row.told["people"]}
    if wanted - found_by:
        raise Broken(f"list {row.id} of those told of is not found by all that are in it")
    others = found_by - wanted
    there = select(Contact.id).where(Contact.id.in_([number for kind, number in others if kind == "contact"]))
    if any(kind == "person" for kind, _ in others) or (others and session.scalars(there).first() is not None):
        raise Broken(f"list {row.id} of those told of is found by others than are in it")


def _anchored(session: Session, heads: Heads, path: Path, report: Report) -> None:
    """See that each anchor's hashes are those of the chains at its places."""
    anchor: Anchor | None = None
    for anchor in anchors_in(path):
        report.anchors += 1
        said = anchor.heads
        for chain, seq, hash_, end in (
            (Event, said.event_seq, said.event_hash, heads.event_seq),
            (AuditSeal, said.seal_seq, said.seal_hash, heads.seal_seq),
        ):
            words = f"{'event' if chain is Event else 'seal'} {seq}"
            if seq > end:
                raise Broken(
                    f"the anchor of {anchor.at} has {words}, and the chain ends at {end}: its tail was cut off"
                )
            found = session.scalar(select(chain.hash).where(chain.seq == seq)) if seq else ""
            if found is None:
                raise Broken(f"{words}, which was anchored at {anchor.at}, is not there")
            if found != hash_:
                raise Broken(f"{words} is not the one that was anchored at {anchor.at}: the chain was made anew")
    if anchor is None and (heads.event_seq or heads.seal_seq):
        raise Broken(f"there are no anchors at {path.name}, so a chain made anew whole would not show")


def _unsealed(session: Session, heads: Heads, at: datetime) -> None:
    """See that nothing waits to be sealed for longer than it should."""
    waiting = select(AuditRead.id, AuditRead.at).where(AuditRead.id > heads.last_read).order_by(AuditRead.at).limit(1)
    oldest = session.execute(waiting).first()
    if oldest and at - oldest.at > UNSEALED_FOR:
        raise Broken(
            f"read {oldest.id} of {oldest.at:%d %B %Y, %H:%M} is not sealed yet: run mash audit seal, then ask why"
        )
