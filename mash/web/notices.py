"""What waits to be said on the next page."""

from typing import Any

from flask import g

from mash.db import Unavailable
from mash.journeys import sign_in
from mash.web.access import who
from mash.web.wiring import transaction


def waiting_notices() -> list[Any]:
    """Return the notices left for whoever is signed in, once. While the database is busy they wait on."""
    found = who()
    if found is None or not found.notices:
        return []
    if "notices" not in g:
        try:
            with transaction() as session:
                g.notices = sign_in.take_notices(session, session_id=found.session_id)
        except Unavailable:
            g.notices = []
    notices: list[Any] = g.notices
    return notices
