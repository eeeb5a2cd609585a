"""The goals that the replay bench measures against, and the table that says beside each what was reached."""

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Taken = tuple[float, float]
Works = Mapping[str, Sequence[Taken]]

FROM_TO, ANEW, WHOLE, FILE, LEFT_OUT = (
    "mash, from-to",
    "mash, from-to, both versions compiled anew",
    "mash, whole replay, held in memory",
    "mash, whole replay, read from a file",
    "mash, every rule left out in turn",
)
WHOLE_MS = {150_000: 20, 1_000_000: 100, 15_000_000: 1_500}
LEFT_OUT_MS = {1_000_000: 100}
COLD = {15_000_000: (2.5, 160)}
TIMES = {"Polars": 3.5, "DuckDB": 5.5, "child by child": 300, "zen-engine": 3_000}
SLOPE_CHILDREN, SLOPE_RULES, BYTES, SPARK_S = 1.05, 1.1, 10, 5


class Goal(NamedTuple):
    """What is wanted, what was reached, whether that is enough; `most` of it or, if not, at least so much."""

    what: str
    bound: float
    reached: float
    unit: str
    most: bool = True

    @property
    def met(self) -> bool:
        return self.reached <= self.bound if self.most else self.reached >= self.bound


def processor(spent: Sequence[Taken]) -> float:
    """Return the median of milliseconds of a processor."""
    return statistics.median(one for _, one in spent)


def of_size(children: int, taken: Works) -> list[Goal]:
    """Return the goals of a size for what is done in one process that is running."""
    said, goals = f"{children:,} children", list[Goal]()
    if children in WHOLE_MS:
        what = f"{said}, two versions compiled, every table and who moves"
        goals.append(Goal(what, WHOLE_MS[children], processor(taken[WHOLE]), "ms of a processor"))
    if children in LEFT_OUT_MS:
        what = f"{said}, every rule left out in turn"
        goals.append(Goal(what, LEFT_OUT_MS[children], processor(taken[LEFT_OUT]), "ms of a processor"))
    for name, spent in taken.items():
        if bound := next((times for peer, times in TIMES.items() if name.startswith(peer)), None):
            for mine in (FROM_TO, ANEW):
                for clock, of in enumerate(("on the wall, one core against its two", "in time of processors")):
                    pairs = zip(spent, taken[mine], strict=True)
                    ratio = statistics.median(one[clock] / own[clock] for one, own in pairs)
                    what = f"{said}, {name.split(',')[0]} beside {mine}, {of}"
                    goals.append(Goal(what, bound, ratio, "times", most=False))
    return goals


def of_sample(name: str, times: float) -> list[Goal]:
    """Return the goal for an engine that was given a sample, as a multiple of the least from-to of mash."""
    bound = next((bound for peer, bound in TIMES.items() if name.startswith(peer)), None)
    return [] if bound is None else [Goal(f"from-to, {name}, scaled", bound, times, "times", most=False)]


def of_cold(children: int, seconds: float, megabytes: int) -> list[Goal]:
    """Return the goals of a new process, from the file to the report."""
    if children not in COLD:
        return []
    most_seconds, most_memory = COLD[children]
    what = f"{children:,} children, a new process from the file to the report"
    return [Goal(what, most_seconds, seconds, "s of a processor"), Goal(what, most_memory, megabytes, "MB at most")]


def table(goals: Sequence[Goal]) -> list[str]:
    """Write goals and what was reached as a table; what falls short is bold."""
    lines = ["| Goal | Wanted | Reached |", "| --- | --: | --: |"]
    for goal in goals:
        reached = f"{goal.reached:,.2f}" if goal.reached < 10 else f"{goal.reached:,.0f}"
        shown = reached if goal.met else f"**{reached}**"
        bound = f"{'≤' if goal.most else '≥'} {goal.bound:,g} {goal.unit}"
        lines.append(f"| {goal.what} | {bound} | {shown} |")
    return lines
