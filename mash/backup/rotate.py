"""Put another key into use. The old one stays for the backups it opens; whoever is stopped halfway begins again."""

import secrets
from pathlib import Path

from mash import cipher_file, config
from mash.backup.keys import RETIRED, current_key, key_file, name_of
from mash.backup.manifest import settle, write_to_disk
from mash.config import KEY_BYTES, Config
from mash.db import Unavailable, open_database


def rotate(settings: Config) -> tuple[str, str]:
    """Put a new key into use for the embedded database, or for PostgreSQL's backups, and keep the old one.

    At any moment one of the two keys in the folder opens the database, and opening it finds out which.

    Returns:
        The names of the old key and of the new.

    Raises:
        Misconfigured, Unavailable: If the key in use does not open the database, or somebody else has it open.
    """
    if settings.embedded:
        open_database(settings).engine.dispose()  # finishes a change that was stopped halfway
    old, path = current_key(settings, make=True), key_file(settings)
    new, waiting = secrets.token_hex(KEY_BYTES), cipher_file.coming(path)
    _keep(settings.folder / RETIRED, old)
    waiting.unlink(missing_ok=True)
    write_to_disk(waiting, new.encode())
    settle(settings.folder)
    if settings.embedded:
        try:
            cipher_file.rekey(settings.database_file, old, new)
        except cipher_file.DatabaseError as wrong:
            raise Unavailable("Stop the service and the scheduler first: the database is open elsewhere.") from wrong
    waiting.replace(path)
    settle(settings.folder)
    return name_of(old), name_of(config.secret(path, make=False))


def _keep(folder: Path, key: str) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"{name_of(key)}.key"
    if not kept.exists():
        write_to_disk(kept, key.encode())
        settle(folder)
