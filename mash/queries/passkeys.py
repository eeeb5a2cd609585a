"""Whose passkeys there are, and whether a sign-in was proved in a way that cannot be phished."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Passkey, StrongProof
from mash.queries.access import proved_at


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey, as its owner sees it. ``used_at`` is None if it never was."""

    id: int
    name: str
    credential_id: str
    made_at: datetime
    used_at: datetime | None


def passkeys_of(session: Session, user_id: int) -> list[PasskeyRow]:
    """List somebody's passkeys, the oldest first."""
    found = session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id))
    return [PasskeyRow(one.id, one.name, one.credential_id, one.made_at, one.used_at) for one in found]


def proved_strongly(session: Session, session_id: int) -> bool:
    """Say whether whoever uses a session last proved who they are in a way that cannot be phished."""
    strong = session.scalar(select(StrongProof.proved_at).where(StrongProof.session_id == session_id))
    last = proved_at(session, session_id)
    return strong is not None and last is not None and strong >= last
