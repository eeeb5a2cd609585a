"""A draft as it is being edited: its text as plain data, one item of it, and the text with that item changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mash.rules import Catalogue
from mash.rules.plain_words import PlainWords
from mash.rules.problems import Wrong
from mash.rules.rewriting import moved, rewritten, with_item, without
from mash.rules.source import read_yaml
from mash.web.condition_form import as_it_stood
from mash.web.draft_fields import SECTIONS

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


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The text of a draft and the same as plain data; `data` is empty where the text cannot be read at all."""

    text: str
    data: Mapping[str, Any]
    wrong: str = ""

    def items(self, section: str) -> list[Mapping[str, Any]]:
        """Return the items of a section."""
        listed = self.data.get(section)
        return [one if isinstance(one, dict) else {} for one in listed] if isinstance(listed, list) else []

    def place_of(self, section: str, id: str) -> int | None:
        """Return where an item stands, by its id; by ``@3`` the item at that place, for want of an id."""
        items = self.items(section)
        if id.startswith("@") and id[1:].isdecimal() and len(id) < 7 and int(id[1:]) < len(items):
            return int(id[1:])
        return next((place for place, _ in enumerate(items) if self.id_of(section, place) == id), None)

    def id_of(self, section: str, place: int) -> str:
        """Return the name of an item in addresses."""
        key = SECTIONS[section].key
        names = [str(one.get(key) or "") for one in self.items(section)]
        name = names[place]
        usable = name and names.index(name) == place and name != NEW and name[0] != "@" and "/" not in name
        return name if usable else f"@{place}"

    def with_item(self, section: str, place: int | None, item: Mapping[str, Any]) -> str:
        """Return the text with an item changed; added at the end where place is None."""
        items = self.items(section)
        if place is None:
            text = self.text
            if not isinstance(self.data.get(section), list):
                text = rewritten(text, (section,), self.data.get(section), [])
            return with_item(text, (section,), len(items), _ordered(item))
        old = items[place]
        new = {**item, "when": as_it_stood(old.get("when"), item["when"])} if "when" in item else dict(item)
        return rewritten(self.text, (section, place), old, new)

    def without(self, section: str, place: int) -> str:
        """Return the text without an item."""
        return without(self.text, (section, place))

    def moved(self, section: str, place: int, to: int) -> str:
        """Return the text with an item elsewhere in its section."""
        return moved(self.text, (section,), place, to) if 0 <= to < len(self.items(section)) else self.text

    def copied(self, section: str, place: int) -> str:
        """Return the text with a copy of an item after it, with an id of its own."""
        return self._put_after(section, place, [self.items(section)[place]])

    def split(self, section: str, place: int) -> str:
        """Return the text with an item that has several ways of being met as an item for each way."""
        item = self.items(section)[place]
        ways = ways_of(item)
        if len(ways) < 2:
            return self.text
        first = Draft(self.with_item(section, place, {**item, "when": ways[0]}), self.data)
        return first._put_after(section, place, [{**item, "when": way} for way in ways[1:]])

    def _put_after(self, section: str, place: int, made: list[Mapping[str, Any]]) -> str:
        key, text = SECTIONS[section].key, self.text
        taken = {str(one.get(key)) for one in self.items(section)}
        for more, item in enumerate(made, 1):
            name = _free(str(item.get(key) or "new-rule"), taken)
            taken.add(name)
            text = with_item(text, (section,), place + more, _ordered({**item, key: name}))
        return text


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
    return [
        Listed(
            place,
            draft.id_of(section, place),
            str(item.get("words") or item.get("name") or "No words yet"),
            str(item.get("source") or ""),
            said(words, "when", item.get("when")),
            _gives(words, item),
            str(then.get("level") or "") if isinstance(then := item.get("then"), dict) else "",
            len(ways_of(item)) > 1,
        )
        for place, item in enumerate(draft.items(section))
    ]


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
    keys = [key for key in ("then", "rating", "route", "lowers_by") if key in item]
    return "; ".join(said(words, key, item[key]) for key in keys)


def _free(name: str, taken: set[str]) -> str:
    return next(one for number in range(2, 10_000) if (one := f"{name}-{number}") not in taken)


def _ordered(item: Mapping[str, Any]) -> dict[str, Any]:
    """Put the condition and what it gives last, as the documents do."""
    last = ("when", "unless", "then")
    return {key: item[key] for key in (*(k for k in item if k not in last), *(k for k in last if k in item))}
