"""What an unfinished draft would do to the past, quickly enough to answer while it is being typed.

The version compared with is judged once and kept; of a draft only what the answer needs is worked out: who moves, of
whom it cannot be told, the from-to table of levels and the work a week. The whole replay gives the same figures.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mash.replay.compare import Cohort, Period, directions, doubts
from mash.replay.judge import AXES, History, Judged, judge, judge_together, supposed
from mash.replay.past import RECEIVED
from mash.replay.report import labels
from mash.rules import RuleSet, program_for
from mash.rules.conditions import View
from mash.rules.steps import Input

MOST_CURVES = 64


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """History under the version compared with, judged once: what each frame came to, and who counts."""

    cohort: Cohort
    ruleset: RuleSet
    period: Period
    judged: Sequence[Judged]
    asked: Sequence[int]
    weeks: float
    children: int
    first: date | None
    last: date | None
    moves: dict[tuple[str, ...], list[tuple[int, int]]] = field(default_factory=dict, repr=False)


def judged_before(cohort: Cohort, ruleset: RuleSet, period: Period) -> Before:
    """Judge the children of a period by the version compared with."""
    judged = [replace(judge(one, ruleset), registers=()) for one in cohort.histories]
    asked = [period.of(one.frame) & one.known for one in cohort.histories]
    days = [
        date.fromisoformat(day)
        for one, those in zip(cohort.histories, asked, strict=True)
        for day, here in one.frame.column(RECEIVED).groups().items()
        if here & those
    ]
    first, last = min(days, default=None), max(days, default=None)
    weeks = ((last - first).days + 1) / 7 if first and last else 1.0
    children = sum(those.bit_count() for those in asked)
    return Before(cohort, ruleset, period, judged, asked, weeks, children, first, last)


@dataclass(slots=True)
class Effect:
    """What a draft does beside the version compared with; counts are of children.

    Attributes:
        cells: (level before, level after) to children; `work` (side, route) to children.
        missing: Fact to children of whom its answer is missing and would move the result.
        referred: Referred before, and after.
    """

    moved: int = 0
    lower: int = 0
    higher: int = 0
    cannot_tell: int = 0
    referred: list[int] = field(default_factory=lambda: [0, 0])
    missing: Counter[str] = field(default_factory=Counter)
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    work: Counter[tuple[str, str]] = field(default_factory=Counter)

    def levels(self, before: RuleSet, after: RuleSet) -> list[str]:
        """Return the labels of the from-to table in order, least first."""
        return labels("level", before, after, {label for cell in self.cells for label in cell})

    def routes(self, before: RuleSet, after: RuleSet) -> list[str]:
        """Return the routes that anybody is given on either side, in order, weakest first."""
        return labels("route", before, after, {route for _, route in self.work})


def effect_of(before: Before, draft: RuleSet) -> Effect:
    """Work out what a draft does to everyone."""
    found = Effect()
    for number, history in enumerate(before.cohort.histories):
        asked = before.asked[number]
        if asked:
            _add(found, before.judged[number], judge(history, draft), asked)
            open_ = doubts(before.cohort, number, before.ruleset, draft)
            if any(children & asked for children in open_.values()):
                _cannot_tell(found, history, draft, open_, asked)
    return found


def _add(found: Effect, old: Judged, new: Judged, asked: int) -> None:
    lower, higher = directions(old, new)
    found.moved += (_differ(old, new) & asked).bit_count()
    found.lower += (lower & asked).bit_count()
    found.higher += (higher & asked).bit_count()
    for place, one in enumerate((old, new)):
        found.referred[place] += (one.statutory & asked).bit_count()
    _cells(found, old, new, asked)
    for side, judged in (("baseline", old), ("candidate", new)):
        for route, children in judged.route.items():
            if count := (children & asked).bit_count():
                found.work[side, route] += count


def _cells(found: Effect, old: Judged, new: Judged, asked: int) -> None:
    for was, before in old.level.items():
        if here := before & asked:
            for now, after in new.level.items():
                if count := (here & after).bit_count():
                    found.cells[was, now] += count


def _cannot_tell(found: Effect, history: History, draft: RuleSet, open_: Mapping[Input, int], asked: int) -> None:
    """Count those whose missing answers leave the draft's result open, as the whole replay does."""
    now, program = judge(history, draft), program_for(draft)
    worst, best = (judge(history, draft, supposed(history, program, open_, v)) for v in (View.CEILING, View.LOWEST))
    cannot = (_differ(now, worst) | _differ(now, best)) & asked
    found.cannot_tell += cannot.bit_count()
    by_fact: dict[str, int] = {}
    for given, children in open_.items():
        by_fact[given.atom.fact] = by_fact.get(given.atom.fact, 0) | (children & cannot)
    found.missing.update({fact: children.bit_count() for fact, children in by_fact.items() if children})


def _differ(one: Judged, other: Judged) -> int:
    differ = 0
    for axis in AXES:
        groups, others = one.axis(axis), other.axis(axis)
        for label, group in groups.items():
            differ |= group & ~others.get(label, 0)
    return differ


def moves_of(before: Before, drafts: Sequence[RuleSet]) -> list[tuple[int, int]]:
    """Return how many each of several drafts moves down, and up; what they share is worked out once, and kept."""
    key = tuple(draft.content_hash for draft in drafts)
    if key not in before.moves:
        if len(before.moves) >= MOST_CURVES:
            before.moves.clear()
        before.moves[key] = _moves(before, drafts)
    return before.moves[key]


def _moves(before: Before, drafts: Sequence[RuleSet]) -> list[tuple[int, int]]:
    sums = [[0, 0] for _ in drafts]
    for history, old, asked in zip(before.cohort.histories, before.judged, before.asked, strict=True):
        if asked and drafts:
            for total, new in zip(sums, judge_together(history, drafts), strict=True):
                lower, higher = directions(old, new)
                total[0] += (lower & asked).bit_count()
                total[1] += (higher & asked).bit_count()
    return [(lower, higher) for lower, higher in sums]
