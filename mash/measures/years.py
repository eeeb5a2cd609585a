"""How many contacts of one kind there were in each month of two years, side by side."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from mash.measures.figures import Figure, YearOnYear, by_period, months

EVERYONE = "contacts-received"


def years_beside(session: Session, measure_id: str, earlier: int, later: int, at: datetime) -> list[YearOnYear]:
    """Set a measure's numerators beside one another, leaving out months of which the record holds no contact at all."""
    found = {
        (month[EVERYONE].first.year, month[EVERYONE].first.month): month
        for year in (earlier, later)
        for month in by_period(session, (EVERYONE, measure_id), months(date(year, 1, 1), date(year, 12, 31)), at)
    }

    def number(year: int, month: int) -> int | None:
        one: dict[str, Figure] = found[year, month]
        return one[measure_id].numerator if one[EVERYONE].numerator else None

    rows = [YearOnYear(month, number(earlier, month), number(later, month)) for month in range(1, 13)]
    return [row for row in rows if row.earlier is not None or row.later is not None]
