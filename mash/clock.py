"""What time it is. The only module that asks; everything below an edge is told."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date as the office sees it, in Europe/London."""
    return now().astimezone(LONDON).date()


def ticks() -> float:
    """Return seconds that only ever go forward, whoever sets the clock; they tell how long, never when."""
    return time.monotonic()
