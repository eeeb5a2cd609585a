"""One frame counted by what its tables leave out: the month of receipt, and by which route whoever is red goes."""

from collections.abc import Sequence
from functools import lru_cache

from mash.replay.column import without
from mash.replay.compare import Compared
from mash.replay.past import RECEIVED, THEN
from mash.replay.tally import NONE, Tally

MONTH = "month"
RED = "red"


def count_beside(tally: Tally, one: Compared) -> None:
    """Add to the counts of a frame those by month, and those of the red by route."""
    _months(tally, one)
    _decided_red(tally, one)
    _red(tally, one)


def _months(tally: Tally, one: Compared) -> None:
    """Count as by any other group: children, referred before, after, newly in, newly out."""
    before, after = one.baseline.statutory & one.asked, one.candidate.statutory & one.asked
    came_in, went_out = without(after, before), without(before, after)
    column = one.history.frame.column(RECEIVED)
    for month, table in _tables(column.values):
        if here := column.select(table) & one.asked:
            referred, new, gone = ((here & those).bit_count() for those in (before, came_in, went_out))
            tally.who[MONTH, month] = [here.bit_count(), referred, referred + new - gone, new, gone]


@lru_cache(maxsize=256)
def _tables(days: tuple[str, ...]) -> Sequence[tuple[str, int]]:
    """Return each month of some days in order, with the codes of its days as a table of a column."""
    codes: dict[str, int] = {}
    for code, day in enumerate(days, 1):
        codes[day[:7]] = codes.get(day[:7], 0) | 1 << code
    return list(codes.items())


def _decided_red(tally: Tally, one: Compared) -> None:
    red = one.history.frame.where(f"{THEN}rating", RED) & one.asked
    routes = one.history.frame.column(f"{THEN}route")
    for route, children in routes.groups().items():
        if count := (red & children).bit_count():
            tally.reds["decided", route, route] += count
    if count := without(red, routes.answered).bit_count():
        tally.reds["decided", NONE, NONE] += count


def _red(tally: Tally, one: Compared) -> None:
    """Count who is red on either side, by both routes; those who do not move need be looked at once."""
    was, now = (judged.rating.get(RED, 0) & one.asked for judged in (one.baseline, one.candidate))
    ways = (("both", was & now), ("before", without(was, now)), ("after", without(now, was)))
    stay, move = without(was & now, one.moved), (was | now) & one.moved
    for old, before in one.baseline.route.items():
        if count := (before & stay).bit_count():
            tally.reds["both", old, old] += count
        if leaving := before & move:
            for new, after in one.candidate.route.items():
                if here := leaving & after:
                    for way, those in ways:
                        if count := (here & those).bit_count():
                            tally.reds[way, old, new] += count
