"""An independent DMN engine, SpiffWorkflow, over the files that we export.

SpiffWorkflow takes one decision a file, reads a cell as Python and does not add up, so four things are done for it and
nothing else: each decision is given to it alone, in the order of their requirements; `=` becomes `==` and
`list contains(a, b)` becomes `list_contains(a, b)`, outside quotes; what COLLECT gathers is summed or its most or least
taken; and a decision with one output gives that output. Expressions are compiled once, since it would do so each time.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from types import CodeType, SimpleNamespace
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from mash.rules import Facts

MODEL = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
AGGREGATES: Mapping[str, Any] = {"SUM": sum, "MAX": max, "MIN": min}
QUOTED = re.compile(r'("(?:\\.|[^"\\])*")')
FUNCTIONS: dict[str, Any] = {
    "true": True,
    "false": False,
    "null": None,
    "list_contains": lambda items, item: item in items,
    "max": max,
    "__builtins__": {},
}


class Group(dict[str, Any]):
    """One input: what is not given is not known."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)


class Found(dict[str, Any]):
    """What a decision with several outputs found: a list for each."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name, [])


@cache
def _compiled(expression: str) -> CodeType:
    return compile(_as_python(expression), "cell", "eval")


def _as_python(feel: str) -> str:
    outside = QUOTED.split(feel)
    outside[::2] = [
        re.sub(r"(?<![<>!=])=(?!=)", "==", part).replace("list contains(", "list_contains(") for part in outside[::2]
    ]
    return "".join(outside)


class _Script(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Evaluates what was compiled before."""

    def validate(self, expression: str) -> None:
        _compiled(expression)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return eval(_compiled(expression), FUNCTIONS, task.data)


class Engine:
    """The decisions of one file, run by SpiffWorkflow."""

    def __init__(self, text: str) -> None:
        self.root = etree.fromstring(text.encode())
        self.given: dict[str, tuple[str, str]] = {}
        for item in self.root.iterfind(f"{MODEL}itemDefinition"):
            for part in item.iterfind(f"{MODEL}itemComponent"):
                self.given[part.get("name")] = (item.get("name").removesuffix("_type"), part.get("name"))
        self.groups = [data.get("name") for data in self.root.iterfind(f"{MODEL}inputData")]
        self.tables = [self._table(decision) for decision in self.root.iterfind(f"{MODEL}decision")]

    def _table(self, decision: Any) -> tuple[str, str, bool, DMNEngine]:
        alone = etree.Element(self.root.tag, self.root.attrib, nsmap=self.root.nsmap)
        alone.append(deepcopy(decision))
        parser = BpmnDmnParser()
        parser.add_dmn_xml(alone)
        name = decision.get("name")
        table = decision.find(f"{MODEL}decisionTable")
        single = len(table.findall(f"{MODEL}output")) == 1
        return name, table.get("aggregation", ""), single, parser.get_engine(name, None)

    def decide(self, facts: Facts) -> dict[str, Any]:
        """Run every decision for one child."""
        data: dict[str, Any] = {name: Group() for name in self.groups}
        for code, value in facts:
            for detail, answer in (("", value.known), *value.details):
                place = self.given.get(re.sub(r"\W", "_", f"{code} {detail}".strip()))
                if place:
                    data[place[0]][place[1]] = answer
        task = SimpleNamespace(data=data, workflow=SimpleNamespace(script_engine=_Script()))
        for name, aggregation, single, engine in self.tables:
            data[name] = _result(engine.result(task), aggregation, single, engine)
        return data


def _result(found: dict[str, list[Any]], aggregation: str, single: bool, engine: DMNEngine) -> Any:
    if not single:
        return Found(found)
    collects = engine.decision_table.hit_policy == "COLLECT"
    only = next(iter(found.values()), [] if collects else None)
    return AGGREGATES[aggregation](only) if aggregation else only
