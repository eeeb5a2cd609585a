"""The secret behind the pages, ``web.key``: put anew, with the one before it accepted for a day.

What stands on it and is with people meanwhile, such as a form that is open, a link to choose a password or a file that
waits, goes on counting for that day. What the database keeps sealed under it is sealed anew by ``mash keys rotate``.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mash import config
from mash.log import log

GRACE = timedelta(hours=24)
NAME, BEFORE, COMING = "web.key", "web.key.before", "web.key.coming"


@dataclass(frozen=True, slots=True)
class PagesKey:
    """The secret in use; the one before it, empty for none; and until when that one counts."""

    now: str
    before: str = ""
    until: datetime | None = None

    def accepted(self, at: datetime) -> tuple[str, ...]:
        """Give the secrets that count at a moment, the one in use first."""
        return (self.now, self.before) if self.until is not None and at < self.until else (self.now,)


def pages_key(folder: Path) -> PagesKey:
    """Read the secret, making it where there is none.

    Raises:
        Misconfigured: If either is not a key, or others can read it.
    """
    now, before = config.secret(folder / NAME, make=True), folder / BEFORE
    if not before.exists():
        return PagesKey(now)
    since = datetime.fromtimestamp(before.stat().st_mtime, UTC)
    return PagesKey(now, config.secret(before, make=False), since + GRACE)


class FollowedKey:
    """The secret as its files hold it, for a process that runs on while they are changed."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / NAME, folder / BEFORE
        self._seen, self._held = self._look(), pages_key(folder)

    def read(self) -> PagesKey:
        """Give the secret, read anew where its files were changed; the one read before while they cannot be read."""
        seen = self._look()
        if seen != self._seen and self._files[0].exists():
            try:
                self._held = pages_key(self._files[0].parent)
            except config.Misconfigured as wrong:
                log().error("key_not_read", error=type(wrong).__name__)
            self._seen = seen
        return self._held

    def _look(self) -> list[tuple[int, int] | None]:
        """Say which files stand there, each by its number and when it was written."""
        found: list[tuple[int, int] | None] = []
        for path in self._files:
            try:
                stat = path.stat()
            except OSError:
                found.append(None)
            else:
                found.append((stat.st_ino, stat.st_mtime_ns))
        return found


def require_pages_key(folder: Path) -> None:
    """See that the secret, and the one before it, can be used where they are there. It makes neither.

    Raises:
        Misconfigured: If either is not a key, or others can read it.
    """
    for path in (folder / NAME, folder / BEFORE):
        if path.exists():
            config.secret(path, make=False)


def put_anew(folder: Path, at: datetime) -> PagesKey:
    """Put a new secret into use. Stopped halfway, the old one stays, and it is begun again.

    Raises:
        Misconfigured: If the one in use is not a key, or others can read it.
    """
    config.secret(folder / NAME, make=True)
    coming, half = folder / COMING, folder / f"{BEFORE}.half"
    config.secret(coming, make=True)
    shutil.copy2(folder / NAME, half)
    os.utime(half, (at.timestamp(), at.timestamp()))
    half.replace(folder / BEFORE)
    coming.replace(folder / NAME)
    return pages_key(folder)
