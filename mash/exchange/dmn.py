"""Decisions as a DMN 1.3 file, with a diagram, for any standard modeller or engine."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET  # only written here, never read

from mash.exchange.decisions import Decisions, Row, Table, decisions_of
from mash.exchange.feel import Part, quoted
from mash.exchange.layout import HEIGHT, WIDTH, Place, places_of, size_of_note
from mash.rules.ruleset import RuleSet

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DMNDI = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
DC = "http://www.omg.org/spec/DMN/20180521/DC/"
DI = "http://www.omg.org/spec/DMN/20180521/DI/"
FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"
PREFIXES = {"": MODEL, "dmndi": DMNDI, "dc": DC, "di": DI}
UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_dmn(ruleset: RuleSet) -> str:
    """Return a version as a DMN 1.3 file.

    Each fact is a part of a group of inputs; one that is not known is null. The results are the decisions `level`,
    `rating`, `route`, `strength`, `legal_bases`, `rules_met`, `strengths_met`, `urgency_met` and `route_rules_met`.

    Source:
        OMG, Decision Model and Notation 1.3, sections 6 to 8 and 13.
    """
    return _Writer(decisions_of(ruleset)).text()


class _Writer:
    """Write one file: types, inputs, decisions, the note of what is left out, and the diagram, as the schema orders."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions, self.ruleset = decisions, decisions.ruleset
        self.groups = {name for name, _, _ in decisions.groups}
        self.root = ET.Element(
            "definitions",
            {
                **{f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in PREFIXES.items()},
                "id": "thresholds",
                "name": _clean(f"{self.ruleset.title} ({self.ruleset.id})"),
                "namespace": f"urn:mash:thresholds:{self.ruleset.content_hash}",
                "expressionLanguage": FEEL,
                "typeLanguage": FEEL,
            },
        )

    def text(self) -> str:
        """Return the file."""
        version = self.ruleset.version
        said = (
            f"{version.reason}. Agreed by: {version.approving_body}. Status: {version.status}, for {version.use} use. "
        )
        said += f"In force from {version.effective_from} to {version.effective_to or 'no set end'}. "
        _add(self.root, "description").text = _clean(said + f"Content: {self.ruleset.content_hash}.")
        for group in self.decisions.groups:
            self._types(*group)
        for table in self.decisions.tables:
            self._decision(table)
        for name, title, _ in self.decisions.groups:
            data = _add(self.root, "inputData", id=name, name=name)
            data.insert(0, _described(title))
            _add(data, "variable", id=f"{name}_given", name=name, typeRef=f"{name}_type")
        note = _add(self.root, "textAnnotation", id="left_out", textFormat="text/plain")
        _add(note, "text").text = _clean(self.left_out())
        self._diagram()
        ET.indent(self.root, " ")
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(self.root, encoding="unicode") + "\n"

    def left_out(self) -> str:
        """Say what the decisions leave out."""
        return "\n".join(["What these decisions leave out:", *(f"- {each}." for each in self.decisions.beyond)])

    def _types(self, name: str, title: str, parts: Sequence[Part]) -> None:
        item = _add(self.root, "itemDefinition", id=f"{name}_type", name=f"{name}_type", label=_clean(title))
        for part in parts:
            inside = _add(item, "itemComponent", id=f"{name}__{part.name}", name=part.name, label=_clean(part.words))
            _add(inside, "typeRef").text = part.type
            if part.values:
                values = _add(inside, "allowedValues", id=f"{name}__{part.name}_values")
                _add(values, "text").text = _clean(", ".join(map(quoted, part.values)))

    def _decision(self, table: Table) -> None:
        decision = _add(self.root, "decision", id=table.name, name=table.name)
        decision.append(_described(table.title))
        _add(decision, "variable", id=f"{table.name}_found", name=table.name, typeRef=_type(table))
        for need in table.needs:
            link = _add(decision, "informationRequirement", id=f"{table.name}_needs_{need}")
            _add(link, "requiredInput" if need in self.groups else "requiredDecision", href=f"#{need}")
        policy = {"hitPolicy": table.policy} | ({"aggregation": table.aggregation} if table.aggregation else {})
        made = _add(decision, "decisionTable", id=f"{table.name}_table", **policy, outputLabel=_clean(table.title))
        tested = _add(made, "input", id=f"{table.name}_in", label="This is so")
        _add(_add(tested, "inputExpression", id=f"{table.name}_so", typeRef="boolean"), "text").text = "true"
        for name, kind in table.outputs:
            out = _add(made, "output", id=f"{table.name}_out_{name}", label=name, typeRef=kind)
            if len(table.outputs) > 1:
                out.set("name", name)
        for number, row in enumerate(table.rows, 1):
            self._row(made, f"{table.name}_{number}", row)

    def _row(self, table: ET.Element, id: str, row: Row) -> None:
        rule = _add(table, "rule", id=f"{id}_row")
        rule.append(_described(row.note))
        _add(_add(rule, "inputEntry", id=f"{id}_when"), "text").text = _clean(row.when)
        for number, said in enumerate(row.gives, 1):
            _add(_add(rule, "outputEntry", id=f"{id}_gives_{number}"), "text").text = _clean(said)

    def _diagram(self) -> None:
        tables = self.decisions.tables
        places = places_of([name for name, _, _ in self.decisions.groups], [(one.name, one.needs) for one in tables])
        drawn = _add(_add(self.root, "dmndi:DMNDI"), "dmndi:DMNDiagram", id="diagram")
        for name, place in places.items():
            _shape(drawn, name, place, WIDTH, HEIGHT)
        wide, high = size_of_note(self.left_out())
        _shape(drawn, "left_out", Place(max(place.x for place in places.values()) + WIDTH + 60, 40), wide, high)
        for table in tables:
            for need in table.needs:
                link = f"{table.name}_needs_{need}"
                edge = _add(drawn, "dmndi:DMNEdge", id=f"{link}_drawn", dmnElementRef=link)
                for x, y in (places[need].top, places[table.name].bottom):
                    _add(edge, "di:waypoint", x=str(x), y=str(y))


def _shape(drawn: ET.Element, name: str, place: Place, wide: int, high: int) -> None:
    shape = _add(drawn, "dmndi:DMNShape", id=f"{name}_drawn", dmnElementRef=name)
    _add(shape, "dc:Bounds", x=str(place.x), y=str(place.y), width=str(wide), height=str(high))


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, tag, attributes)


def _described(words: str) -> ET.Element:
    element = ET.Element("description")
    element.text = _clean(words)
    return element


def _type(table: Table) -> str:
    listed = table.policy == "COLLECT" and not table.aggregation
    return "Any" if listed or len(table.outputs) > 1 else table.outputs[0][1]


def _clean(text: str) -> str:
    """Leave out what no XML file may hold."""
    return UNFIT.sub("\ufffd", text)
