"""What a row says that the record has no column for, and every code that nobody has mapped: kept as it was given."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from mash.intake import COLUMNS, Checked, Coded, ContactRow, Moment
from mash.journeys.import_people import observed_of
from mash.journeys.import_words import outcome_given
from mash.models import ChildOnContact, Contact
from mash.rules import Catalogue

OF_CHILD = frozenset(column.name for column in COLUMNS if column.scope == "child")
KEPT = frozenset(
    {"incident_reference", "police_grade", "dash_score", "entered_at", "family_told_on", "override_at", "feedback_at"}
    | {"child_location", "home_authority", "religion", "known_as", "rated_at", "rated_by", "recommended_by"}
    | {"outcomes", "closed_at"}
)
KEPT_UNDECIDED = frozenset({"reason", "decided_by", "decided_at", "early_help_receiver"})
"""What belongs to a decision, and has nowhere else to stand while the outcome is not understood."""


def keep(contact: Contact, child: ChildOnContact, row: ContactRow, catalogue: Catalogue) -> None:
    """Add to ``Contact.extra``: of the contact at its top, of each child under ``children`` by its place."""
    children = contact.extra.get("children", {})
    own = _kept(row, catalogue, of_child=True)
    extra = {**_kept(row, catalogue, of_child=False), **contact.extra}
    contact.extra = extra | ({"children": {**children, str(child.position): own}} if own else {})


def _kept(row: ContactRow, catalogue: Catalogue, *, of_child: bool) -> dict[str, Any]:
    wanted = KEPT | (KEPT_UNDECIDED if not outcome_given(row) else frozenset())
    said = {part.name: getattr(row, part.name) for part in fields(row) if (part.name in OF_CHILD) == of_child}
    kept: dict[str, Any] = {
        name: _plain(value) for name, value in said.items() if name in wanted and value not in (None, ())
    }
    unmapped = {name: given for name, value in said.items() if (given := _unmapped(value))}
    if of_child and (strange := observed_of(row, catalogue)[1]):
        unmapped["indicators"] = "; ".join(strange)
    return kept | ({"as_given": unmapped} if unmapped else {})


def _unmapped(value: object) -> str:
    """Give what nobody has given a meaning, as it was written; blank where there is nothing of the kind."""
    many: Iterable[object] = value if isinstance(value, tuple) else (value,)
    coded = (one.given for one in many if isinstance(one, Coded) and one.code is None)
    checked = (one.given for one in many if isinstance(one, Checked) and one.value is None)
    return "; ".join([*coded, *checked])


def _plain(value: Any) -> Any:
    match value:
        case Coded():
            return value.code or value.given
        case Moment():
            return (value.at or value.day).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


def voices(*said: str) -> str:
    """Put what several children of one contact said under one another, each once."""
    return "\n\n".join(dict.fromkeys(text for text in said if text))
