"""The things a version is made of: section, id, what is written and where. A comparison matches these."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mash.rules.source import Entry

ORDERED = ("levels", "ratings", "bases", "routes", "redirects")
"""Sections in which the order decides something."""
_BY_KEY = (*ORDERED[:4], "extra_routes", "instructions")
_BY_ID = ("rules", "offsets", "urgency", "route_rules", "redirects")
WORDING = ("words", "source", "meaning", "name", "title", "reason", "label")
"""Fields that people read and no rule looks at."""


@dataclass(frozen=True, slots=True)
class Item:
    """One rule, level, route, indicator, gate, clock or example of a version."""

    section: str
    id: str
    fields: Mapping[str, Any]
    line: int
    place: int

    def essence(self) -> Mapping[str, Any]:
        """Return what it does, without what it is called and how it is explained."""
        return {key: value for key, value in self.fields.items() if key not in ("id", "key", *WORDING)}


def items(root: Entry) -> list[Item]:
    """Return every item of a version, in the order of the file."""
    return list(_items(root.mapping()))


def _items(sections: Mapping[str, Entry]) -> Iterator[Item]:
    for name in ("version", "transition"):
        yield _item(name, name, sections[name], 0)
    for names, key in ((_BY_KEY, "key"), (_BY_ID, "id"), (("examples",), "name")):
        for name in names:
            for place, entry in enumerate(sections[name].items() if name in sections else []):
                yield _item(name, entry.mapping()[key].text(), entry, place)
    for name in ("duties", "indicators", "wording"):
        for place, (key, entry) in enumerate(sections[name].mapping().items() if name in sections else []):
            field = "gives" if name == "indicators" else "words"
            yield Item(name, key, {field: entry.plain()}, entry.line, place)
    yield from _gates(sections["gates"].mapping())
    for place, entry in enumerate(sections["clocks"].items() if "clocks" in sections else []):
        of = [entry.mapping()[key].text() for key in ("name", "rating", "route") if key in entry.mapping()]
        yield _item("clocks", "/".join(of), entry, place)


def _gates(gates: Mapping[str, Entry]) -> Iterator[Item]:
    yield _item("gates", gates["not_a_child"].mapping()["id"].text(), gates["not_a_child"], 0)
    for place, entry in enumerate(gates["agreement"].items(), 1):
        yield _item("gates", entry.mapping()["id"].text(), entry, place)
    reasons = gates["override_reasons"].mapping() if "override_reasons" in gates else {}
    for place, (key, entry) in enumerate(reasons.items()):
        yield Item("override_reasons", key, {"words": entry.plain()}, entry.line, place)


def _item(section: str, id: str, entry: Entry, place: int) -> Item:
    return Item(section, id, {key: value.plain() for key, value in entry.mapping().items()}, entry.line, place)
