"""Look through what was read for patterns that somebody should review, and raise an alert for each, once an hour.

Of watched records each person's is by itself, so that a look at one hides no look at another.

What was sealed is looked through once, in order; nothing is held up by it. Auditors are told by e-mail that an alert
waits, without a word of whom it is about.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.practice import calendar_from
from mash.journeys.read_pages import LEAVES, OPENS, SEARCHES
from mash.models import (
    AuditHead,
    AuditRead,
    Delivery,
    Message,
    PrivacyAlert,
    PrivacyMark,
    User,
    UserRole,
    WatchedAlert,
)
from mash.queries.policies import policy_document
from mash.queries.reading_acts import Looks, acts_of
from mash.workflow.calendar import Calendar, london_day
from mash.workflow.privacy import PrivacyPolicy, Seen, patterns_in, privacy_policies_from, privacy_policy_on

BATCH = 500
SCHEDULER = Actor.system("scheduler")
LOOKS = Looks(OPENS, SEARCHES, LEAVES)


def watch_reading(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Look through the next sealed reads, so many at most. Return how many."""
    mark = session.execute(select(PrivacyMark).where(PrivacyMark.id == 1).with_for_update()).scalar_one()
    sealed = session.scalar(select(AuditHead.last_id).where(AuditHead.id == 1)) or 0
    new = (
        select(AuditRead.id, AuditRead.user_id, AuditRead.at)
        .where(AuditRead.id > mark.read_id, AuditRead.id <= sealed)
        .order_by(AuditRead.id)
        .limit(limit)
    )
    rows = session.execute(new).all()
    if not rows:
        return 0
    since = {row.user_id: min(one.at for one in rows if one.user_id == row.user_id) for row in rows}
    policy = privacy_policy_on(london_day(at), privacy_policies_from(policy_document(session, "privacy")))
    names = {row.id: row.name for row in session.execute(select(User.id, User.name))}
    calendar = calendar_from(session)
    for user_id, first in since.items():
        acts = acts_of(session, user_id, first, rows[-1].id, LOOKS, partial(_closed, calendar, policy=policy))
        others = [name for id, name in names.items() if id != user_id]
        seen = patterns_in(acts, names[user_id], others, policy)
        _raise(session, user_id, [one for one in seen if one.act.id > mark.read_id], at)
    mark.read_id = rows[-1].id
    session.flush()
    return len(rows)


def _closed(calendar: Calendar, at: datetime, policy: PrivacyPolicy) -> bool:
    """Say whether the front door is closed then, and was or will be for longer than the margin."""
    return all(calendar.next_open(moment) != moment for moment in (at - policy.margin, at, at + policy.margin))


def _raise(session: Session, user_id: int, seen: Iterable[Seen], at: datetime) -> None:
    for one in seen:
        hour = one.act.at.replace(minute=0, second=0, microsecond=0)
        if session.scalar(select(_raised(one, user_id, hour))):
            continue
        said: dict[str, Any] = {"pattern": one.pattern.value, "user_id": user_id, "data": dict(one.data)}
        alert = PrivacyAlert(**said, hour=hour, read_id=one.act.id, at=at)
        session.add(alert)
        session.flush()
        if one.person:
            session.add(WatchedAlert(alert_id=alert.id, user_id=user_id, person_id=one.person, hour=hour))
            said["person"] = one.person
        record_event(session, kind="privacy.alerted", at=at, by=SCHEDULER, data=said | {"alert": alert.id})
        _tell(session, alert, at)


def _raised(one: Seen, user_id: int, hour: datetime) -> Exists:
    """Say whether there is an alert of it for this hour already; of a watched record, for this very person."""
    if one.person:
        whose = WatchedAlert.person_id == one.person
        return exists().where(WatchedAlert.user_id == user_id, whose, WatchedAlert.hour == hour)
    same = PrivacyAlert.pattern == one.pattern.value, PrivacyAlert.user_id == user_id, PrivacyAlert.hour == hour
    return exists().where(*same)


def _tell(session: Session, alert: PrivacyAlert, at: datetime) -> None:
    """Write to every auditor but the one it is about."""
    audits = select(UserRole.user_id).where(UserRole.role == "auditor")
    told = select(User).where(User.id.in_(audits), User.active, User.email != "", User.id != alert.user_id)
    for person in session.scalars(told.order_by(User.id)):
        message = Message(
            key=f"privacy-{alert.id}-{person.id}",
            contact_id=None,
            kind="privacy",
            to=person.email,
            subject="A privacy alert waits to be reviewed",
            body="Something in the audit of the MASH front door waits to be reviewed. Open Audit, then Privacy alerts.",
            hold_until=at,
        )
        session.add(message)
        session.flush()
        session.add(Delivery(message_id=message.id, next_try_at=at))
    session.flush()
