"""Put a backup back into an empty place and see that it is whole; or into a throwaway place, as a drill."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import inspect

from mash import cipher_file
from mash.backup import postgresql
from mash.backup.contents import Progress, require_same, require_whole
from mash.backup.copies import open_copy
from mash.backup.keys import current_key, find_key, web_key_name
from mash.backup.manifest import BackupRefused, Manifest, digest, read_manifest, settle
from mash.config import Config, prepare_folder
from mash.db import Database, database_over, open_database


def opened_backup(folder: Path, settings: Config, *, say: Progress) -> tuple[Manifest, str]:
    """Read what a backup says of itself and find its key, having seen that neither it nor its data was changed.

    Raises:
        BackupRefused: If something of it is missing, changed, or of another kind of database.
    """
    manifest = read_manifest(folder)
    if (manifest.database == "sqlcipher") is not settings.embedded:
        raise BackupRefused(f"This backup is of {manifest.database}, and the settings name another kind of database.")
    key = find_key(settings, manifest.key)
    manifest.require_seal(key)
    say(f"Reading {manifest.file}")
    file = folder / manifest.file
    if not file.exists() or digest(file) != manifest.sha256:
        raise BackupRefused(f"The data of the backup at {folder} is missing, or was changed. Use another backup.")
    return manifest, key


def restore(folder: Path, settings: Config, *, verify: bool, say: Progress) -> Manifest:
    """Put a backup back where the settings say.

    Args:
        verify: Whether to see that it is whole and holds what the manifest says.

    Raises:
        BackupRefused: If the place is not empty, or the backup does not hold.
        Misconfigured, Unavailable: If the place cannot be used.
    """
    require_empty(settings)
    manifest, key = opened_backup(folder, settings, say=say)
    if settings.embedded:
        _put_file_back(folder / manifest.file, manifest, key, settings, verify=verify, say=say)
        return manifest
    database = open_database(settings)
    try:
        _load(database, folder, manifest, key, verify=verify, say=say)
    finally:
        database.engine.dispose()
    return manifest


def drill(folder: Path, settings: Config, *, say: Progress) -> Manifest:
    """Put a backup back into a throwaway place, see that it is whole, and remove the place.

    Raises:
        BackupRefused: If the backup does not hold, or no throwaway place can be made.
    """
    manifest, key = opened_backup(folder, settings, say=say)
    if settings.embedded:
        with tempfile.TemporaryDirectory(prefix=".drill-", dir=settings.backups) as place:
            shutil.copytree(settings.folder, place, dirs_exist_ok=True, ignore=_only_keys)
            elsewhere = replace(settings, folder=Path(place))
            _put_file_back(folder / manifest.file, manifest, key, elsewhere, verify=True, say=say)
        return manifest
    with _beside(settings) as database:
        _load(database, folder, manifest, key, verify=True, say=say)
    return manifest


def require_empty(settings: Config) -> None:
    """Refuse a place where a database, or a part of one, is already.

    Raises:
        BackupRefused: Naming what is there.
    """
    if settings.embedded:
        prepare_folder(settings)
        if there := sorted(settings.folder.glob(f"{settings.database_file.name}*")):
            raise BackupRefused(f"There is a database at {there[0]} already. A backup is only put into an empty place.")
        return
    database = open_database(settings)
    try:
        if tables := inspect(database.engine).get_table_names():
            raise BackupRefused(
                f"The database has {len(tables)} tables already. A backup is only put into an empty one."
            )
    finally:
        database.engine.dispose()


def warnings(manifest: Manifest, settings: Config) -> list[str]:
    """Say what a restored place still lacks, in sentences."""
    here = web_key_name(settings)
    if manifest.web_key and here != manifest.web_key:
        told = (
            f"The key of the pages was {manifest.web_key}, and web.key here is {here or 'missing'}: authenticator apps"
        )
        return [f"{told} will not be known again until it is put back from your safe copy."]
    return []


def _put_file_back(file: Path, manifest: Manifest, key: str, settings: Config, *, verify: bool, say: Progress) -> None:
    """Copy beside the place, look, and only then give it its name; a database that is there is never replaced."""
    partly = settings.folder / f".restoring-{os.getpid()}-{secrets.token_hex(3)}"
    try:
        say("Copying")
        shutil.copyfile(file, partly)
        partly.chmod(0o600)
        now = current_key(settings)
        if now != key:
            say("Encrypting it under the key in use now")
            cipher_file.rekey(partly, key, now)
        if verify:
            copy = open_copy(partly, now)
            try:
                require_whole(copy, say=say)
                require_same(copy, manifest, say=say)
            finally:
                copy.engine.dispose()
        settle(partly)
        os.link(partly, settings.database_file)
        settle(settings.folder)
    finally:
        partly.unlink(missing_ok=True)


def _load(database: Database, folder: Path, manifest: Manifest, key: str, *, verify: bool, say: Progress) -> None:
    with (folder / manifest.file).open("rb") as sealed:
        postgresql.load(database.engine, sealed, key, written_by=manifest.database_version, say=say)
    if verify:
        require_whole(database, say=say)
        require_same(database, manifest, say=say)


@contextmanager
def _beside(settings: Config) -> Iterator[Database]:
    ours = open_database(settings)
    try:
        name = f"mash_drill_{secrets.token_hex(4)}"
        remade = lambda url: open_database(replace(settings, database_url=url)).engine  # noqa: E731
        with postgresql.throwaway(ours.engine, name, remade) as engine:
            yield database_over(engine)
    finally:
        ours.engine.dispose()


def _only_keys(folder: str, names: list[str]) -> list[str]:
    """Leave out of a drill's folder all but keys: whatever is in the real one stays there."""
    return [name for name in names if not name.endswith(".key") and name != "retired-keys"]
