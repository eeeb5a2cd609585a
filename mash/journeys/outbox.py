"""Put messages to colleagues in the outbox, to be sent by whoever leads. Each key once; a reference, never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mash.models import Delivery, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one colleague. ``key`` is unique for ever: a letter written a second time is refused."""

    key: str
    kind: str
    to: str
    subject: str
    body: str
    hold_until: datetime
    contact_id: int | None = None


def put_out(session: Session, letters: Sequence[Letter]) -> int:
    """Keep letters to be sent once they are held no longer. Return how many.

    Raises:
        IntegrityError: If one with the same key was written before; nothing of this transaction is to be kept then.
    """
    if not letters:
        return 0
    rows = [{name: getattr(letter, name) for name in Letter.__slots__} for letter in letters]
    ids = session.scalars(insert(Message).returning(Message.id, sort_by_parameter_order=True), rows).all()
    pairs = zip(ids, letters, strict=True)
    waits = [{"message_id": number, "next_try_at": letter.hold_until} for number, letter in pairs]
    session.execute(insert(Delivery), waits)
    return len(letters)
