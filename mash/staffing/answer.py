"""What some weeks would bring, as things stand and with a change: many runs of the simulation, the same luck for both.

The work on one contact is on no record, so it is found: the minutes with which the simulation, given the contacts that
came in some past weeks, decides as many in time as people did. How it does on weeks it was not fitted to stands beside.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from statistics import fmean, quantiles
from typing import Any

from mash.staffing.coming import Dues, arrivals, drawn, heavier
from mash.staffing.simulate import simulate
from mash.staffing.working import MINUTE, Change, Coming, Working, duty_of
from mash.workflow.calendar import LONDON, Calendar

AS_IT_STANDS = Change()
RUN_OUT = timedelta(days=10)
"""How long the simulation goes on after the last contact that is counted, so that it can still be decided."""
LONGEST_WORK, STEPS, FIT_RUNS = 240.0, 11, 2
KEEPING_UP = (0.0, 0.5, 1.0)
MOST_PEOPLE, SEARCH_RUNS = 12, 4
NOW = "As things stand"
Told = Callable[[int, int], bool]
"""Told how many runs of how many are done; answers whether to go on."""


def go_on(done: int, of: int) -> bool:
    """Want to know it all."""
    return True


class Stopped(Exception):
    """Whoever asked does not want to know any more."""


@dataclass(frozen=True, slots=True)
class Past:
    """One contact of the past: when it came, when it had to be decided, whether that was red, and in time."""

    received_at: datetime
    due: datetime
    red: bool
    in_time: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to. ``open`` is at the end of the weeks; ``used`` the share of people's time worked."""

    in_time: float
    late_a_week: float
    open: int
    used: float


@dataclass(frozen=True, slots=True)
class Range:
    """A number over several runs: the middle, and between what nine runs of ten were."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the weeks would bring under one plan, and how that differs from things as they stand, run by run."""

    brings: dict[str, Range]
    differs: dict[str, Range]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked, by name, things as they stand first; and how many people more would reach the target.

    ``people`` is None where even ``MOST_PEOPLE`` would not.
    """

    answers: dict[str, Answer]
    people: int | None
    runs: int

    def to_json(self) -> dict[str, Any]:
        """Write it as it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FitWeek:
    """One past week: the share in time as it was and as simulated, and whether the simulation was fitted to it."""

    week: date
    contacts: int
    seen: float
    simulated: float
    fitted: bool

    def to_json(self) -> dict[str, Any]:
        """Write it as it is kept."""
        return asdict(self) | {"week": self.week.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "FitWeek":
        """Read it back."""
        return cls(**{**kept, "week": date.fromisoformat(kept["week"])})


@dataclass(frozen=True, slots=True)
class Plan:
    """The weeks to simulate: from when, how many, what is open at their start, and how clocks run.

    ``backlog`` are contacts open at the start: when each is due, and whether it is red.
    """

    begins: datetime
    weeks: int
    backlog: Sequence[tuple[datetime, bool]]
    dues: Dues
    calendar: Calendar

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(weeks=self.weeks)


def ask(
    working: Working, changes: Mapping[str, Change], plan: Plan, *, target: float, runs: int, seed: int, told: Told
) -> Answers:
    """Run the weeks as things stand and with each change, all with the same luck in each run.

    Args:
        target: The share in time that is aimed at.

    Raises:
        Stopped: If ``told`` says so.
    """
    asked = {NOW: AS_IT_STANDS, **changes}
    found: dict[str, list[Outcome]] = {name: [] for name in asked}
    steps = runs * len(asked) + MOST_PEOPLE
    for number in range(runs):
        for place, (name, change) in enumerate(asked.items()):
            found[name].append(_run(working, change, plan, f"{seed}-{number}"))
            _go_on(told, number * len(asked) + place + 1, steps)
    answers = {}
    for name, outcomes in found.items():
        pairs = list(zip(found[NOW], outcomes, strict=True))
        answers[name] = Answer(
            {of: _range([getattr(one, of) for one in outcomes]) for of in Outcome.__slots__},
            {of: _range([getattr(then, of) - getattr(now, of) for now, then in pairs]) for of in Outcome.__slots__},
        )
    return Answers(
        answers, _people_for(target, working, plan, seed, lambda more: _go_on(told, steps - more, steps)), runs
    )


def _people_for(target: float, working: Working, plan: Plan, seed: int, told: Callable[[int], None]) -> int | None:
    """Find the fewest people more, all day, with whom the target is reached in the middle of a few runs."""
    for people in range(MOST_PEOPLE + 1):
        more = Change(people=people)
        if fmean(_run(working, more, plan, f"{seed}-{number}").in_time for number in range(SEARCH_RUNS)) >= target:
            return people
        told(MOST_PEOPLE - people)
    return None


def _go_on(told: Told, done: int, of: int) -> None:
    if not told(done, of):
        raise Stopped


def _range(values: Sequence[float]) -> Range:
    cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else [values[0]] * 19
    return Range(round(fmean(values), 4), round(cuts[0], 4), round(cuts[-1], 4))


def _run(working: Working, change: Change, plan: Plan, luck: str) -> Outcome:
    """Run the weeks once. What is counted are the contacts received in them."""
    ends = plan.ends + RUN_OUT
    received = arrivals(working, change, plan.begins, ends, Random(f"{luck}-arrivals"))  # noqa: S311  # luck, no secret
    new = [_drawn(at, None, working, change, plan, luck) for at in received]
    if change.assessments:
        usual = sum(working.arrivals.values()) * change.arrivals
        share = max(-1.0, min(1.0, change.assessments / usual)) if usual else 0.0
        new = heavier(new, share, change.extra_work, Random(f"{luck}-assessments"))  # noqa: S311
    old = [_left(place, due, red, working, plan, luck) for place, (due, red) in enumerate(plan.backlog)]
    duty = duty_of(working, change, plan.begins, ends, plan.calendar, Random(f"{luck}-duty"))  # noqa: S311
    decided, worked = simulate([*new, *old], duty, pace=working.pace, until=(ends - plan.begins) / MINUTE)
    last = (plan.ends - plan.begins) / MINUTE
    counted = [place for place, one in enumerate(new) if one.received < last]
    met = sum(_met(new[place], decided[place]) for place in counted)
    still = sum(
        one.received < last and (at is None or at > last) for one, at in zip([*new, *old], decided, strict=True)
    )
    there = duty.minutes((ends - plan.begins) / MINUTE)
    used = worked / there if there else 0.0
    return Outcome(met / len(counted) if counted else 1.0, (len(counted) - met) / plan.weeks, still, used)


def _drawn(at: datetime, due: datetime | None, working: Working, change: Change, plan: Plan, luck: str) -> Coming:
    def falls_due(early: bool) -> datetime:
        return due or plan.dues(at)[early]

    return drawn(at, falls_due, plan.begins, working, change, Random(f"{luck}-{at.isoformat()}"))  # noqa: S311


def _left(place: int, due: datetime, red: bool, working: Working, plan: Plan, luck: str) -> Coming:
    """Draw what a contact that is open at the start still wants: nobody knows how much is done, so all of it."""
    chance = Random(f"{luck}-{place}-open")  # noqa: S311
    one = drawn(plan.begins, lambda _early: due, plan.begins, working, AS_IT_STANDS, chance)
    return one._replace(red=red)


def _met(one: Coming, decided: float | None) -> bool:
    return decided is not None and decided <= one.due


def calibrated(
    working: Working, past: Sequence[Past], begins: datetime, held_back: int, calendar: Calendar, seed: int
) -> tuple[Working, list[FitWeek]]:
    """Find the work on one contact, and say how well the simulation then gives past weeks again.

    Args:
        past: What came, in order, from ``begins``, and what was open then, as if it had come then.
        held_back: How many of the last weeks are not fitted to.
    """
    weeks = sorted({_monday(one.received_at) for one in past if one.received_at > begins})
    fitted = set(weeks[: max(1, len(weeks) - held_back)])
    best: tuple[float, Working, list[float]] | None = None
    for keeps_up in KEEPING_UP:
        found, met = _fitted(replace(working, keeps_up=keeps_up), past, begins, fitted, calendar, seed)
        rows = _weeks(past, met, weeks, fitted)
        error = fmean([abs(row.seen - row.simulated) for row in rows if row.fitted])
        if best is None or error < best[0]:
            best = error, found, met
    assert best is not None  # noqa: S101  # there is always one way of keeping up
    return best[1], _weeks(past, best[2], weeks, fitted)


def _fitted(
    working: Working, past: Sequence[Past], begins: datetime, fitted: AbstractSet[date], calendar: Calendar, seed: int
) -> tuple[Working, list[float]]:
    """Find the work on one contact that gives the share in time of the fitted weeks, by halving what is possible."""
    here = [place for place, one in enumerate(past) if _monday(one.received_at) in fitted]
    wanted = fmean([past[place].in_time for place in here])
    low, high = 0.0, LONGEST_WORK
    tried, met = working, [0.0] * len(past)
    for _ in range(STEPS):
        tried = replace(working, minutes=round((low + high) / 2, 2))
        met = _again(tried, past, begins, calendar, seed)
        low, high = (tried.minutes, high) if fmean([met[place] for place in here]) > wanted else (low, tried.minutes)
    return tried, met


def _weeks(
    past: Sequence[Past], met: Sequence[float], weeks: Sequence[date], fitted: AbstractSet[date]
) -> list[FitWeek]:
    rows = []
    for week in weeks:
        here = [(one, at) for one, at in zip(past, met, strict=True) if _monday(one.received_at) == week]
        rows.append(
            FitWeek(week, len(here), _share([one for one, _ in here]), fmean([at for _, at in here]), week in fitted)
        )
    return rows


def _share(past: Sequence[Past]) -> float:
    return fmean([one.in_time for one in past]) if past else 0.0


def _monday(at: datetime) -> date:
    day = at.astimezone(LONDON).date()
    return day - timedelta(days=day.weekday())


def _again(working: Working, past: Sequence[Past], begins: datetime, calendar: Calendar, seed: int) -> list[float]:
    """Let the contacts of the past come again; for each, in what share of the runs it was in time."""
    met = [0] * len(past)
    ends = max(one.received_at for one in past) + RUN_OUT
    for number in range(FIT_RUNS):
        luck = f"fit-{seed}-{number}"
        duty = duty_of(working, AS_IT_STANDS, begins, ends, calendar, Random(f"{luck}-duty"))  # noqa: S311
        contacts = [_once_more(place, one, begins, working, luck) for place, one in enumerate(past)]
        decided, _ = simulate(contacts, duty, pace=working.pace, until=(ends - begins) / MINUTE)
        for place, (coming, at) in enumerate(zip(contacts, decided, strict=True)):
            met[place] += _met(coming, at)
    return [number / FIT_RUNS for number in met]


def _once_more(place: int, one: Past, begins: datetime, working: Working, luck: str) -> Coming:
    chance = Random(f"{luck}-{place}")  # noqa: S311
    coming = drawn(one.received_at, lambda _early: one.due, begins, working, AS_IT_STANDS, chance)
    return coming._replace(red=one.red)
