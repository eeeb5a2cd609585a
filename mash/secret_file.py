"""What a secret, and an address that holds one, must be before anything is trusted to it."""

import stat
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

GIVEN_AWAY = frozenset({"changeme", "change-me", "secret", "password", "letmein", "mash", "test", "default", "example"})
SHORTEST = 16
FEWEST_SIGNS = 8
HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def check_secret_file(path: Path, setting: str, *, shortest: int = SHORTEST) -> None:
    """See that a file holds a secret that only its owner can read, and none that anybody would guess.

    Raises:
        ValueError: Saying what is wrong with it and how to mend it, in one line.
    """
    try:
        mode, text = path.stat().st_mode, path.read_text().strip()
    except (OSError, UnicodeDecodeError) as wrong:
        said = wrong.strerror if isinstance(wrong, OSError) else "it is not text"
        raise ValueError(f"Cannot read {setting} at {path} ({said}).") from wrong
    if not text or stat.S_IMODE(mode) & 0o077:
        raise ValueError(
            f"{setting} at {path} must hold the secret, and only its owner may read it. Run: chmod 600 {path}"
        )
    if len(text) < shortest or text.lower() in GIVEN_AWAY:
        raise ValueError(f"{setting} at {path} holds a secret that is too short or known to all. Have another made.")


def guessable(key: str) -> bool:
    """Say whether a key in hexadecimal was written by hand: chance has nearly all sixteen signs in sixty-four places.

    >>> guessable("0" * 64), guessable("deadbeef" * 8), guessable("0123456789abcdef" * 4)
    (True, True, True)
    """
    half = len(key) // 2
    return len(set(key)) <= FEWEST_SIGNS or key[:half] == key[half:]


def check_database_url(url: str) -> None:
    """See that a database's address is of PostgreSQL, and that what goes to another machine goes over proven TLS.

    Raises:
        ValueError: Saying what is wrong with it, without repeating it: it may hold a password.
    """
    if not url.startswith("postgresql+psycopg://"):
        raise ValueError("MASH_DATABASE_URL must begin with postgresql+psycopg://; leave it out for the embedded one.")
    try:
        read = make_url(url)
    except (ArgumentError, ValueError) as wrong:
        raise ValueError(
            "MASH_DATABASE_URL cannot be read: it must be like postgresql+psycopg://user@host/name."
        ) from wrong
    if not read.database:
        raise ValueError("MASH_DATABASE_URL names no database: it must end in /name.")
    if (read.host or "") not in HERE and read.query.get("sslmode") != "verify-full":
        raise ValueError(
            "MASH_DATABASE_URL names another machine: add ?sslmode=verify-full, and sslrootcert if need be."
        )
