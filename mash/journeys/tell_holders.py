"""Write to whoever holds a contact that a deadline nears or has passed. A reference only: never a child's data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Clock, Contact, Delivery, InformationRequest, Message, User, UserRole
from mash.workflow.calendar import Calendar, on_screen

DEADLINE = "deadline"


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


def tell_holder(session: Session, passed: Passed, *, at: datetime, calendar: Calendar) -> int:
    """Write to whoever holds the contact, or to every manager where nobody does, once for each person and stage.

    What does not run day and night waits until the front door is open.

    Returns:
        How many messages were written.
    """
    contact = session.get_one(Contact, passed.contact_id)
    holder = session.get(User, contact.claimed_by_id) if contact.claimed_by_id else None
    people = [holder] if holder and holder.active and holder.email else _managers(session)
    why = "it is in your name" if holder in people else "no e-mail reaches who has it" if holder else "nobody has it"
    hold = at if passed.at_once else calendar.next_open(at)
    for person in people:
        key = f"{DEADLINE}-{passed.subject}-{passed.subject_id}-{passed.stage}-{person.id}"
        message = Message(
            key=key,
            contact_id=contact.id,
            kind=DEADLINE,
            to=person.email,
            subject=f"{contact.reference}: {passed.says}",
            body=f"{contact.reference}. {passed.what}: {passed.says}. It is due {on_screen(passed.due_at)}.\n\n"
            f"You are told because {why}. Open it in the MASH front door.",
            hold_until=hold,
        )
        session.add(message)
        session.flush()
        session.add(Delivery(message_id=message.id, next_try_at=hold))
    session.flush()
    return len(people)


def still_stands(session: Session, message: Message) -> bool:
    """Say whether what a message tells of still is so when it is about to be sent, such as the next morning."""
    if message.kind != DEADLINE:
        return True
    _, subject, number, *_ = message.key.split("-")
    if subject == "clock":
        return session.get_one(Clock, int(number)).stopped_at is None
    return session.get_one(InformationRequest, int(number)).replied_at is None


def _managers(session: Session) -> list[User]:
    manages = select(UserRole.user_id).where(UserRole.role == "manager")
    rows = select(User).where(User.id.in_(manages), User.active, User.email != "").order_by(User.id)
    return list(session.scalars(rows))
