"""The scheduler: a timetable of journeys. Many may run; one leads, and each piece of its work proves it still does.

The timetable goes by the wall clock, so whoever leads also counts seconds that nobody can set: where the two part, or
the lead is new, everything on the timetable is run at once.
"""

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType

from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mash import clock
from mash.backup.keep import is_due, keep_backup
from mash.backup.manifest import BackupRefused
from mash.config import Config, Misconfigured
from mash.db import Database, Unavailable, be_brief, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.anchors import heads_of, mail_heads, write_anchor
from mash.journeys.clear_sign_ins import BATCH as CLEARED
from mash.journeys.clear_sign_ins import clear_sign_ins
from mash.journeys.deliver import claim, note_not_sent, note_sent
from mash.journeys.digest import write_digests
from mash.journeys.escalate import escalate
from mash.journeys.fold_figures import EVENTS, fold
from mash.journeys.freeze_figures import keep_frozen, next_to_freeze
from mash.journeys.freeze_history import freeze_history
from mash.journeys.keep_extracts import Store, forget_old
from mash.journeys.leading import Lead, NotLeading, keep_lead, note_run, require_lead
from mash.journeys.learn_ahead import learn_ahead
from mash.journeys.practice import calendar_from
from mash.journeys.resume_replay import resume_replay
from mash.journeys.seal_reads import BATCH as SEALED
from mash.journeys.seal_reads import seal_reads
from mash.journeys.watch_deadlines import BATCH, watch
from mash.journeys.watch_reading import BATCH as WATCHED
from mash.journeys.watch_reading import watch_reading
from mash.journeys.watch_stages import watch_replies, watch_stages
from mash.leader import Candidate
from mash.log import log
from mash.mail import Mail, NotSent
from mash.measures.counting import behind
from mash.measures.frozen import Month, measured
from mash.rules import RuleBook
from mash.timetable import in_turn, made_timetable

SCHEDULER = Actor.system("scheduler")
BEAT_SECONDS = 0.5
STEP_SECONDS = 5
EVERY_SECONDS = 60
MAIL_SECONDS = 10
REPLAY_SECONDS = 300
NONE_LEFT = 1
"""What a job does wholly in one piece leaves nothing for a second, which finds that."""
SEAL_SECONDS, ANCHOR_SECONDS = 10, 20
"""A read is sealed and anchored outside within a minute, also when one of both had just begun as it came."""
FREEZE_SECONDS = 900
CLEAR_SECONDS = 3600
Timed = list[tuple[Callable[[], None], int]]


class Worker(Candidate):
    """A candidate for the lead, and all its work while it has it."""

    def deliver(self, mail: Mail) -> None:
        """Send what waits to be sent, one message at a time, if we lead: claimed, sent, and then kept as sent."""
        try:
            while self.mine and self._deliver_one(mail, self.mine):
                pass
        except NotLeading:
            self.mine = None
            log().warning("replaced", job="mail")
        except (SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="mail", error=type(wrong).__name__)

    def _deliver_one(self, mail: Mail, mine: Lead) -> bool:
        """Try the message that has waited longest. Return whether there is any use in trying another now."""
        with transaction(self.database) as session:
            be_brief(session)
            require_lead(session, mine)
            out = claim(session, at=clock.now())
            keep_lead(session, mine, at=clock.now())
        if out is None:
            return False
        problem, go_on = "", True
        try:
            mail.send(key=out.key, to=out.to, subject=out.subject, body=out.body, at=clock.now())
        except NotSent as wrong:
            problem, go_on = str(wrong), not wrong.any_message
            log().warning("not_sent", message=out.message_id, error=problem)
        with transaction(self.database) as session:
            if problem:
                note_not_sent(session, out.message_id, problem=problem, at=clock.now())
            else:
                note_sent(session, out.message_id, at=clock.now())
        return go_on

    def replays(self, rulebook: RuleBook) -> None:
        """Run again what fell silent, and freeze what history has come since, if we lead; each keeps its own record."""
        try:
            while self.mine and resume_replay(self.database, rulebook, clock.now):
                pass
            if self.mine:
                freeze_history(self.database)
        except (SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="replays", error=type(wrong).__name__)

    def learn(self, rulebook: RuleBook) -> None:
        """Learn once a day what the weeks before teach of those ahead, if we lead; it keeps its own record."""
        try:
            if self.mine:
                learn_ahead(self.database, rulebook, clock.now())
        except (SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="learning", error=type(wrong).__name__)

    def backups(self, settings: Config) -> None:
        """Take a backup if policy asks for one now and we lead. One that fails is on the record, and tried again."""
        try:
            if self.mine and is_due(self.database, clock.now()):
                keep_backup(self.database, settings, by=SCHEDULER, at=clock.now(), say=lambda _: None)
        except (BackupRefused, Misconfigured, SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="backup", error=type(wrong).__name__)

    def anchor(self, path: Path, mail_to: str) -> None:
        """Write where the chains of the audit end outside the database, if we lead, and once a day in an e-mail."""
        mine = self.mine
        if mine is None:
            return
        started = clock.now()
        try:
            with transaction(self.database) as session:
                be_brief(session)
                require_lead(session, mine)
                heads = heads_of(session)
                if mail_to:
                    mail_heads(session, mail_to, heads, started)
                note_run(session, job="anchors", started_at=started, finished_at=clock.now(), result="written")
                keep_lead(session, mine, at=clock.now())
            write_anchor(path, heads, started)
        except (OSError, ValueError, NotLeading, SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="anchors", error=type(wrong).__name__)
            self._note_failure("anchors", started, wrong)

    def freeze(self) -> None:
        """Freeze the figures of each month that is over, if we lead: measured without holding up any writer, then kept.

        What cannot be frozen now is tried again next time.
        """
        try:
            while (mine := self.mine) and (month := self._month_to_freeze()):
                with transaction(self.database) as session:
                    be_brief(session)
                    require_lead(session, mine)
                    keep_frozen(session, month, by=SCHEDULER, at=clock.now())
                    keep_lead(session, mine, at=clock.now())
                log().info("figures_frozen", month=month.first.isoformat())
        except NotLeading:
            self.mine = None
            log().warning("replaced", job="freeze")
        except (SQLAlchemyError, Unavailable) as wrong:
            log().error("job_failed", job="freeze", error=type(wrong).__name__)

    def _month_to_freeze(self) -> Month | None:
        with reading(self.database) as session:
            if (first := next_to_freeze(session, clock.now())) is None or behind(session) > EVENTS:
                return None
            return measured(session, first, clock.now(), calendar_from(session))


def deadlines(session: Session, at: datetime) -> int:
    """Tell of reds that nobody has taken up, and mark the clocks and replies that have passed a stage.

    Nothing is marked late while earlier stages are left to mark, which are looked for only until then.
    """
    told = escalate(session, at=at) + watch_stages(session, at=at, limit=BATCH)
    if told >= BATCH:
        return told
    return told + watch_replies(session, at=at, limit=BATCH) + watch(session, at=at, limit=BATCH)


def digests(session: Session, at: datetime) -> int:
    """Write everyone what is theirs to do, when it is time for that."""
    return write_digests(session, at=at)


def seal(session: Session, at: datetime) -> int:
    """Seal what was read onto its chain."""
    return seal_reads(session, at=at, limit=SEALED)


def privacy(session: Session, at: datetime) -> int:
    """Look through what was read for patterns that somebody should review."""
    return watch_reading(session, at=at, limit=WATCHED)


def fold_in(session: Session, at: datetime) -> int:
    """Fold what has happened into the sums that figures are read from."""
    return fold(session, at=at)


def clear(session: Session, at: datetime) -> int:
    """Clear what signing in leaves behind."""
    return clear_sign_ins(session, at=at)


def run(
    database: Database,
    folder: Path,
    *,
    mail: Mail | None = None,
    rulebook: RuleBook | None = None,
    anchors: Path | None = None,
    anchor_mail: str = "",
    backed_up: Config | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> None:
    """Keep the timetable until told to stop, or until ``go_on`` says no. Extracts wait to be taken in ``folder``.

    Without ``mail`` nothing is sent; without ``rulebook`` nothing is replayed; without ``anchors`` none are
    written; without ``backed_up`` no backup is taken.
    """
    worker, timetable, over = Worker(database), made_timetable(), threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.beat()
    for work, seconds in [
        *_work(worker, mail, rulebook),
        *_keeping(worker, folder, anchors, anchor_mail if mail else "", backed_up),
    ]:
        timetable.add_job(work, "interval", seconds=seconds, next_run_time=clock.now())
    timetable.start()
    keep_beating(worker, timetable, over, go_on)
    timetable.shutdown(wait=True)
    worker.leave()


def _work(worker: Worker, mail: Mail | None, rulebook: RuleBook | None) -> Timed:
    """List what there is to do, and every how many seconds."""
    timed: Timed = [
        (lambda: worker.run("deadlines", deadlines, BATCH), EVERY_SECONDS),
        (lambda: worker.run("figures", fold_in, EVENTS), EVERY_SECONDS),
        (lambda: worker.run("digests", digests, NONE_LEFT), EVERY_SECONDS),
        (lambda: worker.run("seals", seal, SEALED), SEAL_SECONDS),
        (lambda: worker.run("privacy", privacy, WATCHED), EVERY_SECONDS),
        (worker.freeze, FREEZE_SECONDS),
        (lambda: worker.run("sign-ins", clear, CLEARED), CLEAR_SECONDS),
    ]
    if mail:
        timed.append((lambda: worker.deliver(mail), MAIL_SECONDS))
    if rulebook:
        timed.append((lambda: worker.replays(rulebook), REPLAY_SECONDS))
        timed.append((lambda: worker.learn(rulebook), EVERY_SECONDS))
    return [(in_turn(work), seconds) for work, seconds in timed]


def _keeping(worker: Worker, folder: Path, anchors: Path | None, anchor_mail: str, backed_up: Config | None) -> Timed:
    """List what is done so that nothing is lost, changed unseen or kept too long."""
    timed: Timed = [(lambda: forget_old(Store(folder, ""), clock.now()), CLEAR_SECONDS)]
    if anchors:
        timed.append((lambda: worker.anchor(anchors, anchor_mail), ANCHOR_SECONDS))
    if backed_up:
        timed.append((lambda: worker.backups(backed_up), EVERY_SECONDS))
    return [(in_turn(work), seconds) for work, seconds in timed]


def keep_beating(
    worker: Worker, timetable: BaseScheduler, over: threading.Event, go_on: Callable[[], bool] = lambda: True
) -> None:
    """Beat until it is over, and run everything at once when the lead is new or somebody set the clock."""
    apart = _apart()
    while go_on() and not over.wait(BEAT_SECONDS):
        stepped = abs(_apart() - apart) > STEP_SECONDS
        if stepped:
            log().warning("clock_set", seconds=round(_apart() - apart))
            apart = _apart()
        if worker.beat() or stepped:
            for job in timetable.get_jobs():
                job.modify(next_run_time=clock.now())


def _apart() -> float:
    """Return how far the wall clock is from the seconds that nobody can set. It changes only when the clock is set."""
    return clock.now().timestamp() - clock.ticks()
