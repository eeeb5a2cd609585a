"""Contacts of a simulation: those that came, and those that are likely to, each drawn once for every plan compared."""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from mash.staffing.working import MINUTE, Change, Coming, Working
from mash.workflow.calendar import LONDON

Dues = Callable[[datetime], tuple[datetime, datetime]]
"""When a contact received at a moment is due, by the social care clock and by the early help clock."""
SPREAD = 0.6
"""The spread of work on one contact about its middle (sigma of its logarithm); an assumption."""


def drawn(
    received: datetime,
    due: Callable[[bool], datetime],
    begins: datetime,
    working: Working,
    change: Change,
    chance: Random,
) -> Coming:
    """Draw what one contact will want, as often whatever is changed, so that plans differ by the plan alone."""
    draws = [chance.random() for _ in range(7)]
    long = chance.gauss(0, SPREAD)
    strays = chance.gauss(0, working.out_of_order)
    red, early = draws[0] < working.red, draws[1] < working.early_help
    signed = working.red_signed if red else 0.0 if change.only_red_signed else working.other_signed
    reply = _of(working.replies, draws[4]) if draws[3] < working.asked else None
    if reply is not None and change.replies_within is not None:
        reply = min(reply, change.replies_within * 60)
    deadline = (due(early and not red) - begins) / MINUTE
    return Coming(
        received=(received - begins) / MINUTE,
        due=deadline,
        turn=deadline if change.in_order else deadline + strays,
        red=red,
        work=working.minutes * math.exp(long - SPREAD**2 / 2),
        reply=reply,
        answer=_of(working.answers, draws[5]) if draws[2] < signed else None,
    )


def _of(sample: Sequence[float], draw: float) -> float | None:
    return sample[int(draw * len(sample))] if sample else None


def arrivals(working: Working, change: Change, begins: datetime, ends: datetime, chance: Random) -> list[datetime]:
    """Draw when contacts come: at random within each hour, so many on average as came in that hour of the week."""
    found, hour = [], begins
    while hour < ends:
        local = hour.astimezone(LONDON)
        usual = working.arrivals.get((local.weekday(), local.hour), 0.0)
        gap = random_gap(usual, chance)
        while gap < 1:
            # Fewer or more than usual come by thinning and doubling, so that the usual ones stay the same.
            more = chance.random()
            many = int(change.arrivals) + (more < change.arrivals % 1)
            found += [hour + timedelta(hours=gap, seconds=extra) for extra in range(many)]
            gap += random_gap(usual, chance)
        hour += timedelta(hours=1)
    return found


def random_gap(rate: float, chance: Random) -> float:
    """Draw how many hours pass until the next comes, at so many an hour."""
    draw = chance.random()
    return -math.log(1 - draw) / rate if rate > 0 else math.inf


def heavier(contacts: Iterable[Coming], share: float, extra_work: float, chance: Random) -> list[Coming]:
    """Give a share of contacts the work of an assessment more, or below nought take it off as many."""
    times = 1 + extra_work if share > 0 else 1 / (1 + extra_work)
    return [one._replace(work=one.work * times) if chance.random() < abs(share) else one for one in contacts]
