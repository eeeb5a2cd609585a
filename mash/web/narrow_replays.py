"""What those who may not see restricted records are told of a replay over too little of the past, and may ask for."""

from datetime import date, timedelta

from mash.queries.narrow_replays import FEWEST_CHILDREN, FEWEST_DAYS


class TooNarrow(Exception):
    """A replay is of so little of the past that it is not for this reader, whoever is in it."""

    def __init__(self) -> None:
        super().__init__(
            f"It is of fewer than {FEWEST_DAYS} days or {FEWEST_CHILDREN} children. Numbers of so few would tell of "
            "those who are restricted, so it is open only to those who may see them. Run one of a longer period, or of "
            "all history."
        )


def faults_of(since: date | None, until: date | None, today: date) -> dict[str, str]:
    """Say what is wrong with a period, by field: two that differ by a day would tell of that day."""
    ends = min(until or today, today)
    if since and since.day != 1:
        return {"since": "Choose the first day of a month"}
    if ends < today and (ends + timedelta(days=1)).day != 1:
        return {"until": "Choose the last day of a month, or leave it empty"}
    if since and (ends - since).days + 1 < FEWEST_DAYS:
        return {"since": f"Choose a period of {FEWEST_DAYS} days or more"}
    return {}
