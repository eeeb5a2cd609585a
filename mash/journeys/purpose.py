"""What a database is for: the real service, or practice. Neither is ever opened as the other."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mash.models import Contact, Installation, User


class WrongPlace(Exception):
    """The database is for practice and the service is not, or the other way round. Nothing was changed."""


def settle_purpose(session: Session, *, practice: bool, at: datetime) -> None:
    """Mark a new database as one for practice, or see that an old one is for what it is opened for.

    Raises:
        WrongPlace: If it is not.
    """
    used = session.scalar(select(exists().where(User.id > 0))) or session.scalar(select(exists().where(Contact.id > 0)))
    if practice and not used and not is_practice(session):
        session.add(Installation(purpose="practice", made_at=at))
        session.flush()
    require_purpose(session, practice=practice)


def require_purpose(session: Session, *, practice: bool) -> None:
    """Refuse a database that is for something else.

    Raises:
        WrongPlace: If it is.
    """
    found = is_practice(session)
    if found and not practice:
        raise WrongPlace("This database is for practice: everything in it is invented. Open it with: mash practice")
    if practice and not found:
        raise WrongPlace(
            "This database is not for practice, so no practice is opened on it. Set MASH_FOLDER elsewhere."
        )


def is_practice(session: Session) -> bool:
    """Say whether a database is for practice."""
    return bool(session.scalar(select(exists().where(Installation.purpose == "practice"))))
