"""What makes a password good enough, and how one is kept: Argon2id, never the password itself.

Hashing takes a quarter of a second and 64 MiB, so no more than two run at once in a process.
"""

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TypeGuard

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from mash.journeys.common_passwords import commonly_used

SHORTEST, LONGEST = 15, 128
_WORDS = (
    *[
        "anchor",
        "amber",
        "apple",
        "autumn",
        "badger",
        "barley",
        "basket",
        "beacon",
        "birch",
        "bramble",
        "bridge",
        "bronze",
        "candle",
        "canyon",
        "carbon",
        "castle",
        "cedar",
        "cherry",
        "cobalt",
        "copper",
        "coral",
        "cotton",
        "cradle",
        "cricket",
        "daisy",
        "dragon",
        "ember",
        "falcon",
        "fern",
        "forest",
        "fossil",
        "garden",
        "ginger",
        "glacier",
        "granite",
        "harbour",
        "hazel",
        "heron",
        "hollow",
        "island",
        "ivory",
        "jasmine",
        "juniper",
        "kettle",
        "lagoon",
        "lantern",
        "lemon",
        "linen",
        "lobster",
        "magnet",
        "maple",
        "marble",
        "meadow",
        "mercury",
        "mirror",
        "morning",
        "nectar",
        "oak",
        "ocean",
        "olive",
        "orchid",
        "otter",
        "paddle",
        "pebble",
        "pepper",
        "pewter",
        "pigeon",
        "planet",
        "plum",
        "poppy",
        "quartz",
        "quill",
        "rabbit",
        "raven",
        "ribbon",
        "river",
        "rocket",
        "saddle",
        "saffron",
        "silver",
        "sparrow",
        "spruce",
        "summer",
        "sunset",
        "tartan",
        "thistle",
        "timber",
        "topaz",
        "tulip",
        "tunnel",
        "turnip",
        "velvet",
        "violet",
        "walnut",
        "willow",
        "window",
        "winter",
        "yellow",
        "zephyr",
    ],
)

hasher = PasswordHasher()
_few = threading.BoundedSemaphore(2)


class PasswordRefused(Exception):
    """A password is not good enough to keep. The message says why, fit for a page."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right and, where it was kept by an older recipe, its new hash."""

    right: bool
    rehash: str | None = None


def keep(password: str, *, username: str = "") -> str:
    """Check a new password and return the hash to store.

    Raises:
        PasswordRefused: If it is too short, too long, common, or made of the username.
    """
    if reason := _weakness(password, username):
        raise PasswordRefused(reason)
    return hashed(password)


def hashed(password: str) -> str:
    """Return the hash to store, whatever the password. However a keyboard writes its letters, they are the same."""
    with _few:
        return hasher.hash(_plain(password))


def check(stored: str | None, password: str) -> Checked:
    """Say whether a password is right, taking the same time where there is no such user (``stored`` None)."""
    with _few:
        try:
            hasher.verify(stored if _is_hash(stored) else nobody(), _plain(password[:LONGEST]))
        except VerificationError:
            return Checked(right=False)
        if stored is None or not _is_hash(stored) or len(password) > LONGEST:
            return Checked(right=False)
        rehash = hasher.hash(_plain(password)) if hasher.check_needs_rehash(stored) else None
        return Checked(right=True, rehash=rehash)


def generate() -> str:
    """Make a password to be read out once and changed at first use: five words and three digits."""
    return "-".join([*(secrets.choice(_WORDS) for _ in range(5)), f"{secrets.randbelow(900) + 100}"])


def _weakness(password: str, username: str) -> str:
    if len(password) < SHORTEST:
        return f"Password must be {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"Password must be {LONGEST:,} characters or less"
    if username and username.casefold() in password.casefold():
        return "Password must not contain your username"
    if len(set(password.casefold())) < 5 or commonly_used(password):
        return "Password is one that many people use. Choose another, such as three or four unrelated words"
    return ""


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _is_hash(stored: str | None) -> TypeGuard[str]:
    return stored is not None and stored.startswith("$argon2id$")


@cache
def nobody() -> str:
    """Return the hash of a password nobody has, to spend the same time on a name nobody has."""
    return hasher.hash(secrets.token_hex(16))
