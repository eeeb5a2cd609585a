"""An encrypted database file that nobody else uses, opened only to look at it."""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from mash import cipher_file
from mash.db import Database, database_over


def open_copy(path: Path, key: str) -> Database:
    """Open an encrypted file that nobody else uses, only to look at it. Nothing of the file is changed.

    Raises:
        Unavailable: If it cannot be read with this key.
    """

    def connect() -> Any:
        return cipher_file.connected(path, key, mode="ro")

    return database_over(create_engine("sqlite://", creator=connect, module=sqlcipher3.dbapi2, poolclass=QueuePool))
