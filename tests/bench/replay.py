"""Times replay beside other engines on the same history, in turn, and asserts the same decisions and digests.

`MASH_FOLDER=/tmp/large .venv-bench/bin/python -m tests.bench.replay --write` takes the invented history of that
database, or `--history` a frozen file, repeated whole where a size asks for more. Two versions of the shipped size run:
the one in force, and the same with its first four written rules left out. All engines start from the same comparisons,
three-valued answers already read, and give the from-to table of levels; those that take rows do so for a sample. Beside
that stands the whole replay: every table, each difference alone, who moves, and the report, versions compiled anew.
Anew means that nothing compiled is kept. What was read before is: a version's file, in which equal conditions are one
object, and the answers of history held in memory with the children of each comparison, as for any version before it.
Every goal stands beside what was reached. At 15 million frames are held once a million and passed again and again.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from math import log
from pathlib import Path

import pyarrow.parquet as pq

from mash.replay.wide import wide
from mash.rules import RuleSet
from mash.rules.program import together
from tests.bench import replay_goals as goal
from tests.bench.replay_cold import passing, versions
from tests.bench.replay_goals import BYTES, FROM_TO, SLOPE_CHILDREN, SLOPE_RULES, SPARK_S, WHOLE, Goal, Taken
from tests.bench.replay_works import HELD, cold, held, kept_history, sampled, sized, slope_in_rules, spark, tiled

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- replay-bench: begin -->", "<!-- replay-bench: end -->"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="put the table into README.md")
    asked.add_argument("--sizes", type=int, nargs="+", default=[150_000, 1_000_000, 15_000_000])
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--history", type=Path, help="a file of frozen history, instead of the database in MASH_FOLDER")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="mash-replay-bench-") as folder:
        source = given.history or Path(folder) / "history.parquet"
        if given.history is None:
            kept_history(source)
        said = measured(source, Path(folder), given.sizes, given.rounds)
    print(said)
    if given.write:
        kept = README.read_text()
        begin, end = kept.index(BEGIN) + len(BEGIN), kept.index(END)
        README.write_text(f"{kept[:begin]}\n{said}\n{kept[end:]}")


def measured(source: Path, folder: Path, sizes: Sequence[int], rounds: int) -> str:
    """Measure every size and return the table, the goals, and what else was found."""
    begun, both = time.monotonic(), versions()
    lines = ["| Children | Engine | Processor ms, all threads (least–most) | Times the from-to of mash | Wall ms |"]
    lines.append("| --: | --- | --: | --: | --: |")
    notes, goals, middles = list[str](), list[Goal](), list[tuple[int, float]]()
    for children in sizes:
        path = folder / f"{children}.parquet"
        tiled(source, path, children)
        cohort = held(path, children)
        taken = sized(cohort, path, both, rounds if children <= HELD else 2)
        middles.append((children, goal.processor(taken[WHOLE])))
        lines += [_row(children, name, spent, taken[FROM_TO]) for name, spent in taken.items()]
        goals += goal.of_size(children, taken)
        if children == sizes[0]:
            least = min(spent for _, spent in taken[FROM_TO])
            for name, (few, each) in sampled(cohort.histories[0], both).items():
                scaled = f"{each * children:,.0f} | {each * children / least:,.0f}"
                lines.append(f"| {children:,} | {name}, scaled from {few:,} | {scaled} | |")
                goals += goal.of_sample(name, each * children / least)
            slope, counts = slope_in_rules(cohort, both)
            said = ", ".join(map(str, reversed(counts)))
            goals.append(Goal(f"slope of the from-to in rules and lines ({said})", SLOPE_RULES, slope, ""))
        said, reached = _elsewhere(path, both, children, with_spark=children == sizes[-1])
        notes, goals = [*notes, said], [*goals, *reached]
    if len(middles) > 1:
        (few, quick), (many, long) = middles[0], middles[-1]
        what = f"slope of a whole replay in children, {few:,} to {many:,}"
        goals.append(Goal(what, SLOPE_CHILDREN, log(long / quick) / log(many / few), ""))
    stored = sum(len(content) for content in pq.read_table(source, columns=["content"])["content"].to_pylist())
    each = stored / sum(pq.read_table(source, columns=["children"])["children"].to_pylist())
    goals.append(Goal("stored a child", BYTES, each, "bytes"))
    notes.append(f"Two versions of {len(wide(together(both), 2).steps):,} steps together.")
    notes.append(f"Measured in {(time.monotonic() - begun) / 60:.0f} minutes.")
    return "\n".join([*goal.table(goals), "", *lines, "", *notes])


def _row(children: int, name: str, spent: list[Taken], ours: list[Taken]) -> str:
    """Write one line; the ratio is the median of those of each round, in processor time."""
    ratio = statistics.median(one / mine for (_, one), (_, mine) in zip(spent, ours, strict=True))
    processor = sorted(one for _, one in spent)
    times = f"{statistics.median(processor):,.1f} ({processor[0]:,.1f}–{processor[-1]:,.1f})"
    return f"| {children:,} | {name} | {times} | {ratio:.2f} | {statistics.median(one for one, _ in spent):,.0f} |"


def _elsewhere(path: Path, both: tuple[RuleSet, RuleSet], children: int, *, with_spark: bool) -> tuple[str, list[Goal]]:
    """Say what a process of its own takes, and Spark, with the same digest."""
    runs = sorted(cold(path) for _ in range(3))
    assert {digest for *_, digest in runs} == {passing(path, both).digest}
    seconds, memory = statistics.median(run[1] for run in runs), max(run[2] for run in runs)
    said = f"{children:,} in a new process, from the file to the report: {runs[1][0]:.2f} s ({runs[0][0]:.2f}–"
    said += f"{runs[2][0]:.2f}), {seconds:.2f} s of a processor, at most {memory} MB."
    goals = goal.of_cold(children, seconds, memory)
    if with_spark and shutil.which("java"):
        start, *times = spark(path, both, runs[0][3])
        said += f" On Spark, local[2], same digest: {start:.1f} s to start, {times[0]:.1f} s at first, "
        said += f"{min(times[1:]):.1f} s after."
        goals.append(Goal(f"{children:,} children on Spark, local[2], warm", SPARK_S, min(times[1:]), "s"))
    return said, goals


if __name__ == "__main__":
    main()
