"""YAML text as a tree whose every value knows its line, with the parts of YAML that surprise people shut off."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from mash.rules.problems import Wrong, meant

MOST_BYTES = 300_000
MOST_SHOWN = 60
MOST_DEPTH = 20

Json = str | int | bool | list["Json"] | dict[str, "Json"] | None

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,11})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_READ_OTHERWISE = re.compile(r"""[\t\x85\u2028\u2029\ufeff|>]|["'][ ]*:|^\.\.\.""", re.MULTILINE)
_QUICK = getattr(yaml, "CSafeLoader", None)
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """A value in a file, the line it begins on (0 if it came from no file) and the keys that lead to it."""

    value: "str | int | bool | date | list[Entry] | dict[str, Entry] | None"
    line: int = 0
    where: str = "the file"

    def wrong(self, what: str, mend: str) -> Wrong:
        """Return a mistake at this place, ready to raise."""
        return Wrong(self.line, f"{self.where}: {what}", mend)

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> "dict[str, Entry]":
        """Return the keys of a mapping, all known and none missing."""
        found = self.mapping()
        required, known = list(required), [*dict.fromkeys((*required, *optional))]
        for key, entry in found.items():
            if key not in known:
                raise Wrong(
                    entry.line,
                    f"{self.where}: there is no key {Entry(key).shown()} here",
                    meant(key, known, f"Use only: {', '.join(known)}"),
                )
        for key in required:
            if key not in found:
                raise self.wrong(f"the key '{key}' is missing", f"Add '{key}:'")
        return found

    def mapping(self) -> "dict[str, Entry]":
        """Return the keys of a mapping whose keys the author chooses."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"{self.shown()} is not a set of keys", "Write 'key: value' lines, indented below")
        return self.value

    def items(self) -> "list[Entry]":
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise self.wrong(f"{self.shown()} is not a list", "Write it as [a, b], or as lines that begin with '- '")
        return self.value

    def one_or_more(self) -> "list[Entry]":
        """Return the items of a list, or this one value as a list."""
        return self.value if isinstance(self.value, list) else [self]

    def text(self) -> str:
        """Return words; an empty text is refused."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(f"{self.shown()} is not text", "Write words here, in quotes if they look like a number")
        return self.value.strip()

    def whole(self, low: int = 0, high: int = 1_000_000) -> int:
        """Return a whole number from `low` to `high`."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not low <= self.value <= high:
            raise self.wrong(
                f"{self.shown()} is not a whole number from {low} to {high}", f"Write a number such as {max(low, 1)}"
            )
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"{self.shown()} is not true or false", "Write true or false")
        return self.value

    def day(self) -> date:
        """Return a date."""
        if not isinstance(self.value, date):
            raise self.wrong(f"{self.shown()} is not a date", "Write it as 2026-04-01, without quotes")
        return self.value

    def day_or_none(self) -> date | None:
        """Return a date, or None for null."""
        return None if self.value is None else self.day()

    def one_of(self, known: Collection[str], kind: str) -> str:
        """Return a name that must be one of those known; `kind` says what the name is of."""
        name = self.text()
        if name not in known:
            choice = f"Use one of: {', '.join(known)}" if 0 < len(known) <= 12 else f"Use a {kind} that is defined"
            raise self.wrong(f"no {kind} is called {self.shown()}", meant(name, known, choice))
        return name

    def shown(self) -> str:
        """Return the value as a reader would recognise it."""
        if isinstance(self.value, dict | list):
            return "this list" if isinstance(self.value, list) else "this set of keys"
        if self.value is None:
            return "an empty value"
        said = str(self.value)
        return f"'{said}'" if len(said) <= MOST_SHOWN else f"'{said[:MOST_SHOWN]}…'"

    def plain(self) -> Json:
        """Return the value without its places, dates as text."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        return self.value.isoformat() if isinstance(self.value, date) else self.value


def entry_of(value: Any, where: str = "the file") -> Entry:
    """Return plain Python data as a tree, as if read from a file without lines."""
    if isinstance(value, dict):
        return Entry({key: entry_of(part, _inside(where, key)) for key, part in value.items()}, 0, where)
    if isinstance(value, list):
        return Entry([entry_of(part, f"{where}[{number}]") for number, part in enumerate(value, 1)], 0, where)
    return Entry(value, 0, where)


@lru_cache(maxsize=8)
def read_yaml(content: bytes) -> Entry:
    """Read one YAML document into a tree, which nobody changes: the newest few are kept.

    Raises:
        Wrong: when it is too large or deep, is not YAML, writes a key twice, or uses anchors, aliases, tags or a second
            document.
    """
    if len(content) > MOST_BYTES:
        raise Wrong(0, f"the file is larger than {MOST_BYTES} bytes", "Take out what is not a threshold")
    try:
        root = _root(content.decode("utf-8"))
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise Wrong(line, "the file is not UTF-8 text", "Save it as UTF-8") from fault
    except MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 0
        raise Wrong(line, f"this is not YAML: {fault.problem}", "Look at the indents, colons and quotes") from fault
    except ReaderError as fault:
        line = content.decode("utf-8")[: fault.position].count("\n") + 1
        raise Wrong(
            line, "the file holds characters that text may not hold", "Remove the control characters"
        ) from fault
    if root is None or root.value is None:
        raise Wrong(0, "the file is empty", "Begin with 'version:' or 'catalogue:'")
    return root


def _root(text: str) -> Entry | None:
    """Read with libyaml, in a thirtieth of the time; what it refuses or might read otherwise with ruamel.yaml.

    ruamel.yaml says in words what is wrong. It takes no tab for a space and no rare character for the end of a line,
    and is stricter about text in lines of its own, quoted keys and marks of the end.
    """
    if _QUICK and not _READ_OTHERWISE.search(text):
        try:
            return _Tree().read(yaml.parse(text, Loader=_QUICK))
        except yaml.YAMLError:
            pass
    return _Tree().read(YAML(typ="safe", pure=True).parse(text))


def _inside(where: str, key: str) -> str:
    return key if where == "the file" else f"{where}.{key}"


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    entry: Entry
    key: str | None = None

    def next_place(self) -> str:
        if isinstance(self.entry.value, list):
            return f"{self.entry.where}[{len(self.entry.value) + 1}]"
        return _inside(self.entry.where, self.key or "")


class _Tree:
    """Build the tree from parser events with a stack of our own, so that depth is counted and never recursed into."""

    def __init__(self) -> None:
        self.root: Entry | None = None
        self.open: list[_Open] = []
        self.documents = 0

    def read(self, events: Iterable[Any]) -> Entry | None:
        """Take the events of either parser, which call them alike, and return the whole."""
        for event in events:
            self._take(event, type(event).__name__, event.start_mark.line + 1)
        return self.root

    def _take(self, event: Any, kind: str, line: int) -> None:
        if kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise Wrong(line, "a second document begins", "Keep one document a file: take out the line '---'")
        elif kind == "AliasEvent" or getattr(event, "anchor", None):
            raise Wrong(line, "anchors (&) and aliases (*) are not used here", "Write the value out in full")
        elif getattr(event, "tag", None):
            raise Wrong(line, f"the tag {event.tag} is not used here", "Take the tag out")
        elif kind == "ScalarEvent":
            self._scalar(event, line)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._begin(line, is_list=kind == "SequenceStartEvent")
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.open.pop()

    def _scalar(self, event: Any, line: int) -> None:
        top = self.open[-1] if self.open else None
        if top is None or top.key is not None or isinstance(top.entry.value, list):
            where = top.next_place() if top else "the file"
            self._add(Entry(event.value if event.style else _plain_scalar(event.value, line), line, where))
        elif not event.value:
            raise Wrong(line, f"{top.entry.where}: a key is empty", "Name the key")
        elif isinstance(top.entry.value, dict) and event.value in top.entry.value:
            raise Wrong(
                line, f"{top.entry.where}: the key {Entry(event.value).shown()} is written twice", "Keep one of the two"
            )
        else:
            top.key = event.value

    def _begin(self, line: int, *, is_list: bool) -> None:
        if len(self.open) >= MOST_DEPTH:
            raise Wrong(line, f"this is more than {MOST_DEPTH} levels deep", "Flatten it")
        top = self.open[-1] if self.open else None
        if top is not None and top.key is None and isinstance(top.entry.value, dict):
            raise Wrong(line, f"{top.entry.where}: a key is not plain text", "Write the key as one word")
        entry = Entry([] if is_list else {}, line, top.next_place() if top else "the file")
        self._add(entry)
        self.open.append(_Open(entry))

    def _add(self, entry: Entry) -> None:
        if not self.open:
            self.root = entry
            return
        top = self.open[-1]
        if isinstance(top.entry.value, list):
            top.entry.value.append(entry)
        elif isinstance(top.entry.value, dict) and top.key is not None:
            top.entry.value[top.key] = entry
            top.key = None


def _plain_scalar(text: str, line: int) -> str | int | bool | date | None:
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if not _DAY.fullmatch(text):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Wrong(line, f"'{text}' is not a day in the calendar", "Correct the date") from fault
