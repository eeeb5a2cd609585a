"""Tell everyone of some roles something at once, on their open page and by e-mail. References only: never a name."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.tell_colleague import tell_colleague
from mash.models import Contact, Delivery, Message, User, UserRole
from mash.queries.named_access import reader_of
from mash.queries.restricted import may_know

ACCESS = "access"


def tell_roles(
    session: Session,
    roles: Iterable[str],
    *,
    contact_id: int,
    key: str,
    text: str,
    at: datetime,
    link: str,
    but: int | None = None,
) -> list[int]:
    """Tell whoever holds one of these roles and may know of the contact. Return whom, by id.

    Args:
        key: What it is about, so that nobody is written to twice about the same.
        but: Somebody who is not told, such as whoever it is about.
    """
    contact = session.get_one(Contact, contact_id)
    holders = select(UserRole.user_id).where(UserRole.role.in_(tuple(roles)))
    told = []
    for user in session.scalars(select(User).where(User.active, User.id.in_(holders)).order_by(User.id)):
        reader = reader_of(session, user.id, frozenset(role.role for role in user.roles), at)
        if user.id == but or not may_know(reader, contact.id, restricted=contact.restricted):
            continue
        told.append(user.id)
        tell_colleague(session, user_id=user.id, text=text, at=at, link=("Open it", link))
        if user.email:
            message = Message(
                key=f"{ACCESS}-{key}-{user.id}",
                contact_id=contact.id,
                kind=ACCESS,
                to=user.email,
                subject=f"{contact.reference}: for you to see to",
                body=f"{text}\n\nOpen it in the MASH front door.",
                hold_until=at,
            )
            session.add(message)
            session.flush()
            session.add(Delivery(message_id=message.id, next_try_at=at))
    session.flush()
    return told
