"""A version with one item written otherwise, as it is being typed: only that item is read, the rest is as it was.

For rehearsing an unfinished change many times a second. What is saved and published is always read whole.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mash.rules.frame import read_frame
from mash.rules.problems import DocumentRefused, Problems
from mash.rules.rule_reader import Reader
from mash.rules.ruleset import RuleSet
from mash.rules.source import entry_of
from mash.rules.written import Written

SECTIONS: Mapping[str, Callable[[Reader], Callable[..., Any]]] = {
    "rules": lambda reader: reader.rule,
    "urgency": lambda reader: reader.urgency,
    "route_rules": lambda reader: reader.route_rule,
    "redirects": lambda reader: reader.redirect,
    "offsets": lambda reader: reader.offset,
}
"""The sections whose items can be read one by one; nothing else in a version depends on them."""


def with_one(
    written: Written, section: str, place: int | None, items: Sequence[Mapping[str, Any]]
) -> list[RuleSet | None]:
    """Return the version with an item replaced by each of several in turn; None for one that cannot be read yet.

    Args:
        written: The version as it was saved.
        section: One of SECTIONS.
        place: Where the item stands, from 0; None adds it at the end.
        items: The item as plain data, however unfinished.
    """
    reader = _reader(written)
    was: tuple[Any, ...] = getattr(written.ruleset, section)
    found: list[RuleSet | None] = []
    for item in items:
        reader.ids = {one.id for at, one in enumerate(was) if at != place}
        read = _read(reader, section, item)
        now = (*was, read) if place is None else (*was[:place], read, *was[place + 1 :])
        made = {"content_hash": _hash(written.ruleset, section, place, item), section: now}
        found.append(None if read is None else replace(written.ruleset, **made))  # type: ignore[arg-type]
    return found


def _reader(written: Written) -> Reader:
    """Return a reader that knows what the version's own sections define."""
    parts, problems = written.root.mapping(), Problems(written.file)
    reader = Reader(written.ruleset.catalogue, read_frame(parts, problems), problems)
    reader.indicators(parts["indicators"], parts.get("wording"))
    problems.refuse_if_any()
    return reader


def _read(reader: Reader, section: str, item: Mapping[str, Any]) -> Any:
    reader.problems = Problems("the draft")
    found = None
    with reader.problems.gather():
        found = SECTIONS[section](reader)(entry_of(dict(item), section))
    try:
        reader.problems.refuse_if_any()
    except DocumentRefused:
        return None
    return found


def _hash(ruleset: RuleSet, section: str, place: int | None, item: Mapping[str, Any]) -> str:
    """Name the version by the one it was made from and what was changed; never mistaken for a saved one."""
    said = json.dumps([section, place, item], sort_keys=True, default=str)
    return f"{ruleset.content_hash}+{hashlib.sha256(said.encode()).hexdigest()}"
