"""The budgets of the front door's tasks, what stands beside them elsewhere, and the table in README.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mash.config import HOUSE
from tests.bench import ux_drafts as drafter
from tests.bench import ux_oversight as manager
from tests.bench import ux_tasks as practitioner
from tests.bench import ux_thresholds as reviewer
from tests.bench.ux_hands import Hands, Spent
from tests.bench.ux_tasks import Case

BEGIN, END = "<!-- ux: begin -->", "<!-- ux: end -->"
TURN_SECONDS = 2.0
"""What may be added where no script runs, with a click and a page load: as the budget for T1 has it."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task: which page shows it, what it may take at most, and what it takes in the two flows compared with.

    Attributes:
        clicks: The most with a mouse; ``keys`` with a keyboard alone, without shortcuts.
        seconds: The most by the model, without what is written down.
        hackney: Hackney's own screens of 2022, counted from their source.
        turns: How often the server must be asked for what a script does: to find facts, to check, to save in place.
        mosaic: A model of the sequence in Mosaic's help pages, low to high; nobody has timed it.
    """

    code: str
    name: str
    page: str
    clicks: int
    keys: int
    loads: int
    seconds: float
    hackney: str = ""
    mosaic: str = ""
    turns: int = 1
    do: Callable[[Case], Hands] | None = None

    def over(self, way: str, spent: Spent) -> list[str]:
        """Name what is over budget."""
        took = {"clicks": spent.clicks, "loads": spent.loads, "seconds": round(spent.mechanics)}
        if way == "keyboard":
            took["keys"] = spent.keys
        most = self.most(way)
        return [f"{what} {taken} of {most[what]:g}" for what, taken in took.items() if taken > most[what]]

    def most(self, way: str) -> dict[str, float]:
        """Give the budget for one way."""
        turns = self.turns if way == "no script" else 0
        return {
            "clicks": self.clicks + turns,
            "keys": self.keys,
            "loads": self.loads + turns,
            "seconds": self.seconds + turns * TURN_SECONDS,
        }


WORKSPACE, QUEUE, RECORD, TEAM, RED = "/contacts/…", "/queue", "/contacts/new", "/team", "/red"
H4, MS = "30 clicks, 15 loads, 109 s", "52 to 94 clicks, 20 to 28 loads, 172 to 288 s"
TASKS = (
    Task(
        code="T1", name="Decide a request, 3 indicators, as the rules advise", page=WORKSPACE,
        clicks=9, keys=34, loads=1, seconds=22, hackney=H4, mosaic=MS, do=practitioner.t1,
    ),
    Task(
        code="T1b", name="The same, below the rules’ level", page=WORKSPACE,
        clicks=11, keys=40, loads=1, seconds=29, turns=2, do=practitioner.t1b,
    ),
    Task(
        code="T2", name="Close what asks for no service", page=WORKSPACE,
        clicks=4, keys=14, loads=1, seconds=11, hackney=H4, mosaic=MS, do=practitioner.t2,
    ),
    Task(
        code="T3", name="Rate red and tell the manager", page=WORKSPACE,
        clicks=2, keys=6, loads=0, seconds=5, hackney="4 clicks more, 4 emails", do=practitioner.t3,
    ),
    Task(
        code="T4", name="The next contact after a decision", page=WORKSPACE,
        clicks=0, keys=0, loads=0, seconds=2, hackney="2 clicks, 2 loads", mosaic="3 to 5 clicks", do=practitioner.t4,
    ),
    Task(
        code="T4b", name="Take the next from the queue", page=QUEUE,
        clicks=1, keys=2, loads=1, seconds=3, do=practitioner.t4b,
    ),
    Task(
        code="T5", name="Link a child who is known already", page=RECORD,
        clicks=2, keys=4, loads=0, seconds=5, mosaic="8 clicks or more", do=practitioner.t5,
    ),
    Task(
        code="T6", name="Record a telephone call", page=RECORD,
        clicks=6, keys=60, loads=2, seconds=38, mosaic="20 fields or more", do=practitioner.t6,
    ),
    Task(
        code="T7", name="Ask a partner for information", page=WORKSPACE,
        clicks=4, keys=10, loads=0, seconds=10, mosaic="email, outside it", do=practitioner.t7,
    ),
    Task(
        code="T8", name="Take the last decision back", page=WORKSPACE,
        clicks=1, keys=2, loads=1, seconds=3, mosaic="14 clicks, 8 loads, 52 s", do=practitioner.t8,
    ),
    Task(
        code="T9", name="Manager agrees a red", page=WORKSPACE,
        clicks=2, keys=4, loads=0, seconds=5, do=manager.t9,
    ),
    Task(
        code="T9b", name="Manager changes what was recommended of a red", page=WORKSPACE + "/change",
        clicks=4, keys=12, loads=1, seconds=12, do=manager.t9b,
    ),
    Task(
        code="T10", name="Manager: why is today late, down to the list", page=RED,
        clicks=2, keys=4, loads=2, seconds=6, mosaic="20 clicks, 8 loads, 74 s", do=manager.t10,
    ),
    Task(
        code="T11", name="Reassign five contacts", page=TEAM,
        clicks=8, keys=16, loads=1, seconds=15, mosaic="5 × (open, reassign, search, confirm)", do=manager.t11,
    ),
    Task(
        code="T12", name="Change one rule and replay a year", page="/thresholds/…/edit/rules/…",
        clicks=6, keys=14, loads=3, seconds=18, mosaic="not possible", do=drafter.t12,
    ),
    Task(
        code="T13", name="Read one contact that moved, record a view", page="/replays/…/read/…",
        clicks=3, keys=6, loads=1, seconds=9, turns=0, mosaic="not possible", do=reviewer.t13,
    ),
)  # fmt: skip
Results = dict[tuple[str, str], Spent | str]
"""By task and way: what it took, or why it could not be done."""


def table_of(tasks: Sequence[Task], results: Results, contacts: int) -> str:
    """Write the table that the README shows."""
    lines = [
        f"{contacts:,} contacts. Mechanics are seconds of the keystroke-level model, without reading, deciding and the",
        "writing of prose; the most allowed is in brackets, and **bold** where it is passed.",
        "",
        "| Task | Page | Way | Clicks | Keys | Loads | Mechanics s | With prose s | Hackney 2022 | Mosaic, modelled |",
        "| --- | --- | --- | --: | --: | --: | --: | --: | --- | --- |",
    ]
    for task in tasks:
        first = True
        for (code, way), spent in results.items():
            if code == task.code:
                lines.append(row_of(task, way, spent, first=first))
                first = False
        if task.do is None:
            most = f"({task.clicks}) | ({task.keys}) | ({task.loads}) | ({task.seconds:g}) |"
            beside = f"| {task.hackney} | {task.mosaic} |"
            lines.append(f"| {task.code} {task.name} | none yet | not built | {most} {beside}")
    return "\n".join(lines)


def row_of(task: Task, way: str, spent: Spent | str, *, first: bool) -> str:
    """Write one way of one task."""
    whole = [f"{task.code} {task.name}", f"`{task.page}`"] if first else ["", ""]
    beside = [task.hackney, task.mosaic] if first else ["", ""]
    if isinstance(spent, str):
        return "| " + " | ".join([*whole, way, "**not done**", "", "", "", "", *beside]) + " |"
    over, most = {part.split()[0] for part in task.over(way, spent)}, task.most(way)
    cells = {
        "clicks": f"{spent.clicks} ({most['clicks']:g})" if way != "keyboard" else "0",
        "keys": f"{spent.keys} ({task.keys})" if way == "keyboard" else str(spent.keys),
        "loads": f"{spent.loads} ({most['loads']:g})",
        "seconds": f"{spent.mechanics:.0f} ({most['seconds']:g})",
    }
    shown = [f"**{words}**" if what in over else words for what, words in cells.items()]
    return "| " + " | ".join([*whole, way, *shown, f"{spent.with_prose:.0f}", *beside]) + " |"


def write_into_readme(table: str) -> None:
    """Put the table between its marks."""
    readme = HOUSE / "README.md"
    before, rest = readme.read_text("utf-8").split(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", "utf-8")
