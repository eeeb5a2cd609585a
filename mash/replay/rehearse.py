"""Rehearse a version on history: both versions over every frame, each difference alone, and who is in each cell."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from operator import or_

from mash.replay.blocks import Part, Whole, Work, compared_by, part_of, work_on
from mash.replay.column import Column
from mash.replay.compare import Cohort, Compared, Period
from mash.replay.edits import Edit
from mash.replay.frame import Frame
from mash.replay.judge import AXES, History, Judged
from mash.replay.past import LATER, RECEIVED, THEN
from mash.replay.proof import Proof
from mash.replay.tables import turned_away
from mash.replay.tally import Tally
from mash.rules import RuleBook, RuleSet
from mash.rules.bits import set_bits

Told = Callable[[int, int], None]
Parts = Callable[[Work], Iterable[Part]]
CAME_BACK = ("worse", "referral", "strategy_discussion", "section_47", "protection_plan")
AWAY_NAMED = ("children", "came_back_worse")  # they have names of their own among the lists
CAME_BACK_SO_FAR = "came_back_so_far_"  # however lately received: it names children to read, and is no rate


@dataclass(frozen=True, slots=True)
class Effect:
    """What one difference does alone: children whose level or route would be lower, and higher.

    `place` is among the differences that can be had alone: who they are is marked `alone_{place}_lower`, and `_higher`.
    """

    edit: Edit
    place: int | None
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
    """All that came out: counts, effects, the proof if one was asked for, and a hash of it all.

    `frames` are what each child came to, one for each frame of history; empty unless they were wanted.
    """

    tally: Tally
    effects: list[Effect]
    frames: list[Frame] = field(default_factory=list)
    proof: Proof | None = None
    digest: str = ""


def rehearse(
    cohort: Cohort,
    baseline: RuleSet,
    candidate: RuleSet,
    period: Period,
    *,
    told: Told | None = None,
    frames: bool | Callable[[Frame], None] = True,
    rulebook: RuleBook | None = None,
    parts: Parts | None = None,
) -> Rehearsal:
    """Run two versions over history, in one pass and a frame at a time.

    Args:
        cohort: The history.
        baseline: Compared with.
        candidate: Rehearsed.
        period: Which days of receipt count.
        told: Called before each frame with how many are done, of how many. It may raise to stop.
        frames: Whether to keep what each child came to, or who is given it, frame by frame.
        rulebook: Where the versions that advised then are; with it, that advice must come out again.
        parts: Who does the work on each frame, if not this process; then no frames are kept.

    Raises:
        NotProven: If a version that advised is missing or was edited since.
    """
    work, differences = work_on(cohort, baseline, candidate, period, rulebook)
    kept: list[Frame] = []
    if parts is None:
        keep = frames if callable(frames) else kept.append if frames else None
        parts = partial(_one_by_one, cohort.histories, keep=keep)
    whole = Whole(Tally.of_nobody(baseline, candidate))
    for number, one in enumerate(parts(work)):
        if told is not None:
            told(number, len(cohort.histories))
        whole.add(one)
    counts = whole.alone or [[0, 0] for _ in work.alone]
    places = iter(range(len(counts)))
    effects = [
        Effect(edit, place := next(places), *counts[place]) if edit.alone else Effect(edit, None, 0, 0)
        for edit in differences
    ]
    effects.sort(key=lambda one: -(one.lower + one.higher))  # a count differs with what it counts
    proof = whole.proof.certain() if rulebook else None
    return Rehearsal(whole.tally, effects, kept, proof, whole.digest())


def _one_by_one(
    histories: Sequence[History], work: Work, *, keep: Callable[[Frame], None] | None = None
) -> Iterator[Part]:
    """Work on every frame here, in order."""
    for number, history in enumerate(histories):
        one = compared_by(work, number, history)
        yield part_of(work, one)
        if keep is not None:
            keep(results(one, work.upto))


def compared(cohort: Cohort, baseline: RuleSet, candidate: RuleSet, period: Period) -> Iterator[Compared]:
    """Yield every frame under both versions, in order."""
    work, _ = work_on(cohort, baseline, candidate, period, None)
    work = replace(work, alone=())
    for number, history in enumerate(cohort.histories):
        yield compared_by(work, number, history)


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
    for place, (lower, higher) in enumerate(one.alone):
        marks |= {f"alone_{place}_lower": lower, f"alone_{place}_higher": higher}
    for side in ("baseline", "candidate"):
        away = turned_away(one, side, upto)
        marks |= {f"turned_away_by_{side}": away["children"], f"came_back_worse_{side}": away["came_back_worse"]}
        marks |= {f"away_{what}_{side}": children for what, children in away.items() if what not in AWAY_NAMED}
        back = reduce(or_, (frame.column(LATER + kind).answered for kind in CAME_BACK))
        marks[CAME_BACK_SO_FAR + side] = away["children"] & back
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
