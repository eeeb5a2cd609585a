"""One frame counted: from-to tables, later outcomes, groups and rules, each child looked at as seldom as can be.

Counting bits costs ten times as much as an AND. So everything is counted once for the baseline, and the candidate only
where it differs: of the children that move.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from mash.replay.column import without
from mash.replay.compare import Compared
from mash.replay.judge import AXES
from mash.replay.leave_out import Given, Met, falls_without, met_by
from mash.replay.past import HORIZONS, LATER, LATER_KINDS, RECEIVED, THEN, WHO, WHO_NAMES
from mash.replay.tally import GROUPS, NONE, Tally


def counted(one: Compared, asked_at_all: int, upto: str) -> Tally:
    """Count a frame.

    Args:
        one: The frame under both versions.
        asked_at_all: The children received in the period, with or without facts.
        upto: The last day history is known for.
    """
    tally = Tally()
    tally.children = one.asked.bit_count()
    tally.no_facts = without(asked_at_all, one.asked).bit_count()
    tally.moved, tally.lower, tally.higher = one.moved.bit_count(), one.lower.bit_count(), one.higher.bit_count()
    tally.cannot_tell = one.cannot_tell.bit_count()
    tally.lower_range = [one.lower_range[0].bit_count(), one.lower_range[1].bit_count()]
    tally.higher_range = [one.higher_range[0].bit_count(), one.higher_range[1].bit_count()]
    tally.missing.update({fact: children.bit_count() for fact, children in one.open_for.items()})
    for axis in AXES:
        _cells(tally, one, axis)
    _same_route(tally, one)
    _later(tally, one, upto)
    for side in ("baseline", "candidate"):
        for what, children in turned_away(one, side, upto).items():
            tally.turned_away[side, what] = children.bit_count()
    _who(tally, one)
    _rules(tally, one)
    _days(tally, one)
    return tally


def _cells(tally: Tally, one: Compared, axis: str) -> None:
    """Count people against the baseline; of those whose label changes, where they go, by what people decided."""
    people = _decided(one, axis)
    cells = tally.cells
    for old, was in one.baseline.axis(axis).items():
        for chosen, decided in people.items():
            if count := (was & decided).bit_count():
                cells[axis, "decided", "baseline", chosen, old] += count
                cells[axis, "decided", "candidate", chosen, old] += count
                cells[axis, "baseline", "candidate", old, old] += count
    for old, new, gone in _changes(one, axis):
        for chosen, decided in people.items():
            if count := (gone & decided).bit_count():
                cells[axis, "baseline", "candidate", old, old] -= count
                cells[axis, "baseline", "candidate", old, new] += count
                cells[axis, "decided", "candidate", chosen, old] -= count
                cells[axis, "decided", "candidate", chosen, new] += count


def _changes(one: Compared, axis: str) -> Iterator[tuple[str, str, int]]:
    """Yield the children who have one label in the baseline and another in the candidate."""
    for old, was in one.baseline.axis(axis).items():
        if leaving := was & one.moved:
            for new, becomes in one.candidate.axis(axis).items():
                if new != old and (gone := leaving & becomes):
                    yield old, new, gone


def _decided(one: Compared, axis: str) -> dict[str, int]:
    """Return what people decided, so that each child asked for is in one group."""
    groups = {
        label: here
        for label, group in one.history.frame.column(THEN + axis).groups().items()
        if (here := group & one.asked)
    }
    rest = one.asked
    for group in groups.values():
        rest ^= group
    return groups | ({NONE: rest | groups.get(NONE, 0)} if rest else {})


def _same_route(tally: Tally, one: Compared) -> None:
    chosen = one.history.frame.column(THEN + "route").groups()
    levels = _decided(one, "level")
    for side, judged in (("baseline", one.baseline), ("candidate", one.candidate)):
        same = 0
        for key, children in chosen.items():
            same |= children & judged.route.get(key, 0)
        for level, decided in levels.items():
            tally.same_route[side, level] += (decided & same).bit_count()


def _later(tally: Tally, one: Compared, upto: str) -> None:
    followed = {horizon: followed_for(one, days, upto) for horizon, days in HORIZONS.items()}
    groups = dict(zip(GROUPS, (one.asked, one.lower, one.higher, one.moved), strict=True))
    whole = {
        (name, horizon): (group & enough).bit_count()
        for name, group in groups.items()
        for horizon, enough in followed.items()
    }
    for kind in LATER_KINDS:
        column = one.history.frame.column(LATER + kind)
        for horizon, days in HORIZONS.items():
            came = column.where(lambda within, days=days: HORIZONS[within] <= days) & followed[horizon]  # type: ignore[misc]
            for name, group in groups.items():
                tally.later[name, kind, horizon] = [whole[name, horizon], (group & came).bit_count()]
            same = zip(tally.later["all", kind, horizon], tally.later["same", kind, horizon], strict=True)
            tally.later["same", kind, horizon] = [every - moved for every, moved in same]


def _who(tally: Tally, one: Compared) -> None:
    before, after = one.baseline.statutory & one.asked, one.candidate.statutory & one.asked
    came_in, went_out = without(after, before), without(before, after)
    for attribute in WHO_NAMES:
        column = one.history.frame.column(WHO + attribute)
        groups = column.groups()
        groups[NONE] = groups.get(NONE, 0) | without(one.asked, column.answered)
        for label, group in groups.items():
            if here := group & one.asked:
                children, referred = here.bit_count(), (here & before).bit_count()
                new, gone = (here & came_in).bit_count(), (here & went_out).bit_count()
                tally.who[attribute, label] = [children, referred, referred + new - gone, new, gone]


def _days(tally: Tally, one: Compared) -> None:
    column = one.history.frame.column(RECEIVED)
    if one.asked:
        tally.first = next(day for day in column.values if column.between(day, day) & one.asked)
        tally.last = next(day for day in reversed(column.values) if column.between(day, day) & one.asked)


def followed_for(one: Compared, days: int, upto: str) -> int:
    """Return the children received so long ago that what came within so many days is all known."""
    last = (date.fromisoformat(upto) - timedelta(days=days)).isoformat()
    return one.history.frame.column(RECEIVED).between(None, last)


def turned_away(one: Compared, side: str, upto: str) -> dict[str, int]:
    """Return whom a side would keep below the statutory line where the other would not, and what came to them.

    `people` are those whom people referred all the same; `worse` came back within 12 months decided at a higher level,
    `strategy_discussion` came back and needed one, of those `followed` for so long.
    """
    mine, other = one.baseline, one.candidate
    if side == "candidate":
        mine, other = other, mine
    frame = one.history.frame
    children = without(other.statutory, mine.statutory) & one.asked
    decided = frame.column(THEN + "route")
    statutory = {route.key for route in other.ruleset.routes if route.statutory}
    found = {"children": children, "people": children & decided.where(lambda key: key in statutory)}
    followed = found["followed"] = children & followed_for(one, HORIZONS["12 months"], upto)
    for kind in ("contact", "referral", "strategy_discussion", "section_47", "protection_plan", "worse"):
        found[kind] = followed & frame.column(LATER + kind).answered
    found["came_back_worse"] = found["worse"] | found["strategy_discussion"] | found["section_47"]
    return found


def _rules(tally: Tally, one: Compared) -> None:
    """Count for whom each rule was met, and for how many the level would fall without it.

    Versions share what they work out alike: a rule of both is counted once, and again only of those who differ.
    """
    shared, counts = Met(), dict[tuple[int, Given], tuple[int, int]]()
    before, after = (falls_without(judged, one.asked, shared) for judged in (one.baseline, one.candidate))
    for rule, register, given in met_by(one.baseline.ruleset, one.baseline.outputs):
        if children := one.baseline.registers[register]:
            met, alone = children & one.asked, children & before.get(given, 0)
            counts[register, given] = met.bit_count(), alone.bit_count()
            tally.fired["baseline", rule] = [*counts[register, given]]
    same = one.candidate.registers is one.baseline.registers
    more = {given: without(children, before.get(given, 0)) for given, children in after.items()}
    fewer = {given: without(children, after.get(given, 0)) for given, children in before.items()}
    for rule, register, given in met_by(one.candidate.ruleset, one.candidate.outputs):
        if children := one.candidate.registers[register]:
            if same and (register, given) in counts:
                met_count, alone_count = counts[register, given]
                if gained := more.get(given):
                    alone_count += (children & gained).bit_count()
                if lost := fewer.get(given):
                    alone_count -= (children & lost).bit_count()
            else:
                met_count = (children & one.asked).bit_count()
                alone_count = (children & after.get(given, 0)).bit_count()
            tally.fired["candidate", rule] = [met_count, alone_count]
