"""Take a backup, keep a record that it was taken, and remove those that policy keeps no longer."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from mash.backup.contents import Progress
from mash.backup.manifest import BackupRefused
from mash.backup.take import Taken, kept_backups, take_backup
from mash.config import Config, Misconfigured
from mash.db import Database, Unavailable, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.note_backup import note_backup, note_backup_failed
from mash.queries.backups import backup_due, backup_policy

NAME = re.compile(r"mash-(\d{8}T\d{6})Z-[0-9a-f]{6}")


def keep_backup(database: Database, settings: Config, *, by: Actor, at: datetime, say: Progress) -> Taken:
    """Take a backup and put it on the record; one that fails is put on the record too.

    Raises:
        BackupRefused, Misconfigured, Unavailable: If it cannot be taken.
    """
    try:
        taken = take_backup(database, settings, at=at, say=say)
    except (BackupRefused, Misconfigured, Unavailable) as wrong:
        with transaction(database) as session:
            note_backup_failed(session, problem=str(wrong), at=at)
        raise
    manifest = taken.manifest
    with transaction(database) as session:
        note_backup(session, name=taken.folder.name, sha256=manifest.sha256, size=manifest.bytes, by=by, at=at)
    remove_outlived(database, settings, at=at)
    return taken


def is_due(database: Database, at: datetime) -> bool:
    """Say whether policy asks for a backup now."""
    with reading(database) as session:
        return backup_due(session, at)


def remove_outlived(database: Database, settings: Config, *, at: datetime) -> list[Path]:
    """Remove the backups that policy keeps no longer, and return their folders. Nothing else is ever removed."""
    with reading(database) as session:
        policy = backup_policy(session, at)
    if policy is None:
        return []
    taken: dict[datetime, list[Path]] = {}
    for folder in kept_backups(settings):
        if found := NAME.fullmatch(folder.name):
            taken.setdefault(datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC), []).append(folder)
    gone = [folder for moment in policy.outlived(taken, at) for folder in taken[moment]]
    for folder in gone:
        shutil.rmtree(folder)
    return gone
