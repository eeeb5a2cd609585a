"""Two versions over the same frame: who moves, which way, and of whom history cannot tell."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mash.replay.column import without
from mash.replay.frame import Frame
from mash.replay.judge import AXES, History, Judged, judge, judge_together, supposed
from mash.replay.past import FACT, RECEIVED
from mash.rules import Catalogue, RuleSet, program_for
from mash.rules.catalogue import FactType
from mash.rules.comparisons import conditions_of
from mash.rules.conditions import View
from mash.rules.parts import Route
from mash.rules.steps import Input, Steps


@dataclass(frozen=True, slots=True)
class Period:
    """Days of receipt, both included; None means no end."""

    since: str | None = None
    until: str | None = None

    def of(self, frame: Frame) -> int:
        """Return the children received within it."""
        return frame.column(RECEIVED).between(self.since, self.until)


class Cohort:
    """History, frame by frame in order of time, ready for any version.

    `digest` names its content. `upto` is the last day on which anybody was received: what came later is known to then.
    """

    def __init__(
        self, frames: Sequence[Frame], catalogue: Catalogue, digests: Sequence[str], upto: str | None = None
    ) -> None:
        """Make frames ready.

        Args:
            frames: In order of time. A list or tuple is kept in memory; any other sequence is asked for a frame at a
                time, again on every pass, and none is held.
            catalogue: What can be known.
            digests: Of each frame, in order; together they name the whole.
            upto: The last day of receipt, where asking every frame would be dear.
        """
        self.frames = frames
        self.digest = hashlib.sha256("\n".join(digests).encode()).hexdigest()
        self.catalogue = catalogue
        kept = isinstance(frames, list | tuple)
        self.histories: Sequence[History] = (
            [History(frame, catalogue, keep=len(frames) <= _KEPT) for frame in frames]
            if kept
            else Passing(frames, catalogue)
        )
        days = (day for frame in frames for day in frame.column(RECEIVED).values) if upto is None else (upto,)
        self.upto = max(days, default="0001-01-01")
        self._first: dict[str, tuple[int, int]] = {}

    def first_held(self, fact: str) -> tuple[int, int]:
        """Return the frame, and the place in it, of the first child who had any answer to a fact; past the end if none.

        Children before that one could not have had one.
        """
        if fact not in self._first:
            held = (
                (number, (answered & -answered).bit_length() - 1)
                for number, frame in enumerate(self.frames)
                if (answered := frame.column(FACT + fact).answered)
            )
            self._first[fact] = next(held, (len(self.frames), 0))
        return self._first[fact]


class Passing(Sequence[History]):
    """Frames made ready one at a time, and let go of."""

    def __init__(self, frames: Sequence[Frame], catalogue: Catalogue) -> None:
        self._frames = frames
        self._catalogue = catalogue

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, number: Any) -> Any:
        return History(self._frames[number], self._catalogue, keep=False)

    def __iter__(self) -> Iterator[History]:
        return (self[number] for number in range(len(self)))


_KEPT = 64  # frames whose comparisons stay in memory: two million children


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One frame under two versions. Every number is a set of children, all within `asked`.

    Attributes:
        asked: Received in the period, and with facts kept.
        moved: Level, rating or route differ.
        lower: The level is lower or the route weaker; `higher` the other way. A child can be in both.
        cannot_tell: A comparison that only the candidate makes has no answer, and the answer would move the result.
        open_for: By fact, those of `cannot_tell` who have no answer to it.
        lower_range: `lower` if every missing answer were as bad as can be, and if as well as can be.
        alone: Who would be lower, and who higher, by each further version that was asked for, in their order.
    """

    history: History
    asked: int
    baseline: Judged
    candidate: Judged
    moved: int
    lower: int
    higher: int
    cannot_tell: int
    open_for: Mapping[str, int]
    lower_range: tuple[int, int]
    higher_range: tuple[int, int]
    alone: Sequence[tuple[int, int]] = ()


def compare(
    history: History,
    asked: int,
    baseline: RuleSet,
    candidate: RuleSet,
    open_answers: Mapping[Input, int] | None = None,
    alone: Sequence[RuleSet] = (),
) -> Compared:
    """Judge a frame by two versions.

    Args:
        history: The frame.
        asked: The children that count.
        baseline: The version compared with.
        candidate: The version rehearsed.
        open_answers: From `doubts`; none means that no answer is missing.
        alone: Further versions to judge the frame by in the same pass, each against the baseline by itself.
    """
    before, after, *beside = judge_together(history, (baseline, candidate, *alone), reasons=2)
    lower, higher = directions(before, after)
    worst, best = after, after
    if open_answers:
        program = program_for(candidate)
        worst = judge(history, candidate, supposed(history, program, open_answers, View.CEILING), reasons=False)
        best = judge(history, candidate, supposed(history, program, open_answers, View.LOWEST), reasons=False)
    cannot = (_differ(after, worst) | _differ(after, best)) & asked if open_answers else 0
    open_for: dict[str, int] = {}
    for given, children in (open_answers or {}).items():
        open_for[given.atom.fact] = open_for.get(given.atom.fact, 0) | (children & cannot)
    down, up = directions(before, worst), directions(before, best)
    return Compared(
        history,
        asked,
        before,
        after,
        _differ(before, after) & asked,
        lower & asked,
        higher & asked,
        cannot,
        {fact: children for fact, children in open_for.items() if children},
        (down[0] & asked, up[0] & asked),
        (up[1] & asked, down[1] & asked),
        [(low & asked, high & asked) for low, high in (directions(before, judged) for judged in beside)],
    )


def doubts(cohort: Cohort, number: int, baseline: RuleSet, candidate: RuleSet) -> dict[Input, int]:
    """Return the comparisons that only the candidate makes, with the children of a frame of whom history has no answer.

    An answer recorded as unknown is none. A number or a choice that nobody gave is none. A sign that nobody ticked was
    not seen, unless nobody could tick it: no child up to then had any answer to it.
    """
    return doubtful(cohort.histories[number], number, first_ticked(cohort, baseline, candidate), baseline, candidate)


def first_ticked(cohort: Cohort, baseline: RuleSet, candidate: RuleSet) -> dict[str, tuple[int, int]]:
    """Return where each sign was first answered that only the candidate looks at, as `first_held` does."""
    facts = {given.atom.fact for given in _only_in(baseline, candidate)}
    signs = [fact for fact in sorted(facts) if cohort.catalogue.facts[fact].type is FactType.PRESENCE]
    return {fact: cohort.first_held(fact) for fact in signs}


def doubtful(
    history: History, number: int, ticked: Mapping[str, tuple[int, int]], baseline: RuleSet, candidate: RuleSet
) -> dict[Input, int]:
    """Do what `doubts` does for a frame by itself, given its number and what `first_ticked` found."""
    found: dict[Input, int] = {}
    for given in _only_in(baseline, candidate):
        fact = given.atom.fact
        unknown, not_asked = history.unanswered(fact)
        if fact in ticked:
            first, place = ticked[fact]
            before = (1 << place) - 1 if number == first else history.frame.full if number < first else 0
            not_asked &= before
        if children := unknown | not_asked:
            found[given] = children
    return found


@lru_cache(maxsize=64)
def _only_in(baseline: RuleSet, candidate: RuleSet) -> tuple[Input, ...]:
    """Return the comparisons that only the candidate makes."""
    old, new = conditions_of(baseline), conditions_of(candidate)
    held = {(id(condition), sense) for condition, sense in old}
    if all((id(condition), sense) in held for condition, sense in new):
        return ()
    noted = Steps()
    noted.note(old)
    made = len(noted.inputs)
    noted.note(new)
    return tuple(noted.inputs)[made:]


def _differ(one: Judged, other: Judged) -> int:
    """Return the children whose level, rating or route are not the same."""
    differ = 0
    for axis in AXES:
        groups, others = one.axis(axis), other.axis(axis)
        for label, group in groups.items():
            differ |= without(group, others.get(label, 0))
    return differ


def directions(before: Judged, after: Judged) -> tuple[int, int]:
    """Return the children whose level or route is lower after than before, and those for whom one is higher.

    A route that is passed on to whoever has the case already is neither stronger nor weaker than another.
    """
    passed_on = before.redirected | after.redirected
    lower = higher = 0
    for was, becomes in zip(*_strengths(before, after), strict=True):
        if was is not becomes and (differ := was ^ becomes):
            lower |= was & differ
            higher |= becomes & differ
    lower, higher = without(lower, passed_on), without(higher, passed_on)
    for was, becomes in zip(_levels(before), _levels(after), strict=True):
        if was is not becomes and (differ := was ^ becomes):
            lower |= was & differ
            higher |= becomes & differ
    return lower, higher


def _levels(judged: Judged) -> list[int]:
    """Return the children at or above each place of the scale that all versions share, 1 to 9."""
    reached, above = [], 0
    for ordinal in range(9, 0, -1):
        above |= judged.level.get(str(ordinal), 0)
        reached.append(above)
    return reached[::-1]


def _strengths(before: Judged, after: Judged) -> tuple[Sequence[int], Sequence[int]]:
    """Return how far routes reach in both, by the candidate's list; a route it does not know goes with its kind."""
    old, new = before.ruleset.routes, after.ruleset.routes
    if [route.key for route in old] == [route.key for route in new]:
        return before.reached, after.reached
    groups = [without(here, beyond) for here, beyond in zip(before.reached, (*before.reached[1:], 0), strict=True)]
    places = [_place(route, new) for route in old[1:]]  # the weakest route reaches nothing in either list
    reach = [(place, group) for place, group in zip(places, groups, strict=True)]
    return [sum(group for place, group in reach if place >= least) for least in range(1, len(new))], after.reached


def _place(route: Route, among: Sequence[Route]) -> int:
    same = [place for place, one in enumerate(among) if one.key == route.key]
    alike = [place for place, one in enumerate(among) if (one.statutory, one.closes) == (route.statutory, route.closes)]
    return [*same, *alike, 0][0]
