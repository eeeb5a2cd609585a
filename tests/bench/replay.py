"""Times replay beside Polars, DuckDB and child by child on the same history, in turn, and asserts the same decisions.

`MASH_FOLDER=/tmp/large .venv/bin/python -m tests.bench.replay --write` takes the invented history of that database,
repeated whole where a size asks for more. Two versions of the shipped size run: the one in force, and the same with
its first four written rules left out. All engines start from the same comparisons, three-valued answers already read,
and give the from-to table of levels. Beside that stands the whole replay: every table, each difference alone, what
each child came to, and the report; with versions compiled anew, over histories that were read before.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import log
from pathlib import Path
from typing import Any

import pyarrow as pa

from mash import config
from mash.cli.opening import opened, rulebook_of
from mash.db import reading
from mash.queries.past import frozen_history
from mash.replay.compare import Cohort, Period
from mash.replay.frame import Frame
from mash.replay.judge import History, judge_together
from mash.replay.rehearse import rehearse
from mash.replay.report import report
from mash.replay.wide import wide
from mash.rules import Program, RuleSet, program_for
from mash.rules.program import together
from tests.bench.replay_peers import child_by_child, duckdb_levels, polars_levels

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- replay-bench: begin -->", "<!-- replay-bench: end -->"
Cells = dict[tuple[int, int], int]


def versions() -> tuple[RuleSet, RuleSet]:
    """Return the version in force, and the same without its first four written rules."""
    live = rulebook_of(config.from_environment()).get("dn-2022-05")
    return live, replace(live, rules=live.rules[4:], content_hash="four rules fewer")


def history() -> Cohort:
    """Return the frozen history of the database in MASH_FOLDER."""
    settings = config.from_environment()
    with opened(settings) as database, reading(database) as session:
        return frozen_history(session, rulebook_of(settings).catalogue)


def tiled(cohort: Cohort, children: int) -> Cohort:
    """Return whole frames of history, again from the first where they run out, of at least so many children."""
    frames: list[Frame] = []
    left, at = children, 0
    while left > 0:
        frames.append(cohort.histories[at % len(cohort.histories)].frame)
        left, at = left - frames[-1].size, at + 1
    return Cohort(frames, cohort.catalogue, [str(number) for number in range(len(frames))])


def size_of(cohort: Cohort) -> int:
    return sum(one.frame.size for one in cohort.histories)


def levels_here(histories: Sequence[History], both: tuple[RuleSet, RuleSet]) -> Cells:
    """Return the from-to table of levels by the product's own engine."""
    cells: Counter[tuple[int, int]] = Counter()
    for one in histories:
        before, after = judge_together(one, both)
        for old, was in before.level.items():
            for new, now in after.level.items():
                if count := (was & now).bit_count():
                    cells[_number(old), _number(new)] += count
    return dict(cells)


def _number(label: str) -> int:
    return int(label) if label.isdigit() else 0


def whole(cohort: Cohort, both: tuple[RuleSet, RuleSet], *, compile_: bool = True, frames: bool = True) -> None:
    """Do what a replay does: rehearse, and write the report."""
    if compile_:
        for cached in (program_for, together, wide):
            cached.cache_clear()
    found = rehearse(cohort, *both, Period(), frames=frames)
    report(found, *both, cohort, Period(), None)


def comparisons(histories: Sequence[History], program: Program) -> pa.Table:
    """Return one column of yes and no for each comparison that the program starts from."""
    chunks: list[list[pa.Array]] = [[] for _ in program.inputs]
    for one in histories:
        size = one.frame.size
        for into, bits in zip(chunks, one.columns(program), strict=True):
            packed = pa.py_buffer(bits.to_bytes((size + 7) // 8, "little"))
            into.append(pa.BooleanArray.from_buffers(pa.bool_(), size, [None, packed]))
    return pa.table({f"c{place}": pa.chunked_array(chunk) for place, chunk in enumerate(chunks)})


def read_once(histories: Sequence[History], program: Program) -> int:
    """Read every comparison's column once and nothing more: the floor."""
    return sum(bits & 1 for one in histories for bits in map(int.__neg__, one.columns(program)))


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def in_turn(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Time each in turn, so many rounds after one that is not counted; milliseconds."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            spent = timed(work)
            if number:
                taken[name].append(spent)
    return taken


def sized(cohort: Cohort, both: tuple[RuleSet, RuleSet], children: int, rounds: int) -> dict[str, list[float]]:
    """Measure one size, and check that all engines decide the same."""
    ours = tiled(cohort, children)
    programs = together(both)
    works: dict[str, Callable[[], Any]] = {
        "mash, from-to": partial(levels_here, ours.histories, both),
        "mash, whole replay": partial(whole, ours, both),
        "read the columns once": partial(read_once, ours.histories, programs[0]),
    }
    wanted = levels_here(ours.histories, both)
    if children <= 1_000_000:
        table = comparisons(ours.histories, programs[0])
        works["Polars, 2 cores"] = polars_levels(table, programs)
        works["DuckDB, 2 cores"] = duckdb_levels(table, both, programs[0].inputs)
        for name in ("Polars, 2 cores", "DuckDB, 2 cores"):
            assert works[name]() == wanted, name
    return in_turn(works, rounds)


def slow(cohort: Cohort, both: tuple[RuleSet, RuleSet], children: int) -> float:
    """Return milliseconds a child child by child, over the first children; their decisions are the same."""
    first = cohort.histories[0]
    run = child_by_child(first, both, children)
    part = Counter(run())
    before, after = judge_together(first, both)
    few = (1 << children) - 1
    mine = {
        (_number(old), _number(new)): count
        for old, was in before.level.items()
        for new, now in after.level.items()
        if (count := (was & now & few).bit_count())
    }
    assert part == mine
    return timed(run) / children


def peak(children: int) -> int:
    """Return the most memory, in MB, that a process of its own takes to do a whole replay of so many."""
    code = (
        "import resource;from tests.bench.replay import *;c=tiled(history(),%d);whole(c,versions(),frames=False);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024)"
    )
    return int(subprocess.check_output([sys.executable, "-c", code % children], text=True))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="put the table into README.md")
    asked.add_argument("--sizes", type=int, nargs="+", default=[150_000, 1_000_000])
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    cohort, both = history(), versions()
    steps = len(together(both)[0].steps)
    each = slow(cohort, both, 100)
    lines = ["| Children | Engine | Median ms (least–most) | Times the from-to of mash, round by round |"]
    lines.append("| --: | --- | --: | --: |")
    middles: list[tuple[int, float]] = []
    for children in given.sizes:
        taken = sized(cohort, both, children, given.rounds if children <= 1_000_000 else 2)
        ours = taken["mash, from-to"]
        middles.append((children, statistics.median(taken["mash, whole replay"])))
        for name, spent in taken.items():
            ratio = statistics.median(one / mine for one, mine in zip(spent, ours, strict=True))
            times = f"{statistics.median(spent):,.1f} ({min(spent):,.1f}–{max(spent):,.1f})"
            lines.append(f"| {children:,} | {name} | {times} | {ratio:.2f} |")
        scaled = each * children
        lines.append(f"| {children:,} | child by child, scaled from 100 | {scaled:,.0f} | {scaled / min(ours):,.0f} |")
    memory = ", ".join(f"{peak(children):,} MB for {children:,}" for children in given.sizes)
    notes = f"Two versions of {steps:,} steps together; most memory, whole process, {memory}."
    if len(middles) > 1:
        (few, quick), (many, long) = middles[0], middles[-1]
        notes += f" Slope of a whole replay in children {log(long / quick) / log(many / few):.2f}."
    said = "\n".join([*lines, "", notes])
    print(said)
    if given.write:
        kept = README.read_text()
        begin, end = kept.index(BEGIN) + len(BEGIN), kept.index(END)
        README.write_text(f"{kept[:begin]}\n{said}\n{kept[end:]}")


if __name__ == "__main__":
    main()
