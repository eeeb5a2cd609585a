"""The countable things that every figure is a fraction of: for each a London day, a test, and what it counts."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, literal_column, or_, true

from mash.db import UtcDateTime
from mash.measures.record import as_recorded
from mash.models import FigureContact

Columns = Any
Test = Callable[[Columns, Any], Any]

RECEIVED, DECIDED = "received_on", "decided_on"


@dataclass(frozen=True, slots=True)
class Term:
    """One countable thing.

    Attributes:
        name: Its code.
        words: What it counts, in words that finish "how many".
        test: Which contacts it counts, from the columns of ``FigureContact`` and the moment it is asked.
        day: The column of the day it belongs to.
        children: Whether it counts the children on those contacts instead.
    """

    name: str
    words: str
    test: Test
    day: str = RECEIVED
    children: bool = False


def _always(c: Columns, at: datetime) -> ColumnElement[bool]:
    return true()


def _request(c: Columns, at: datetime) -> Any:
    return c.request.is_(True)


def _both(*tests: Test) -> Test:
    def passes(c: Columns, at: datetime) -> ColumnElement[bool]:
        found: ColumnElement[bool] = true()
        for test in tests:
            found &= test(c, at)
        return found

    return passes


def _came_to(service: str) -> Test:
    return lambda c, _: c.service == service


def _due(kind: str, plain: str = "") -> Test:
    """Count a contact once its time is up, decided or not: an open one that is late is not left out."""
    return lambda c, at: (c[f"{plain}kind"] == kind) & (c[f"{plain}due_at"] < at)


def _of_kind(kind: str) -> Test:
    return lambda c, _: c.kind == kind


def _met(plain: str = "") -> Test:
    return lambda c, _: c[f"{plain}in_time"].is_(True)


def _late_and_open(c: Columns, at: datetime) -> Any:
    return (c.kind != "") & (c.due_at < at) & c.decided_on.is_(None)


def _kinds() -> list[Term]:
    made = []
    for kind, words in (("social-care", "social care contacts"), ("early-help", "early help contacts")):
        due, plain = _due(kind), _due(kind, "plain_")
        of = _of_kind(kind)
        made += [
            Term(f"{kind}.due", f"{words} received whose time is up", due),
            Term(f"{kind}.in-time", f"{words} received whose time is up, decided in time", _both(due, _met())),
            Term(f"{kind}.decided", f"{words} decided", of, DECIDED),
            Term(f"{kind}.decided-in-time", f"{words} decided, in time", _both(of, _met()), DECIDED),
            Term(f"{kind}.by-outcome.due", f"{words} by outcome alone, received, whose time is up", plain),
            Term(
                f"{kind}.by-outcome.in-time",
                f"{words} by outcome alone, received, decided in time",
                _both(plain, _met("plain_")),
            ),
        ]
    return made


TERMS: dict[str, Term] = {
    term.name: term
    for term in (
        Term("received", "contacts received", _always),
        Term("children", "children on contacts received", _always, children=True),
        Term("requests", "contacts received asking for a service", _request),
        Term("others", "contacts received that ask for no service", lambda c, _: c.request.is_(False)),
        Term("early-help", "contacts received that came to early help", _came_to("early_help")),
        Term("assessment", "contacts received that came to an assessment", _came_to("assessment")),
        Term("no-service", "contacts received, decided, that came to neither", _came_to("none")),
        Term("requests.early-help", "requests that came to early help", _both(_request, _came_to("early_help"))),
        Term("requests.assessment", "requests that came to an assessment", _both(_request, _came_to("assessment"))),
        Term("requests.no-service", "requests, decided, that came to neither", _both(_request, _came_to("none"))),
        Term("late-and-open", "contacts received, still open and late", _late_and_open),
        *_kinds(),
    )
}


def counts(term: Term, columns: Columns, at: Any) -> Any:
    """Say in SQL whether a term counts a contact. A contact cancelled as an error is in no figure."""
    return columns.cancelled.is_(False) & term.test(columns, at)


def settled_test(columns: Columns, at: Any) -> ColumnElement[bool]:
    """Say in SQL whether time alone can no longer change what a contact says to any term."""
    passed = columns.decided_on.is_not(None) & (columns.due_at < at) & (columns.plain_due_at < at)
    judged_by_none = (columns.kind == "") & (columns.plain_kind == "")
    return or_(columns.cancelled.is_(True), judged_by_none, passed)


@cache
def definitions() -> str:
    """Give a hash over every definition, so that sums made by others are known and made anew."""
    columns, at = FigureContact.__table__.c, literal_column("now", UtcDateTime())
    said = [_spelt(as_recorded((1,))), _spelt(settled_test(columns, at))]
    said += [f"{term.name} {term.day} {term.children} {_spelt(counts(term, columns, at))}" for term in TERMS.values()]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _spelt(clause: Any) -> str:
    return str(clause.compile(compile_kwargs={"literal_binds": True}))
