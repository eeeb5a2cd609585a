"""People who record contacts, and a ledger kept outside the service of what it said was saved: the oracle of kills."""

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select, text

from mash import clock
from mash.config import Config
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.events import first_break
from mash.journeys.users import make_user
from mash.models import Contact, Event
from tests.forms import NoReply, Reply, SmallBrowser
from tests.processes import Serving, serving

WRITERS = 3
TRIES = 3
PASSWORD = "violet kettle march"
FAULT = re.compile(r'<a href="#\w+">([^<]+)')
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(slots=True)
class Ledger:
    """What the driver knows, kept outside the service: each form sent, by its token, and whether it was answered."""

    sent: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Driver:
    """Someone who records contacts, and knows which of them were saved."""

    ledger: Ledger
    cookies: dict[str, str]
    csrf: str

    def record(self, port: int, token: str, narrative: str) -> None:
        """Send one contact, and note the answer. A form sent again with its token must change nothing."""
        with self.ledger.lock:
            self.ledger.sent[token] = narrative
        reply = self.send(port, token, narrative)
        if reply.status == 503:
            raise NoReply("busy, or the database is away")
        with self.ledger.lock:
            if (reply.status, reply.location) == (303, "/contacts/new"):
                self.ledger.answered.add(token)
            else:
                self.ledger.wrong.append(f"{reply.status} {FAULT.findall(reply.text)}")

    def send(self, port: int, token: str, narrative: str) -> Reply:
        answers = {"type": "service_request", "narrative": narrative, "danger_now": "yes"}
        tokens = {"csrf_token": self.csrf, "form_token": token, "do": "queue", "children": "0", "adults": "0"}
        return SmallBrowser(port, dict(self.cookies)).send("/contacts/new", answers | tokens)

    def keep_recording(self, port: int, stop: threading.Event) -> None:
        """Record one contact after another until told to stop, or until the service goes away."""
        while not (stop.is_set() or self.ledger.wrong):
            try:
                self.record(port, uuid4().hex, f"Invented contact {uuid4().hex}")
            except NoReply:
                return

    def send_again(self, port: int) -> None:
        """Send what was not answered once more, as a person would, who tries again where the service is busy."""
        for token in self.ledger.sent.keys() - self.ledger.answered:
            for left in reversed(range(TRIES)):
                try:
                    self.record(port, token, self.ledger.sent[token])
                    break
                except NoReply:
                    if not left:
                        raise


def signed_in_driver(database: Database, settings: Config, *roles: str) -> Driver:
    """Sign in once. The sign-in is a row in the database, so it outlives every process."""
    with transaction(database) as session:
        make_user(
            session,
            username="jo",
            name="Jo Invented",
            roles=roles or ["contact_officer"],
            password=PASSWORD,
            by=Actor.system("test"),
            at=clock.now(),
        )
    with serving(settings) as served:
        browser = SmallBrowser(served.port)
        answers = {"username": "jo", "password": PASSWORD}
        assert browser.send("/sign-in", browser.hidden("/sign-in") | answers).status == 303
        found = CSRF.search(browser.open("/account").text)
        assert found
        assert served.stop() == 0
    return Driver(Ledger(), browser.cookies, found[1])


def narratives(database: Database) -> Counter[str]:
    with reading(database) as session:
        return Counter(session.scalars(select(Contact.narrative)))


def assert_whole(database: Database) -> None:
    """See that each contact has its event and each event its contact, and that chain and file are sound."""
    with reading(database) as session:
        received = session.scalars(select(Event.contact_id).where(Event.kind == "contact.received")).all()
        assert sorted(received, key=str) == sorted(session.scalars(select(Contact.id)), key=str)
        assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
        if database.embedded:
            assert session.execute(text("PRAGMA cipher_integrity_check")).all() == []
            assert session.execute(text("PRAGMA integrity_check")).all() == [("ok",)]
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def assert_kept(database: Database, ledger: Ledger) -> None:
    """See that whatever was answered is there, once, and that nothing else is."""
    found = narratives(database)
    assert {ledger.sent[token] for token in ledger.answered} <= found.keys() <= set(ledger.sent.values())
    assert set(found.values()) <= {1}
    assert ledger.wrong == []


def counted(database: Database, ledger: Ledger) -> dict[str, int]:
    """Count what must be nought: answered writes that are not there, writes done twice, breaks in the chain."""
    found = narratives(database)
    with reading(database) as session:
        broken = first_break(session.scalars(select(Event).order_by(Event.seq))) is not None
    return {
        "answered_writes_lost": len({ledger.sent[token] for token in ledger.answered} - found.keys()),
        "writes_done_twice": sum(found[one] > 1 for one in set(ledger.sent.values())),
        "breaks_in_the_chain": int(broken),
    }


def while_recording(driver: Driver, served: Serving, strike: Callable[[], None]) -> None:
    """Strike at a random moment after the first answers have come, with several people recording."""
    before, stop = len(driver.ledger.answered), threading.Event()
    writers = [threading.Thread(target=driver.keep_recording, args=(served.port, stop)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    while len(driver.ledger.answered) == before and all(writer.is_alive() for writer in writers):
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.4))
    strike()
    stop.set()
    for writer in writers:
        writer.join()


def kill_a_worker(served: Serving) -> None:
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    os.kill(int(random.choice(children)), signal.SIGKILL)


def assert_clean(log: Path, ledger: Ledger) -> None:
    """See that the log holds no stack trace, no fault of the service itself, and nothing that was written."""
    said = log.read_text() if log.exists() else ""
    assert "Traceback" not in said, "a stack trace in the log"
    assert '"status": 500' not in said, "an answer of 500"
    assert "Invented contact" not in said, "what was written is in the log"
    assert not ledger.wrong, ledger.wrong[:3]
