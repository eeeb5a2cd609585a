"""One leader for work that nobody asks for, and proof inside each transaction that whoever does it still leads."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import JobRun, Lease

LASTS = timedelta(seconds=20)


class NotLeading(Exception):
    """Someone else leads by now. Nothing of this transaction is to be kept."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead taken: the work, who does it, and the epoch, which rises with each new leader."""

    work: str
    holder: str
    epoch: int


def lead(session: Session, *, work: str, holder: str, at: datetime) -> Lead | None:
    """Take the lead, or keep it, for ``LASTS`` more. Return None while someone else has it."""
    lease = session.scalars(select(Lease).where(Lease.name == work).with_for_update()).one_or_none()
    if lease is None:
        lease = Lease(name=work, holder=holder, epoch=1, expires_at=at)
        session.add(lease)
    elif lease.holder != holder:
        if lease.expires_at > at:
            return None
        lease.holder, lease.epoch = holder, lease.epoch + 1
    lease.expires_at = at + LASTS
    session.flush()
    return Lead(work, holder, lease.epoch)


def require_lead(session: Session, mine: Lead) -> None:
    """Hold the lead until this transaction ends; a leader that was replaced meanwhile changes nothing.

    Raises:
        NotLeading: If the epoch has moved on.
    """
    epoch = session.scalars(select(Lease.epoch).where(Lease.name == mine.work).with_for_update()).one_or_none()
    if epoch != mine.epoch:
        raise NotLeading(f"Another process leads {mine.work} now.")


def give_up_lead(session: Session, mine: Lead, *, at: datetime) -> None:
    """Let the next in line take over at once."""
    lease = session.get(Lease, mine.work, with_for_update=True)
    if lease is not None and lease.epoch == mine.epoch:
        lease.expires_at = at


def note_run(session: Session, *, job: str, started_at: datetime, finished_at: datetime | None, result: str) -> None:
    """Keep how the last run of a job went, over the run before. ``finished_at`` is None for one that failed."""
    session.merge(JobRun(name=job, started_at=started_at, finished_at=finished_at, result=result))
