"""Processes that keep recording contacts, and say outside of the service what they sent and what was kept."""

import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from mash.config import Config
from tests.processes import environment

WRITES = """
import sys
from uuid import uuid4
from mash import clock, config, db
from mash.journeys.actor import Actor
from mash.journeys.people import PersonGiven
from mash.journeys.practice import practice_from
from mash.journeys.receive import Approach, ChildGiven, receive
from mash.rules import RuleBook

settings = config.from_environment()
database, book, by = db.open_database(settings), RuleBook.load(settings.thresholds), Actor.system("test")
with db.reading(database) as session:
    practice = practice_from(session, book)
while True:
    text = f"Invented contact {uuid4().hex}"
    print("sent", text, flush=True)
    try:
        with db.transaction(database) as session:
            child = ChildGiven(person=PersonGiven(forename="Ada", surname="Sample"), observed={})
            at = clock.now()
            approach = Approach(type="service_request", received_at=at, narrative=text, children=(child,))
            receive(session, approach, by=by, at=at, practice=practice)
    except Exception as wrong:
        print("refused", type(wrong).__name__, wrong, flush=True)
    else:
        print("kept", text, flush=True)
"""


@dataclass(slots=True)
class Writers:
    """What all of them said so far, kept outside of the service."""

    sent: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def listen(self, said: IO[str]) -> None:
        """Take down what one of them says until it ends."""
        for line in said:
            what, _, text = line.rstrip("\n").partition(" ")
            with self.lock:
                if what == "refused":
                    self.refused.append(text)
                else:
                    (self.sent if what == "sent" else self.kept).add(text)

    def kept_by_now(self) -> set[str]:
        """Give what is known to be kept at this moment."""
        with self.lock:
            return set(self.kept)


@contextmanager
def writing(settings: Config, number: int = 2) -> Generator[Writers]:
    """Let so many processes record, one contact after another, until the end; then they are killed."""
    writers, processes, threads = Writers(), [], []
    try:
        for _ in range(number):
            process = subprocess.Popen(
                [sys.executable, "-c", WRITES], env=environment(settings), stdout=subprocess.PIPE, text=True
            )
            assert process.stdout
            thread = threading.Thread(target=writers.listen, args=(process.stdout,))
            processes.append(process)
            threads.append(thread)
            thread.start()
        yield writers
    finally:
        for process in processes:
            process.kill()
        for thread in threads:
            thread.join()
        for process in processes:
            process.wait()
            if process.stdout:
                process.stdout.close()
