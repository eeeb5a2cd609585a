"""The authorisation matrix: every address x every role x every way of standing to a record, held to the policy table.

``python -m tests.faults.matrix`` tries every cell and writes ``var/faults/matrix.json``; ``--write`` first writes what
the code declares into the table, for a person to read.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mash import clock, log, migrate
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys import passwords
from mash.journeys.actor import Actor
from mash.journeys.users import make_user
from mash.models import Contact, HandOver, NamedAccess, RedTurn, User, UserSession
from mash.queries.access import ROLES
from mash.rules import RuleBook
from mash.web.app import create_app
from tests.faults.rig import in_memory
from tests.web.access_policy import STRANGER, addresses, declared, inner, records, write, written
from tests.web.conftest import PASSWORD, Browser
from tests.web.contacts import Desk
from tests.web.routes import address, methods, rules

TEAM = "Assessment team"
ABSENT = "C-26-99999"
REPORT = HOUSE / "var" / "faults" / "matrix.json"
CANNOT_BE_TRIED = {"/sign-out"}
"""It would end the sign-in that every other cell of a role is tried with."""
MARKS = re.compile(r'value="[^"]{20,}"|csrf-token" content="[^"]*"|data-now="[^"]*"|C-\d\d-\d{5}|\d{1,2}:\d\d(am|pm)')
UNLIKE = frozenset({"Set-Cookie", "Date", "Content-Length", "X-Request-Id"})
"""Headers that differ from one answer to the next, whatever is asked; the last is drawn by lot."""
SAID: dict[str, dict[str, str]] = {
    "hand_overs.accept": {"lead": "Jo Invented", "version": "1"},
    "hand_overs.decline": {"reason": "Not ours", "version": "1"},
}
"""What a form says where without that its page would be shown again before anything is looked for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing to try. ``standing`` is empty for an address that names no contact."""

    method: str
    rule: Rule
    role: str
    standing: str

    @property
    def words(self) -> str:
        return f"{self.method} {self.rule.rule} as {self.role} {self.standing}".strip()


def cells(app: Flask) -> Iterator[Cell]:
    """Give every cell there is."""
    for rule in rules(app):
        if rule.rule in CANNOT_BE_TRIED:
            continue
        standings = tuple(records()) if "reference" in rule.arguments else ("",)
        for method in methods(rule):
            for role in (STRANGER, *ROLES):
                yield from (Cell(method, rule, role, standing) for standing in standings)


class Trier:
    """Tries cells on an application of its own, each on a contact of its own."""

    def __init__(self, app: Flask, database: Database, rulebook: RuleBook, people: dict[str, int]) -> None:
        self.desk, self.people = Desk(database, rulebook), people
        self.browsers = {role: self._browser(app, role) for role in (STRANGER, *ROLES)}
        self.tokens = {role: browser.tokens("/account") for role, browser in self.browsers.items()}
        self.tokens[STRANGER] = self.browsers[STRANGER].tokens("/sign-in")
        self.absent: dict[tuple[str, str, str], tuple[object, ...]] = {}
        self.number = count(1)
        with transaction(database) as session:
            session.execute(update(User).where(User.id == people["receiving_team"]).values(team=TEAM))

    @staticmethod
    def _browser(app: Flask, role: str) -> Browser:
        browser = Browser(app.test_client())
        if role != STRANGER:
            assert browser.sign_in(role, PASSWORD).status_code == 303
        return browser

    def wrong_with(self, cell: Cell) -> str:
        """Try one cell; say what was not as the policy has it, or nothing."""
        wanted = self._wanted(cell)
        answer = self._try(cell, self._contact(cell) if cell.standing else ABSENT)
        got = self._got(cell, answer)
        if wanted == "open" and cell.standing and got == "absent" and self._is_alike(cell, answer):
            return ""
        return "" if got == wanted else f"{cell.words}: {wanted} wanted, {got} ({answer.status_code})"

    def _is_alike(self, cell: Cell, answer: TestResponse) -> bool:
        """Say whether an address answers alike for any contact, such as by asking for what is missing first."""
        return answer.status_code not in {403, 404}

    def _wanted(self, cell: Cell) -> str:
        roles = addresses()[cell.method, written(cell.rule.rule)]
        if roles is None:
            return "open"
        if cell.role == STRANGER:
            return "sign in"
        if cell.role not in roles:
            return "refused"
        return "open" if not cell.standing or cell.role in records()[cell.standing] else "absent"

    def _got(self, cell: Cell, answer: TestResponse) -> str:
        if answer.status_code >= 500:
            return "broken"
        if cell.role == STRANGER and (answer.location or "").partition("?")[0] == "/sign-in":
            return "sign in" if answer.status_code == 303 and not self._is_public(cell) else "open"
        if answer.status_code == 403:
            return "open" if (cell.method, cell.rule.rule, cell.role) in inner() else "refused"
        if cell.standing and _seen(answer) == self._absent(cell):
            return "absent"
        return "open"

    @staticmethod
    def _is_public(cell: Cell) -> bool:
        return addresses()[cell.method, written(cell.rule.rule)] is None

    def _absent(self, cell: Cell) -> tuple[object, ...]:
        """Give how the address answers somebody of this role about a contact that is not there."""
        key = cell.method, cell.rule.rule, cell.role
        if key not in self.absent:
            self.absent[key] = _seen(self._try(cell, ABSENT))
        return self.absent[key]

    def _try(self, cell: Cell, reference: str) -> TestResponse:
        with transaction(self.desk.database) as session:  # what one act leaves to be said is no part of the next answer
            session.execute(update(UserSession).values(notices=[]))
        child = "999999"
        if "child" in cell.rule.arguments and reference != ABSENT:
            child = str(self.desk.children(reference)[0])
        if "number" in cell.rule.arguments and reference != ABSENT:
            child = self._receipt(reference)
        path = address(cell.rule).replace(ABSENT, reference).replace("999999", child)
        said = SAID.get(cell.rule.endpoint, {})
        data = (
            self.tokens[cell.role] | said | {"form_token": f"cell-{next(self.number)}"}
            if cell.method != "GET"
            else None
        )
        return self.browsers[cell.role].client.open(path, method=cell.method, data=data)

    def _receipt(self, reference: str) -> str:
        """Give the number of the receipt for a red that the night team has; one that is not there if it has not."""
        with reading(self.desk.database) as session:
            mine = select(RedTurn.id).join(Contact, Contact.id == RedTurn.contact_id)
            return str(session.scalars(mine.where(Contact.reference == reference)).first() or "999999")

    def _contact(self, cell: Cell) -> str:
        """Receive a contact that stands so to the one who is about to ask for it."""
        restricted = cell.standing in {"restricted", "let_in"}
        reference = self.desk.contact(restricted=restricted)
        user = self.people.get(cell.role)
        if user is None:
            return reference
        with transaction(self.desk.database) as session:
            contact = session.scalars(select(Contact).where(Contact.reference == reference)).one()
            if cell.standing in {"own", "team"}:
                other = self.people["practitioner" if cell.role == "manager" else "manager"]
                contact.claimed_by_id = user if cell.standing == "own" else other
                contact.claimed_at = clock.now()
            if cell.rule.rule.startswith("/red/") or cell.rule.endpoint == "review.acknowledge":
                contact.rating, contact.queue_rank = "red", 0
                turn = RedTurn(contact_id=contact.id, kind="night", by_id=user, at=clock.now())
                turn.taken_by, turn.team, turn.told = "Jo", "Night team", "What worries us"
                turn.taken_at = turn.at
                session.add(turn)
            if cell.role == "receiving_team":
                session.add(_offer(contact, cell.standing))
            if cell.standing in {"let_in", "conflicted"}:
                kind = "let_in" if cell.standing == "let_in" else "conflict"
                told = {"user_id": user, "by_id": user, "at": clock.now(), "contact_id": contact.id}
                session.add(NamedAccess(kind=kind, **told))
        return reference


def _offer(contact: Contact, standing: str) -> HandOver:
    theirs = standing in {"own", "team", "conflicted"}
    return HandOver(
        child_id=contact.children[0].id,
        kind="hand_over",
        route="child_and_family_assessment",
        to_team=TEAM if theirs else "Another team",
        state="accepted" if standing == "team" else "offered",
        offered_at=clock.now(),
    )


def _seen(answer: TestResponse) -> tuple[object, ...]:
    """Give all that can be seen of an answer, but for tokens, references and times of day."""
    kept = {name: value for name, value in answer.headers if name not in UNLIKE}
    kept["Location"] = MARKS.sub("", kept.get("Location", ""))
    return answer.status_code, tuple(sorted(kept.items())), MARKS.sub("", answer.text)


def run(trier: Trier, wanted: Iterable[Cell]) -> tuple[int, list[str]]:
    """Try cells; give how many there were and what was wrong."""
    tried, wrong = 0, []
    for cell in wanted:
        tried += 1
        if said := trier.wrong_with(cell):
            wrong.append(said)
    return tried, wrong


def trier_in(folder: Path) -> tuple[Flask, Trier]:
    """Make an application over an embedded database of its own, with a person for each role."""
    settings = Config(folder=folder / "var", secure_cookies=False)
    database = open_database(settings, make=True)
    migrate.upgrade(database, settings.migrations)
    rulebook = RuleBook.load(HOUSE / "thresholds")
    app = create_app(database, settings, rulebook)
    with transaction(database) as session:
        told: dict[str, Any] = {"password": PASSWORD, "by": Actor.system("matrix")}
        told["at"] = clock.now() - timedelta(days=1)
        people = {
            role: make_user(session, username=role, name=f"Invented {role}", roles=[role], **told).id for role in ROLES
        }
    return app, Trier(app, database, rulebook, people)


def main() -> int:
    """Try every cell and write what came of it."""
    log.set_up(quiet=True)
    in_memory()
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with tempfile.TemporaryDirectory() as folder:
        app, trier = trier_in(Path(folder))
        if "--write" in sys.argv:
            write(app)
        strange = {" ".join(one) for one, _ in declared(app).items() ^ addresses().items()}
        tried, wrong = run(trier, cells(app))
    wrong += [f"{one}: the table says otherwise" for one in sorted(strange)]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    said = {
        "name": "authorisation matrix",
        "kind": "check",
        "injected": tried,
        "survived": tried - len(wrong),
        "details": wrong,
    }
    REPORT.write_text(json.dumps(said, indent=1) + "\n")
    print(f"{tried} cells tried, {len(wrong)} not as the policy has them: {REPORT.relative_to(HOUSE)}")
    print("\n".join(wrong[:40]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
