"""What a scheduler notes each minute, for a front door that is served without one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from mash.clock import now  # by its own name: a test elsewhere may have put the service's clock back meanwhile
from mash.db import Database, transaction
from mash.journeys.leading import note_run


class Heartbeat:
    """Notes each minute that deadlines are watched, as a scheduler would: else every page says that they are not."""

    def __init__(self, database: Database) -> None:
        self._database, self._over = database, threading.Event()
        self.start()

    def start(self) -> None:
        self._over.clear()
        self._beating = threading.Thread(target=self._beat)
        self._beating.start()

    def end(self) -> None:
        self._over.set()
        self._beating.join()

    def note(self, *, minutes_ago: int = 0) -> None:
        """Note that they were watched to the end so long ago."""
        at = now() - timedelta(minutes=minutes_ago)
        with transaction(self._database) as session:
            note_run(session, job="deadlines", started_at=at, finished_at=at, result="")

    def _beat(self) -> None:
        self.note()
        while not self._over.wait(60):
            self.note()

    @contextmanager
    def stopped(self, *, minutes_ago: int) -> Iterator[None]:
        """Let the last heartbeat be so long ago for a while."""
        self.end()
        self.note(minutes_ago=minutes_ago)
        yield
        self.note()  # before the next page is asked for, not some time after in the thread
        self.start()
