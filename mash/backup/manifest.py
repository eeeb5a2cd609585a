"""What a backup says of itself: what it holds, under which key, and a seal that nobody without that key could make."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

NAME = "manifest.json"
FORMAT = 1


class BackupRefused(Exception):
    """A backup that cannot be taken, or that is not put back. The message is one line fit for the terminal."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in ``manifest.json`` beside a backup.

    Attributes:
        made_at: ISO 8601, UTC.
        database, database_version: ``sqlcipher`` or ``postgresql``, and which release wrote it.
        program, revision: The version of this program, and of the tables.
        file, bytes, sha256: The one file that holds the data, and what it hashes to as it lies there.
        counts: How many rows each table had.
        guards: The names of the triggers that keep events from being changed.
        head_seq, head_hash: The end of the chain of events.
        key: The name of the key that opens it; see ``mash.backup.keys``. ``web_key``: of the key of the pages then.
        seconds: How long it took.
        seal: HMAC-SHA256 over all of the above, under that key.
    """

    made_at: str
    database: str
    database_version: str
    program: str
    revision: str
    file: str
    bytes: int
    sha256: str
    counts: Mapping[str, int]
    guards: tuple[str, ...]
    head_seq: int
    head_hash: str
    key: str
    web_key: str
    seconds: float
    format: int = FORMAT
    seal: str = ""

    def sealed(self, key: str) -> "Manifest":
        """Return it with the seal of this key."""
        return replace(self, seal=_seal(asdict(self), key))

    def require_seal(self, key: str) -> None:
        """See that nobody changed it.

        Raises:
            BackupRefused: If its seal is not that of this key.
        """
        if not hmac.compare_digest(_seal(asdict(self), key), self.seal):
            raise BackupRefused("The manifest of this backup was changed after it was made. Use another backup.")

    def write(self, folder: Path) -> None:
        """Write it beside the data, and wait until it is on the disk."""
        write_to_disk(folder / NAME, json.dumps(asdict(self), indent=1, sort_keys=True).encode())


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup says of itself; its seal is not looked at yet.

    Raises:
        BackupRefused: If there is none, or it cannot be read.
    """
    try:
        said: dict[str, Any] = json.loads((folder / NAME).read_text("utf-8"))
        found = Manifest(**(said | {"guards": tuple(said["guards"])}))
    except OSError as wrong:
        raise BackupRefused(f"There is no backup at {folder} ({wrong.strerror}).") from wrong
    except (ValueError, TypeError, KeyError) as wrong:
        raise BackupRefused(f"The manifest of the backup at {folder} cannot be read. Use another backup.") from wrong
    if found.format != FORMAT or "/" in found.file:
        raise BackupRefused(f"The backup at {folder} is of a form that this version does not know.")
    return found


def digest(path: Path) -> str:
    """Hash a file with SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_to_disk(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, and wait until it is on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def settle(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _seal(said: Mapping[str, Any], key: str) -> str:
    plain = json.dumps({k: v for k, v in said.items() if k != "seal"}, sort_keys=True)
    return hmac.new(bytes.fromhex(key), b"mash backup manifest\n" + plain.encode(), "sha256").hexdigest()
