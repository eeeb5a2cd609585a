"""One leader for work that nobody asks for, and proof inside each transaction that whoever does it still leads.

Whoever leads renews the lease; whoever waits goes by whether it is renewed, counted in seconds of their own. So nobody
has to believe another's clock, or their own after it was set.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import JobRun, Lease

SILENT_SECONDS = 2
"""A lease that was not renewed for so long is anyone's."""
NOBODY = ""


class NotLeading(Exception):
    """Someone else leads by now. Nothing of this transaction is to be kept."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead taken: the work, who does it, and the epoch, which rises with each new leader."""

    work: str
    holder: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A lease as it was found once. Renewed, it is another."""

    holder: str
    epoch: int
    renewed_at: datetime


class Watched:
    """A lease as one who waits for it sees it: since when, in their own seconds, it has not been renewed."""

    def __init__(self) -> None:
        self.seen: Seen | None = None
        self._since = 0.0

    def is_free(self, found: Seen | None, ticks: float) -> bool:
        """Say whether a lease found like this at this second may be tried for."""
        if found != self.seen:
            self.seen, self._since = found, ticks
        return found is None or found.holder == NOBODY or ticks - self._since >= SILENT_SECONDS


def look(session: Session, work: str) -> Seen | None:
    """Find who leads; None if nobody ever did."""
    row = session.execute(select(Lease.holder, Lease.epoch, Lease.renewed_at).where(Lease.name == work)).one_or_none()
    return row and Seen(row.holder, row.epoch, row.renewed_at)


def lead(session: Session, *, work: str, holder: str, at: datetime, silent: Seen | None = None) -> Lead | None:
    """Take the lead, or keep it. Return None while someone else has it.

    Args:
        silent: A lease that was seen not to be renewed. It is taken over only if it still is as it was then.
    """
    ours = session.scalar(select(Lease.holder).where(Lease.name == work)) == holder
    lease = session.scalars(select(Lease).where(Lease.name == work).with_for_update(key_share=ours)).one_or_none()
    if lease is None:
        lease = Lease(name=work, holder=holder, epoch=1, renewed_at=at)
        session.add(lease)
    elif lease.holder != holder:
        if lease.holder != NOBODY and Seen(lease.holder, lease.epoch, lease.renewed_at) != silent:
            return None
        lease.holder, lease.epoch = holder, lease.epoch + 1
    _renew(lease, at)
    session.flush()
    return Lead(work, holder, lease.epoch)


def _renew(lease: Lease, at: datetime) -> None:
    """Change the lease, as a sign of life. However the clock was set, it is another moment than before."""
    lease.renewed_at = max(at, lease.renewed_at + timedelta(microseconds=1))


def require_lead(session: Session, mine: Lead) -> None:
    """See that one still leads, before any work is done, and let nobody take over until it is kept or undone.

    One's own renewals go on meanwhile. So a piece that takes long on a busy machine is not done in vain.

    Raises:
        NotLeading: If the epoch has moved on.
    """
    held = select(Lease.holder, Lease.epoch).where(Lease.name == mine.work).with_for_update(read=True, key_share=True)
    found = session.execute(held).one_or_none()
    if found is None or (found.holder, found.epoch) != (mine.holder, mine.epoch):
        raise NotLeading(f"Another process leads {mine.work} now.")


def keep_lead(session: Session, mine: Lead, *, at: datetime) -> None:
    """Renew the lead, last of all in a transaction: a leader that was replaced meanwhile keeps nothing of it.

    Raises:
        NotLeading: If the epoch has moved on.
    """
    held = select(Lease).where(Lease.name == mine.work).with_for_update(key_share=True)
    lease = session.scalars(held).one_or_none()
    if lease is None or (lease.holder, lease.epoch) != (mine.holder, mine.epoch):
        raise NotLeading(f"Another process leads {mine.work} now.")
    _renew(lease, at)
    session.flush()


def give_up_lead(session: Session, mine: Lead) -> None:
    """Let the next in line take over at once."""
    lease = session.get(Lease, mine.work, with_for_update={"key_share": True})
    if lease is not None and lease.epoch == mine.epoch:
        lease.holder = NOBODY


def note_run(session: Session, *, job: str, started_at: datetime, finished_at: datetime | None, result: str) -> None:
    """Keep how the last run of a job went, over the run before. ``finished_at`` is None for one that failed."""
    session.merge(JobRun(name=job, started_at=started_at, finished_at=finished_at, result=result))
