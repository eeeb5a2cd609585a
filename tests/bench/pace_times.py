"""How long things took, kept from several threads at once, and the table that sets them beside their budgets."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One budget of ``ux.md`` 4.3: what it is for, where it is measured, and the most at the 75th and 95th percentile.

    Attributes:
        kind: ``server`` is read from the service's own log, by route; the rest was timed by who waited.
    """

    name: str
    where: str
    key: str
    p75: float
    p95: float
    kind: str = "seen"


BUDGET = (
    Line("Open the queue", "browser, first paint", "queue paint", 600, 1000),
    Line("Open the queue", "server", "GET /queue", 150, 300, "server"),
    Line("Open a contact", "browser, first paint", "contact paint", 600, 1000),
    Line("Open a contact", "server", "GET /contacts/<reference>", 150, 300, "server"),
    Line("Tick an indicator", "browser", "tick", 50, 100),
    Line("Choose a level", "browser", "level", 50, 100),
    Line("Check panel after a level", "browser", "check", 200, 400),
    Line("Save and open next", "browser, first paint", "next paint", 500, 1000),
    Line("Save and open next", "over HTTP", "next", 500, 1000),
    Line("Indicator type-ahead", "browser", "type-ahead", 50, 100),
    Line("Search", "browser, first paint", "search paint", 400, 800),
    Line("Search", "over HTTP", "search", 400, 800),
    Line("A red reaches an open board", "browser", "red", 5000, 10000),
)


@dataclass
class Times:
    """What was timed, in milliseconds, by name; and by route what the service says that it took."""

    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    server: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, ms: float) -> None:
        with self._lock:
            self.seen[name].append(ms)

    def of(self, line: Line) -> list[float]:
        return sorted(self.server.get(line.key, ()) if line.kind == "server" else self.seen.get(line.key, ()))

    def over_budget(self) -> list[str]:
        """Say what took too long, what was never timed, and what went wrong on the way."""
        slow = [
            f"{line.name}, {line.where}: {at(found, 75):.0f} / {at(found, 95):.0f} ms"
            for line in BUDGET
            if (found := self.of(line)) and (at(found, 75) > line.p75 or at(found, 95) > line.p95)
        ]
        return slow + [f"{line.name}, {line.where}: never seen" for line in BUDGET if not self.of(line)] + self.wrong


def at(ordered: list[float], percent: int) -> float:
    """Give a percentile of numbers in order."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def table_of_times(times: Times, engine: str, contacts: int) -> str:
    """Write the table that the README shows."""
    who = "twelve people at work and a browser beside them"
    lines = [
        f"{engine}, {contacts:,} contacts, {who}, ms at the 75th / 95th percentile:",
        "",
        "| What | Where | Budget | Took | Times |",
        "| --- | --- | --: | --: | --: |",
    ]
    for line in BUDGET:
        found = times.of(line)
        took = f"{at(found, 75):,.0f} / {at(found, 95):,.0f} | {len(found):,}" if found else "– | 0"
        lines.append(f"| {line.name} | {line.where} | {line.p75:,.0f} / {line.p95:,.0f} | {took} |")
    return "\n".join(lines)
