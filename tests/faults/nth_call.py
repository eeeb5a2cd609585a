"""The first, second, … call to the database fails, for each of the twelve main things people do (F-04).

    .venv/bin/python -m tests.faults.nth_call

A call that fails as a lost connection does, or as a broken constraint does: either way nothing of the operation may be
kept, the page says so in plain words, and the same form sent again does the whole of it, once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.events import first_break
from mash.journeys.practice import practice_from
from mash.journeys.triage import RatingGiven, rate
from mash.models import Contact, Event, User
from tests.faults.rig import ENGINES, House, Tally, house, in_memory, minutes, scaled
from tests.full import sums
from tests.web.contacts import SOUND, fields_of

MAY_CHANGE = {"user_session", "job_run", "viewing"}
"""What opening a page or trying to sign in writes by itself, in a transaction of its own."""
FAILURES: dict[str, Callable[[], Exception]] = {
    "lost": lambda: OperationalError("injected", None, Exception("connection lost")),
    "constraint": lambda: IntegrityError("injected", None, Exception("broken constraint")),
}
UNCLEAN = re.compile(
    r"Traceback|sqlalchemy|psycopg|sqlcipher|injected|connection lost|broken constraint", re.IGNORECASE
)
MOST_CALLS = 400
NUMBER = count(1)
THE_DRAFT = frozenset({"draft", "contact", "event", "event_head", "change_mark"})
RED = dict(SOUND) | {"all-rating": "red"}


@dataclass(frozen=True, slots=True)
class Operation:
    """Something people do: what comes before it, and the form that does it.

    Attributes:
        prepare: Brings the house to where it can be done; returns who does it, where to, and the filled form.
        keeps: Tables in which what was written so far is kept first, in a transaction of its own, whatever comes of it.
    """

    name: str
    prepare: Callable[[House], tuple[str, str, dict[str, Any]]]
    keeps: frozenset[str] = frozenset()


def _form(house: House, role: str, page: str, action: str) -> dict[str, Any]:
    return fields_of(house.browser(role).get(page).text, action)


def _on_contact(house: House, role: str, reference: str, to: str, **answers: Any) -> tuple[str, str, dict[str, Any]]:
    page = f"/contacts/{reference}"
    action = f"{page}/{'decision' if to in {'red', 'screen', 'check', 'draft'} else to}"
    return role, f"{page}/{to}", _form(house, role, page, action) | answers


def _record(house: House) -> tuple[str, str, dict[str, Any]]:
    browser = house.browser("contact_officer")
    answers = {"type": "service_request", "narrative": "Invented.", "danger_now": "yes", "do": "queue"}
    return (
        "contact_officer",
        "/contacts/new",
        browser.tokens("/contacts/new") | answers | {"children": "0", "adults": "0"},
    )


def _decide(house: House) -> tuple[str, str, dict[str, Any]]:
    return _on_contact(house, "practitioner", house.desk.contact("Ada", "Ben"), "decision", **SOUND)


def _recommended(house: House) -> str:
    reference = house.desk.contact()
    role, to, form = _on_contact(house, "practitioner", reference, "decision", **RED)
    assert house.browser(role).client.post(to, data=form).status_code == 303
    return reference


def _decided(house: House) -> str:
    reference = house.desk.contact()
    role, to, form = _on_contact(house, "practitioner", reference, "decision", **SOUND)
    assert house.browser(role).client.post(to, data=form).status_code == 303
    return reference


def _change(house: House) -> tuple[str, str, dict[str, Any]]:
    path = f"/contacts/{_recommended(house)}/change"
    chosen = RED | {"why": "Police found more."}
    return "manager", path, _form(house, "manager", path, path) | chosen


def _add_user(house: House) -> tuple[str, str, dict[str, Any]]:
    page = "/admin/users/new"
    answers = {"username": f"new.person{next(NUMBER)}", "name": "New Invented", "roles": ["practitioner"]}
    return "admin", page, house.browser("admin").tokens(page) | answers


def _claim(house: House) -> tuple[str, str, dict[str, Any]]:
    reference = house.desk.contact()
    return "practitioner", f"/queue/{reference}/claim", house.browser("practitioner").tokens("/queue")


def _ask(house: House) -> tuple[str, str, dict[str, Any]]:
    reference = house.desk.contact()
    asked = {"agency": "Police", "questions": "Anything?", "basis": "public_task", "checks": "given_verbally"}
    row = house.desk.row(reference)
    with transaction(house.database) as session:
        by = Actor.of(session.query(User).filter_by(username="practitioner").one())
        given = (RatingGiven(child_id=row.children[0].id, value="amber"),)
        practice = practice_from(session, house.rulebook)
        rate(session, reference, given, version=row.version, by=by, at=clock.now(), practice=practice)
    return _on_contact(house, "practitioner", reference, "information", **asked)


OPERATIONS = (
    Operation("record", _record),
    Operation("decide", _decide),
    Operation("tell red", lambda h: _on_contact(h, "practitioner", h.desk.contact(), "red", **RED), THE_DRAFT),
    Operation("screen", lambda h: _on_contact(h, "practitioner", h.desk.contact(), "screen")),
    Operation("agree", lambda h: _on_contact(h, "manager", _recommended(h), "review", answer="agree")),
    Operation("change", _change),
    Operation("note", lambda h: _on_contact(h, "practitioner", h.desk.contact(), "note", text="Rang the school.")),
    Operation("claim", _claim),
    Operation("ask a partner", _ask),
    Operation("take back", lambda h: _on_contact(h, "practitioner", _decided(h), "undo")),
    Operation("cancel", lambda h: _on_contact(h, "manager", h.desk.contact(), "cancel", reason="Sent twice.")),
    Operation("add a user", _add_user),
)


class Fails:
    """Fails one call to the database, the one with this number from now; counts them all. The commit is a call too."""

    def __init__(self, database: Database, number: int, failure: Callable[[], Exception]) -> None:
        self.engine, self.number, self.failure = database.engine, number, failure
        self.calls, self.failed = 0, False

    def _call(self, *_: Any) -> None:
        self.calls += 1
        if self.calls == self.number:
            self.failed = True
            raise self.failure()

    def __enter__(self) -> Self:
        event.listen(self.engine, "before_cursor_execute", self._call)
        event.listen(self.engine, "commit", self._call)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._call)
        event.remove(self.engine, "commit", self._call)


def kept(database: Database) -> dict[str, str]:
    """Sum up every table but those that an operation that came to nothing may change."""
    with reading(database) as session:
        found = sums(session.connection())
    return {name: said for name, said in found.items() if name not in MAY_CHANGE}


def look(session: Session) -> None:
    """See that each contact has its event and that the chain is whole."""
    received = session.query(Event.contact_id).filter(Event.kind == "contact.received").count()
    assert received == session.query(Contact).count(), "a contact without its event, or the other way round"
    assert first_break(session.query(Event).order_by(Event.seq)) is None, "the chain is broken"


def assert_refused(answer: TestResponse, before: dict[str, str], after: dict[str, str], may: frozenset[str]) -> None:
    """See that nothing of an operation that failed is kept, and that its page is clean."""
    changed = {name for name in after if before.get(name) != after[name]} - may
    assert not changed, f"kept in {changed}"
    assert answer.status_code in {500, 503}, answer.status_code
    found = UNCLEAN.search(answer.text)
    if found is not None:
        raise AssertionError(f"the page says {found[0]}")


def go_through(house: House, operation: Operation, failing: str, tally: Tally) -> int:
    """Fail each call of an operation in turn, until it is done untouched. Returns how many calls it makes."""
    role, to, form = operation.prepare(house)
    browser = house.browser(role)
    before = kept(house.database)  # and it stays so: each call that fails leaves everything as it was
    for number in range(1, MOST_CALLS):
        with Fails(house.database, number, FAILURES[failing]) as fails:
            answer = browser.client.post(to, data=form)
        assert not (answer.location or "").startswith("/sign-in"), f"{operation.name}: signed out"
        if not fails.failed:
            assert answer.status_code == 303, (operation.name, answer.status_code)
            with reading(house.database) as session:
                look(session)
            return fails.calls
        with tally.fault(f"{operation.name}, call {number}, {failing}:"):
            if answer.status_code == 303:  # what failed was not part of it: a page that is kept quick, or being seen
                return fails.calls
            assert_refused(answer, before, kept(house.database), operation.keeps)
    raise AssertionError(f"{operation.name} makes more than {MOST_CALLS} calls")


def run(engine: str, operations: tuple[Operation, ...], failures: tuple[str, ...]) -> Tally:
    """Go through operations on a database."""
    tally = Tally(f"nth call {engine}")
    with house(engine) as made:
        for operation in operations:
            for failing in failures:
                made.close_browsers()
                try:
                    tally.add("calls", go_through(made, operation, failing, tally))
                except AssertionError as wrong:
                    tally.injected += 1
                    tally.failures.append(f"{operation.name}: {wrong}")
    return tally


def main() -> None:
    """Go through all twelve on both databases; through fewer where there is little time."""
    in_memory()
    failures = tuple(FAILURES) if minutes() >= 30 else ("lost",)
    for engine in ENGINES:
        run(engine, OPERATIONS[: scaled(3 * len(OPERATIONS), least=3)], failures).save()


if __name__ == "__main__":
    main()
