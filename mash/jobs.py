"""The scheduler: a timetable of journeys. Many may run; one leads, and each piece of its work proves it still does."""

import os
import secrets
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mash import clock
from mash.backup.keep import is_due, keep_backup
from mash.backup.manifest import BackupRefused
from mash.config import Config, Misconfigured
from mash.db import Database, Unavailable, transaction
from mash.journeys.actor import Actor
from mash.journeys.deliver import claim, note_not_sent, note_sent
from mash.journeys.escalate import escalate
from mash.journeys.fold_figures import EVENTS, fold
from mash.journeys.freeze_history import freeze_history
from mash.journeys.leading import Lead, NotLeading, give_up_lead, lead, note_run, require_lead
from mash.journeys.resume_replay import resume_replay
from mash.journeys.watch_deadlines import BATCH, watch
from mash.journeys.watch_stages import watch_replies, watch_stages
from mash.log import log
from mash.mail import MailServer, NotSent
from mash.rules import RuleBook

WORK = "scheduler"
SCHEDULER = Actor.system("scheduler")
BEAT_SECONDS = 5
EVERY_SECONDS = 60
MAIL_SECONDS = 10
REPLAY_SECONDS = 300

Job = Callable[[Session, datetime], int]


class Worker:
    """One candidate for the lead, and its work while it has it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.mine: Lead | None = None

    def beat(self) -> None:
        """Take the lead or keep it. A database that does not answer leaves nobody leading here."""
        before = self.mine
        try:
            with transaction(self.database) as session:
                self.mine = lead(session, work=WORK, holder=self.holder, at=clock.now())
        except (SQLAlchemyError, Unavailable) as wrong:
            self.mine = None
            log().warning("beat_failed", error=type(wrong).__name__)
        if self.mine and self.mine != before:
            log().info("leading", epoch=self.mine.epoch)

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
        if self.mine is None:
            return None
        with transaction(self.database) as session:
            require_lead(session, self.mine)
            count = job(session, started)
            result = f"{done + count} marked"
            note_run(session, job=name, started_at=started, finished_at=clock.now(), result=result)
        return count

    def deliver(self, mail: MailServer) -> None:
        """Send what waits to be sent, one message at a time, if we lead: claimed, sent, and then kept as sent."""
        try:
            while self.mine and self._deliver_one(mail, self.mine):
                pass
        except NotLeading:
            self.mine = None
            log().warning("replaced", job="mail")
        except (SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="mail", error=type(wrong).__name__)

    def _deliver_one(self, mail: MailServer, mine: Lead) -> bool:
        with transaction(self.database) as session:
            require_lead(session, mine)
            out = claim(session, at=clock.now())
        if out is None:
            return False
        problem = ""
        try:
            mail.send(key=out.key, to=out.to, subject=out.subject, body=out.body, at=clock.now())
        except NotSent as wrong:
            problem = str(wrong)
            log().warning("not_sent", message=out.message_id, error=problem)
        with transaction(self.database) as session:
            if problem:
                note_not_sent(session, out.message_id, problem=problem, at=clock.now())
            else:
                note_sent(session, out.message_id, at=clock.now())
        return True

    def replays(self, rulebook: RuleBook) -> None:
        """Run again what fell silent, and freeze what history has come since, if we lead; each keeps its own record."""
        try:
            while self.mine and resume_replay(self.database, rulebook, clock.now):
                pass
            if self.mine:
                freeze_history(self.database)
        except (SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="replays", error=type(wrong).__name__)

    def backups(self, settings: Config) -> None:
        """Take a backup if policy asks for one now and we lead. One that fails is on the record, and tried again."""
        try:
            if self.mine and is_due(self.database, clock.now()):
                keep_backup(self.database, settings, by=SCHEDULER, at=clock.now(), say=lambda _: None)
        except (BackupRefused, Misconfigured, SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="backup", error=type(wrong).__name__)

    def _note_failure(self, name: str, started: datetime, wrong: Exception) -> None:
        try:
            with transaction(self.database) as session:
                result = f"failed: {type(wrong).__name__}"
                note_run(session, job=name, started_at=started, finished_at=None, result=result)
        except (SQLAlchemyError, Unavailable):
            log().error("job_not_noted", job=name)

    def leave(self) -> None:
        """Give up the lead, so that another takes over at once."""
        if self.mine:
            with transaction(self.database) as session:
                give_up_lead(session, self.mine, at=clock.now())


def deadlines(session: Session, at: datetime) -> int:
    """Tell of reds that nobody has taken up, and mark the clocks and replies that have passed a stage."""
    told = escalate(session, at=at) + watch_stages(session, at=at, limit=BATCH)
    return told + watch_replies(session, at=at, limit=BATCH) + watch(session, at=at, limit=BATCH)


def fold_in(session: Session, at: datetime) -> int:
    """Fold what has happened into the sums that figures are read from."""
    return fold(session, at=at)


def run(
    database: Database,
    *,
    mail: MailServer | None = None,
    rulebook: RuleBook | None = None,
    backed_up: Config | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> None:
    """Keep the timetable until told to stop, or until ``go_on`` says no.

    Without ``mail`` nothing is sent; without ``rulebook`` nothing is replayed; without ``backed_up`` none is taken.
    """
    worker, timetable = Worker(database), made_timetable()

    def beat() -> None:
        worker.beat()
        if not go_on():
            timetable.shutdown(wait=False)

    def stop(number: int, frame: FrameType | None) -> None:
        timetable.shutdown(wait=True)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.beat()
    timetable.add_job(beat, "interval", seconds=BEAT_SECONDS)
    timed: list[tuple[Callable[[], None], int]] = [
        (lambda: worker.run("deadlines", deadlines, BATCH), EVERY_SECONDS),
        (lambda: worker.run("figures", fold_in, EVENTS), EVERY_SECONDS),
    ]
    if mail:
        timed.append((lambda: worker.deliver(mail), MAIL_SECONDS))
    if rulebook:
        timed.append((lambda: worker.replays(rulebook), REPLAY_SECONDS))
    if backed_up:
        timed.append((lambda: worker.backups(backed_up), EVERY_SECONDS))
    for work, seconds in timed:
        timetable.add_job(work, "interval", seconds=seconds, next_run_time=clock.now())
    timetable.start()
    worker.leave()


def made_timetable() -> BlockingScheduler:
    """Make a timetable in UTC that runs what it missed once, and never the same job twice at a time."""
    return BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
