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
