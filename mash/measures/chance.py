"""How likely an open contact is to be late, learnt from contacts like it in the weeks before; and how well that did.

Pure. What is learnt from are looks: each open contact at each full hour of opening, before its deadline, with whether
it turned out late. Looks are alike if they had as little time left, waited in the same way, and had as long a queue
before them. A share over few looks is drawn towards the share over all that had as little time left, and more time
left never makes a contact look less safe than less time does. It advises in which order to look, and decides nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from mash.measures.waits import MANAGER, PARTNER, PARTS, START, WORKED

EDGES = (1, 2, 4, 8, 16)
BANDS = ("under 1 hour", "1 to 2 hours", "2 to 4 hours", "4 to 8 hours", "8 to 16 hours", "16 hours or more")
"""Time left to the deadline, in opening hours."""
PRESSED = ("a short queue before it", "a queue that takes most of its time", "a queue longer than its time")
WAYS = (START, WORKED, PARTNER, MANAGER)
LEARNT_WEEKS, BASELINE_WEEKS, GAP_WEEKS = 8, 4, 1
"""Weeks learnt from, weeks the plain baseline goes by, and the latest weeks left out: not all has turned out."""
DRAWN = 30
"""How many looks at all of a kind a share is worth as much as."""
FEWEST = 200
"""Fewer looks than these say nothing yet."""


class Look(NamedTuple):
    """What an open contact looked like at one moment: places in ``BANDS`` and ``PRESSED``, and one of ``WAYS``."""

    band: int
    way: str
    pressed: int


Counts = Counter[tuple[Look, bool]]


def look_of(left: timedelta, way: str, before: int, pace: float) -> Look:
    """Say what a contact looks like.

    Args:
        left: Opening time left to its deadline.
        before: How many open contacts are due before it.
        pace: Contacts decided in an opening hour.
    """
    hours = left / timedelta(hours=1)
    band = sum(hours >= edge for edge in EDGES)
    wanted = before / pace if pace else float(before > 0) * (hours + 1)
    pressed = 0 if wanted <= hours / 2 else 1 if wanted <= hours else 2
    return Look(band, way, pressed)


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely one contact is to be late, and of how many looks at contacts like it how many were.

    ``band`` and ``way`` and ``pressed`` say what they had in common, in words.
    """

    share: float
    late: int
    looks: int
    band: str
    way: str
    pressed: str

    @property
    def said(self) -> str:
        """Say what it goes by."""
        like = f"with {self.band} left, {self.way}, {self.pressed}"
        if not self.looks:
            return f"None in the last weeks was {like}: it goes by those with as little time left."
        return f"Of {self.looks:,} looks at contacts {like}, {self.late:,} turned out late."


@dataclass(frozen=True, slots=True)
class Learnt:
    """What some weeks teach: the share late of every kind of look, drawn towards what it is a part of."""

    counts: Mapping[Look, tuple[int, int]]
    shares: Mapping[Look, float]
    looks: int

    def chance(self, look: Look) -> Chance:
        """Give the chance of a contact that looks so."""
        late, looks = self.counts.get(look, (0, 0))
        return Chance(self.shares[look], late, looks, BANDS[look.band], PARTS[look.way], PRESSED[look.pressed])


def learn(weeks: Sequence[Counts]) -> Learnt:
    """Learn from the looks of some weeks; of no looks at all every share is one half."""
    late, every = Counter[Look](), Counter[Look]()
    for week in weeks:
        for (look, was_late), number in week.items():
            every[look] += number
            late[look] += number * was_late
    whole = _drawn(late.total(), every.total(), 0.5)
    shares: dict[Look, float] = {}
    for way in WAYS:
        for pressed in range(len(PRESSED)):
            line = [Look(band, way, pressed) for band in range(len(BANDS))]
            drawn = [_share(look, late, every, whole) for look in line]
            shares.update(zip(line, falling(drawn, [every[look] + 1 for look in line]), strict=True))
    return Learnt({look: (late[look], every[look]) for look in every}, shares, every.total())


def _share(look: Look, late: Counter[Look], every: Counter[Look], whole: float) -> float:
    """Give the share of one kind of look, drawn towards those that wait alike, and those towards all in its band."""
    share = whole
    for alike in (
        [one for one in every if one.band == look.band],
        [one for one in every if (one.band, one.way) == (look.band, look.way)],
        [look],
    ):
        share = _drawn(sum(late[one] for one in alike), sum(every[one] for one in alike), share)
    return share


def _drawn(late: int, of: int, towards: float) -> float:
    return (late + DRAWN * towards) / (of + DRAWN)


def falling(shares: Sequence[float], weights: Sequence[int]) -> list[float]:
    """Give the nearest shares that never rise: those that would are made one, by weight."""
    pools: list[tuple[float, int, int]] = []
    for share, weight in zip(shares, weights, strict=True):
        pools.append((share, weight, 1))
        while len(pools) > 1 and pools[-1][0] > pools[-2][0]:
            (one, heavy, many), (two, light, few) = pools[-2:]
            pools[-2:] = [((one * heavy + two * light) / (heavy + light), heavy + light, many + few)]
    return [share for share, _, many in pools for _ in range(many)]


def plain(weeks: Sequence[Counts]) -> list[float]:
    """Give what the plain baseline says: of those with as little time left lately, the share that was late."""
    late, every = Counter[int](), Counter[int]()
    for week in weeks:
        for (look, was_late), number in week.items():
            every[look.band] += number
            late[look.band] += number * was_late
    whole = late.total() / every.total() if every else 0.5
    return [late[band] / every[band] if every[band] else whole for band in range(len(BANDS))]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How one week turned out beside what was said of it before: the mean squared error of each, per look."""

    week: date
    looks: int
    error: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Said:
    """Of the looks at which about so much was said, how much was said in the middle, and how many were late."""

    words: str
    looks: int
    said: float
    late: int


@dataclass(frozen=True, slots=True)
class Record:
    """How well it did, over weeks it had not seen."""

    weeks: Sequence[HeldBack]
    said: Sequence[Said]

    @property
    def error(self) -> float:
        return _mean([(week.error, week.looks) for week in self.weeks])

    @property
    def baseline(self) -> float:
        return _mean([(week.baseline, week.looks) for week in self.weeks])

    @property
    def better(self) -> int:
        """In how many weeks it was nearer than the baseline."""
        return sum(week.error < week.baseline for week in self.weeks)

    @property
    def is_worth_it(self) -> bool:
        """Whether it was nearer than the baseline over all, and in more weeks than not."""
        return bool(self.weeks) and self.error < self.baseline and 2 * self.better > len(self.weeks)


TENTHS = ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01))


def record_of(weeks: Sequence[tuple[date, Counts]], held_back: int) -> Record:
    """Say of each of the last weeks what would have been said before it, and compare.

    The last week of all is left out: not all of it has turned out. Weeks without enough before them are left out too.
    """
    found: list[HeldBack] = []
    told: Counter[tuple[float, bool]] = Counter()
    last = len(weeks) - GAP_WEEKS
    for place in range(max(0, last - held_back), last):
        before = [counts for _, counts in weeks[max(0, place - GAP_WEEKS - LEARNT_WEEKS) : max(0, place - GAP_WEEKS)]]
        learnt, usual = learn(before), plain(before[-BASELINE_WEEKS:])
        week, counts = weeks[place]
        if learnt.looks < FEWEST or not counts:
            continue
        error = baseline = 0.0
        for (look, late), number in counts.items():
            share = learnt.shares[look]
            told[share, late] += number
            error += number * (late - share) ** 2
            baseline += number * (late - usual[look.band]) ** 2
        looks = counts.total()
        found.append(HeldBack(week, looks, error / looks, baseline / looks))
    return Record(found, [_said(told, *tenth) for tenth in TENTHS])


def _said(told: Counter[tuple[float, bool]], low: float, high: float) -> Said:
    inside = {key: number for key, number in told.items() if low <= key[0] < high}
    looks = sum(inside.values())
    middle = sum(share * number for (share, _), number in inside.items()) / looks if looks else (low + min(high, 1)) / 2
    late = sum(number for (_, was_late), number in inside.items() if was_late)
    return Said(f"{low:.0%} to {min(high, 1):.0%}", looks, middle, late)


def _mean(found: Sequence[tuple[float, int]]) -> float:
    looks = sum(number for _, number in found)
    return sum(error * number for error, number in found) / looks if looks else 0.0


def expected_late(chances: Sequence[Chance]) -> tuple[int, int, int]:
    """Give how many of some contacts are likely to be late, and between what numbers nine times of ten.

    The numbers are exact for contacts that turn out apart from one another; on a bad day they do not, so it is the
    least that the range can be.
    """
    ways = [1.0]
    for chance in chances:
        one = chance.share
        ways = [here * (1 - one) + before * one for before, here in pairwise([0.0, *ways, 0.0])]
    total, low, high = 0.0, 0, 0
    for number, way in enumerate(ways):
        low = number if total < 0.05 else low
        high = number if total < 0.95 else high
        total += way
    return round(sum(chance.share for chance in chances)), low, high
