"""Reading that looks like misuse: an alert for each pattern that was seen, and what somebody made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, Id, UserRef, Words, one_of, only

_NOT_WATCHED = "pattern <> 'watched_person'"


class PrivacyAlert(Base):
    """One pattern in one person's reading, once an hour of it at most. ``data`` says what was counted.

    Of watched records there is one for each person watched: ``WatchedAlert``.
    """

    __tablename__ = "privacy_alert"
    __table_args__ = (
        Index("ix_privacy_alert_hour", "pattern", "user_id", "hour", unique=True, **only(_NOT_WATCHED)),
        Index("ix_privacy_alert_user", "user_id", "id"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    pattern: Mapped[Code]
    user_id: Mapped[UserRef]
    hour: Mapped[datetime]
    read_id: Mapped[int] = mapped_column(BIG, ForeignKey("audit_read.id"))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class WatchedAlert(Base):
    """Whose watched record an alert is of: one a person, reader and hour, so that no look hides another.

    ``person_id`` is no foreign key: an alert stays when the record has gone.
    """

    __tablename__ = "watched_alert"
    __table_args__ = (UniqueConstraint("user_id", "person_id", "hour"), {"info": QUIET})
    alert_id: Mapped[int] = mapped_column(BIG, ForeignKey("privacy_alert.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[UserRef]
    person_id: Mapped[int] = mapped_column(BIG)
    hour: Mapped[datetime]


class PrivacyReview(Base):
    """What somebody else made of an alert, with a note. The alert itself stays as it was."""

    __tablename__ = "privacy_review"
    __table_args__ = (one_of("answer", "explained", "raised"), {"info": QUIET})
    alert_id: Mapped[int] = mapped_column(BIG, ForeignKey("privacy_alert.id"), primary_key=True, autoincrement=False)
    answer: Mapped[Code]
    note: Mapped[Words]
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class PrivacyMark(Base):
    """Up to which read patterns were looked for."""

    __tablename__ = "privacy_mark"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    id: Mapped[Id]
    read_id: Mapped[int] = mapped_column(BIG)
