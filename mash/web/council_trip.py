"""The trip to the council's sign-in provider and back: what is sent along, so that only who set out can return.

Nothing is kept meanwhile. All of it follows from our key, the browser's one token, and the state that goes with them.
"""

import base64
import hmac
import json
import secrets
from binascii import Error
from dataclasses import dataclass
from datetime import datetime, timedelta

from mash.journeys.throttle import keyed

LASTS = timedelta(minutes=15)
LONGEST_STATE = 1000


class Lost(Exception):
    """Whoever comes back did not set out from this browser, or too long ago."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip. ``onward`` is where to go afterwards; ``again`` says that it is to prove oneself again."""

    state: str
    began: datetime
    onward: str
    again: bool
    key: str
    browser: str

    @property
    def nonce(self) -> str:
        """Return what the provider must put into its token."""
        return self._secret("nonce")

    @property
    def verifier(self) -> str:
        """Return the secret of PKCE, whose hash goes out and which itself only the provider's token address sees."""
        return self._secret("verifier")

    def _secret(self, kind: str) -> str:
        return keyed(self.key, f"council {kind}", f"{self.browser}|{self.state}")


def set_out(*, key: str, browser: str, onward: str, again: bool, at: datetime) -> Trip:
    """Begin a trip from a browser that holds the token ``browser``."""
    said = json.dumps([secrets.token_urlsafe(16), at.isoformat(), onward, again])
    body = base64.urlsafe_b64encode(said.encode()).decode()
    return Trip(f"{body}.{_mark(key, browser, body)}", at, onward, again, key, browser)


def come_back(state: str, *, key: str, browser: str, at: datetime) -> Trip:
    """Read the state that a browser brought back.

    Raises:
        Lost: If it was not made for this browser, or longer ago than a trip lasts.
    """
    body, _, mark = state.partition(".")
    if not browser or len(state) > LONGEST_STATE or not state.isascii():
        raise Lost
    if not hmac.compare_digest(mark, _mark(key, browser, body)):
        raise Lost
    try:
        _, began, onward, again = json.loads(base64.urlsafe_b64decode(body))
    except (Error, ValueError) as wrong:
        raise Lost from wrong
    trip = Trip(state, datetime.fromisoformat(began), onward, again, key, browser)
    if not timedelta(0) <= at - trip.began <= LASTS:
        raise Lost
    return trip


def _mark(key: str, browser: str, body: str) -> str:
    return keyed(key, "council state", f"{browser}|{body}")
