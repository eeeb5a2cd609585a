"""A draft as it is being edited: its text as plain data, one item of it, and the text with that item changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mash.rules import Catalogue
from mash.rules.plain_words import PlainWords
from mash.rules.problems import Wrong
from mash.rules.rewriting import Path, moved, rewritten, with_item, without
from mash.rules.source import read_yaml
from mash.web.condition_form import as_it_stood
from mash.web.draft_sections import SECTIONS

NEW = "new"


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of a section for the list: where it stands, its name in addresses, and what it says in words."""

    place: int
    id: str
    words: str
    source: str
    when: str
    gives: str
    level: str
    ways: bool
    path: Path
    group: str


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The text of a draft and the same as plain data; `data` is empty where the text cannot be read at all."""

    text: str
    data: Mapping[str, Any]
    wrong: str = ""

    def items(self, section: str) -> list[Mapping[str, Any]]:
        """Return the items of a section."""
        kind, found = SECTIONS[section], self._at(self.path(section))
        if kind.shape == "single":
            return [found] if isinstance(found, dict) else []
        if kind.shape == "map":
            return [{"key": key, "words": words} for key, words in found.items()] if isinstance(found, dict) else []
        if kind.shape == "lines":
            lines = found.items() if isinstance(found, dict) else ()
            return [{"code": code, **line} for code, given in lines for line in _lines(given)]
        return [one if isinstance(one, dict) else {} for one in found] if isinstance(found, list) else []

    @staticmethod
    def path(section: str) -> Path:
        """Return the keys that lead to a section."""
        return SECTIONS[section].path or (section,)

    def path_of(self, section: str, place: int) -> Path:
        """Return the keys and places that lead to an item; as if it were added, for a place after the last."""
        path, items, shape = self.path(section), self.items(section), SECTIONS[section].shape
        if shape == "single":
            return path
        if place >= len(items):
            return (*path, place)
        if shape == "map":
            return (*path, items[place]["key"])
        if shape == "lines":
            code = items[place]["code"]
            among = place - next(n for n, one in enumerate(items) if one["code"] == code)
            return (*path, code, among) if isinstance(self._at((*path, code)), list) else (*path, code)
        return (*path, place)

    def _at(self, path: Path) -> Any:
        found: Any = self.data
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def place_of(self, section: str, id: str) -> int | None:
        """Return where an item stands, by its id; by ``@3`` the item at that place, for want of an id."""
        names = self.names(section)
        if id.startswith("@") and id[1:].isdecimal() and len(id) < 7 and int(id[1:]) < len(names):
            return int(id[1:])
        return names.index(id) if id in names else None

    def names(self, section: str) -> list[str]:
        """Return the names of the items of a section in addresses."""
        kind, found, seen = SECTIONS[section], list[str](), dict[str, int]()
        for place, one in enumerate(self.items(section)):
            name = str(one.get(kind.key) or "")
            seen[name] = again = seen.get(name, 0) + 1
            if kind.shape == "lines" and again > 1:
                name, again = f"{name}.{again}", 1
            usable = name and again == 1 and name != NEW and name[0] != "@" and "/" not in name
            found.append(name if usable else f"@{place}")
        return found

    def id_of(self, section: str, place: int) -> str:
        """Return the name of an item in addresses."""
        return self.names(section)[place]

    def with_item(self, section: str, place: int | None, item: Mapping[str, Any]) -> str:
        """Return the text with an item changed; added at the end where place is None."""
        shape, path = SECTIONS[section].shape, self.path(section)
        if place is None:
            added = {"map": self._with_key, "lines": self._with_line}.get(shape)
            return added(path, item) if added else self._added(path, item)
        old = self.items(section)[place]
        new = {**item, "when": as_it_stood(old.get("when"), item["when"])} if "when" in item else dict(item)
        at = self.path_of(section, place)
        if shape == "map":
            return rewritten(self.text, at, old["words"], new["words"])
        if shape == "lines":
            return rewritten(self.text, at, *(_line_of(one, short=len(at) == 2) for one in (old, new)))
        return rewritten(self.text, at, old, new)

    def _added(self, path: Path, item: Mapping[str, Any]) -> str:
        text, items = self.text, self._at(path)
        if not isinstance(items, list):
            text, items = rewritten(text, path, items, []), []
        return with_item(text, path, len(items), _ordered(item))

    def _with_key(self, path: Path, item: Mapping[str, Any]) -> str:
        kept = self._at(path)
        known = kept if isinstance(kept, dict) else {}
        key = str(item.get("key") or "new")
        key = _free(key, set(known)) if key in known else key
        if not known:
            return rewritten(self.text, path, kept, {key: item["words"]})
        return rewritten(self.text, (*path, key), None, item["words"] or "")

    def _with_line(self, path: Path, item: Mapping[str, Any]) -> str:
        code = str(item.get("code") or "new-sign")
        given, line = self._at((*path, code)), _line_of(item, short=False)
        if given is None:
            return rewritten(self.text, (*path, code), None, [_ordered(line)] if len(line) > 1 else line["level"])
        if not isinstance(given, list):
            return rewritten(self.text, (*path, code), given, [*_lines(given), _ordered(line)])
        return with_item(self.text, (*path, code), len(given), _ordered(line))

    def without(self, section: str, place: int) -> str:
        """Return the text without an item."""
        path = self.path_of(section, place)
        if SECTIONS[section].shape == "lines" and len(path) == 3 and len(self._at(path[:2])) == 1:
            path = path[:2]
        return without(self.text, path)

    def moved(self, section: str, place: int, to: int) -> str:
        """Return the text with an item elsewhere in its section."""
        stands = 0 <= to < len(self.items(section)) and SECTIONS[section].shape == "list"
        return moved(self.text, self.path(section), place, to) if stands else self.text

    def copied(self, section: str, place: int) -> str:
        """Return the text with a copy of an item after it, with an id of its own."""
        listed = SECTIONS[section].shape == "list"
        return self._put_after(section, place, [self.items(section)[place]]) if listed else self.text

    def split(self, section: str, place: int) -> str:
        """Return the text with an item that has several ways of being met as an item for each way."""
        item = self.items(section)[place]
        ways = ways_of(item)
        if len(ways) < 2 or SECTIONS[section].shape != "list":
            return self.text
        first = Draft(self.with_item(section, place, {**item, "when": ways[0]}), self.data)
        return first._put_after(section, place, [{**item, "when": way} for way in ways[1:]])

    def _put_after(self, section: str, place: int, made: list[Mapping[str, Any]]) -> str:
        key, text = SECTIONS[section].key, self.text
        taken = {str(one.get(key)) for one in self.items(section)}
        for more, item in enumerate(made, 1):
            named: Mapping[str, Any] = item
            if key:
                name = _free(str(item.get(key) or "new-rule"), taken)
                taken.add(name)
                named = {**item, key: name}
            text = with_item(text, self.path(section), place + more, _ordered(named))
        return text


def _lines(given: Any) -> list[dict[str, Any]]:
    """Return what a sign gives as lines, however it is written."""
    listed = given if isinstance(given, list) else [given]
    return [one if isinstance(one, dict) else {"level": str(one or "")} for one in listed]


def _line_of(item: Mapping[str, Any], *, short: bool) -> Any:
    """Return an item as the line of its sign: its level alone, if it is written so and says no more."""
    line = {key: value for key, value in item.items() if key != "code"}
    if not short:
        return line
    return line["level"] if len(line) == 1 else [_ordered(line)]


@lru_cache(maxsize=16)
def draft_of(text: str) -> Draft:
    """Read a text as far as it can be read."""
    try:
        data: Any = read_yaml(text.encode()).plain()
    except Wrong as wrong:
        return Draft(text, {}, f"{wrong.wrong}. {wrong.mend}.")
    return Draft(text, data if isinstance(data, dict) else {})


def ways_of(item: Mapping[str, Any]) -> list[Any]:
    """Return the ways in which an item can be met, where its condition is that any of several is so."""
    when = item.get("when")
    ways = when.get("any") if isinstance(when, dict) else None
    return ways if isinstance(ways, list) else []


def listed(draft: Draft, section: str, catalogue: Catalogue) -> list[Listed]:
    """Return the items of a section with what they say, in the order of the document."""
    words = words_for(draft, catalogue)
    names = draft.names(section)
    return [
        Listed(
            place,
            names[place],
            _title(item, catalogue),
            str(item.get("source") or ""),
            said(words, "when", item.get("when")),
            _gives(words, item),
            str(then.get("level") or "") if isinstance(then := item.get("then"), dict) else "",
            len(ways_of(item)) > 1 and SECTIONS[section].shape == "list",
            draft.path_of(section, place),
            _group(item, catalogue),
        )
        for place, item in enumerate(draft.items(section))
    ]


def _title(item: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Return what an item is called in the list."""
    fact = catalogue.facts.get(str(item.get("code") or ""))
    if "from" in item:
        return f"{', '.join(_several(item.get('from')))} → {', '.join(_several(item.get('to')))}"
    return str(
        item.get("words") or item.get("name") or (fact.words if fact else "") or item.get("code") or "No words yet"
    )


def _group(item: Mapping[str, Any], catalogue: Catalogue) -> str:
    fact = catalogue.facts.get(str(item.get("code") or ""))
    return catalogue.domains[fact.indicator.domain] if fact and fact.indicator else ""


def _several(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def words_for(draft: Draft, catalogue: Catalogue) -> PlainWords | None:
    """Return what says the conditions of a draft in words; None while it has too little to say them with."""
    try:
        return PlainWords(read_yaml(draft.text.encode()), catalogue)
    except (Wrong, KeyError, TypeError, AttributeError, ValueError):
        return None


def said(words: PlainWords | None, key: str, value: Any) -> str:
    """Say a field in words; a thing that is not whole yet is said as far as that goes."""
    if value in (None, ""):
        return ""
    try:
        return words.field(key, value) if words else "Not whole yet"
    except (KeyError, TypeError, AttributeError, ValueError, StopIteration):
        return "Not whole yet"


def _gives(words: PlainWords | None, item: Mapping[str, Any]) -> str:
    if "code" in item:
        return said(words, "gives", [{key: value for key, value in item.items() if key not in ("code", "when")}])
    keys = [key for key in ("then", "rating", "route", "lowers_by", "expect") if key in item]
    return "; ".join(said(words, key, item[key]) for key in keys)


def _free(name: str, taken: set[str]) -> str:
    return next(one for number in range(2, 10_000) if (one := f"{name}-{number}") not in taken)


def _ordered(item: Mapping[str, Any]) -> dict[str, Any]:
    """Put the condition and what it gives last, as the documents do."""
    last = ("when", "unless", "then")
    return {key: item[key] for key in (*(k for k in item if k not in last), *(k for k in last if k in item))}
