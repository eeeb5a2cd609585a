"""What proves who someone is beside their password, and the sign-ins that wait for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Id, UserRef


class SecondFactor(Base):
    """Someone's authenticator app. ``secret`` is sealed with our key.

    ``last_step`` is the last 30 seconds a code of which was used, counted from 1970.
    ``confirmed_at`` is None until a first code from the app was right: until then it asks nothing of anyone.
    """

    __tablename__ = "second_factor"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    user_id: Mapped[UserRef] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code kept on paper, for when the app is lost. Only its keyed hash is here; it works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"), {"info": QUIET})
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class SignInStep(Base):
    """A sign-in whose password was right and whose second step is still to come. It opens nothing by itself."""

    __tablename__ = "sign_in_step"
    __table_args__ = (Index("ix_sign_in_step_expires", "expires_at"), {"info": QUIET})
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UserRef]
    data: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]


class FreshProof(Base):
    """When somebody last proved again who they are in a sign-in that was open already."""

    __tablename__ = "fresh_proof"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    session_id: Mapped[int] = mapped_column(BIG, ForeignKey("user_session.id"), primary_key=True)
    proved_at: Mapped[datetime]
