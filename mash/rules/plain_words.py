"""What a rule asks and gives, in plain words: for whoever reads or compares thresholds and writes no code."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mash.rules.catalogue import Catalogue, FactType
from mash.rules.source import Entry

_NAMED = ("levels", "ratings", "bases", "routes", "extra_routes", "instructions")
_NAMES = {"level": "levels", "rating": "ratings", "route": "routes", "not_below": "levels", "basis": "bases"}
_NAMES |= {"responses": "routes", "yes": "routes", "no": "routes"}
_COMPARED = {"at_least": "at least", "at_most": "at most", "under": "under"}


class PlainWords:
    """The names of one version and its catalogue, to say its conditions and effects with."""

    def __init__(self, root: Entry, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        sections: Any = root.plain()
        self.names: dict[str, dict[str, str]] = {
            section: {item["key"]: item.get("name") or item["words"] for item in sections.get(section, [])}
            for section in _NAMED
        }
        self.names["duties"] = dict(sections.get("duties", {}))

    def name(self, section: str, key: Any) -> str:
        """Return the name of a level, rating, basis, route, duty or instruction, or several joined."""
        keys = key if isinstance(key, list) else [key]
        return joined([self.names.get(section, {}).get(str(each), str(each)) for each in keys], "and")

    def fact(self, name: Any) -> str:
        """Return a fact in the words of the catalogue."""
        fact = self.catalogue.facts.get(str(name))
        return f"“{fact.words}”" if fact else str(name)

    def condition(self, when: Mapping[str, Any]) -> str:
        """Say what must be so."""
        head = next(iter(when))
        says: dict[str, Callable[[Any], str]] = {
            "all": lambda parts: joined([self._part(part) for part in parts], "and"),
            "any": lambda parts: joined([self._part(part) for part in parts], "or"),
            "count": self._count,
            "unknown": lambda name: f"{self.fact(name)} is not ruled out",
            "not_ruled_out": lambda part: f"it is not ruled out that {self.condition(part)}",
            "level_at_least": lambda key: f"the level is {self.name('levels', key)} or above",
            "basis": lambda key: f"the legal basis {self.name('bases', key)} is reached",
        }
        return says[head](when[head]) if head in says else self._compared(when)

    def _part(self, part: Mapping[str, Any]) -> str:
        said = self.condition(part)
        return f"({said})" if next(iter(part)) in ("all", "any") else said

    def _compared(self, when: Mapping[str, Any]) -> str:
        name = when.get("indicator", when.get("fact"))
        fact = self.catalogue.facts.get(str(name))
        details = {key: value for key, value in when.items() if key not in ("indicator", "fact")}
        unit = f" {fact.unit}" if fact and fact.unit else ""
        said = [f"{_COMPARED[key]} {_plain(value)}{unit}" for key, value in details.items() if key in _COMPARED]
        said += [_plain(value) for key, value in details.items() if key in ("is", "one_of")]
        said += [f"{key} at least {_plain(value)}" for key, value in details.items() if "indicator" in when]
        if fact and fact.type is FactType.PRESENCE:
            return f"{self.fact(name)} is present" + (f" ({joined(said, 'and')})" if said else "")
        return f"{self.fact(name)} is {joined(said, 'and')}"

    def _count(self, count: Mapping[str, Any]) -> str:
        least, of = count["at_least"], count["of"]
        if isinstance(of, list):
            return f"at least {least} of these: {'; '.join(self.condition(part) for part in of)}"
        words = []
        for key, known in (("strand", self.catalogue.strands), ("domain", self.catalogue.domains)):
            if key in of:
                words.append(f"in {joined([known.get(each, each) for each in _several(of[key])], 'or')}")
        if "tag" in of:
            words.append(f"marked {joined([self.catalogue.tags.get(t, t) for t in _several(of['tag'])], 'or')}")
        if "codes" in of:
            words.append(f"of {joined([self.fact(code) for code in _several(of['codes'])], 'or')}")
        if "level_at_least" in of:
            words.append(f"that give {self.name('levels', of['level_at_least'])} or above")
        if "except" in of:
            words.append(f"leaving out {joined([self.fact(code) for code in _several(of['except'])], 'and')}")
        spread = count.get("domains_at_least")
        words += [f"over at least {spread} areas of life"] if spread else []
        return " ".join([f"at least {least} different {'sign' if least == 1 else 'signs'}", *words])

    def effect(self, then: Mapping[str, Any]) -> str:
        """Say what a rule gives."""
        said = []
        heads = {"level": ("levels", "level"), "rating": ("ratings", "rating"), "basis": ("bases", "legal basis")}
        heads |= {"route_floor": ("routes", "at least the route"), "also": ("extra_routes", "as well")}
        heads |= {"duty": ("duties", "duty"), "instruction": ("instructions", "instruction")}
        for key, (section, word) in heads.items():
            if key in then:
                said.append(f"{word} {self.name(section, then[key])}")
        said += [f"ask “{question}”" for question in _several(then.get("ask", []))]
        return "; ".join(said)

    def lines(self, given: Any) -> str:
        """Say what an indicator gives by itself."""
        if isinstance(given, str):
            return self.name("levels", given)
        return "; ".join(self._line(line) for line in given)

    def _line(self, line: Mapping[str, Any]) -> str:
        when = [self.condition(line["when"])] if "when" in line else []
        when += [f"{key} at least {value}" for key, value in line.items() if key in self.catalogue.qualifiers]
        said = self.name("levels", line["level"]) + (f" when {joined(when, 'and')}" if when else "")
        said += f", rating {self.name('ratings', line['rating'])}" if "rating" in line else ""
        said += f", legal basis {self.name('bases', line['basis'])}" if "basis" in line else ""
        return said + (f", unless {self.unless(line['unless'])}" if "unless" in line else "")

    def field(self, key: str, value: Any) -> str:
        """Say one field of any item."""
        says = {"when": self.condition, "then": self.effect, "gives": self.lines, "unless": self.unless}
        if key in says:
            return says[key](value)
        if key in _NAMES and isinstance(value, str | list):
            return self.name(_NAMES[key], value)
        if isinstance(value, dict):
            return "; ".join(f"{name.replace('_', ' ')}: {self.field(name, part)}" for name, part in value.items())
        if isinstance(value, list):
            return ", ".join(self.field(key, part) if isinstance(part, dict) else str(part) for part in value)
        plain = {True: "yes", False: "no", None: "none"}
        return plain[value] if value is None or isinstance(value, bool) else str(value)

    def unless(self, names: Any) -> str:
        """Say which exceptions stop a rule."""
        return joined([self.fact(name) for name in _several(names)], "or")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> str:
    return joined([str(each).replace("_", " ") for each in _several(value)], "or")


def joined(parts: Iterable[str], word: str) -> str:
    """Join words as a sentence does.

    >>> joined(["one", "two", "three"], "and")
    'one, two and three'
    """
    *most, last = [*parts] or [""]
    return f"{', '.join(most)} {word} {last}" if most else last
