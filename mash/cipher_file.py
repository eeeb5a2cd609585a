"""One encrypted SQLite file: opened with its key, looked at without a change, copied, given another key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlcipher3.dbapi2 import DatabaseError

__all__ = ["DatabaseError", "coming", "connected", "copy_into", "finish_change", "look", "rekey"]
BUSY_SECONDS = 10


def connected(path: Path, key: str, *, mode: str = "rwc") -> Any:
    """Connect with a raw key; a passphrase would cost 0.2 s a connection. What SQLCipher logs of pages is not said.

    Args:
        mode: As in SQLite's addresses: ``ro`` never changes the file, ``rw`` never makes one.
    """
    raw = sqlcipher3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
        isolation_level=None,
    )
    raw.execute("PRAGMA cipher_log_level = NONE")
    raw.execute(f"PRAGMA key = \"x'{key}'\"")
    return raw


def look(path: Path, key: str) -> None:
    """See that the key opens a file and whatever log lies beside it, without folding that log into the file.

    A log that is another file's would be written over ours by the first connection that may write. Only a change of
    key that was cut off leaves a journal; that is rolled back.

    Raises:
        DatabaseError: If they cannot be read.
    """
    raw = connected(path, key, mode="rw" if path.with_name(f"{path.name}-journal").exists() else "ro")
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchall()
    finally:
        raw.close()


def coming(key_file: Path) -> Path:
    """Name the file in which a new key waits until the database is encrypted under it."""
    return key_file.with_name(f"{key_file.name}.coming")


def finish_change(path: Path, key_file: Path) -> bool:
    """Put the new key in its place if the database is encrypted under it already, and say whether it was.

    It is not when nobody was changing the key, or was stopped before it was done: then the old key opens it.
    """
    waiting = coming(key_file)
    try:
        look(path, waiting.read_text().strip())
    except (OSError, DatabaseError):
        return False
    waiting.replace(key_file)
    return True


def copy_into(path: Path, key: str, copy: Path, *, step: Callable[[], None]) -> None:
    """Write a whole copy under the same key, as the file stands now, while others go on writing.

    Args:
        step: Called now and then while the copy grows.

    Raises:
        DatabaseError: If it cannot be read or the copy cannot be written.
    """
    raw = connected(path, key, mode="rw")
    try:
        raw.set_progress_handler(step, 1_000_000)
        raw.execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()


def rekey(path: Path, old: str, new: str) -> None:
    """Encrypt a file under another key, wholly or not at all. Nobody else may have it open.

    It is done in one transaction with a journal under the old key: one that is cut off is rolled back when next opened.

    Raises:
        DatabaseError: If the old key does not open it, or somebody else has it open.
    """
    raw = connected(path, old, mode="rw")
    try:
        raw.execute("PRAGMA busy_timeout = 1000")
        if raw.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
            raise DatabaseError("somebody has the database open")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute(f"PRAGMA rekey = \"x'{new}'\"")
    finally:
        raw.close()
