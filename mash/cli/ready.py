"""What is looked at once before the service starts, beyond what reading the settings looks at. It makes nothing."""

from datetime import UTC, datetime, timedelta

import sqlcipher3
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from mash.backup.pages_key import require_pages_key
from mash.clock import LONDON
from mash.config import Config, Misconfigured
from mash.db import Database, Unavailable, reading, why
from mash.provider import LOOPBACK

OLDEST_SQLITE = (3, 51, 3)
"""Before it several processes could damage a file whose write-ahead log they began anew together."""
LOOKS = 3
KNOWN_HOURS = {
    datetime(2026, 1, 1, tzinfo=UTC): 0,
    datetime(2026, 7, 1, tzinfo=UTC): 1,
    datetime(2027, 3, 28, 1, tzinfo=UTC): 1,
}


def require_settings(settings: Config, *, host: str = "127.0.0.1") -> None:
    """Refuse settings that would start and then fail, or give away what is sent.

    Args:
        host: The address that is listened on.

    Raises:
        Misconfigured: In one line.
    """
    wrong = [at for at, hours in KNOWN_HOURS.items() if at.astimezone(LONDON).utcoffset() != timedelta(hours=hours)]
    if wrong:
        raise Misconfigured("The time zone Europe/London is wrong on this machine. Deadlines would be. Install tzdata.")
    if host not in LOOPBACK and not settings.secure_cookies:
        raise Misconfigured(
            f"On {host} sign-ins would travel over plain HTTP. Take out MASH_SECURE_COOKIES, and put HTTPS in front."
        )
    if settings.backups.exists() and not settings.backups.is_dir():
        raise Misconfigured(f"MASH_BACKUPS at {settings.backups} is no folder.")
    require_pages_key(settings.folder)


def require_engine(version: tuple[int, ...] = sqlcipher3.dbapi2.sqlite_version_info) -> None:
    """Refuse an SQLite that several processes could not share.

    Raises:
        Unavailable: In one line.
    """
    if version < OLDEST_SQLITE:
        said, wanted = ".".join(map(str, version)), ".".join(map(str, OLDEST_SQLITE))
        raise Unavailable(f"SQLite {said} can damage a shared file; this needs {wanted}. Install sqlcipher3 as locked.")


def require_sound(database: Database) -> None:
    """Read every page of an embedded database once, and refuse one with a page that its key did not write.

    A page that another process writes at that moment looks damaged too, so what looks so is looked at again. One that
    another process has for itself is said to be locked: nobody should put a backup over it.

    Raises:
        Unavailable: In one line.
    """
    if not database.embedded:
        return
    try:
        for _ in range(LOOKS):
            with reading(database) as session:
                if not session.execute(text("PRAGMA cipher_integrity_check")).first():
                    return
    except DatabaseError as wrong:
        if "locked" in why(wrong):
            raise Unavailable(why(wrong)) from wrong
    raise Unavailable("The database is damaged. Stop, keep the file, and put a backup back: mash restore")
