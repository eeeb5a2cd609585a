"""Whether deadlines are being watched, as every page says to whoever is signed in if they are not."""

from mash.queries.health import of_scheduler
from mash.web.access import who
from mash.web.wiring import moment


def unwatched() -> str:
    """Say for whoever looks after the service that deadlines are not being watched; nothing if they are."""
    found = who()
    return of_scheduler(found.watched_at, moment()) if found else ""
