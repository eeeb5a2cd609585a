"""Passkeys, and the sign-ins that were proved in a way that cannot be phished."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Id, Name, UserRef, Words


class Passkey(Base):
    """One passkey of somebody's. Its private half never leaves their device.

    ``credential_id`` is its name for itself in base64url, ``credential_hash`` the SHA-256 of that. ``sign_count`` is
    how often its device said that it had signed; many devices always say 0.
    """

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_user", "user_id"), {"info": QUIET})
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    credential_id: Mapped[Words]
    credential_hash: Mapped[str] = mapped_column(String(64), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[Name]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StrongProof(Base):
    """When somebody last proved who they are, in this sign-in, by a passkey or what their provider says is as good."""

    __tablename__ = "strong_proof"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    session_id: Mapped[int] = mapped_column(BIG, ForeignKey("user_session.id"), primary_key=True)
    proved_at: Mapped[datetime]
