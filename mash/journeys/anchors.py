"""Anchors: the heads of both chains, written outside the database, so that the whole of a chain made anew shows.

Each line of the file carries a hash of the line before. Put the file where whoever keeps the database cannot write, or
have the heads sent by e-mail each day to somebody who does not.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mash.journeys.events import CANONICAL
from mash.models import AuditHead, Delivery, EventHead, Message

TAIL = 64 * 1024
ANCHOR_MAIL = "anchor"


class BadAnchor(Exception):
    """A line of the file that was not written by us, or no longer stands as it was. The message says which."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Where both chains end: of events, and of seals with the last read that they cover."""

    event_seq: int
    event_hash: str
    seal_seq: int
    seal_hash: str
    last_read: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """The heads as they were at one time, and the line of the file that says so."""

    line: int
    at: str
    heads: Heads


def heads_of(session: Session) -> Heads:
    """Read where both chains end."""
    events = session.execute(select(EventHead.seq, EventHead.hash).where(EventHead.id == 1)).one()
    seals = session.execute(select(AuditHead.seq, AuditHead.hash, AuditHead.last_id).where(AuditHead.id == 1)).one()
    return Heads(events.seq, events.hash, seals.seq, seals.hash, seals.last_id)


def write_anchor(path: Path, heads: Heads, at: datetime) -> bool:
    """Add the heads to the file, onto the disk, unless its last line says the same. Return whether it was added.

    Raises:
        OSError: If the file cannot be written.
    """
    before = _last_line(path)
    if before and json.loads(before)["heads"] == asdict(heads):
        return False
    said = {"at": at.isoformat(timespec="milliseconds"), "heads": asdict(heads), "before": _of_line(before)}
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a") as out:
        out.write(CANONICAL.encode(said) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return True


def put_aside(path: Path, at: datetime) -> Path | None:
    """Give the anchors of a database that a backup took the place of a dated name, and return it; None without any.

    They know events that the backup does not, so they would say for good that its tail was cut off.

    Raises:
        OSError: If that cannot be done, or something has the name already.
    """
    if not path.exists():
        return None
    aside = path.with_name(f"{path.stem}-until-{at:%Y%m%dT%H%M%SZ}{path.suffix}")
    os.link(path, aside)
    path.unlink()
    return aside


def anchors_in(path: Path) -> Iterator[Anchor]:
    """Give the anchors of a file, the oldest first, one at a time.

    Raises:
        BadAnchor: At the first line that does not follow from the one before.
    """
    if not path.exists():
        return
    before = ""
    with path.open() as lines:
        for number, line in enumerate(lines, start=1):
            try:
                said = json.loads(line)
                heads, chained, at = Heads(**said["heads"]), said["before"], str(said["at"])
            except (ValueError, TypeError, KeyError) as wrong:
                raise BadAnchor(f"line {number} of {path.name} is not an anchor") from wrong
            if chained != _of_line(before):
                raise BadAnchor(f"line {number} of {path.name} does not follow from the line before")
            before = line.rstrip("\n")
            yield Anchor(number, at, heads)


def mail_heads(session: Session, to: str, heads: Heads, at: datetime) -> None:
    """Have the heads sent, once a day."""
    key = f"anchor-{at:%Y-%m-%d}"
    if session.scalar(select(exists().where(Message.key == key))):
        return
    body = (
        "The ends of the chains of the MASH front door's audit. Keep this message: it shows if what is before them "
        f"is ever made anew.\n\nAt {at:%d %B %Y, %H:%M} UTC\nEvents {heads.event_seq}: {heads.event_hash}\n"
        f"Reads up to {heads.last_read}, seal {heads.seal_seq}: {heads.seal_hash}\n"
    )
    subject = f"Audit of the front door, {at:%d %B %Y}"
    said = Message(key=key, contact_id=None, kind=ANCHOR_MAIL, to=to, subject=subject, body=body, hold_until=at)
    session.add(said)
    session.flush()
    session.add(Delivery(message_id=said.id, next_try_at=at))


def _of_line(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest() if line else ""


def _last_line(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        lines = file.read().decode().splitlines()
    return lines[-1] if lines else ""
