"""A front door that real scheduler processes watch, and what its driver knows: what is due, and what was marked."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from mash import clock
from mash.config import HOUSE, Config
from mash.db import Database, Unavailable, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.events import first_break
from mash.journeys.set_up import set_up
from mash.models import (
    Clock,
    ClockMark,
    Contact,
    Escalation,
    Event,
    EventHead,
    InformationRequest,
    Lease,
    Message,
    StageMark,
)
from mash.rules import RuleBook
from tests.factories import a_clock, a_contact, a_user
from tests.processes import environment

CANDIDATES = 3
LATE, HALF = 12, 4
"""How many clocks each round adds that have run out, and that have reached half of their time."""
YEARS = timedelta(days=3650)
PATIENCE_SECONDS = 120
Kinds = Counter[str]


@dataclass
class Town:
    """One database, its candidates, and what is to be marked in it, by the kind of event."""

    database: Database
    settings: Config
    folder: Path
    holder_id: int = 0
    asks_id: int = 0
    wanted: Kinds = field(default_factory=Counter)
    messages: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def now(self) -> datetime:
        """Tell the time as the schedulers' clock does."""
        return clock.now() + timedelta(seconds=float((self.folder / "offset").read_text()))

    def set_clock(self, seconds: float) -> None:
        """Put the clock of every scheduler so far from the true one, in one move."""
        fresh = self.folder / "offset.new"
        fresh.write_text(str(seconds))
        fresh.replace(self.folder / "offset")

    def set_gate(self, where: str) -> None:
        fresh = self.folder / "gate.new"
        fresh.write_text(where)
        fresh.replace(self.folder / "gate")

    def start(self) -> None:
        """Start one more candidate."""
        with (self.folder / "said").open("ab") as said:
            words = [sys.executable, "-m", "tests.faults.one_scheduler", str(self.folder)]
            env = environment(self.settings)
            self.processes.append(subprocess.Popen(words, cwd=HOUSE, env=env, stderr=said, stdout=said))

    def leader(self) -> tuple[int, int]:
        """Find the process that leads, and its epoch; (0, 0) while none does."""
        with reading(self.database) as session:
            lease = session.execute(select(Lease.holder, Lease.epoch)).one_or_none()
        return (int(lease.holder.split(":")[1]), lease.epoch) if lease and lease.holder else (0, 0)

    def strike(self, pid: int, number: signal.Signals) -> None:
        """Send a signal, and wait until a process killed is gone, and each thread of one stopped stands still."""
        os.kill(pid, number)
        if number == signal.SIGSTOP:
            self.until(lambda: all(_state(thread) == "T" for thread in Path(f"/proc/{pid}/task").iterdir()), 0.01)
        if number == signal.SIGKILL:
            (gone,) = [one for one in self.processes if one.pid == pid]
            gone.wait()
            self.processes.remove(gone)

    def until_led_after(self, epoch: int) -> float:
        """Wait until someone leads in a later epoch; return the seconds that took."""
        began = time.monotonic()
        self.until(lambda: self.leader()[1] > epoch, 0.01)
        return time.monotonic() - began

    def until(self, condition: Callable[[], bool], every: float = 0.05) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end, (self.wanted, self.counted(), self.leader())
            time.sleep(every)

    def add(self, at: datetime, ahead: timedelta | None = None) -> None:
        """Add work that is due at a moment: clocks, two replies, a red that nobody took up.

        Args:
            ahead: None for what is late by then; else clocks that are due so much later, of which nothing is due yet.
        """
        with transaction(self.database) as session:
            session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())  # in turn, as all that write
            contact = a_contact(session, claimed_by_id=self.holder_id, received_at=at, entered_at=at, due_at=at)
            began = at - timedelta(days=1)
            due = at - timedelta(minutes=1) if ahead is None else at + ahead
            for number in range(LATE):
                started = began + timedelta(seconds=number)
                a_clock(session, contact, "early-help", started_at=started, due_at=due + timedelta(seconds=number / 60))
            self.wanted.update({"clock.half": LATE, "clock.hour": LATE, "clock.due": LATE, "clock.late": LATE})
            if ahead is not None:
                return
            for number in range(HALF):
                started, due_at = at - YEARS - timedelta(hours=1, seconds=number), at + YEARS
                a_clock(session, contact, "social-care", started_at=started, due_at=due_at)
            for agency in ("GP", "School"):
                asked = {"agency": agency, "questions": "?", "asked_by_id": self.asks_id, "sent_at": began}
                session.add(InformationRequest(contact_id=contact.id, due_at=due, **asked))
            red = a_contact(session, claimed_by_id=self.holder_id, rating="red", queue_rank=0, state="rated", due_at=at)
            waited = at - timedelta(minutes=70)
            a_clock(session, red, "red-acknowledge", started_at=waited, due_at=waited + timedelta(minutes=30))
            more = {"clock.half": HALF, "information.late": 2, "red.escalated": 2, "clock.late": 1}
            self.wanted.update(more)

    def counted(self) -> Kinds:
        """Count the events that tell of what is due, by kind."""
        told = Event.kind.like("clock.%") | Event.kind.in_(("information.late", "red.escalated"))
        with reading(self.database) as session:
            rows = session.execute(select(Event.kind, func.count()).where(told).group_by(Event.kind)).all()
        return Counter(dict(rows))

    def assert_once(self) -> None:
        """See that everything due is in effect once: one event each, one mark each, one message to whoever holds it."""
        self.until_all_done()
        assert self.counted() == self.wanted
        with reading(self.database) as session:
            stages = session.scalars(select(StageMark.stage).where(StageMark.subject == "clock"))
            marks: Kinds = Counter(f"clock.{stage}" for stage in stages)
            marks["clock.late"] = len(session.scalars(select(ClockMark.clock_id)).all())
            replies = select(func.count()).select_from(StageMark).where(StageMark.subject == "request")
            marks["information.late"] = session.scalar(replies) or 0
            marks["red.escalated"] = session.scalar(select(func.count()).select_from(Escalation)) or 0
            assert marks == self.wanted
            keys = Counter(session.scalars(select(Message.key)))
            assert set(keys.values()) <= {1}
            late = {f"deadline-clock-{number}-late-{self.holder_id}" for number in session.scalars(_late())}
            assert late <= keys.keys()
            assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None

    def journal(self, what: str, since: float = 0) -> list[dict[str, Any]]:
        """Read what the schedulers noted of a kind since a second of the machine's own count."""
        path = self.folder / "journal"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if what in line and line["ticks"] >= since]

    def until_ready(self) -> None:
        """Wait until every candidate stands by, as one that is still starting cannot take over."""
        alive = {process.pid for process in self.processes}
        self.until(lambda: alive <= {line["pid"] for line in self.journal("ready")})

    def can_write(self) -> bool:
        """Say whether nobody holds the embedded database's one lock for writers, as one who stands still may."""
        try:
            with transaction(self.database):
                return True
        except Unavailable:
            return False

    def until_at_gate(self, pid: int, since: float) -> None:
        """Wait until a process stands still at the gate."""
        self.until(lambda: any(line["pid"] == pid for line in self.journal("gate", since)), 0.01)

    def until_refused(self, since: float) -> None:
        """Wait until the work of a process that was replaced has come to nothing: refused, or its connection ended."""
        self.until(lambda: bool(self.journal("refused", since) + self.journal("failed", since)))

    def until_all_done(self) -> None:
        """Wait until everything due was told of; more than that is waited for in vain."""
        self.until(lambda: self.counted() == self.wanted or self.counted().total() > self.wanted.total())

    def writes_of_the_replaced(self) -> int:
        """Count the pieces kept by a process after one of a later epoch had kept one."""
        highest, wrong = 0, 0
        for line in self.journal("kept"):
            wrong += line["kept"] < highest
            highest = max(highest, line["kept"])
        return wrong


def _state(thread: Path) -> str:
    """Give the letter of what a thread does, as Linux tells it; T is that it is stopped."""
    return (thread / "stat").read_text().rpartition(")")[2].split()[0]


def _late() -> Any:
    """Select the clocks that were marked late."""
    return select(ClockMark.clock_id).join(Clock, Clock.id == ClockMark.clock_id).join(Contact)


@contextmanager
def town(database: Database, settings: Config, rulebook: RuleBook, folder: Path) -> Iterator[Town]:
    """Set a database up and start the candidates; whatever is left of them is killed at the end."""
    at = clock.now()
    folder.mkdir()
    made = Town(database, settings, folder)
    made.set_clock(0)
    made.set_gate("nowhere")
    with transaction(database) as session:
        set_up(session, rulebook=rulebook, by=Actor.system("test"), at=at)
        made.holder_id = a_user(session, "practitioner", email="holder@anytown.example").id
        made.asks_id = a_user(session, "practitioner").id
    try:
        for _ in range(CANDIDATES):
            made.start()
        made.until(lambda: made.leader()[0] > 0)
        made.until_ready()
        yield made
    finally:
        for process in made.processes:
            process.kill()
            process.wait()
