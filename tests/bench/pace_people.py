"""Twelve people at work over HTTP: six decide, four record and look, two watch the RED board, all at once.

They think for a second or two where people think for minutes, so they ask more often than a front door of 120 contacts
a day ever does; what a page asks for by itself, they ask as often as the page does.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from mash import clock
from mash.config import Config
from mash.db import Database, reading, transaction
from mash.journeys.sign_in import count_try, finish
from mash.models import Person, User, UserRole
from mash.rules import RuleBook
from tests.bench.pace_times import Times
from tests.web.contacts import SOUND, Desk, fields_of

TWELVE = ("practitioner",) * 6 + ("contact_officer",) * 4 + ("manager",) * 2
THINKS = (0.8, 2.0)
REFERENCE = re.compile(r'class="govuk-link reference" href="/contacts/([^"]+)"')
RED_EVERY, TOLD_EVERY, NEW_EVERY = 5, 15, 30


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody signed in: who, as what, and the cookie that says so."""

    username: str
    role: str
    cookie: str


def signed_in(database: Database) -> list[Signed]:
    """Sign each of the twelve in, past the password; where there are fewer users of a role, one of them twice."""
    found = []
    for number, role in enumerate(TWELVE):
        with transaction(database) as session:
            wanted = select(User).join(UserRole).where(UserRole.role == role, User.active).order_by(User.id)
            users = session.scalars(wanted).all()
            username, at = users[number % len(users)].username, clock.now()
            known: dict[str, Any] = {"network": f"127.0.0.{number}", "known_by": f"pace {number}", "key": "pace"}
            attempt = count_try(session, username=username, at=at, **known)
            token = finish(session, attempt, rehash=None, device="pace", at=at)
            found.append(Signed(username, role, f"mash={token}"))
    return found


class Over(Exception):
    """The time is up."""


class Worker:
    """One person at a browser that only sends and receives."""

    def __init__(self, port: int, who: Signed, times: Times, over: threading.Event, desk: Desk) -> None:
        self.connection, self.who, self.times = HTTPConnection("127.0.0.1", port, timeout=60), who, times
        self.over, self.desk, self.chance = over, desk, random.Random(who.cookie)
        self.asked_at: dict[str, float] = {}

    def ask(self, path: str, form: Mapping[str, Any] | None = None, **headers: str) -> tuple[int, str, str]:
        """Ask for a page or send a form. Return the status, the body, and where to go on to."""
        sent = {"Cookie": self.who.cookie, **headers}
        body = None
        if form is not None:
            body = urlencode(list(form.items()), doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("GET" if form is None else "POST", path, body, sent)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")

    def page(self, path: str) -> str:
        status, body, _ = self.ask(path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        return body

    def think(self) -> None:
        """Think, while the page asks for what it asks for by itself."""
        if self.over.wait(self.chance.uniform(*THINKS)):
            raise Over
        for path, every in self.polls.items():
            route = path.partition("?")[0]
            if time.monotonic() - self.asked_at.get(route, -every) >= every:
                self.asked_at[route] = time.monotonic()
                self.ask(path)

    @property
    def polls(self) -> dict[str, int]:
        new = f"/queue/new?since={int(time.time()) - 60}&view=everyone"
        told = {"/told": TOLD_EVERY}
        return told | ({"/red/live": RED_EVERY} if self.who.role == "manager" else {new: NEW_EVERY})

    def timed(self, name: str, act: Callable[[], tuple[int, str, str]], status: int) -> tuple[int, str, str]:
        began = time.perf_counter()
        answer = act()
        if answer[0] != status:
            raise RuntimeError(f"{name} answered {answer[0]}")
        self.times.add(name, (time.perf_counter() - began) * 1000)
        return answer

    def look(self) -> None:
        """Read a view of the queue and open something in it."""
        view = self.chance.choice(("mine", "unclaimed", "everyone", "everyone", "decided"))
        listed = REFERENCE.findall(self.page(f"/queue?view={view}"))
        self.think()
        if listed:
            self.page(f"/contacts/{self.chance.choice(listed[:20])}")
            self.think()

    def find(self, names: list[str]) -> None:
        """Search for somebody by name."""
        fields = fields_of(self.page("/search"), "/search") | {"name": self.chance.choice(names)}
        self.think()
        self.timed("search", lambda: self.ask("/search", fields), 200)

    def decide(self) -> None:
        """Take a contact of one's own through: open it, write, see the check, save, and go on to the next."""
        reference = self.desk.contact(f"Ada{self.chance.randrange(10**6)}")
        path = f"/contacts/{reference}"
        page = self.page(path)
        fields = fields_of(page, f"{path}/decision") | dict(SOUND)
        token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
        script = {"X-Mash": "1", "X-CSRFToken": token}
        for _ in range(3):
            self.think()
            self.timed("draft", lambda: self.ask(f"{path}/draft", fields, **script), 200)
        self.timed("check over HTTP", lambda: self.ask(f"{path}/check", fields | {"go": "check"}, **script), 200)
        self.think()
        self.timed("next", lambda: self.go_on(f"{path}/decision", fields | {"go": "next"}), 200)
        self.think()

    def go_on(self, path: str, fields: Mapping[str, Any]) -> tuple[int, str, str]:
        """Save, follow to where the answer leads, and say nothing of the next contact but that one has it."""
        status, body, following = self.ask(path, fields)
        return self.ask(following.partition("#")[0]) if status == 303 else (status, body, following)

    def run(self, names: list[str]) -> None:
        """Work until the time is up; what goes wrong is told, and ends it."""
        try:
            while True:
                self.think()
                if self.who.role == "manager":
                    self.page("/red")
                elif self.who.role == "practitioner":
                    self.decide()
                self.look()
                if self.chance.random() < 0.5:
                    self.find(names)
        except Over:
            pass
        except Exception as fault:  # noqa: BLE001  # told in the table's exit, whatever it is
            self.times.wrong.append(f"{self.who.username} ({self.who.role}): {fault!r}")
        finally:
            self.connection.close()


@contextmanager
def work(database: Database, settings: Config, port: int, people: list[Signed], times: Times) -> Iterator[None]:
    """Have everybody at work for as long as the block lasts."""
    over, desk = threading.Event(), Desk(database, RuleBook.load(settings.thresholds))
    desk.contact("Ada")  # so that the address is known before several give it at once
    with reading(database) as session:
        rows = session.execute(select(Person.forename, Person.surname).where(Person.surname != "").limit(200))
        names = [f"{row.forename} {row.surname}" for row in rows]
    threads = [threading.Thread(target=Worker(port, who, times, over, desk).run, args=(names,)) for who in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
