"""Seal what was read onto a chain of its own: in batches, so that no page waits for the end of a chain.

A batch is sealed in one short transaction that locks the head, and ``prev_hash`` is unique, so the chain does not fork.
Until a read is sealed, a quarter of a minute as a rule, somebody with the database's own password and time to write SQL
past the triggers could take its row away or put another in its place unseen, but for the number that is missing then:
each seal names the numbers that were not there. After it is sealed, its change, its going, its place and its number
all show; and once the head is anchored outside, also the making anew of the whole chain.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mash.journeys.events import CANONICAL
from mash.models import AuditHead, AuditRead, AuditSeal

BATCH = 2000
LOOKS_BACK = timedelta(minutes=3)
"""For how long a missing number may still come: a transaction ends within a minute."""

MOST_RECENT = 200

Range = tuple[int, int]


def seal_reads(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Seal what is not sealed yet, so many at most. Return how many."""
    head = session.execute(select(AuditHead).where(AuditHead.id == 1).with_for_update()).scalar_one()
    columns = select(AuditRead.id, AuditRead.hash).order_by(AuditRead.id)
    came = [(row.id, row.hash) for row in session.execute(columns.where(AuditRead.id > head.last_id).limit(limit))]
    wanting = _wanting(session, head.seq, at - LOOKS_BACK)
    late: list[tuple[int, str]] = []
    if wanting:
        within = or_(*(AuditRead.id.between(*each) for each in wanting))
        late = [(row.id, row.hash) for row in session.execute(columns.where(within))]
    if not came and not late:
        return 0
    first, last = head.last_id + 1, came[-1][0] if came else head.last_id
    seal = AuditSeal(
        seq=head.seq + 1,
        first_id=first,
        last_id=last,
        rows=len(came) + len(late),
        missing=[list(each) for each in missing_from(first, last, [id for id, _ in came])],
        late=[id for id, _ in late],
        digest=digest_of([*came, *late]),
        at=at,
        prev_hash=head.hash,
    )
    seal.hash = seal_hash(seal)
    session.add(seal)
    head.seq, head.hash, head.last_id = seal.seq, seal.hash, last
    session.flush()
    return len(came) + len(late)


def _wanting(session: Session, seq: int, since: datetime) -> list[Range]:
    """List the ranges of numbers that recent seals missed and none has taken since."""
    recent = select(AuditSeal.missing, AuditSeal.late).where(AuditSeal.seq > seq - MOST_RECENT, AuditSeal.at > since)
    ranges: list[Range] = []
    taken: set[int] = set()
    for missing, late in session.execute(recent):
        ranges += [(first, last) for first, last in missing]
        taken |= set(late)
    return [part for each in ranges for part in _without(each, taken)]


def _without(whole: Range, taken: Iterable[int]) -> list[Range]:
    first, parts = whole[0], []
    for id in sorted(id for id in taken if whole[0] <= id <= whole[1]):
        if id > first:
            parts.append((first, id - 1))
        first = id + 1
    return [*parts, (first, whole[1])] if first <= whole[1] else parts


def missing_from(first: int, last: int, ids: Sequence[int]) -> list[Range]:
    """Give the ranges between two numbers that are not among some in order.

    >>> missing_from(1, 9, [2, 3, 7, 9]), missing_from(4, 3, [])
    ([(1, 1), (4, 6), (8, 8)], [])
    """
    found, expected = [], first
    for id in ids:
        if id > expected:
            found.append((expected, id - 1))
        expected = id + 1
    return found if expected > last else [*found, (expected, last)]


def digest_of(rows: Iterable[tuple[int, str]]) -> str:
    """Hash the ids and hashes of a batch, in order."""
    whole = hashlib.sha256()
    for id, hash_ in rows:
        whole.update(f"{id}:{hash_}\n".encode())
    return whole.hexdigest()


def seal_hash(seal: AuditSeal) -> str:
    """Hash a seal onto the one before."""
    said = [seal.prev_hash, seal.seq, seal.first_id, seal.last_id, seal.rows, seal.missing, seal.late, seal.digest]
    return hashlib.sha256(CANONICAL.encode([*said, seal.at.isoformat()]).encode()).hexdigest()
