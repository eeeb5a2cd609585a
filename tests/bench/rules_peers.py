"""The peers of the rules' bench, each given the same rules in its own form: zen-engine, json-logic, SpiffWorkflow."""

import json
import types
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import json_logic
import zen
from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

from mash.rules import Facts, RuleSet
from mash.rules.conditions import All, Condition, Leaf, OneOf, Qualified, Some, Within
from mash.rules.parts import Rule

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def told(condition: Condition, form: "Form") -> Any:
    """Write a condition in a peer's form.

    Raises:
        TypeError: when it says what peers are not given: exceptions and doubt.
    """
    match condition:
        case Leaf(OneOf(fact, allowed)):
            return form.one_of(fact, sorted(allowed))
        case Leaf(Qualified(fact, qualifier, allowed)):
            return form.one_of(f"{fact}.{qualifier}", sorted(allowed))
        case Leaf(Within(fact, low, high)):
            return form.within(fact, 0 if low is None else low, 1_000_000 if high is None else high)
        case All(parts):
            return form.some(len(parts), [told(part, form) for part in parts])
        case Some(least, parts):
            return form.some(least, [told(part, form) for part in parts])
        case _:
            raise TypeError(condition)


class Form:
    """Comparisons as text: Python's for SpiffWorkflow."""

    def name(self, fact: str) -> str:
        return "f_" + fact.replace("-", "_").replace(".", "_")

    def one_of(self, fact: str, allowed: list[str]) -> Any:
        return f"({self.name(fact)} in {allowed})"

    def within(self, fact: str, low: int, high: int) -> Any:
        return f"({low} &lt;= {self.name(fact)} &lt;= {high})"

    def some(self, least: int, parts: list[Any]) -> Any:
        if least in (1, len(parts)):
            return "(" + (" and " if least == len(parts) else " or ").join(parts) + ")"
        return "((" + " + ".join(f"(1 if {part} else 0)" for part in parts) + f") >= {least})"


class Zen(Form):
    """Comparisons in zen's expression language."""

    def within(self, fact: str, low: int, high: int) -> Any:
        return f"({self.name(fact)} >= {low} and {self.name(fact)} <= {high})"

    def some(self, least: int, parts: list[Any]) -> Any:
        if least in (1, len(parts)):
            return super().some(least, parts)
        return "((" + " + ".join(f"({part} ? 1 : 0)" for part in parts) + f") >= {least})"


class JsonLogic(Form):
    """Comparisons as json-logic's data."""

    def one_of(self, fact: str, allowed: list[str]) -> Any:
        return {"in": [{"var": self.name(fact)}, allowed]}

    def within(self, fact: str, low: int, high: int) -> Any:
        return {"<=": [low, {"var": self.name(fact)}, high]}

    def some(self, least: int, parts: list[Any]) -> Any:
        if least in (1, len(parts)):
            return {"and" if least == len(parts) else "or": parts}
        return {">=": [{"count": parts}, least]}


def tellable(ruleset: RuleSet) -> list[Rule]:
    """Return the rules that every peer can be given."""
    kept = []
    for rule in ruleset.level_rules():
        try:
            told(rule.when, Form())
        except TypeError:
            continue
        kept.append(rule)
    return kept


def facts_named(rules: list[Rule]) -> set[str]:
    """Return every name the peers look up."""

    class Names(Form):
        def one_of(self, fact: str, allowed: list[str]) -> Any:
            found.add(self.name(fact))

        def within(self, fact: str, low: int, high: int) -> Any:
            numbers.add(self.name(fact))

        def some(self, least: int, parts: list[Any]) -> Any:
            return None

    found, numbers = set[str](), set[str]()
    for rule in rules:
        told(rule.when, Names())
    NUMBERS.update(numbers)
    return found | numbers


NUMBERS: set[str] = set()


def context(child: Facts, names: set[str]) -> dict[str, Any]:
    """Return a child as peers take one: what is not known is "", or -1 where a number is compared."""
    given: dict[str, Any] = {name: -1 if name in NUMBERS else "" for name in names}
    for fact, value in child:
        pairs = {fact: value.known} | {f"{fact}.{key}": detail for key, detail in value.details}
        given |= {
            name: known for key, known in pairs.items() if known is not None and (name := Form().name(key)) in given
        }
    return given


Peer = Callable[[dict[str, Any]], list[str]]


def zen_peer(rules: list[Rule]) -> Peer:
    rows = [{"_id": rule.id, "c": told(rule.when, Zen()), "o": json.dumps(rule.id)} for rule in rules]
    table: dict[str, Any] = {"hitPolicy": "collect", "rules": rows}
    table |= {"inputs": [{"id": "c", "name": "when", "field": ""}]}
    table |= {"outputs": [{"id": "o", "name": "rule", "field": "rule"}], "passThrough": False, "outputPath": "fired"}
    nodes = [{"id": "in", "name": "in", "type": "inputNode", "content": {}}]
    nodes += [{"id": "t", "name": "t", "type": "decisionTableNode", "content": table}]
    nodes += [{"id": "out", "name": "out", "type": "outputNode", "content": {}}]
    edges = [{"id": "1", "sourceId": "in", "targetId": "t"}, {"id": "2", "sourceId": "t", "targetId": "out"}]
    graph = {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"b": graph}}})
    return lambda given: [one["rule"] for one in engine.evaluate("b", given)["result"]["fired"] or []]


def json_logic_peer(rules: list[Rule]) -> Peer:
    """Repair two words that Python 3 has moved, without which json-logic 0.6.3 answers nothing; run it as it is."""
    mended = types.ModuleType("json_logic")
    vars(mended)["reduce"] = reduce
    exec(Path(str(json_logic.__file__)).read_text().replace("tests.keys()[0]", "next(iter(tests))"), vars(mended))
    written = [(rule.id, told(rule.when, JsonLogic())) for rule in rules]
    return lambda given: [id for id, rule in written if mended.jsonLogic(rule, given)]


def spiff_peer(rules: list[Rule]) -> Peer:
    rows = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>{told(rule.when, Form())} == ?</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>"{rule.id}"</text></outputEntry></rule>'
        for n, rule in enumerate(rules)
    )
    table = (
        f'<definitions xmlns="{DMN}" id="d" name="d" namespace="mash"><decision id="t" name="t">'
        '<decisionTable id="dt" hitPolicy="COLLECT"><input id="i" label="when">'
        '<inputExpression id="e" typeRef="boolean">'
        '<text>True</text></inputExpression></input><output id="o" label="rule" name="rule" typeRef="string"/>'
        f"{rows}</decisionTable></decision></definitions>"
    )
    root = etree.fromstring(table.encode())
    parser = DMNParser(None, root, {"dmn": DMN}, filename="rules.dmn")
    parser.parse()
    engine = DMNEngine(parser.decision.decisionTables[0])

    class Task:
        class workflow:  # noqa: N801
            script_engine = PythonScriptEngine()

        class task_spec:  # noqa: N801
            bpmn_id = bpmn_name = name = "rules"

        def __init__(self, data: dict[str, Any]) -> None:
            self.data = data

    return lambda given: engine.result(Task(given)).get("rule") or []
