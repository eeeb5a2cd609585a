"""From-to tables, later outcomes and groups, added up frame by frame. Counts only; words and ranges come after."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from mash.replay.compare import Compared
from mash.replay.judge import AXES
from mash.replay.past import HORIZONS, LATER, LATER_KINDS, RECEIVED, THEN, WHO, WHO_NAMES

SIDES = ("decided", "baseline", "candidate")
PAIRS = (("baseline", "candidate"), ("decided", "baseline"), ("decided", "candidate"))
NONE = "not recorded"
K = TypeVar("K")
GROUPS = ("all", "lower", "higher", "same")


@dataclass(slots=True)
class Tally:
    """Counts so far, each keyed by what it is of, in plain words.

    Attributes:
        cells: (axis, from side, to side, from label, to label) to children.
        missing: Fact to children of whom it leaves the result open.
        agreement: (side, decided level) to children decided so, those given that level, those given that route.
        later: (group, kind, horizon) to children followed for so long, and of them those it came for.
        turned_away: (side, what) to children that side would not refer and the other would.
        work: (side, what) to children.
        who: (attribute, group) to children, then statutory before, after, newly in, newly out.
        fired: (side, rule) to children for whom it was met, and for whom it alone gives the level.
        first: The first day on which any was received; `last` the last. Empty where none was.
    """

    children: int = 0
    no_facts: int = 0
    moved: int = 0
    lower: int = 0
    higher: int = 0
    cannot_tell: int = 0
    statutory: Counter[str] = field(default_factory=Counter)
    lower_range: list[int] = field(default_factory=lambda: [0, 0])
    higher_range: list[int] = field(default_factory=lambda: [0, 0])
    cells: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    agreement: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    later: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    turned_away: Counter[tuple[str, str]] = field(default_factory=Counter)
    work: Counter[tuple[str, str]] = field(default_factory=Counter)
    who: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    fired: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    first: str = ""
    last: str = ""

    def add(self, one: Compared, asked_at_all: int, upto: str) -> None:
        """Add a frame.

        Args:
            one: The frame under both versions.
            asked_at_all: The children received in the period, with or without facts.
            upto: The last day history is known for.
        """
        self.children += one.asked.bit_count()
        self.no_facts += (asked_at_all & ~one.asked).bit_count()
        self.moved += one.moved.bit_count()
        self.lower += one.lower.bit_count()
        self.higher += one.higher.bit_count()
        self.cannot_tell += one.cannot_tell.bit_count()
        for kept, found in ((self.lower_range, one.lower_range), (self.higher_range, one.higher_range)):
            kept[0] += found[0].bit_count()
            kept[1] += found[1].bit_count()
        self.missing.update({fact: children.bit_count() for fact, children in one.open_for.items()})
        sides = {axis: _sides(one, axis) for axis in AXES}
        self._cells(sides, one)
        self._agreement(sides, one)
        self._work(sides, one)
        self._later(one, upto)
        self._turned_away(one, upto)
        self._who(one)
        for side, judged in (("baseline", one.baseline), ("candidate", one.candidate)):
            self.statutory[side] += (judged.statutory & one.asked).bit_count()
            for rule, met, alone in rules_met(one, side):
                if met or (side, rule) not in self.fired:
                    _add(self.fired, (side, rule), met, alone)
        self._days(one)

    def _days(self, one: Compared) -> None:
        column = one.history.frame.column(RECEIVED)
        if one.asked:
            days = sorted(column.values)
            first = next(day for day in days if column.where(day.__eq__) & one.asked)
            last = next(day for day in reversed(days) if column.where(day.__eq__) & one.asked)
            self.first, self.last = min(self.first or first, first), max(self.last, last)

    def _cells(self, sides: Mapping[str, Mapping[str, Mapping[str, int]]], one: Compared) -> None:
        for axis, groups in sides.items():
            for before, after in PAIRS:
                for old, was in groups[before].items():
                    here = was & one.asked
                    if not here:
                        continue
                    for new, becomes in groups[after].items():
                        if count := (here & becomes).bit_count():
                            self.cells[axis, before, after, old, new] += count

    def _agreement(self, sides: Mapping[str, Mapping[str, Mapping[str, int]]], one: Compared) -> None:
        for label, decided in sides["level"]["decided"].items():
            for side in ("baseline", "candidate"):
                level = sides["level"][side].get(label, 0)
                given = sides["route"][side]
                route = sum(chosen & given.get(key, 0) for key, chosen in sides["route"]["decided"].items())
                counts = ((decided & same & one.asked).bit_count() for same in (-1, level, route))
                _add(self.agreement, (side, label), *counts)

    def _work(self, sides: Mapping[str, Mapping[str, Mapping[str, int]]], one: Compared) -> None:
        for axis in ("route", "rating"):
            for side in SIDES:
                for label, children in sides[axis][side].items():
                    self.work[side, label] += (children & one.asked).bit_count()
            for label in sides[axis]["candidate"].keys() | sides[axis]["baseline"].keys():
                old, new = sides[axis]["baseline"].get(label, 0), sides[axis]["candidate"].get(label, 0)
                self.work["moved", label] += ((old ^ new) & one.asked).bit_count()

    def _later(self, one: Compared, upto: str) -> None:
        followed = {horizon: followed_for(one, days, upto) for horizon, days in HORIZONS.items()}
        groups = (one.asked, one.lower, one.higher, one.asked & ~one.moved)
        for kind in LATER_KINDS:
            column = one.history.frame.column(LATER + kind)
            for horizon, days in HORIZONS.items():
                came = column.where(lambda within, days=days: HORIZONS[within] <= days)  # type: ignore[misc]
                for name, group in zip(GROUPS, groups, strict=True):
                    children = group & followed[horizon]
                    key = (name, kind, horizon)
                    _add(self.later, key, children.bit_count(), (children & came).bit_count())

    def _turned_away(self, one: Compared, upto: str) -> None:
        """Count whom one version would not refer and the other would, and of them those who came back worse."""
        for side in ("baseline", "candidate"):
            for what, children in turned_away(one, side, upto).items():
                self.turned_away[side, what] += children.bit_count()

    def _who(self, one: Compared) -> None:
        before, after = one.baseline.statutory & one.asked, one.candidate.statutory & one.asked
        for attribute in WHO_NAMES:
            column = one.history.frame.column(WHO + attribute)
            groups = {**column.groups()}
            groups[NONE] = groups.get(NONE, 0) | (one.asked & ~column.answered)
            for label, group in groups.items():
                here = group & one.asked
                counts = (here, here & before, here & after, here & after & ~before, here & before & ~after)
                _add(self.who, (attribute, label), *(count.bit_count() for count in counts))


def _add(kept: dict[K, list[int]], key: K, *counts: int) -> None:
    found = kept.setdefault(key, [0] * len(counts))
    for place, count in enumerate(counts):
        found[place] += count


def _sides(one: Compared, axis: str) -> dict[str, Mapping[str, int]]:
    column = one.history.frame.column(THEN + axis)
    decided = {**column.groups()}
    if rest := one.asked & ~column.answered:
        decided[NONE] = rest
    return {"decided": decided, "baseline": one.baseline.axis(axis), "candidate": one.candidate.axis(axis)}


def followed_for(one: Compared, days: int, upto: str) -> int:
    """Return the children received so long ago that what came within so many days is all known."""
    last = (date.fromisoformat(upto) - timedelta(days=days)).isoformat()
    return one.history.frame.column(RECEIVED).where(lambda day: day <= last)


def turned_away(one: Compared, side: str, upto: str) -> dict[str, int]:
    """Return whom a side would keep below the statutory line where the other would not, and what came to them.

    `people` are those whom people referred all the same; `worse` came back within 12 months decided at a higher level,
    `strategy_discussion` came back and needed one, of those `followed` for so long.
    """
    mine, other = one.baseline, one.candidate
    if side == "candidate":
        mine, other = other, mine
    frame = one.history.frame
    children = other.statutory & ~mine.statutory & one.asked
    decided = frame.column(THEN + "route")
    statutory = {route.key for route in other.ruleset.routes if route.statutory}
    found = {"children": children, "people": children & decided.where(lambda key: key in statutory)}
    followed = found["followed"] = children & followed_for(one, HORIZONS["12 months"], upto)
    for kind in ("contact", "referral", "strategy_discussion", "section_47", "protection_plan", "worse"):
        found[kind] = followed & frame.column(LATER + kind).answered
    found["came_back_worse"] = found["worse"] | found["strategy_discussion"] | found["section_47"]
    return found


def rules_met(one: Compared, side: str) -> Iterator[tuple[str, int, int]]:
    """Yield each rule of a side, for how many it was met, and for how many no other rule gives so high a level."""
    judged = one.baseline if side == "baseline" else one.candidate
    ruleset, fired = judged.ruleset, judged.fired
    once, twice = [0] * (len(ruleset.levels) + 1), [0] * (len(ruleset.levels) + 1)
    for rule in ruleset.level_rules():
        if met := fired[rule.id] & one.asked:
            place = rule.then.level or 0
            twice[place] |= once[place] & met
            once[place] |= met
    for place in range(len(ruleset.levels) - 1, -1, -1):  # so far "exactly this level"; now "this level or more"
        twice[place] |= twice[place + 1] | (once[place] & once[place + 1])
        once[place] |= once[place + 1]
    single = [
        judged.level.get(str(level.ordinal), 0) & once[place] & ~twice[place] & one.asked if place else 0
        for place, level in enumerate(ruleset.levels)
    ]
    giving = {rule.id: rule.then.level or 0 for rule in ruleset.level_rules()}
    for id, met in fired.items():
        if met:
            yield id, (met & one.asked).bit_count(), (met & single[giving.get(id, 0)]).bit_count()
        else:
            yield id, 0, 0
