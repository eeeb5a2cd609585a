"""Keep that a backup was taken, or that it failed and why; a good one goes onto the chain with what it hashes to."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.models import BackupTaken


def note_backup(session: Session, *, name: str, sha256: str, size: int, by: Actor, at: datetime) -> None:
    """Keep that a backup was taken and read back. ``size`` is in bytes."""
    session.add(BackupTaken(at=at, name=name, sha256=sha256, bytes=size))
    record_event(session, kind="backup.taken", at=at, by=by, data={"name": name, "sha256": sha256, "bytes": size})


def note_backup_failed(session: Session, *, problem: str, at: datetime) -> None:
    """Keep why a backup could not be taken, for the page of health."""
    session.add(BackupTaken(at=at, problem=problem))
