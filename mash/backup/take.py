"""Take a backup while others write: a folder with the data, encrypted, and a manifest; whole or not there at all."""

import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text

from mash import cipher_file
from mash.backup import postgresql
from mash.backup.contents import Contents, Progress, contents
from mash.backup.copies import open_copy
from mash.backup.keys import current_key, name_of, web_key_name
from mash.backup.manifest import BackupRefused, Manifest, digest, settle
from mash.config import Config
from mash.db import Database, Unavailable, reading

EMBEDDED_FILE, DUMP_FILE = "database.sqlcipher", "database.pgdump.sealed"
UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken: its folder, and what its manifest says."""

    folder: Path
    manifest: Manifest


def take_backup(database: Database, settings: Config, *, at: datetime, say: Progress) -> Taken:
    """Take a backup into a new folder under the one that is set, and look whether its copy can be read.

    Raises:
        BackupRefused, Misconfigured, Unavailable: If it cannot be taken; nothing of it is left then.
    """
    began, key = time.monotonic(), current_key(settings, make=True)
    name = f"mash-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    unfinished = settings.backups / f"{UNFINISHED}{name}"
    try:
        settings.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
        write = _embedded if database.embedded else _postgresql
        file, release, found = write(database, settings, unfinished, key, say)
        manifest = _manifest(settings, file, release, found, at=at, key=key, seconds=time.monotonic() - began)
        manifest.write(unfinished)
        settle(unfinished)
        unfinished.rename(settings.backups / name)
        settle(settings.backups)
    except OSError as wrong:
        raise BackupRefused(f"Cannot write a backup to {settings.backups} ({wrong.strerror}).") from wrong
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Taken(settings.backups / name, manifest)


def _manifest(
    settings: Config, file: Path, release: str, found: Contents, *, at: datetime, key: str, seconds: float
) -> Manifest:
    return Manifest(
        made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        database="sqlcipher" if settings.embedded else "postgresql",
        database_version=release,
        program=version("mash"),
        revision=found.revision,
        file=file.name,
        bytes=file.stat().st_size,
        sha256=digest(file),
        counts=found.counts,
        guards=found.guards,
        head_seq=found.head_seq,
        head_hash=found.head_hash,
        key=name_of(key),
        web_key=web_key_name(settings),
        seconds=round(seconds, 1),
    ).sealed(key)


def _embedded(
    database: Database, settings: Config, folder: Path, key: str, say: Progress
) -> tuple[Path, str, Contents]:
    """Let SQLCipher write a copy under its own key, then read every page of the copy."""
    file, whole = folder / EMBEDDED_FILE, max(settings.database_file.stat().st_size, 1)

    def step() -> None:
        with suppress(OSError):
            say(f"Copied {min(99, 100 * file.stat().st_size // whole)} %")

    os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))  # VACUUM fills an empty file, and keeps its mode
    try:
        cipher_file.copy_into(settings.database_file, key, file, step=step)
    except cipher_file.DatabaseError as wrong:
        raise Unavailable(f"The database cannot be copied: {wrong}") from wrong
    settle(file)
    say("Reading the copy")
    copy = open_copy(file, key)
    try:
        with reading(copy) as session:
            if session.execute(text("PRAGMA cipher_integrity_check")).first():
                raise Unavailable("The copy cannot be read back. See to the disk.")
            release = session.execute(text("PRAGMA cipher_version")).scalar_one()
            return file, release, contents(session)
    finally:
        copy.engine.dispose()


def _postgresql(
    database: Database, settings: Config, folder: Path, key: str, say: Progress
) -> tuple[Path, str, Contents]:
    """Let pg_dump write what one snapshot shows, encrypted on its way, and count what the same snapshot shows."""
    file = folder / DUMP_FILE
    with (
        reading(database, as_one=True) as session,
        os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out,
    ):
        found = contents(session)
        postgresql.dump(database.engine, session, out, key, say=say)
        out.flush()
        os.fsync(out.fileno())
        return file, postgresql.server_release(session), found


def kept_backups(settings: Config) -> list[Path]:
    """List the folders of finished backups, the newest first."""
    return sorted((path for path in settings.backups.glob("mash-*") if path.is_dir()), reverse=True)
