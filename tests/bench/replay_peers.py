"""The same versions for other engines: steps as Polars expressions, rules as SQL for DuckDB, and child by child."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from mash.replay.judge import History, answer
from mash.replay.past import FACT
from mash.rules import Facts, Program, RuleSet
from mash.rules.conditions import All, Condition, Leaf, NotRuledOut, Sense, Some, Unless
from mash.rules.reference import interpret
from mash.rules.steps import AND, OR, Input

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
    at = {given: f"c{place}" for place, given in enumerate(inputs)}
    parts, levels = [], []
    for side, version in zip("ab", both, strict=True):
        made, level = _sql_version(version, at, side)
        parts += made
        levels.append(level)
    query = f"WITH met AS MATERIALIZED (SELECT {', '.join(parts)} FROM history) "
    query += f"SELECT {', '.join(levels)}, count(*) FROM met GROUP BY 1, 2"

    def run() -> Cells:
        return {(old, new): count for old, new, count in kept.execute(query).fetchall()}

    return run


def _sql_version(version: RuleSet, at: Mapping[Input, str], side: str) -> tuple[list[str], str]:
    """Return the columns that rules and strengths come to, and the level as an expression over them."""
    given: dict[tuple[str, int], list[str]] = {}
    for rule in version.level_rules():
        if rule.then.level:
            key = (rule.strand if rule.lowerable else "", rule.then.level)
            given.setdefault(key, []).append(_sql(rule.when, Sense.RAISES, at))
    names = {key: f"{side}{number}" for number, key in enumerate(given)}
    made = [f"({' OR '.join(given[key])}) AS {name}" for key, name in names.items()]
    for number, offset in enumerate(version.offsets):
        made.append(f"{_sql(offset.established, Sense.LOWERS, at)} AS {side}o{number}")
    kept = [_sql(leaf, Sense.RAISES, at) for leaf in version.not_a_child.unless]
    adult = _sql(version.not_a_child.when, Sense.LOWERS, at)
    made.append(f"({adult} AND NOT ({' OR '.join([*kept, 'false'])})) AS {side}adult")
    places = []
    for place in range(1, len(version.levels)):
        holds = []
        for (strand, level), name in names.items():
            lowered = [
                f"{side}o{number}"
                for number, offset in enumerate(version.offsets)
                if strand in offset.strands and offset.leaves(level) < place
            ]
            if level >= place:
                holds.append(f"({name} AND NOT ({' OR '.join([*lowered, 'false'])}))")
        places.append(f"CASE WHEN {' OR '.join([*holds, 'false'])} THEN 1 ELSE 0 END")
    return made, f"CASE WHEN {side}adult THEN 0 ELSE 1 + {' + '.join(places)} END"


def _sql(condition: Condition, sense: Sense, at: Mapping[Input, str]) -> str:
    match condition:
        case Leaf(atom):
            return at[Input(atom, sense)]
        case All(parts):
            return f"({' AND '.join(_sql(part, sense, at) for part in parts)})"
        case Some(1, parts):
            return f"({' OR '.join(_sql(part, sense, at) for part in parts)})"
        case Some(least, parts):
            return f"({' + '.join(_sql(part, sense, at) + '::INT' for part in parts)} >= {least})"
        case NotRuledOut(part):
            return _sql(part, Sense.DOUBT, at)
        case Unless(part, exceptions):
            stopped = " OR ".join(_sql(leaf, Sense.LOWERS, at) for leaf in exceptions)
            return f"({_sql(part, sense, at)} AND NOT ({stopped}))"
    raise TypeError(condition)


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
