"""Watch who opens somebody's record, as of somebody widely known: each time raises an alert, until that is ended."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.models import Person, WatchMark
from mash.queries.audit import watched


class WatchRefused(Exception):
    """A watch that cannot begin or end. The message is fit for a page."""


def begin_watch(session: Session, person_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Watch who opens somebody's record.

    Raises:
        NotFound: If there is no such person.
        WatchRefused: If no reason is given, or it is watched already.
    """
    found = session.scalars(select(Person.id).where(Person.id == person_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound("There is no such person.")
    if not reason.strip():
        raise WatchRefused("Say why it is watched")
    if watched(session, person_id):
        raise WatchRefused("It is watched already")
    session.add(WatchMark(person_id=person_id, reason=reason.strip(), by_id=by.user_id, at=at))
    session.flush()
    record_event(session, kind="watch.begun", at=at, by=by, data={"person": person_id, "reason": reason.strip()})


def end_watch(session: Session, person_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """End it. Alerts that were raised stay. Who reads records as part of their work does not end what watches them.

    Raises:
        WatchRefused: If somebody else than an auditor ends it, no reason is given, or nobody watches it.
    """
    if "auditor" not in by.roles:
        raise WatchRefused("An auditor ends it")
    found = watched(session, person_id)
    if found is None or not reason.strip():
        raise WatchRefused("Nobody watches it" if found is None else "Say why it need not be watched")
    found.ended_by_id, found.ended_at = by.user_id, at
    record_event(session, kind="watch.ended", at=at, by=by, data={"person": person_id, "reason": reason.strip()})
