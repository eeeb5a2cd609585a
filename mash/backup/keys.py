"""Which key opens a backup. A key goes by a part of its hash; one put out of use stays for the backups it opens."""

import hashlib
from pathlib import Path

from mash import config
from mash.backup.manifest import BackupRefused
from mash.backup.pages_key import NAME
from mash.config import Config

RETIRED = "retired-keys"


def key_file(settings: Config) -> Path:
    """Name the file of the key that backups are made under: the database's own, or one for PostgreSQL's backups."""
    return settings.key_file if settings.embedded else settings.folder / "backup.key"


def current_key(settings: Config, *, make: bool = False) -> str:
    """Read the key that backups are made under; only PostgreSQL's may be made here.

    Raises:
        Misconfigured: If it cannot be used.
    """
    return config.secret(key_file(settings), make=make and not settings.embedded)


def name_of(key: str) -> str:
    """Name a key without giving anything of it away: 16 signs of a hash over its 256 random bits.

    >>> name_of("00" * 32)
    '3932630e7d8ac9eb'
    """
    return hashlib.sha256(f"mash key {key}".encode()).hexdigest()[:16]


def web_key_name(settings: Config) -> str:
    """Name the key of the pages, under which authenticator apps are sealed; empty before there is one."""
    path = settings.folder / NAME
    return name_of(config.secret(path, make=False)) if path.exists() else ""


def find_key(settings: Config, name: str) -> str:
    """Find the key of a name: the one in use, or one put out of use.

    Raises:
        BackupRefused: If it is not here.
    """
    for path in (key_file(settings), *sorted((settings.folder / RETIRED).glob("*.key"))):
        if path.exists() and name_of(key := config.secret(path, make=False)) == name:
            return key
    raise BackupRefused(
        f"The key {name} that this backup was made under is not in {settings.folder}. Put it back from your safe copy "
        f"as {key_file(settings).name}, or in {RETIRED}/; without it nobody can read the backup."
    )
