"""Note when someone is away, so that nothing is given to them meanwhile, and call it off."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.models import Absence, User


class AbsenceRefused(Exception):
    """An absence that cannot be noted. ``field`` is the answer at fault; the message is fit for a page."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def note_absence(
    session: Session, *, user_id: int, first_day: date, last_day: date, today: date, by: Actor, at: datetime
) -> Absence:
    """Note days on which someone is away, both ends included. What they have in hand stays theirs until it is given on.

    Raises:
        NotFound: If there is no such person.
        AbsenceRefused: If it ends before it begins, is over already, or some of the days are noted already.
    """
    user = session.scalars(select(User).where(User.id == user_id, User.active).with_for_update()).one_or_none()
    if user is None:
        raise NotFound("There is no such person.")
    if last_day < first_day:
        raise AbsenceRefused("last", "Last day must be on or after the first day")
    if last_day < today:
        raise AbsenceRefused("last", "Last day must be today or later")
    noted = Absence.user_id == user_id, Absence.last_day >= first_day, Absence.first_day <= last_day
    if session.scalar(select(Absence.id).where(*noted, Absence.ended_at.is_(None)).limit(1)) is not None:
        raise AbsenceRefused("first", f"{user.name} is noted as away on some of these days already")
    told = {"user_id": user_id, "first_day": first_day, "last_day": last_day, "by_id": by.user_id, "made_at": at}
    made = Absence(**told)
    session.add(made)
    session.flush()
    said = {"user": user_id, "first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    record_event(session, kind="user.absence_noted", at=at, by=by, data=said)
    return made


def end_absence(session: Session, *, absence_id: int, by: Actor, at: datetime) -> None:
    """Call an absence off, or end it early. Its row stays.

    Raises:
        NotFound: If there is no such absence, or it has ended.
    """
    found = session.scalars(
        select(Absence).where(Absence.id == absence_id, Absence.ended_at.is_(None)).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such absence.")
    found.ended_at = at
    said = {"user": found.user_id, "absence": absence_id}
    record_event(session, kind="user.absence_ended", at=at, by=by, data=said)
