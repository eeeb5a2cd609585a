"""Rehearse a version on history: both versions over every frame, each difference alone, and who is in each cell."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mash.replay.column import Column, set_bits
from mash.replay.compare import Cohort, Compared, Period, compare, directions, doubts
from mash.replay.edits import Edit, edits
from mash.replay.frame import Frame
from mash.replay.judge import AXES, Judged
from mash.replay.past import RECEIVED, THEN
from mash.replay.tables import Tally, turned_away
from mash.rules import RuleSet

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one difference does alone: children whose level or route would be lower, and higher."""

    edit: Edit
    lower: int
    higher: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A child that moves: where to, and the rules met in one version and not in the other."""

    child: str
    received: str
    decided: tuple[str, str, str]
    baseline: tuple[str, str, str]
    candidate: tuple[str, str, str]
    only_baseline: tuple[str, ...]
    only_candidate: tuple[str, ...]


@dataclass(slots=True)
class Rehearsal:
    """All that came out: counts, effects, and a frame of results for each frame of history."""

    tally: Tally
    effects: list[Effect]
    frames: list[Frame] = field(default_factory=list)


def rehearse(
    cohort: Cohort,
    baseline: RuleSet,
    candidate: RuleSet,
    period: Period,
    *,
    told: Told | None = None,
    frames: bool = True,
) -> Rehearsal:
    """Run two versions over history.

    Args:
        cohort: The history.
        baseline: Compared with.
        candidate: Rehearsed.
        period: Which days of receipt count.
        told: Called before each frame with how many are done, of how many. It may raise to stop.
        frames: Whether to keep what each child came to.
    """
    differences = edits(baseline, candidate)
    sums = [[0, 0] for _ in differences]
    found = Rehearsal(Tally(), [])
    alone = [edit.alone for edit in differences if edit.alone is not None]
    places = [place for place, edit in enumerate(differences) if edit.alone is not None]
    for number, one in enumerate(compared(cohort, baseline, candidate, period, alone)):
        if told is not None:
            told(number, len(cohort.histories))
        found.tally.add(one, period.of(one.history.frame), cohort.upto)
        for place, judged in zip(places, one.others, strict=True):
            lower, higher = directions(one.baseline, judged)
            sums[place][0] += (lower & one.asked).bit_count()
            sums[place][1] += (higher & one.asked).bit_count()
        if frames:
            found.frames.append(results(one, cohort.upto))
    effects = [Effect(edit, *counts) for edit, counts in zip(differences, sums, strict=True)]
    found.effects = sorted(effects, key=lambda one: -(one.lower + one.higher))  # a count differs with what it counts
    return found


def compared(
    cohort: Cohort, baseline: RuleSet, candidate: RuleSet, period: Period, others: Sequence[RuleSet] = ()
) -> Iterator[Compared]:
    """Yield every frame under both versions, and under others beside them, in order."""
    for number, history in enumerate(cohort.histories):
        asked = period.of(history.frame) & history.known
        yield compare(history, asked, baseline, candidate, doubts(cohort, number, baseline, candidate), others)


def results(one: Compared, upto: str) -> Frame:
    """Return what each child came to, as a frame: a column a side and axis, and one for each list of children.

    Columns are named `decided:level`, `baseline:route` and so on; `is:lower`, `is:cannot_tell` and so on mark lists.
    """
    frame, asked = one.history.frame, one.asked
    columns = {"received": frame.column(RECEIVED)}
    for axis in AXES:
        columns[f"decided:{axis}"] = _within(frame.size, frame.column(THEN + axis).groups(), asked)
        for side, judged in (("baseline", one.baseline), ("candidate", one.candidate)):
            columns[f"{side}:{axis}"] = _within(frame.size, judged.axis(axis), asked)
    marks = {"moved": one.moved, "lower": one.lower, "higher": one.higher, "cannot_tell": one.cannot_tell}
    marks |= {f"missing {fact}": children for fact, children in one.open_for.items()}
    for side in ("baseline", "candidate"):
        away = turned_away(one, side, upto)
        marks |= {f"turned_away_by_{side}": away["children"], f"came_back_worse_{side}": away["came_back_worse"]}
        marks[f"came_back_{side}"] = away["came_back_worse"] | away["referral"] | away["protection_plan"]
    return Frame(frame.keys, columns | {f"is:{mark}": _mark(frame.size, those) for mark, those in marks.items()})


def _within(size: int, groups: Mapping[str, int], asked: int) -> Column:
    return Column.of_groups(size, {label: group & asked for label, group in groups.items()})


def _mark(size: int, children: int) -> Column:
    return Column.of_groups(size, {"yes": children})


def moved_children(one: Compared) -> list[Moved]:
    """Return the children of a frame that move, each with the rules that part the versions, in order."""
    frame = one.history.frame
    old, new = _met(one.baseline, one.moved), _met(one.candidate, one.moved)
    decided = _labels(one.moved, [frame.column(THEN + axis).groups() for axis in AXES])
    before = _labels(one.moved, [one.baseline.axis(axis) for axis in AXES])
    after = _labels(one.moved, [one.candidate.axis(axis) for axis in AXES])
    received = frame.column(RECEIVED).answers()
    return [
        Moved(
            frame.keys[place],
            received[place] or "",
            decided[place],
            before[place],
            after[place],
            tuple(rule for rule in old.get(place, ()) if rule not in new.get(place, ())),
            tuple(rule for rule in new.get(place, ()) if rule not in old.get(place, ())),
        )
        for place in set_bits(one.moved)
    ]


def _labels(children: int, axes: Sequence[Mapping[str, int]]) -> dict[int, tuple[str, str, str]]:
    """Return level, rating and route of some children, by place; empty where there is none."""
    found = {place: ["", "", ""] for place in set_bits(children)}
    for number, groups in enumerate(axes):
        for label, group in groups.items():
            for place in set_bits(group & children):
                found[place][number] = label
    return {place: (level, rating, route) for place, (level, rating, route) in found.items()}


def _met(judged: Judged, children: int) -> dict[int, list[str]]:
    """Return the rules that were met for each of some children, by place, in the order of the version."""
    met: dict[int, list[str]] = {}
    for rule, fired in judged.fired.items():
        for place in set_bits(fired & children):
            met.setdefault(place, []).append(rule)
    return met
