"""The same versions for engines that take rows, or that are too slow for all: each on a sample, which is said.

SQLite and PostgreSQL from a table of comparisons; OpenFisca by whole columns; zen-engine and SpiffWorkflow's DMN a
child at a time. All give the from-to table of levels.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import zen
from lxml import etree
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

from mash.rules import RuleSet
from mash.rules.steps import Input
from tests.bench.replay_told import NUMPY, PYTHON, ZEN, sql_of, told
from tests.postgresql import running

Cells = dict[tuple[int, int], int]
Both = tuple[RuleSet, RuleSet]
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
PERIOD = "2026-11"


def sqlite_levels(table: pa.Table, both: Both, inputs: Sequence[Input]) -> Callable[[], Cells]:
    """Return what works the from-to table out with SQLite, in memory."""
    kept = sqlite3.connect(":memory:")
    kept.execute(f"CREATE TABLE history ({', '.join(f'{name} INT' for name in table.column_names)})")
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    kept.executemany(f"INSERT INTO history VALUES ({', '.join('?' * table.num_columns)})", rows)
    query = sql_of(both, inputs, "{}")
    return lambda: {(old, new): count for old, new, count in kept.execute(query)}


@contextmanager
def postgresql_levels(table: pa.Table, both: Both, inputs: Sequence[Input]) -> Iterator[Callable[[], Cells]]:
    """Give what works the from-to table out with a PostgreSQL of its own; its compiler is off, which is quicker."""
    query = sql_of(both, inputs, "{}::INT")
    with (
        running() as server,
        psycopg.connect(host=str(server.folder), user="mash", dbname="postgres", autocommit=True) as kept,
    ):
        kept.execute("SET jit = off")
        kept.execute(f"CREATE TABLE history ({', '.join(f'{name} BOOL' for name in table.column_names)})".encode())
        with kept.cursor().copy(b"COPY history FROM STDIN") as copy:
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                copy.write_row(row)
        kept.execute("VACUUM ANALYZE history")
        yield lambda: {(old, new): count for old, new, count in kept.execute(query.encode())}


def openfisca_levels(table: pa.Table, both: Both, inputs: Sequence[Input]) -> Callable[[], Cells]:
    """Return what works the from-to table out with OpenFisca: a variable for each comparison, part and level."""
    child = build_entity(key="child", plural="children", label="child", is_person=True)
    system = TaxBenefitSystem([child])
    formulas = dict[str, str]()
    for side, version in zip("ab", both, strict=True):
        one = told(version, inputs, side, NUMPY)
        formulas |= {**one.parts} | {f"{side}level": f"(1 + {NUMPY.sum(one.places)}) * (~{one.adult})"}
    for name in (*table.column_names, *formulas):
        told_of: dict[str, Any] = {"value_type": int if name.endswith("level") else bool, "entity": child}
        told_of |= {"definition_period": DateUnit.MONTH, "label": name}
        if name in formulas:
            told_of["formula"] = _formula(formulas[name])
        system.add_variable(type(name, (Variable,), told_of))
    columns = {name: table[name].to_numpy() for name in table.column_names}

    def run() -> Cells:
        simulation = SimulationBuilder().build_default_simulation(system, table.num_rows)
        for name, values in columns.items():
            simulation.set_input(name, PERIOD, values)
        levels = np.stack([simulation.calculate(f"{side}level", PERIOD) for side in "ab"])
        pairs, counts = np.unique(levels, axis=1, return_counts=True)
        return {(int(old), int(new)): int(count) for (old, new), count in zip(pairs.T, counts, strict=True)}

    return run


class _Asked(dict[str, Any]):
    """Variables by name, worked out when a formula looks at them."""

    def __init__(self, of: Any, period: Any) -> None:
        self.of, self.period = of, period

    def __missing__(self, name: str) -> Any:
        return np.zeros(self.of.count, bool) if name == "never" else self.of(name, self.period)


def _formula(said: str) -> Callable[..., Any]:
    code = compile(said, "formula", "eval")

    def formula(of: Any, period: Any, parameters: Any = None) -> Any:
        return eval(code, {}, _Asked(of, period))

    return formula


def zen_levels(table: pa.Table, both: Both, inputs: Sequence[Input]) -> Callable[[], Cells]:
    """Return what works the from-to table out with zen-engine, a child at a time, from an engine made ready."""
    lines = []
    for side, version in zip("ab", both, strict=True):
        one = told(version, inputs, side, ZEN)
        lines += [{"id": name, "key": name, "value": said} for name, said in one.parts.items()]
        level = f"{one.adult} ? 0 : 1 + {ZEN.sum(one.places)}"
        lines.append({"id": f"{side}level", "key": f"{side}level", "value": level})
    nodes = [{"id": "in", "name": "in", "type": "inputNode", "content": {}}]
    nodes += [{"id": "e", "name": "e", "type": "expressionNode", "content": {"expressions": lines}}]
    nodes += [{"id": "out", "name": "out", "type": "outputNode", "content": {}}]
    edges = [{"id": "1", "sourceId": "in", "targetId": "e"}, {"id": "2", "sourceId": "e", "targetId": "out"}]
    graph = {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    engine, children = zen.ZenEngine({"loader": {"type": "static", "content": {"b": graph}}}), table.to_pylist()

    def both_levels(child: Mapping[str, Any]) -> tuple[int, int]:
        found = engine.evaluate("b", child)["result"]
        return int(found["alevel"]), int(found["blevel"])

    return lambda: dict(Counter(map(both_levels, children)))


def dmn_levels(table: pa.Table, both: Both, inputs: Sequence[Input]) -> Callable[[], Cells]:
    """Return what works the from-to table out with SpiffWorkflow's DMN, a child at a time; levels from its parts."""
    versions = [told(version, inputs, side, PYTHON) for side, version in zip("ab", both, strict=True)]
    engine = _dmn({name: said for one in versions for name, said in one.parts.items()})
    said = [f"0 if {one.adult} else 1 + {PYTHON.sum(one.places)}" for one in versions]
    levels = [compile(one, "level", "eval") for one in said]
    none, children = {name: False for one in versions for name in one.parts}, table.to_pylist()

    def level(child: Mapping[str, Any]) -> tuple[int, int]:
        met = none | dict.fromkeys(engine(dict(child)), True)
        old, new = (eval(code, {}, met) for code in levels)
        return old, new

    return lambda: dict(Counter(map(level, children)))


def _dmn(parts: Mapping[str, str]) -> Callable[[dict[str, Any]], list[str]]:
    rows = "".join(
        f'<rule id="r{name}"><inputEntry id="i{name}"><text>{said.replace(">", "&gt;")} == ?</text></inputEntry>'
        f'<outputEntry id="o{name}"><text>"{name}"</text></outputEntry></rule>'
        for name, said in parts.items()
    )
    table = (
        f'<definitions xmlns="{DMN}" id="d" name="d" namespace="mash"><decision id="t" name="t">'
        '<decisionTable id="dt" hitPolicy="COLLECT"><input id="i" label="when"><inputExpression id="e" '
        'typeRef="boolean"><text>True</text></inputExpression></input><output id="o" label="part" name="part" '
        f'typeRef="string"/>{rows}</decisionTable></decision></definitions>'
    )
    parser = DMNParser(None, etree.fromstring(table.encode()), {"dmn": DMN}, filename="rules.dmn")
    parser.parse()
    engine = DMNEngine(parser.decision.decisionTables[0])

    class Task:
        class workflow:  # noqa: N801
            script_engine = PythonScriptEngine()

        class task_spec:  # noqa: N801
            bpmn_id = bpmn_name = name = "rules"

        def __init__(self, data: dict[str, Any]) -> None:
            self.data = data

    return lambda given: engine.result(Task(given)).get("part") or []


SAMPLED: dict[str, tuple[int, Callable[..., Any]]] = {
    "OpenFisca, whole columns": (20_000, openfisca_levels),
    "SQLite, in memory": (2_000, sqlite_levels),
    "PostgreSQL, in memory": (20_000, postgresql_levels),
    "zen-engine, a child at a time": (500, zen_levels),
    "SpiffWorkflow DMN, a child at a time": (20, dmn_levels),
}
