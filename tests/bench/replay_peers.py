"""The same versions for engines of columns: steps as Polars expressions, SQL for DuckDB; and child by child."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from mash.replay.judge import History, answer
from mash.replay.past import FACT
from mash.rules import Facts, Program, RuleSet
from mash.rules.reference import interpret
from mash.rules.steps import AND, OR, Input
from tests.bench.replay_told import sql_of

Cells = dict[tuple[int, int], int]


def _stages(programs: tuple[Program, ...]) -> Iterator[list[tuple[int, int, int, int]]]:
    """Yield the steps that levels rest on in stages, each of steps that rest only on those before it."""
    first = 2 + len(programs[0].inputs)
    steps = programs[0].steps
    live = {register for program in programs for register in (*program.outputs.levels, program.outputs.not_a_child)}
    for number in range(len(steps) - 1, -1, -1):
        if first + number in live:
            live |= set(steps[number][1:])
    depth: dict[int, int] = dict.fromkeys(range(first), 0)
    stages: dict[int, list[tuple[int, int, int, int]]] = {}
    for number, (operation, left, right) in enumerate(steps):
        if first + number in live:
            depth[first + number] = 1 + max(depth[left], depth[right])
            stages.setdefault(depth[first + number], []).append((first + number, operation, left, right))
    for level in sorted(stages):
        yield stages[level]


def polars_levels(table: pa.Table, programs: tuple[Program, ...]) -> Callable[[], Cells]:
    """Return what works the from-to table out with Polars."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    lazy = frame.lazy().rename({f"c{place}": f"r{place + 2}" for place in range(len(programs[0].inputs))})
    lazy = lazy.with_columns(pl.lit(value=False).alias("r0"), pl.lit(value=True).alias("r1"))
    for stage in _stages(programs):
        lazy = lazy.with_columns(
            (
                pl.col(f"r{left}") & pl.col(f"r{right}")
                if operation == AND
                else pl.col(f"r{left}") | pl.col(f"r{right}")
                if operation == OR
                else pl.col(f"r{left}") & ~pl.col(f"r{right}")
            ).alias(f"r{to}")
            for to, operation, left, right in stage
        )
    query = lazy.group_by([_polars_level(one, name) for one, name in zip(programs, ("old", "new"), strict=True)]).len()

    def run() -> Cells:
        return {(old, new): count for old, new, count in query.collect().iter_rows()}

    return run


def _polars_level(program: Program, name: str) -> pl.Expr:
    level = sum((pl.col(f"r{register}").cast(pl.Int32) for register in program.outputs.levels), start=pl.lit(1))
    return pl.when(pl.col(f"r{program.outputs.not_a_child}")).then(0).otherwise(level).alias(name)


def duckdb_levels(table: pa.Table, both: tuple[RuleSet, RuleSet], inputs: Sequence[Input]) -> Callable[[], Cells]:
    """Return what works the from-to table out with DuckDB, from a table in its own memory and the rules as SQL."""
    kept = duckdb.connect(config={"threads": 2})
    kept.register("given", table)
    kept.execute("CREATE TABLE history AS SELECT * FROM given")
    query = sql_of(both, inputs, "{}::INT")

    def run() -> Cells:
        return {(old, new): count for old, new, count in kept.execute(query).fetchall()}

    return run


def child_by_child(history: History, both: tuple[RuleSet, RuleSet], children: int) -> Callable[[], Any]:
    """Return what interprets the rules child by child, as the slow reference does."""
    known: list[dict[str, Any]] = [{} for _ in range(children)]
    for name, column in history.frame.under(FACT):
        for place, written in enumerate(column.answers()[:children]):
            if written is not None and (value := answer(history.catalogue, name, written)) is not None:
                known[place][name] = value
    facts = [Facts(one) for one in known]

    def level(version: RuleSet, one: Facts) -> int:
        found = interpret(version, one).level
        return 0 if found is None else version.levels[found].ordinal

    return lambda: Counter((level(both[0], one), level(both[1], one)) for one in facts)
