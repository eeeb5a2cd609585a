"""Which replays are over so little of the past that what they count would tell of one child, restricted ones too."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import HistorySegment

FEWEST_DAYS = 28
FEWEST_CHILDREN = 100


def too_narrow(session: Session, since: date | None, until: date | None, result: Mapping[str, Any] | None) -> bool:
    """Say whether a replay is of fewer than 28 days of history, or fewer than 100 children; of all history it never is.

    Args:
        since: The first day asked for; None for the beginning.
        until: The last day asked for; None for the end.
        result: What came out; None if nothing has yet, and then days alone count.
    """
    if since is None and until is None:
        return False
    first = session.scalar(select(HistorySegment.first_day).order_by(HistorySegment.first_day))
    last = session.scalar(select(HistorySegment.last_day).order_by(HistorySegment.last_day.desc()))
    cohort = (result or {}).get("cohort", {})
    if "upto" in cohort:
        last = date.fromisoformat(cohort["upto"])
    if first is None or last is None:
        return False
    begins, ends = max(since or first, first), min(until or last, last)
    if (begins, ends) == (first, last):
        return False
    few = (ends - begins).days + 1 < FEWEST_DAYS
    return few or cohort.get("children", FEWEST_CHILDREN) < FEWEST_CHILDREN
