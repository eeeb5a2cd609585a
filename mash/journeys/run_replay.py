"""Replay a change of thresholds over the council's own history: freeze, prove, rehearse, keep the result whole."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash import replay, rules
from mash.db import Database, Unavailable, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.freeze_history import freeze_history
from mash.models import Replay, ReplaySegment
from mash.queries.past import streamed_history
from mash.replay.compare import Cohort, Period
from mash.replay.frame import Frame, NotAFrame
from mash.replay.proof import NotProven
from mash.replay.rehearse import Parts, Rehearsal, rehearse
from mash.replay.report import report
from mash.rules import RuleBook, RuleSet

Told = Callable[[int, int], None]
Packed = tuple[str, bytes]


class ReplayCancelled(Exception):
    """Somebody stopped the run. Nothing of it is kept but that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to replay."""

    baseline: RuleSet
    candidate: RuleSet
    period: Period

    @property
    def command(self) -> str:
        """Return the command that gives the same result again from the same history."""
        said = f"mash replay {self.baseline.id} {self.candidate.id}"
        said += f" --since {self.period.since}" if self.period.since else ""
        return said + (f" --until {self.period.until}" if self.period.until else "")


@lru_cache(maxsize=1)
def code_version() -> str:
    """Name the program that gives the results: its release, and a hash of the modules that work them out."""
    found = hashlib.sha256()
    for package in (rules, replay):
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            found.update(path.read_bytes())
    return f"{version('mash')}+{found.hexdigest()[:12]}"


def replayed(
    cohort: Cohort,
    rulebook: RuleBook,
    asked: Asked,
    told: Told | None = None,
    *,
    frames: bool | Callable[[Frame], None] = False,
    parts: Parts | None = None,
) -> tuple[dict[str, Any], Rehearsal]:
    """Rehearse, prove history by the recorded advice in the same pass, and give the report with what lies behind it.

    Args:
        frames: Whether to keep what each child came to, or who is given it, as `rehearse` has it.
        parts: Who does the work, if not this process.

    Raises:
        NotProven: If a version that advised is missing or was edited since.
    """
    found = rehearse(
        cohort, asked.baseline, asked.candidate, asked.period, told=told, frames=frames, rulebook=rulebook, parts=parts
    )
    said = report(found, asked.baseline, asked.candidate, cohort, asked.period, found.proof)
    return said | {"code": code_version(), "command": asked.command}, found


def begin_replay(session: Session, asked: Asked, *, by: Actor, at: datetime) -> Replay:
    """Note that a replay is running."""
    since, until = (date.fromisoformat(day) if day else None for day in (asked.period.since, asked.period.until))
    row = Replay(
        baseline_id=asked.baseline.id,
        baseline_hash=asked.baseline.content_hash,
        candidate_id=asked.candidate.id,
        candidate_hash=asked.candidate.content_hash,
        since=since,
        until=until,
        code=code_version(),
        command=asked.command,
        asked_by_id=by.user_id,
        asked_at=at,
        seen_at=at,
    )
    session.add(row)
    session.flush()
    return row


def run_replay(
    database: Database, rulebook: RuleBook, number: int, asked: Asked, clock: Callable[[], datetime]
) -> None:
    """Do a replay that was begun, and keep its result in one transaction, or the reason why there is none.

    Args:
        number: The replay.
        clock: What time it is, for how far it has come; never part of the result.
    """

    def told(done: int, total: int) -> None:
        with transaction(database) as session:
            row = session.get_one(Replay, number)
            if row.state != "running":
                raise ReplayCancelled
            row.done, row.total, row.seen_at = done, total, clock()

    kept: list[Packed] = []
    try:
        freeze_history(database, told=lambda *_: told(0, 0))
        with reading(database, as_one=True) as session:
            cohort = streamed_history(session, rulebook.catalogue)
            said, _ = replayed(cohort, rulebook, asked, told, frames=lambda frame: kept.append(_packed(frame)))
        with transaction(database) as session:
            keep_replay(session, number, said, kept, at=clock())
    except ReplayCancelled:
        return
    except (NotProven, NotAFrame, Unavailable) as wrong:
        _failed(database, number, str(wrong), clock())
    except Exception:
        _failed(database, number, "It stopped on a fault of ours, and nothing of it was kept. Run it again.", clock())
        raise


def _failed(database: Database, number: int, wrong: str, at: datetime) -> None:
    with transaction(database) as session:
        still = update(Replay).where(Replay.id == number, Replay.state == "running")
        session.execute(still.values(state="failed", wrong=wrong, finished_at=at))


def _packed(frame: Frame) -> Packed:
    return frame.digest(), frame.packed()


def keep_replay(session: Session, number: int, said: dict[str, Any], kept: Sequence[Packed], *, at: datetime) -> None:
    """Keep a result, whole: the report and what each child came to. One that was cancelled meanwhile is not kept."""
    row = session.scalars(select(Replay).where(Replay.id == number).with_for_update()).one()
    if row.state != "running":
        return
    row.state, row.result, row.finished_at = "done", said, at
    row.cohort_digest, row.done, row.total = said["cohort"]["digest"], len(kept), len(kept)
    for place, (digest, content) in enumerate(kept):
        session.add(ReplaySegment(replay_id=number, number=place, digest=digest, content=content))


def cancel_replay(session: Session, number: int, *, at: datetime) -> None:
    """Stop a run. It ends before its next frame."""
    still = update(Replay).where(Replay.id == number, Replay.state == "running")
    session.execute(still.values(state="cancelled", finished_at=at))
