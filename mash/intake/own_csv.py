"""Our own fuller file: every field of the record that a council can write out, one row a child on a contact."""

import re
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

from mash.intake import cells
from mash.intake.birth import check_dates
from mash.intake.cells import Moment, Unreadable
from mash.intake.checked import checked_nhs, checked_postcode, checked_upn
from mash.intake.our_codes import BY_NAME as CODE_SETS
from mash.intake.own_columns import BY_NAME, COLUMNS, Column, Kind, Scope
from mash.intake.records import Adult, ContactRow, Observed, RowResult, digest, natural_key
from mash.intake.row import Row
from mash.intake.tables import Layout

T = TypeVar("T")
LAYOUT = Layout(
    "our own list of contacts",
    {column.name: (column.name,) for column in COLUMNS},
    frozenset(column.name for column in COLUMNS if column.required),
)
VALUES = ("present", "absent", "unknown")
QUALIFIERS = ("severity", "frequency", "duration", "evidence", "days_old")
_SHARED = tuple(column.name for column in COLUMNS if column.scope is Scope.CONTACT and column.name != "contact_id")
_ADULT = re.compile(r"(?P<name>.+?)\s*\((?P<about>[^()]*)\)")
_NAMELESS = ("child_id", "child_number", "forename", "surname", "descriptor", "date_of_birth", "due_date")


class OwnReader:
    """Reads rows, and remembers how each contact was first described so that its rows can be held to one another."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, bytes]] = {}

    def read(self, row: Row) -> RowResult:
        """Read one row. Without a contact id or a day of receipt it is refused; other faults are warnings."""
        values = {column.name: _READERS[column.kind](row, column) for column in COLUMNS}
        contact_id = values["contact_id"]
        received_at = values["received_at"]
        if contact_id is None or received_at is None:
            return row.result(None)
        self._same_contact(row, contact_id)
        _in_order(row, values)
        _born(row, values, received_at)
        key = natural_key("own", contact_id, _child_key(values))
        if row.reading.occurrence(key) > 1:
            row.refuse("contact_id", "An earlier row is about this child on this contact.", "Keep one of the two rows.")
        return row.result(ContactRow(key=key, contact_key=natural_key("own", contact_id), **values))

    def _same_contact(self, row: Row, contact_id: str) -> None:
        marks = b"".join(zlib.crc32(row.plain(name).encode()).to_bytes(4) for name in _SHARED)
        line, first = self._first.setdefault(contact_id, (row.line, marks))
        for place, name in enumerate(_SHARED):
            if marks[4 * place : 4 * place + 4] != first[4 * place : 4 * place + 4]:
                row.warn(name, f"Row {line} of this contact says otherwise.", "Give the same on each of its rows.")


def _identity(row: Row, column: Column) -> str | None:
    found = row.identity(column.name)
    if found is None and column.required:
        row.missing(column.name)
    return found


def _checked(check: Callable[[Row, str, str], T]) -> Callable[[Row, Column], T | None]:
    def read(row: Row, column: Column) -> T | None:
        text = row.text(column.name)
        return check(row, column.name, text) if text else None

    return read


def _adult(row: Row, name: str, part: str) -> Adult:
    said = _ADULT.fullmatch(part)
    if said is None:
        return Adult(part)
    relation, _, born = said["about"].partition(",")
    try:
        return Adult(said["name"], relation.strip() or None, cells.day(born) if born.strip() else None)
    except Unreadable as fault:
        row.warn(name, fault.what, fault.mend)
        return Adult(said["name"], said["about"].strip())


def _observed(row: Row, name: str, part: str) -> Observed:
    first, *rest = (piece.strip() for piece in part.split(","))
    code, _, value = (piece.strip() for piece in first.partition("="))
    if value and value.casefold() not in VALUES:
        row.warn(name, f"“{value}” is not present, absent or unknown; it is read as unknown.", "Use one of the three.")
        value = "unknown"
    pairs = [(key.strip(), word.strip()) for key, mark, word in (piece.partition("=") for piece in rest) if mark]
    if len(pairs) < len(rest) or {key for key, _ in pairs} - set(QUALIFIERS):
        known = ", ".join(QUALIFIERS)
        row.warn(
            name, f"“{part[:40]}” has a qualifier that is not known.", f"Write name=word, the name one of {known}."
        )
    return Observed(code, value.casefold() or "present", tuple(pairs))


_READERS: dict[Kind, Callable[[Row, Column], Any]] = {
    Kind.ID: _identity,
    Kind.TEXT: lambda row, column: row.text(column.name),
    Kind.PROSE: lambda row, column: row.prose(column.name),
    Kind.DAY: lambda row, column: row.day(column.name),
    Kind.PAST_DAY: lambda row, column: row.past_day(column.name),
    Kind.MOMENT: lambda row, column: row.past_moment(column.name, needed=column.required),
    Kind.COUNT: lambda row, column: row.count(column.name),
    Kind.AGE: lambda row, column: row.age(column.name),
    Kind.CODE: lambda row, column: row.coded(column.name, CODE_SETS[column.codes]),
    Kind.CODES: lambda row, column: row.coded_list(column.name, CODE_SETS[column.codes]),
    Kind.ADULTS: lambda row, column: tuple(_adult(row, column.name, part) for part in row.parts(column.name)),
    Kind.INDICATORS: lambda row, column: tuple(_observed(row, column.name, part) for part in row.parts(column.name)),
    Kind.NHS: _checked(checked_nhs),
    Kind.UPN: _checked(checked_upn),
    Kind.POSTCODE: _checked(checked_postcode),
}


def _in_order(row: Row, values: dict[str, Any]) -> None:
    received: Moment = values["received_at"]
    for name in ("event_at", "sent_at"):
        if _before(received, values[name]):
            row.warn(name, "This is after the contact was received.", "Check both times.")
    for name in ("entered_at", "rated_at", "decided_at", "closed_at", "acknowledged_at", "feedback_at"):
        if _before(values[name], received):
            row.warn(name, "This is before the contact was received.", "Check both times.")


def _before(one: Moment | None, other: Moment | None) -> bool:
    if one is None or other is None:
        return False
    return one.at < other.at if one.at and other.at else one.day < other.day


def _born(row: Row, values: dict[str, Any], received: Moment) -> None:
    check_dates(row, born=values["date_of_birth"], due=values["due_date"], on=received.day)
    if not any(values[name] for name in _NAMELESS) and values["estimated_age"] is None:
        row.warn("descriptor", "Nothing says which child this is.", f"Fill in {BY_NAME['descriptor'].words.lower()}.")


def _child_key(values: dict[str, Any]) -> str:
    """Tell the children of a contact apart by id, else by number in it, else by all that describes them."""
    if values["child_id"]:
        return str(values["child_id"])
    if values["child_number"]:
        return f"no.{values['child_number']}"
    described = (values[name] for name in (*_NAMELESS, "estimated_age"))
    return "~" + digest(*("" if value is None else str(value) for value in described))
