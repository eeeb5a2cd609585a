"""Add to the chain of events: what happened, who, when, and a hash that covers all that came before.

Whoever adds locks the head row first, so the chain has no forks and no gaps, on either database.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.models import Event, EventHead

_HEAD = "mash_event_head"
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def record_event(
    session: Session,
    *,
    kind: str,
    at: datetime,
    by: Actor,
    contact_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Add one event, in the caller's transaction.

    Args:
        kind: What happened, as ``thing.past_tense``, such as ``contact.received``.
        data: What changed, from what to what and why. JSON values only; no secrets.
    """
    head = _locked_head(session)
    said = dict(data or {})
    actor = "" if by.user_id else by.name
    seq = head.seq + 1
    event = Event(
        seq=seq,
        contact_id=contact_id,
        kind=kind,
        at=at,
        by_id=by.user_id,
        actor=actor,
        data=said,
        prev_hash=head.hash,
        hash=chained(
            head.hash, seq=seq, contact_id=contact_id, kind=kind, at=at, by_id=by.user_id, actor=actor, data=said
        ),
    )
    head.seq, head.hash = seq, event.hash
    session.add(event)
    session.flush()
    return event


@dataclass(frozen=True, slots=True)
class Happened:
    """One of many things that happened at once: its kind, on which contact, and what is said of it."""

    kind: str
    contact_id: int | None
    data: Mapping[str, Any] = field(default_factory=dict)


def record_events(session: Session, happened: Sequence[Happened], *, at: datetime, by: Actor) -> None:
    """Add many events in their order, as ``record_event`` would one by one, with one statement."""
    if not happened:
        return
    head, actor, rows = _locked_head(session), "" if by.user_id else by.name, []
    for one in happened:
        said: dict[str, Any] = {"contact_id": one.contact_id, "kind": one.kind, "at": at, "by_id": by.user_id}
        said |= {"seq": head.seq + 1, "actor": actor, "data": dict(one.data)}
        rows.append(said | {"prev_hash": head.hash, "hash": chained(head.hash, **said)})
        head.seq, head.hash = rows[-1]["seq"], rows[-1]["hash"]
    session.execute(insert(Event), rows)
    session.flush()


def _locked_head(session: Session) -> EventHead:
    """Lock the end of the chain, once in a transaction: nobody else can move it until that is over."""
    here = session.get_nested_transaction() or session.get_transaction()
    held: tuple[object, EventHead] | None = session.info.get(_HEAD)
    if held is None or held[0] is not here:
        head = session.execute(select(EventHead).where(EventHead.id == 1).with_for_update()).scalar_one()
        held = session.get_nested_transaction() or session.get_transaction(), head
        session.info[_HEAD] = held
    return held[1]


def chained(
    before: str,
    *,
    seq: int,
    contact_id: int | None,
    kind: str,
    at: datetime,
    by_id: int | None,
    actor: str,
    data: Mapping[str, Any],
) -> str:
    """Hash an event onto the chain: SHA-256 over the hash before it and all that it says, as canonical JSON."""
    said = [before, seq, contact_id, kind, at.isoformat(), by_id, actor, data]
    return hashlib.sha256(CANONICAL.encode(said).encode()).hexdigest()


ERASED = {"erased": True}
"""What the data of an event is once its contact was disposed of."""


class Linked(Protocol):
    """One event as it was read, with all that its hash covers."""

    @property
    def seq(self) -> int: ...
    @property
    def contact_id(self) -> int | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by_id(self) -> int | None: ...
    @property
    def actor(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def prev_hash(self) -> str: ...
    @property
    def hash(self) -> str: ...


def kept_hash(event: Linked) -> str:
    """Hash what of an event stays when its data is erased."""
    stays = [event.seq, event.contact_id, event.kind, event.at.isoformat(), event.by_id, event.actor]
    return hashlib.sha256(CANONICAL.encode([*stays, event.prev_hash, event.hash]).encode()).hexdigest()


def breaks(events: Iterable[Linked], before: str = "") -> Iterator[tuple[int, str]]:
    """Give each event that does not stand as it was written, as its ``seq`` and what is wrong with it.

    An event whose data is erased is taken at its hash, if a disposal further on lists it with proof of the rest.
    """
    erased: dict[int, str] = {}
    for event in events:
        if event.prev_hash != before:
            yield event.seq, "does not follow from the one before"
        elif event.data == ERASED:
            erased[event.seq] = kept_hash(event)
        elif not as_written(event):
            yield event.seq, "is not as it was written"
        for seq, proof in proved_by(event):
            if erased.get(seq) == proof:
                del erased[seq]
        before = event.hash
    yield from ((seq, "was erased, and no disposal says so") for seq in sorted(erased))


def first_break(events: Iterable[Linked], before: str = "") -> int | None:
    """Return the ``seq`` of the first event that does not stand as it was written, or None if all do."""
    return next((seq for seq, _ in breaks(events, before)), None)


def proved_by(event: Linked) -> Iterable[tuple[int, str]]:
    """Give the ``seq`` and proof of each event that one event says was erased by a disposal."""
    said = event.data.get("erased", ()) if event.kind == "record.disposed" and event.data != ERASED else ()
    return [(seq, proof) for seq, proof in said]


def as_written(event: Linked) -> bool:
    """Say whether an event still has the hash that it was written with."""
    return event.hash == chained(
        event.prev_hash,
        seq=event.seq,
        contact_id=event.contact_id,
        kind=event.kind,
        at=event.at,
        by_id=event.by_id,
        actor=event.actor,
        data=event.data,
    )
