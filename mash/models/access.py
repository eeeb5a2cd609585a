"""Who may come in, what they have half written, and what they looked at."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mash import config
from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, ContactRef, Id, Name, UserRef, one_of

ROLES = config.ROLES


class UserRole(Base):
    """One role of one user. ``team`` says which team, for someone who receives work."""

    __tablename__ = "user_role"
    __table_args__ = (UniqueConstraint("user_id", "role"), one_of("role", *ROLES))
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    role: Mapped[Code]


class User(Base):
    """Someone who signs in. Never deleted: a leaver is made inactive."""

    __tablename__ = "user"
    id: Mapped[Id]
    username: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    email: Mapped[Name] = mapped_column(default="")
    team: Mapped[Name] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    roles: Mapped[list[UserRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class Absence(Base):
    """Days on which someone is away, both ends included. One that is called off ends early; its row stays."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_user", "user_id", "last_day"), Index("ix_absence_days", "last_day", "id"))
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    first_day: Mapped[date]
    last_day: Mapped[date]
    by_id: Mapped[UserRef]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class UserSession(Base):
    """A sign-in that can be ended from here. Holds only the hash of the token that the browser holds.

    ``notices`` wait for the next page. ``held`` is a form that came in after the sign-in lapsed, kept for its return.
    """

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_user", "user_id", "ended_at"), {"info": QUIET})
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UserRef]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[Name] = mapped_column(default="")
    notices: Mapped[list[Any]] = mapped_column(default=list)
    held: Mapped[dict[str, Any] | None]
    user: Mapped[User] = relationship()


class LoginAttempt(Base):
    """A try at signing in, for slowing down guessing. ``who`` and ``network`` are keyed hashes, not the things."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_who", "who", "at"),
        Index("ix_login_attempt_network", "network", "at"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    who: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    worked: Mapped[bool]


class Viewing(Base):
    """Someone looked at something about a contact. Written in the request that showed it."""

    __tablename__ = "viewing"
    __table_args__ = (
        Index("ix_viewing_contact", "contact_id", "id"),
        Index("ix_viewing_user", "user_id", "at"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    contact_id: Mapped[ContactRef | None]
    page: Mapped[Code]
    at: Mapped[datetime]


class Draft(Base):
    """What someone has half written, valid or not. One for each person, contact and form."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "contact_id", "form"), {"info": QUIET})
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    contact_id: Mapped[int] = mapped_column(BIG, ForeignKey("contact.id"), index=True)
    form: Mapped[Code]
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class RecordDraft(Base):
    """What someone has half written of a contact that is not recorded yet. One a person."""

    __tablename__ = "record_draft"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    user_id: Mapped[UserRef] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class SubmittedForm(Base):
    """A form's token, used once: a double click or a resend finds it here and changes nothing."""

    __tablename__ = "submitted_form"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UserRef | None]
    went_to: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
