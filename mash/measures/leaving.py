"""Which numbers of months, as they stand now, may not leave the team: one answer for every table of figures that does.

A reader lays one table beside another, and today's beside the frozen one. So what is hidden does not depend on which
figures a table has, and goes by every freezing of its month.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from mash.measures.every import held
from mash.measures.figures import Figure, by_period, months
from mash.measures.frozen import freezings
from mash.measures.outside import FigureNumber, to_hide
from mash.measures.registry import MEASURES

Months = Sequence[tuple[date, date]]


def held_back(
    session: Session, periods: Months, at: datetime, read: Sequence[Figure] = (), *, leaving: bool
) -> set[FigureNumber] | None:
    """Return the numbers of months that may not leave the team; None, and nothing is read, where they stay inside.

    Args:
        periods: Whole months, oldest first.
        read: Every figure of these months, where figures that are read row by row are to be shown; none where only
            those added up from terms are, whose numbers are then worked out from the sums by day alone.
    """
    if not leaving:
        return None
    added = [id for id in held() if MEASURES[id].numerator]
    found = [one for month in by_period(session, added, periods, at) for one in month.values()]
    found += [one for one in read if not one.measure.numerator]
    ids = None if read else added
    return to_hide(found, [past for first, _ in periods for past in freezings(session, first, ids)])


def held_back_beside(
    session: Session,
    measure_id: str,
    years: tuple[int, int],
    at: datetime,
    only: tuple[int, int] = (1, 12),
    *,
    leaving: bool,
) -> set[tuple[int, str]] | None:
    """Do so for months of two years beside one another: each month's number, and ``earlier`` or ``later``.

    Args:
        measure_id: One that is added up from terms.
    """
    if not leaving:
        return None
    found: set[tuple[int, str]] = set()
    for side, year in zip(("earlier", "later"), years, strict=True):
        periods = months(date(year, only[0], 1), date(year, only[1], 1))
        hidden = held_back(session, periods, at, leaving=True) or set()
        found |= {(first.month, side) for first, _ in periods if (first, measure_id, "", "numerator") in hidden}
    return found
