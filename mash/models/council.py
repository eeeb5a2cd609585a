"""Sign-ins by the council's own provider: whose account there is whose here, which sign-ins came so, what was used."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Id, UserRef


class Identity(Base):
    """Somebody's account at a provider: its issuer and its subject there, never an e-mail address."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        Index("ix_identity_user", "user_id"),
        {"info": QUIET},
    )
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime]


class CouncilSession(Base):
    """A sign-in that came by a provider. ``sid`` is the provider's name for its own session; empty if it gave none."""

    __tablename__ = "council_session"
    __table_args__ = (Index("ix_council_session_sid", "sid"), {"info": QUIET})
    session_id: Mapped[int] = mapped_column(BIG, ForeignKey("user_session.id"), primary_key=True)
    identity_id: Mapped[int] = mapped_column(BIG, ForeignKey("identity.id"))
    sid: Mapped[str] = mapped_column(String(255))


class UsedOnce(Base):
    """The hash of something that may be used once, and was: a sign-in's state, a logout token's number."""

    __tablename__ = "used_once"
    __table_args__ = (Index("ix_used_once_until", "until"), {"info": QUIET})
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]
