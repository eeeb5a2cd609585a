"""Run one real ``mash scheduler``, by a clock that the driver sets, and keep what it did in a journal.

    python -m tests.faults.one_scheduler FOLDER

FOLDER holds ``offset``, the seconds by which the clock is wrong, read anew each time; ``gate``, where the leader is to
pause so that the driver can strike there (``before`` or ``inside`` a transaction, or nowhere), and ``journal``.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

from apscheduler.schedulers import base
from apscheduler.triggers import interval
from sqlalchemy.orm import Session

from mash import cli, clock, jobs, leader
from mash.journeys.leading import NotLeading

FOLDER = Path(sys.argv[1] if __name__ == "__main__" else ".")
LOOK_SECONDS = 0.02
_truly_now, _truly_piece, _truly_deadlines = clock.now, jobs.Worker._piece, jobs.deadlines
_truly_beating = jobs.keep_beating


class Stepped(datetime):
    """The timetable's own clock, as wrong as ours."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(now().timestamp(), tz or UTC)


def now() -> datetime:
    """Tell the time by the clock that the driver sets."""
    return _truly_now() + timedelta(seconds=float((FOLDER / "offset").read_text()))


def journal(**said: Any) -> None:
    """Add one line to the journal, whole or not at all."""
    line = json.dumps({"pid": os.getpid(), "ticks": time.monotonic(), **said}) + "\n"
    with (FOLDER / "journal").open("a") as out:
        out.write(line)


def pause(where: str) -> None:
    """Stand still at the gate for as long as it is here, and say so first: the driver strikes before it moves it."""
    if (FOLDER / "gate").read_text() != where:
        return
    journal(gate=where)
    while (FOLDER / "gate").read_text() == where:
        time.sleep(LOOK_SECONDS)


def piece(worker: jobs.Worker, name: str, job: leader.Job, *rest: Any) -> int | None:
    """Do a piece as ever. One who stood still at the gate goes on in the belief that it still leads."""
    if name != "deadlines" or (mine := worker.mine) is None:
        return _truly_piece(worker, name, job, *rest)
    pause("before")
    worker.mine = mine
    try:
        done = _truly_piece(worker, name, job, *rest)
    except NotLeading:
        journal(refused=mine.epoch)
        raise
    except Exception as wrong:
        journal(failed=mine.epoch, by=type(wrong).__name__)
        raise
    journal(kept=mine.epoch, marked=done)
    return done


def keep_beating(*given: Any) -> None:
    """Beat as ever, and say first that this candidate stands by."""
    journal(ready=True)
    _truly_beating(*given)


def deadlines(session: Session, at: datetime) -> int:
    pause("inside")
    return _truly_deadlines(session, at)


if __name__ == "__main__":
    for module in (base, interval):
        module.datetime = Stepped
    clock.now = now
    jobs.Worker._piece = piece  # type: ignore[method-assign,assignment]
    jobs.deadlines = deadlines
    jobs.keep_beating = keep_beating  # type: ignore[assignment]
    sys.argv[1:] = ["scheduler"]
    cli.main()
