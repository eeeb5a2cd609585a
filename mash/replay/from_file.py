"""Contacts of the past from a table, a row a child: a CSV, or rows from elsewhere. COLUMNS says what columns mean."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from mash.replay.compare import Cohort
from mash.replay.frame import Frame
from mash.replay.past import LATER_KINDS, SEGMENT, WHO_NAMES, Past, frozen
from mash.rules import Catalogue

COLUMNS = {
    "id": "What names the child on this contact; any text, each once. Required.",
    "received": "The day the contact was received, as 2021-03-08. Required.",
    "facts": 'What was known then, as JSON: {"age_years": 9, "nd-drink": "present"}. mash facts lists the codes.',
    "level": "The level that people decided, as the number all versions share.",
    "rating": "The rating they gave: red, amber or green.",
    "route": "The route they chose, by its key.",
    "ruleset": "The version that advised then.",
    "ruleset_hash": "The hash of its content then.",
    "advised_level": 'The level it gave, or "not a child".',
    "advised_rating": "The rating it gave.",
    "advised_route": "The route it gave.",
    **{name: f"{words}, as the tables should show it." for name, words in WHO_NAMES.items()},
    **{f"later.{kind}": f"Days until {words}; empty if none came." for kind, words in LATER_KINDS.items()},
}
_THEN = ("level", "rating", "route", "ruleset", "advised_level", "advised_rating", "advised_route")


Row = tuple[str, Mapping[str, Any]]


class HistoryRefused(ValueError):
    """The file cannot be used. It says the line, what is wrong and how to mend it."""


def cohort_from(lines: Iterable[str], catalogue: Catalogue) -> Cohort:
    """Read a whole CSV into memory.

    Args:
        lines: The text of the file, from its first line on, which names the columns.
        catalogue: What can be known.

    Raises:
        HistoryRefused: when a column is strange or missing, or a row cannot be read.
    """
    frames = list(frames_of(*csv_rows(lines)))
    return Cohort(frames, catalogue, [frame.digest() for frame in frames])


def csv_rows(lines: Iterable[str]) -> tuple[Sequence[str], Iterator[Row]]:
    """Return the columns of a CSV, and its rows with where each stands."""
    reader = csv.DictReader(lines)
    return reader.fieldnames or (), ((f"Line {reader.line_num}", row) for row in reader)


def frames_of(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Frame]:
    """Freeze rows, some at a time.

    Args:
        columns: The names of the columns.
        rows: Each with where it stands, in words, for whoever has to mend it.

    Raises:
        HistoryRefused: when a column is strange or missing, a row cannot be read, or there is none.
    """
    strange = [name for name in columns if name not in COLUMNS]
    missing = [name for name in ("id", "received") if name not in columns]
    if strange:
        raise HistoryRefused(f"Line 1: '{strange[0]}' is no column here. See: mash replay --columns")
    if missing:
        raise HistoryRefused(f"Line 1: the column '{missing[0]}' is missing. Add it.")
    pasts = _pasts(rows)
    while some := list(islice(pasts, SEGMENT)):
        yield frozen(some)


def _pasts(rows: Iterable[Row]) -> Iterator[Past]:
    seen: set[str] = set()
    for where, row in rows:
        past = _past(row, where)
        if past.key in seen:
            raise HistoryRefused(f"{where}: the id '{past.key}' comes twice. Give each child its own.")
        seen.add(past.key)
        yield past
    if not seen:
        raise HistoryRefused("The file has no rows. Write one for each child on a contact.")


def _past(row: Mapping[str, Any], where: str) -> Past:
    given = {name: value.strip() for name, value in row.items() if isinstance(value, str) and value.strip()}
    if None in row or not given.get("id"):
        raise HistoryRefused(f"{where}: it has {'too many cells' if None in row else 'no id'}. Mend the row.")
    try:
        received = date.fromisoformat(given.get("received", ""))
    except ValueError:
        raise HistoryRefused(
            f"{where}: received {given.get('received', '')!r} is not a day. Write it as 2021-03-08."
        ) from None
    then = {name: given[name] for name in _THEN if name in given}
    if "ruleset_hash" in given:
        then["hash"] = given["ruleset_hash"]
    return Past(
        given["id"],
        received,
        _facts(given.get("facts"), where),
        then,
        {name: given[name] for name in WHO_NAMES if name in given},
        {kind: _days(given[f"later.{kind}"], where) for kind in LATER_KINDS if f"later.{kind}" in given},
    )


def _facts(written: str | None, where: str) -> dict[str, Any] | None:
    if written is None:
        return None
    try:
        facts = json.loads(written)
    except json.JSONDecodeError as wrong:
        raise HistoryRefused(f"{where}: the facts are not JSON ({wrong.msg}). Mend them.") from None
    if not isinstance(facts, dict):
        raise HistoryRefused(f'{where}: the facts are not an object. Write them as {{"age_years": 9}}.')
    return facts


def _days(written: str, where: str) -> int:
    if not (written.isdecimal() and len(written) < 10):
        raise HistoryRefused(f"{where}: {written!r} is not a number of days. Write a whole number, or nothing.")
    return int(written)
