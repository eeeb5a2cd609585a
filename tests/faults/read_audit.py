"""Ask for ten thousand random things as twenty people, and see that the audit says of each what an oracle says.

    .venv/bin/python -m tests.faults.read_audit [--requests 10000] [--seed 1]

On both databases. Writes ``var/faults/read_audit.json``. The oracle knows who may see what, from the roles and the
record alone; it never looks at an answer. Nothing may be missing, nothing more, and in the order it happened.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update

from mash import clock, log
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys import passwords
from mash.journeys.actor import Actor
from mash.journeys.people import AddressGiven, PersonGiven
from mash.journeys.users import make_user
from mash.models import AuditList, AuditRead, ChildOnContact, Contact, Person, User
from mash.queries.access import ROLES
from mash.rules import RuleBook
from mash.web.app import create_app
from tests.faults.rig import ENGINES, in_memory, installed, scaled
from tests.web.arriving import arrive, rated
from tests.web.conftest import PASSWORD, Browser

LEDGER = HOUSE / "var" / "faults" / "read_audit.json"
PEOPLE = 20
NAMES = (
    "Barlow", "Cade", "Dunmore", "Eskdale", "Fothergill", "Grantham", "Hollis", "Ingram", "Jessop", "Kettley", "Lomax",
    "Mumford", "Norbury", "Oakden", "Pargeter", "Quince", "Rushworth", "Stanhope", "Tunstall", "Upjohn", "Verity",
    "Winstanley", "Yardley", "Zouch",
)  # fmt: skip
"""Surnames, none of which sounds like another."""
ON_DUTY = frozenset({"contact_officer", "practitioner", "manager"})
SEES_RESTRICTED = frozenset({"manager", "auditor"})
Row = tuple[str, str, str, str, list[str], list[int]]
"""Username, roles, page, outcome, contacts and people."""


@dataclass
class World:
    """The application, who is signed in to it, and what is in it: which contacts are restricted, and which are red."""

    app: Flask
    database: Database
    browsers: dict[str, tuple[str, Browser, dict[str, str]]] = field(default_factory=dict)
    children: dict[str, tuple[str, int]] = field(default_factory=dict)
    restricted: set[str] = field(default_factory=set)
    red: set[str] = field(default_factory=set)

    def open_to(self, role: str) -> list[str]:
        """List the contacts that someone may know of."""
        return sorted(one for one in self.children if role in SEES_RESTRICTED or one not in self.restricted)


def made(database: Database, settings: Config, rulebook: RuleBook) -> World:
    """Fill a database: a child of a name of its own on each contact, at a home of its own."""
    world = World(create_app(database, settings, rulebook), database)
    with transaction(database) as session:
        for number in range(PEOPLE):
            username, role = f"worker{number}", ROLES[number % len(ROLES)]
            by, at = Actor.system("test"), clock.now()
            make_user(session, username=username, name="Una", roles=[role], password=PASSWORD, by=by, at=at)
            world.browsers[username] = (role, Browser(world.app.test_client()), {})
    for number, name in enumerate(NAMES):
        home = AddressGiven(lines=f"{number + 1} {name} Row", postcode=f"ZZ{number} 1AA")
        reference = arrive(world.app, PersonGiven(forename="Ida", surname=name), address=home)
        world.children[reference] = (name, 0)
        if number % 4 == 0:
            rated(world.app, reference, "red", "worker1", reason="Bruise on a baby who cannot move")
            world.red.add(reference)
        if number % 5 == 0:
            world.restricted.add(reference)
    with transaction(database) as session:
        session.execute(update(Contact).where(Contact.reference.in_(world.restricted)).values(restricted=True))
        theirs = select(Contact.reference, Person).join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
        for reference, child in session.execute(theirs.join(Person, Person.id == ChildOnContact.person_id)):
            world.children[reference] = (child.surname, child.id)
            child.restricted = reference in world.restricted
    for username, (_, browser, tokens) in world.browsers.items():
        assert browser.sign_in(username).status_code == 303
        tokens.update(browser.tokens("/account"))
    return world


Tells = Callable[[World, str, str], tuple[list[str], list[int]]]


@dataclass(frozen=True)
class Ask:
    """One kind of request: its page, who may open it, and what it tells whoever may.

    Attributes:
        path: With ``{}`` for a reference.
        tells: Whom it tells of, given the world, the role and the reference asked for.
        post: What is sent, with ``{}`` for the surname of the child; None for a GET.
    """

    page: str
    path: str
    roles: frozenset[str]
    tells: Callable[[World, str, str], tuple[list[str], list[int]]] = field(
        default=lambda _world, _role, it: ([it], [])
    )
    post: dict[str, str] | None = None


def _all(world: World, role: str, _: str) -> tuple[list[str], list[int]]:
    return world.open_to(role), []


def _none(*_: Any) -> tuple[list[str], list[int]]:
    return [], []


def _red(world: World, role: str, _: str) -> tuple[list[str], list[int]]:
    return [one for one in world.open_to(role) if one in world.red], []


def _found(world: World, role: str, it: str) -> tuple[list[str], list[int]]:
    return ([it], [world.children[it][1]]) if it in world.open_to(role) else ([], [])


READS = frozenset({*ON_DUTY, "auditor"})
ASKS = (
    Ask("workspace.show", "/contacts/{}", frozenset({*READS, "receiving_team"})),
    Ask("timeline.show", "/contacts/{}/timeline", READS),
    Ask("quick.ask", "/contacts/{}/quick", ON_DUTY),
    Ask("skip.ask", "/contacts/{}/skip", ON_DUTY),
    Ask("queue.ask_take_over", "/queue/{}/take-over", ON_DUTY),
    Ask("audit.contact", "/audit/contacts/{}", frozenset({"auditor", "manager"})),
    Ask("queue.show", "/queue?view=everyone", ON_DUTY, tells=_all),
    Ask("queue.show", "/queue?view=unclaimed", ON_DUTY, tells=_all),
    Ask("queue.show", "/queue?view=everyone&rating=red", ON_DUTY, tells=_red),
    Ask("queue.show", "/queue", ON_DUTY, tells=_none),
    Ask("red.show", "/red", frozenset({"practitioner", "manager"}), tells=_red),
    Ask("hand_overs.show", "/hand-overs", frozenset({"receiving_team"}), tells=_none),
    Ask("search.answer", "/search", READS, tells=_found, post={"name": "{}"}),
    Ask("queue_many.take_out", "/queue/out", ON_DUTY, tells=_all, post={"view": "everyone", "do": "csv", "why": "It"}),
    Ask("review.cancel", "/contacts/{}/cancel", frozenset({"manager"}), post={}),  # its form is shown again
)
SHOW_NOBODY = ("/account", "/help", "/thresholds", "/search", "/nothing", "/static/x/mash.css", "/told")


def expected(world: World, username: str, role: str, ask: Ask, reference: str) -> Row:
    """Say what the audit should say of a request, from who may see what."""
    there, about = reference in world.children, "{}" in ask.path
    known = [reference] if there and about else []
    if role not in ask.roles:
        return username, role, ask.page, "refused", known, []
    if about and not there:
        return username, role, ask.page, "not_found", [], []
    if about and (reference not in world.open_to(role) or role == "receiving_team"):
        return username, role, ask.page, "not_found", known, []
    return username, role, ask.page, "shown", *ask.tells(world, role, reference)


def send(world: World, username: str, ask: Ask, reference: str) -> None:
    _, browser, tokens = world.browsers[username]
    path = ask.path.format(reference)
    if ask.post is None:
        browser.client.get(path)
        return
    surname = world.children.get(reference, ("Nobodyhere", 0))[0]
    said = {name: value.format(surname) for name, value in ask.post.items()}
    browser.client.post(path, data=tokens | said)


def kept(database: Database) -> list[Row]:
    """Give what the audit says, in order."""
    rows = (
        select(User.username, AuditRead.roles, AuditRead.page, AuditRead.outcome, AuditList.told)
        .join(User, User.id == AuditRead.user_id)
        .outerjoin(AuditList, AuditList.id == AuditRead.list_id)
        .order_by(AuditRead.id)
    )
    with reading(database) as session:
        return [
            (*row[:4], row.told["contacts"] if row.told else [], row.told["people"] if row.told else [])
            for row in session.execute(rows)
        ]


def asked(world: World, requests: int, seed: int) -> tuple[int, list[str]]:
    """Ask for so many things, and give how many were to be kept, and each that differs."""
    chance, wanted = random.Random(seed), list[Row]()
    references = [*world.children, "C-26-99998", "C-26-99999"]
    for _ in range(requests):
        username, reference = chance.choice(list(world.browsers)), chance.choice(references)
        if chance.random() < 0.15:
            world.browsers[username][1].client.get(chance.choice(SHOW_NOBODY))
            continue
        ask = chance.choice(ASKS)
        if ask.page == "search.answer" and reference not in world.children:
            reference = references[0]
        wanted.append(expected(world, username, world.browsers[username][0], ask, reference))
        send(world, username, ask, reference)
    found = kept(world.database)
    wrong = [f"{place}: {a} is kept as {b}" for place, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b]
    if len(wanted) != len(found):
        wrong.append(f"{len(wanted)} rows were to be kept, and {len(found)} are")
    return len(wanted), wrong


def tried(engine: str, requests: int, seed: int) -> dict[str, Any]:
    """Ask on one database, compare, and give the entry for the ledger."""
    began = time.monotonic()
    with installed(engine) as settings:
        database = open_database(settings)
        world = made(database, settings, RuleBook.load(HOUSE / "thresholds"))
        rows, wrong = asked(world, requests, seed)
        database.engine.dispose()
    print(f"{requests:,} requests by {PEOPLE} people on {engine}: {rows:,} rows expected, {len(wrong)} differ.")
    print("\n".join(wrong[:10]))
    details = {"requests": requests, "people": PEOPLE, "seed": seed, "differing": wrong[:50]}
    details["seconds"] = round(time.monotonic() - began)
    said = {"name": f"audit of reads {engine}", "kind": "check", "injected": rows, "survived": rows - len(wrong)}
    return said | {"details": details}


def main() -> int:
    """Ask, compare, and keep what was found."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--requests", type=int, default=scaled(10_000, least=500))
    arguments.add_argument("--seed", type=int, default=1)
    said = arguments.parse_args()
    log.set_up(quiet=True)
    in_memory()
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    ledger = [tried(engine, said.requests, said.seed) for engine in ENGINES]
    LEDGER.parent.mkdir(parents=True, exist_ok=True)
    LEDGER.write_text(json.dumps(ledger, indent=1) + "\n")
    return 1 if any(one["details"]["differing"] for one in ledger) else 0


if __name__ == "__main__":
    sys.exit(main())
