"""When the last good backup was taken, what policy asks, and whether that is a problem."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.models import BackupTaken, Event, Installation
from mash.queries.policies import policy_document
from mash.workflow.backup_policy import BackupPolicy, backup_policies_from, backup_policy_on
from mash.workflow.calendar import london_day


def backup_policy(session: Session, at: datetime) -> BackupPolicy | None:
    """Return the policy in force; None before one is set up, and where all is invented."""
    if session.scalar(select(func.count()).select_from(Installation)):
        return None
    return backup_policy_on(london_day(at), backup_policies_from(policy_document(session, "backup")))


def last_good(session: Session) -> datetime | None:
    """Say when the last good backup was begun; None if there is none."""
    return session.scalar(select(func.max(BackupTaken.at)).where(BackupTaken.problem == ""))


def backup_due(session: Session, at: datetime) -> bool:
    """Say whether policy asks for a backup now."""
    policy, last = backup_policy(session, at), last_good(session)
    return policy is not None and (last is None or at - last >= policy.every)


def of_backups(session: Session, at: datetime) -> str:
    """Say in a sentence that there is no recent good backup; nothing if there is, or the service is newer than that."""
    policy = backup_policy(session, at)
    if policy is None:
        return ""
    last, began = last_good(session), session.scalar(select(func.min(Event.at)))
    since = last or began
    if since is None or at - since <= policy.alarm_after:
        return ""
    if last is None:
        return "No backup has been taken. See that mash scheduler is running, or run: mash backup"
    problem = session.scalar(
        select(BackupTaken.problem).order_by(BackupTaken.at.desc(), BackupTaken.id.desc()).limit(1)
    )
    why = f" The last try failed: {problem}" if problem else " See that mash scheduler is running."
    hours = (at - last).total_seconds() / 3600
    return f"The last good backup is {hours:,.1f} hours old.{why}"
