"""The works that the replay bench times: histories of any size from one, our own ways through them, and the peers'."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from itertools import count, islice
from math import log
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from mash import config
from mash.cli.opening import opened, rulebook_of
from mash.cli.replay_spark import on_spark
from mash.db import reading
from mash.journeys.freeze_history import freeze_history
from mash.queries.past import kept_segments
from mash.replay.blocks import Part, Work, compared_by, part_of
from mash.replay.compare import Cohort, Period
from mash.replay.frame import Frame
from mash.replay.judge import History, judge, judge_together
from mash.replay.leave_out import falls_without, met_by
from mash.replay.parquet import SCHEMA, Segment, cohort_from_parquet, write_frozen
from mash.replay.past import SEGMENT
from mash.replay.rehearse import Parts, Rehearsal, rehearse
from mash.replay.report import report
from mash.rules import Catalogue, Program, RuleSet
from mash.rules.bits import set_bits
from mash.rules.program import together
from tests.bench.replay_cold import passing
from tests.bench.replay_goals import ANEW, FILE, FROM_TO, LEFT_OUT, WHOLE, Taken
from tests.bench.replay_peers import child_by_child, duckdb_levels, polars_levels
from tests.bench.replay_rows import SAMPLED

HELD = 1_000_000  # up to here engines of columns are given the whole, and ours is held in memory too
TIME = count()
LONG = 10_000  # milliseconds; what takes longer is run once
Cells = dict[tuple[int, int], int]
Works = dict[str, Callable[[], Any]]


def catalogue() -> Catalogue:
    return rulebook_of(config.from_environment()).catalogue


def kept_history(path: Path) -> None:
    """Write the history of the database in MASH_FOLDER to a file, frozen up to now."""
    with opened(config.from_environment()) as database:
        freeze_history(database)
        with reading(database) as session:
            _write_kept(session, path)


def _write_kept(session: Session, path: Path) -> None:
    rows = enumerate(kept_segments(session))
    segments = (Segment(at, row[0], row.last_day.isoformat(), row.digest, row.content) for at, row in rows)
    write_frozen(path, segments)


def tiled(source: Path, path: Path, children: int) -> None:
    """Write whole frames of a file to another, again from the first where they run out, of so many children or more."""
    segments = [Segment(*row.values()) for row in pq.read_table(source, schema=SCHEMA).to_pylist()]

    def repeated() -> Any:
        left, at = children, 0
        while left > 0:
            yield segments[at % len(segments)]._replace(place=at)
            left, at = left - segments[at % len(segments)].children, at + 1

    write_frozen(path, repeated())


def held(path: Path, children: int) -> Cohort:
    """Hold the frames of a file in memory: each once up to HELD, above that those of so many again and again."""
    passing = cohort_from_parquet(path, catalogue())
    frames: list[Frame] = list(islice(iter(passing.frames), HELD // SEGMENT + 1))
    return Cohort([frames[at % len(frames)] for at in range(len(passing.frames))], catalogue(), [str(children)])


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


def anew(both: tuple[RuleSet, RuleSet]) -> tuple[RuleSet, RuleSet]:
    """Return the same versions as if nobody had ever compiled them."""
    one, other = (replace(version, content_hash=f"{version.content_hash} {next(TIME)}") for version in both)
    return one, other


def levels_anew(histories: Sequence[History], both: tuple[RuleSet, RuleSet]) -> Cells:
    """Return the from-to table of levels, compiling both versions first."""
    return levels_here(histories, anew(both))


def whole(cohort: Cohort, both: tuple[RuleSet, RuleSet], **told: Any) -> Rehearsal:
    """Do what a replay does: rehearse, list who moves, and write the report; with versions compiled anew."""
    both, movers = anew(both), list[str]()
    parts: Parts = told.pop("parts", None) or partial(_told_of_movers, cohort.histories, movers)
    found = rehearse(cohort, *both, Period(), parts=parts)
    report(found, *both, cohort, Period(), None)
    assert len(movers) in {0, found.tally.moved}  # elsewhere nobody lists them
    return found


def _told_of_movers(histories: Sequence[History], movers: list[str], work: Work) -> Iterator[Part]:
    """Work on every frame here, as a rehearsal does by itself, and list who moves."""
    for number, history in enumerate(histories):
        part = part_of(work, compared_by(work, number, history))
        movers += map(history.frame.keys.__getitem__, set_bits(part.marks[0]))
        yield part


def left_out(histories: Sequence[History], ruleset: RuleSet) -> dict[str, int]:
    """Return for how many the level falls without each rule, every rule in turn."""
    found: Counter[str] = Counter()
    for one in histories:
        judged = judge(one, ruleset)
        falls = falls_without(judged, one.frame.full)
        for rule, register, given in met_by(ruleset, judged.outputs):
            if fell := judged.registers[register] & falls.get(given, 0):
                found[rule] += fell.bit_count()
    return found


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


def timed(work: Callable[[], Any]) -> Taken:
    """Return milliseconds on the wall, and of processors, all threads together."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)


def in_turn(works: Works, rounds: int) -> dict[str, list[Taken]]:
    """Time each in turn, so many rounds after one that is not counted."""
    taken: dict[str, list[Taken]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            spent = timed(work)
            if number:
                taken[name].append(spent)
    return taken


def sized(cohort: Cohort, path: Path, both: tuple[RuleSet, RuleSet], rounds: int) -> dict[str, list[Taken]]:
    """Measure one size, and check that all engines decide the same."""
    programs = together(both)
    works: Works = {
        FROM_TO: partial(levels_here, cohort.histories, both),
        ANEW: partial(levels_anew, cohort.histories, both),
        WHOLE: partial(whole, cohort, both),
        FILE: partial(passing, path, both),
        LEFT_OUT: partial(left_out, cohort.histories, both[0]),
        "read the columns once": partial(read_once, cohort.histories, programs[0]),
    }
    once = dict[str, list[Taken]]()
    if size_of(cohort) <= 1.1 * HELD:
        wanted = levels_here(cohort.histories, both)
        table = comparisons(cohort.histories, programs[0])
        peers = {"Polars, 2 cores": polars_levels(table, programs)}
        peers["DuckDB, 2 cores"] = duckdb_levels(table, both, programs[0].inputs)
        for name, work in peers.items():
            found = list[Cells]()
            spent = timed(lambda work=work, found=found: found.append(work()))  # type: ignore[misc]
            assert found == [wanted], name
            if spent[1] < LONG:
                works[name] = work
            else:
                once[f"{name}, once"] = [spent] * rounds
    return in_turn(works, rounds) | once


def few_levels(first: History, both: tuple[RuleSet, RuleSet], children: int) -> Cells:
    """Return the from-to table of the first children of a frame."""
    before, after, few = *judge_together(first, both), (1 << children) - 1
    return {
        (_number(old), _number(new)): count
        for old, was in before.level.items()
        for new, now in after.level.items()
        if (count := (was & now & few).bit_count())
    }


def sampled(first: History, both: tuple[RuleSet, RuleSet]) -> dict[str, tuple[int, float]]:
    """Measure engines that are given a sample: how many children, and milliseconds a child, the less of two.

    Milliseconds are of this process, but of PostgreSQL, which is another, on the wall.
    """
    program = together(both)[0]
    table, found = comparisons([first], program), {}
    for name, (most, make) in SAMPLED.items():
        children = min(most, first.frame.size)
        made = make(table.slice(0, children), both, program.inputs)
        with made if hasattr(made, "__enter__") else nullcontext(made) as run:
            assert run() == few_levels(first, both, children), name
            clock = 0 if name.startswith("PostgreSQL") else 1
            found[name] = children, min(timed(run)[clock], timed(run)[clock]) / children
    run = child_by_child(first, both, 100)
    assert dict(run()) == few_levels(first, both, 100)
    return found | {"child by child, the slow reference": (100, timed(run)[1] / 100)}


def cold(path: Path) -> tuple[float, float, int, str]:
    """Replay a file in a process of its own.

    Returns:
        Seconds from its start to its end, those of a processor, its most memory in MB, and the digest.
    """
    code = "import sys; from tests.bench.replay_cold import main; main(sys.argv[1])"
    begun = time.perf_counter()
    said = subprocess.check_output([sys.executable, "-c", code, str(path)], text=True).split()
    return time.perf_counter() - begun, float(said[1]), int(said[2]) // 1024, said[0]


def spark(path: Path, both: tuple[RuleSet, RuleSet], digest: str) -> list[float]:
    """Replay a file on Spark's own two threads: seconds to start a session, then of three runs; the same digest."""
    begun = time.perf_counter()
    cohort, taken = cohort_from_parquet(path, catalogue()), list[float]()
    with on_spark(path) as parts:
        taken.append(time.perf_counter() - begun)
        for _ in range(3):
            spent = time.perf_counter()
            assert whole(cohort, both, parts=parts).digest == digest
            taken.append(time.perf_counter() - spent)
    return taken


def slope_in_rules(cohort: Cohort, both: tuple[RuleSet, RuleSet]) -> tuple[float, list[int]]:
    """Return the log-log slope of the from-to in the number of rules and lines: all, a half and a quarter of them."""
    taken, counts = [], []
    for part in (1, 2, 4):
        some = [
            replace(
                one,
                rules=one.rules[::part],
                indicators=dict(list(one.indicators.items())[::part]),
                content_hash=f"{one.content_hash} {part}",
            )
            for one in both
        ]
        run = partial(levels_here, cohort.histories, (some[0], some[1]))
        run()
        taken.append(min(timed(run)[1] for _ in range(5)))
        counts.append(len(some[0].level_rules()))
    return log(taken[0] / taken[-1]) / log(counts[0] / counts[-1]), counts
