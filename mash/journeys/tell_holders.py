"""Write to whoever holds a contact that a deadline nears or has passed. A reference only: never a child's data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.outbox import Letter, put_out
from mash.models import Clock, Contact, InformationRequest, Message, User, UserRole
from mash.queries.named_access import named_for
from mash.workflow.calendar import Calendar, on_screen

DEADLINE = "deadline"
AT_ONCE = 500
MINE = "it is in your name"
NOBODY = "nobody has it"
UNREACHED = "no e-mail reaches who has it"


@dataclass(frozen=True, slots=True)
class Passed:
    """A stage that something on a contact has passed: ``subject`` is ``clock`` or ``request``."""

    subject: str
    subject_id: int
    contact_id: int
    stage: str
    what: str
    says: str
    due_at: datetime
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whom an e-mail reaches, and the contacts that are kept from them by name: not to be told of."""

    id: int
    email: str
    kept: frozenset[int] = frozenset()


def tell_holders(session: Session, passed: Sequence[Passed], *, at: datetime, calendar: Calendar) -> int:
    """Write to whoever holds each contact, or to every manager where nobody does, once for each person and stage.

    What does not run day and night waits until the front door is open.

    Returns:
        How many messages were written.
    """
    if not passed:
        return 0
    known = _contacts(session, {one.contact_id for one in passed})
    people, managers, opens = (
        _people(session, known.values(), at),
        managers_reached(session, at),
        calendar.next_open(at),
    )
    letters: list[Letter] = []
    for one in passed:
        contact = known[one.contact_id]
        holder = people.get(contact.claimed_by_id)
        holder = None if holder and contact.id in holder.kept else holder
        why = MINE if holder else UNREACHED if contact.claimed_by_id else NOBODY
        tellable = [manager for manager in managers if contact.id not in manager.kept]
        readers, hold = [holder] if holder else tellable, at if one.at_once else opens
        letters += [_letter(one, contact.reference, reader, why, hold) for reader in readers]
    return put_out(session, letters)


def _letter(passed: Passed, reference: str, to: Reader, why: str, hold_until: datetime) -> Letter:
    """Word one message about a stage, and why its reader is told."""
    return Letter(
        key=f"{DEADLINE}-{passed.subject}-{passed.subject_id}-{passed.stage}-{to.id}",
        kind=DEADLINE,
        to=to.email,
        subject=f"{reference}: {passed.says}",
        body=f"{reference}. {passed.what}: {passed.says}. It is due {on_screen(passed.due_at)}.\n\n"
        f"You are told because {why}. Open it in the MASH front door.",
        hold_until=hold_until,
        contact_id=passed.contact_id,
    )


def still_stands(session: Session, message: Message) -> bool:
    """Say whether what a message tells of still is so when it is about to be sent, such as the next morning."""
    if message.kind != DEADLINE:
        return True
    _, subject, number, *_ = message.key.split("-")
    if subject == "clock":
        return session.get_one(Clock, int(number)).stopped_at is None
    return session.get_one(InformationRequest, int(number)).replied_at is None


def managers_reached(session: Session, at: datetime) -> list[Reader]:
    """List every manager whom an e-mail reaches, with what is kept from them."""
    manages = select(UserRole.user_id).where(UserRole.role == "manager")
    rows = select(User.id, User.email).where(User.id.in_(manages), User.active, User.email != "").order_by(User.id)
    found = session.execute(rows).all()
    return [Reader(row.id, row.email, named_for(session, row.id, at).contacts_kept) for row in found]


def reached(session: Session, ids: Iterable[int], at: datetime) -> dict[int, Reader]:
    """Find those of these people whom an e-mail reaches, by their id, with what is kept from them."""
    rows = select(User.id, User.email).where(User.id.in_(set(ids)), User.active, User.email != "")
    found = session.execute(rows).all()
    return {row.id: Reader(row.id, row.email, named_for(session, row.id, at).contacts_kept) for row in found}


def _people(session: Session, contacts: Iterable[Any], at: datetime) -> Mapping[int | None, Reader]:
    held = reached(session, {row.claimed_by_id for row in contacts if row.claimed_by_id}, at)
    return dict(held.items())


def _contacts(session: Session, ids: set[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    wanted, columns = sorted(ids), (Contact.id, Contact.reference, Contact.claimed_by_id)
    for start in range(0, len(wanted), AT_ONCE):
        some = select(*columns).where(Contact.id.in_(wanted[start : start + AT_ONCE]))
        found |= {row.id: row for row in session.execute(some)}
    return found
