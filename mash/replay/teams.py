"""What a change of thresholds brings to each team in a week: assessments, early help starts, reds. Read off a report.

A report holds no team's name but a version's own, as councils name theirs by a dated policy: who shows it gives them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mash.kinds import ASSESSED, Kind
from mash.replay.ranges import SURE

EVERYONE = ""
WORK = {
    "assessments": "Assessments and enquiries begun",
    "early_help": "Early help begun",
    "red": "Rated red",
    "all": "All that comes to them",
}
_BY_KIND = {"assessments": ASSESSED, "early_help": (Kind.EARLY_HELP,)}
Key = tuple[str, str]
Routes = Mapping[str, Mapping[str, str]]
Receivers = Mapping[str, str]
"""Who usually receives a child: by a route's key, or by a kind of route."""


@dataclass(slots=True)
class Load:
    """Children of a period for one kind of work of one team: decided so, given so by each version.

    `came` and `went` are those who come to it, and leave it, by the candidate.
    """

    team: str
    work: str
    weeks: float
    decided: int = 0
    baseline: int = 0
    came: int = 0
    went: int = 0

    @property
    def a_week(self) -> dict[str, float]:
        """Return children a week by side."""
        counts = {"decided": self.decided, "baseline": self.baseline}
        counts["candidate"] = self.baseline + self.came - self.went
        return {side: round(count / self.weeks, 2) for side, count in counts.items()}

    @property
    def change(self) -> float:
        """Return how many more a week, below nought if fewer."""
        return round((self.came - self.went) / self.weeks, 2)

    @property
    def range(self) -> tuple[float, float]:
        """Return the 95% range of the change: the same children under two versions."""
        change, spread = self.came - self.went, SURE * (self.came + self.went) ** 0.5
        return round((change - spread) / self.weeks, 2), round((change + spread) / self.weeks, 2)


def by_team(said: Mapping[str, Any], receivers: Receivers) -> list[Load]:
    """Return the work of all teams together, and then of each in order of their names.

    Args:
        said: A report. One made before reports told of routes gives nothing.
        receivers: The council's teams; where it names none, the version's own counts, or else the kind of route.
    """
    if "routes" not in said:
        return []
    routes = {one["route"]: one for one in said["routes"]}
    weeks = said["workload"]["days"] / 7
    loads: dict[Key, Load] = {}

    def load(key: Key) -> Load:
        return loads.setdefault(key, Load(*key, weeks))

    for keys, number in _decided(said, routes, receivers):
        for key in keys:
            load(key).decided += number
    for before, after, number in _moves(said, routes, receivers):
        for key in before | after:
            one = load(key)
            one.baseline += number if key in before else 0
            one.came += number if key not in before else 0
            one.went += number if key not in after else 0
    order = list(WORK)
    return sorted(loads.values(), key=lambda one: (one.team, order.index(one.work)))


def _decided(said: Mapping[str, Any], routes: Routes, receivers: Receivers) -> Iterator[tuple[set[Key], int]]:
    for route, _, number in _cells(said["tables"]["route"]["decided-baseline"]):
        yield _keys(route, routes, receivers), number
    for way, route, _, number in said["workload"]["red_by_route"]:
        if way == "decided":
            yield _keys(route, routes, receivers, red=True), number


def _moves(said: Mapping[str, Any], routes: Routes, receivers: Receivers) -> Iterator[tuple[set[Key], set[Key], int]]:
    """Yield what children are counted under before, and after, with how many they are."""
    for old, new, number in _cells(said["tables"]["route"]["baseline-candidate"]):
        yield _keys(old, routes, receivers), _keys(new, routes, receivers), number
    for way, old, new, number in said["workload"]["red_by_route"]:
        if way != "decided":
            before = _keys(old, routes, receivers, red=True) if way != "after" else set()
            after = _keys(new, routes, receivers, red=True) if way != "before" else set()
            yield before, after, number


def _cells(table: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    for row, counts in zip(table["rows"], table["counts"], strict=True):
        for column, count in zip(table["columns"], counts, strict=True):
            if count:
                yield row, column, count


def _keys(route: str, routes: Routes, receivers: Receivers, *, red: bool = False) -> set[Key]:
    """Return what a child with a route is counted under; a route that nobody receives is no team's work."""
    told = routes.get(route)
    if told is None:
        return set()
    kind = Kind(told["kind"])
    named = receivers.get(route) or told["team"] or receivers.get(kind, "")
    team = named or ("" if kind.closes else kind.replace("_", " "))
    if red:
        works = ["red"]
    else:
        works = ["all"] if team else []
        works += [work for work, kinds in _BY_KIND.items() if kind in kinds]
    return {(whose, work) for whose in (EVERYONE, team) for work in works}
