"""Which passwords are among those that guessers try first: breached elsewhere, or the words of our own field.

The breached ones are kept as the first four bytes of their SHA-256, so that the file is small and is no list to guess
from. One password in forty thousand that nobody has used is refused with them.
"""

import base64
import hashlib
from bisect import bisect_left
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent.parent / "data"
_WIDTH = 4
_ENDS = "0123456789!?.,*#@$£%&-_ "


def commonly_used(password: str) -> bool:
    """Say whether a password is common: as it is, without digits and marks at its ends, or said over and over.

    >>> [commonly_used(one) for one in ("Liverpool2026!!", "qwerty qwerty qwerty", "violet kettle march")]
    [True, True, False]
    """
    plain = password.casefold()
    core = plain.strip(_ENDS)
    joined = "".join(letter for letter in core if letter.isalnum())
    forms = {plain, core, joined, _unit(plain), _unit(core).strip(_ENDS), _unit(joined)}
    return any(form in _our_own() or _breached(form) for form in forms)


def _unit(said: str) -> str:
    """Return the shortest piece of which something is made by saying it over and over."""
    size = (said + said).find(said, 1)
    return said[:size] if size > 0 else said


def _breached(form: str) -> bool:
    hashed = hashlib.sha256(form.encode()).digest()[:_WIDTH]
    known = _hashes()
    at = bisect_left(range(len(known) // _WIDTH), hashed, key=lambda n: known[n * _WIDTH : (n + 1) * _WIDTH])
    return known[at * _WIDTH : (at + 1) * _WIDTH] == hashed


@cache
def _hashes() -> bytes:
    return base64.b64decode((_DATA / "breached_passwords.txt").read_text().splitlines()[1])


@cache
def _our_own() -> frozenset[str]:
    lines = (_DATA / "common_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
