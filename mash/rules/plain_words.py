"""What a rule asks and gives, in plain words: for whoever reads or compares thresholds and writes no code."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mash.rules import phrases
from mash.rules.catalogue import Catalogue, FactType
from mash.rules.source import Entry

_NAMED = ("levels", "ratings", "bases", "routes", "extra_routes", "instructions")
_NAMES = {"level": "levels", "rating": "ratings", "route": "routes", "not_below": "levels", "basis": "bases"}
_NAMES |= {"responses": "routes", "yes": "routes", "no": "routes"}


class PlainWords:
    """The names of one version and its catalogue, to say its conditions and effects with."""

    def __init__(self, root: Entry, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        sections: Any = root.plain()
        self.names: dict[str, dict[str, str]] = {
            section: {item["key"]: _called(item) for item in sections.get(section, [])} for section in _NAMED
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
            "unknown": self._unknown,
            "not_ruled_out": lambda part: f"{phrases.NOT_RULED_OUT} {self._within(part)}",
            "level_at_least": lambda key: phrases.reaches(self.name("levels", key)),
            "basis": lambda key: phrases.reaches_basis(self.name("bases", key)),
        }
        return says[head](when[head]) if head in says else self._compared(when)

    def _part(self, part: Mapping[str, Any]) -> str:
        said = self._within(part)
        return f"({said})" if next(iter(part)) in ("all", "any") else said

    def _within(self, part: Mapping[str, Any]) -> str:
        """Say a condition in the midst of a sentence."""
        said = self.condition(part)
        return said[:1].lower() + said[1:]

    def _unknown(self, name: Any) -> str:
        fact = self.catalogue.facts.get(str(name))
        return phrases.unknown(fact, self.fact(name)) if fact else f"It is not known: {name}"

    def _compared(self, when: Mapping[str, Any]) -> str:
        name = when.get("indicator", when.get("fact"))
        fact = self.catalogue.facts.get(str(name))
        if fact is None or "indicator" in when or fact.type is FactType.PRESENCE:
            return phrases.compared(self.fact(name), self._details(when))
        if fact.type is FactType.CHOICE:
            values = _several(when.get("is", when.get("one_of", [])))
            told = [*(one for one in fact.values if one in values), *(one for one in values if one not in fact.values)]
            said = phrases.from_answer(fact, str(when["at_least"])) if "at_least" in when else phrases.answers(told)
            return phrases.compared(self.fact(name), said)
        most = when["under"] - 1 if "under" in when else when.get("at_most")
        return phrases.compared(self.fact(name), phrases.band(fact, when.get("at_least"), most))

    def _details(self, when: Mapping[str, Any]) -> str:
        """Say how severe, how often and for how long, at least."""
        known = self.catalogue.qualifiers
        return " and ".join(phrases.detail(key, str(when[key]), known[key].values) for key in known if key in when)

    def _count(self, count: Mapping[str, Any]) -> str:
        least, of = count["at_least"], count["of"]
        if isinstance(of, list):
            return f"{phrases.at_least(least, len(of))} {'; '.join(self._within(part) for part in of)}"
        words = []
        for key, known in (("strand", self.catalogue.strands), ("domain", self.catalogue.domains)):
            if key in of:
                words.append(f"in {joined([known.get(each, each) for each in _several(of[key])], 'or')}")
        if "tag" in of:
            words.append(f"marked {joined([self.catalogue.tags.get(t, t) for t in _several(of['tag'])], 'or')}")
        if "codes" in of:
            words.append(f"of {joined([self.fact(code) for code in _several(of['codes'])], 'or')}")
        if "level_at_least" in of:
            words.append(
                f"that {'gives' if least == 1 else 'give'} {self.name('levels', of['level_at_least'])} or above"
            )
        if "except" in of:
            words.append(f"leaving out {joined([self.fact(code) for code in _several(of['except'])], 'and')}")
        words += [phrases.spread(count["domains_at_least"])] if "domains_at_least" in count else []
        return " ".join([f"at least {least} different {'sign' if least == 1 else 'signs'}", *words])

    def effect(self, then: Mapping[str, Any]) -> str:
        """Say what a rule gives."""
        sections = {"also": "extra_routes", "duty": "duties", "instruction": "instructions"}
        others = [
            self._named(section, key) for part, section in sections.items() for key in _several(then.get(part, []))
        ]
        level = [self._named("levels", then["level"])] if "level" in then else []
        given = phrases.effects(
            self._named("ratings", then.get("rating", "")),
            [self._named("bases", key) for key in _several(then.get("basis", []))],
            self._named("routes", then.get("route_floor", "")),
            others,
            [str(question) for question in _several(then.get("ask", []))],
        )
        return "; ".join([*level, *given])

    def _named(self, section: str, key: Any) -> str:
        return self.names.get(section, {}).get(str(key), str(key))

    def lines(self, given: Any) -> str:
        """Say what an indicator gives by itself."""
        if isinstance(given, str):
            return self.name("levels", given)
        return "; ".join(self._line(line) for line in given)

    def _line(self, line: Mapping[str, Any]) -> str:
        when = [details] if (details := self._details(line)) else []
        when += [self._within(line["when"])] if "when" in line else []
        said = self.name("levels", line["level"]) + (f" when {joined(when, 'and')}" if when else "")
        given = self.effect({key: line[key] for key in ("rating", "basis") if key in line})
        said += f"; {given}" if given else ""
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


def _called(item: Mapping[str, Any]) -> str:
    said = str(item.get("name") or item["words"])
    return phrases.level(item["ordinal"], said) if "ordinal" in item else said


def joined(parts: Iterable[str], word: str) -> str:
    """Join words as a sentence does.

    >>> joined(["one", "two", "three"], "and")
    'one, two and three'
    """
    *most, last = [*parts] or [""]
    return f"{', '.join(most)} {word} {last}" if most else last
