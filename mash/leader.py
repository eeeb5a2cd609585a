"""Who leads the scheduler's work: many candidates, one leader, and each piece of work proves that it still leads."""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mash import clock
from mash.db import Database, Unavailable, be_brief, reading, transaction
from mash.journeys.leading import Lead, NotLeading, Watched, give_up_lead, keep_lead, lead, look, note_run, require_lead
from mash.log import log

WORK = "scheduler"
RENEW_SECONDS = 1

Job = Callable[[Session, datetime], int]


class Candidate:
    """One candidate for the lead, which runs jobs while it has it.

    It does one piece at a time: of several that waited for one another when it stood still, each would have to be ended
    in turn before anybody could take over.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.mine: Lead | None = None
        self._watched = Watched()
        self._renewed = 0.0
        self._one_piece = threading.Lock()

    def beat(self) -> bool:
        """Keep the lead, or take it if nobody else shows a sign of life. Return whether it is newly ours.

        A database that does not answer leaves nobody leading here.
        """
        before, ticks = self.mine, clock.ticks()
        if before and ticks - self._renewed < RENEW_SECONDS:
            return False
        try:
            self.mine = self._lead(before, ticks)
        except (SQLAlchemyError, Unavailable) as wrong:
            self.mine = None
            log().warning("beat_failed", error=type(wrong).__name__)
        self._renewed = ticks
        if self.mine is None or self.mine == before:
            return False
        log().info("leading", epoch=self.mine.epoch)
        return True

    def _lead(self, before: Lead | None, ticks: float) -> Lead | None:
        if before is None:
            with reading(self.database) as session:
                found = look(session, WORK)
            if not (self._watched.is_free(found, ticks) or (found and found.holder == self.holder)):
                return None
        with transaction(self.database) as session:
            be_brief(session)
            return lead(session, work=WORK, holder=self.holder, at=clock.now(), silent=self._watched.seen)

    def run(self, name: str, job: Job, at_most: int) -> None:
        """Run a job until nothing is left for it, if we lead. What fails is noted and tried again next time."""
        started, done = clock.now(), 0
        try:
            while (count := self._piece(name, job, started, done)) is not None:
                done += count
                if count < at_most:
                    return
        except NotLeading:
            self.mine = None
            log().warning("replaced", job=name)
        except Exception as wrong:  # noqa: BLE001  # whatever it is, the next run must still come
            log().error("job_failed", job=name, error=type(wrong).__name__)
            self._note_failure(name, started, wrong)

    def _piece(self, name: str, job: Job, started: datetime, done: int) -> int | None:
        """Do one transaction's worth, and note it there; None if we do not lead."""
        mine = self.mine
        if mine is None:
            return None
        with self._one_piece, transaction(self.database) as session:
            be_brief(session)
            require_lead(session, mine)
            count = job(session, started)
            result = f"{done + count} marked"
            note_run(session, job=name, started_at=started, finished_at=clock.now(), result=result)
            keep_lead(session, mine, at=clock.now())
        return count

    def _note_failure(self, name: str, started: datetime, wrong: Exception) -> None:
        mine = self.mine
        if mine is None:
            return
        try:
            with transaction(self.database) as session:
                result = f"failed: {type(wrong).__name__}"
                note_run(session, job=name, started_at=started, finished_at=None, result=result)
                keep_lead(session, mine, at=clock.now())
        except (SQLAlchemyError, Unavailable, NotLeading):
            log().error("job_not_noted", job=name)

    def leave(self) -> None:
        """Give up the lead, so that another takes over at once. Where that cannot be kept, it lapses."""
        if self.mine is None:
            return
        try:
            with transaction(self.database) as session:
                give_up_lead(session, self.mine)
        except (SQLAlchemyError, Unavailable) as wrong:
            log().warning("lead_not_given_up", error=type(wrong).__name__)
