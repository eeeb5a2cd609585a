"""Invent contacts about children who came often lately, closed with a view of the pattern, some of them reviewed.

Everything goes through the journeys that people use, so that whatever those refuse is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.finish import review_pattern
from mash.journeys.inform import inform
from mash.journeys.pattern import may_review, standing_view
from mash.journeys.people import PersonGiven
from mash.journeys.practice import Practice
from mash.journeys.receive import Approach, ChildGiven, receive
from mash.journeys.views import seen
from mash.models import ChildOnContact, Contact, Person, User, UserRole
from mash.workflow.contact import MoveRefused

LATELY = timedelta(days=90)
TRIED = 40
SMALLEST = 200


@dataclass(frozen=True, slots=True)
class Invented:
    """What one contact says, the view of the pattern written when it was closed, and the review of it, if any.

    Attributes:
        role: Of whoever reviews it.
        answer: ``holds``, ``differs``, or empty for one that still waits.
    """

    says: str
    view: str
    role: str = ""
    answer: str = ""
    reason: str = ""


INVENTED = (
    Invented(
        "School rang to say that attendance is back where it was before the summer. They ask for nothing.",
        "Each contact this autumn was about the move of house. Attendance has settled, and school sees them daily.",
    ),
    Invented(
        "The health visitor sends the plan for the new baby's checks, for our information.",
        "Three contacts in a row came from the same clinic about appointments. All have been kept since.",
    ),
    Invented(
        "The housing officer confirms the new tenancy and gives the address.",
        "The earlier contacts were about overcrowding. The family was rehoused, and nobody has reported harm.",
        role="practitioner",
        answer="holds",
    ),
    Invented(
        "A youth worker sends the dates of the autumn programme that the young person has joined.",
        "Each contact was about evenings spent out late. The programme is the answer that was agreed to each time.",
        role="manager",
        answer="holds",
    ),
    Invented(
        "The school nurse tells us that the hearing test was passed.",
        "The contacts were about health appointments, one after the other. None spoke of a worry at home.",
        role="practitioner",
        answer="differs",
        reason="Two of them came from neighbours, not from health. Read together they speak of nobody being at home.",
    ),
)


def pattern_views_among(contacts: int) -> int:
    """Say how many contacts of a history are these: none of one too small for children who come often."""
    return len(INVENTED) if contacts >= SMALLEST else 0


def invent_pattern_views(session: Session, *, now: datetime, practice: Practice) -> int:
    """Receive, close and review the invented contacts, as far as there are children who came often lately.

    Returns:
        How many contacts were received.
    """
    children, made = _often(session, now), 0
    for invented in INVENTED:
        made += any(_told(session, invented, child, now=now, practice=practice) for child in children)
    return made


def _often(session: Session, now: datetime) -> Iterator[Person]:
    """Yield children who were on two to four contacts lately, the most first."""
    times = func.count(ChildOnContact.contact_id)
    found = (
        select(ChildOnContact.person_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(Contact.received_at > now - LATELY)
        .group_by(ChildOnContact.person_id)
        .having(times.between(2, 4))  # and the one now received makes the third, fourth or fifth
        .order_by(times.desc(), ChildOnContact.person_id)
        .limit(TRIED)
    )
    for person_id in session.scalars(found).all():
        yield session.get_one(Person, person_id)


def _told(session: Session, invented: Invented, child: Person, *, now: datetime, practice: Practice) -> bool:
    """Receive and close one contact. Where a journey refuses any of it, nothing of it stays."""
    before = session.begin_nested()
    try:
        contact = _closed(session, invented, child, now=now, practice=practice)
        whole = _reviewed(session, invented, contact, now=now, practice=practice)
    except MoveRefused:
        whole = False
    if whole:
        before.commit()
    else:
        before.rollback()
    return whole


def _closed(session: Session, invented: Invented, child: Person, *, now: datetime, practice: Practice) -> Contact:
    officer, writer = _staff(session, "contact_officer")[0], _staff(session, "practitioner")[0]
    given = ChildGiven(person=PersonGiven(person_id=child.id))
    approach = Approach(
        type="information_share", received_at=now, channel="telephone", narrative=invented.says, children=(given,)
    )
    contact = receive(session, approach, by=officer, at=now, practice=practice)
    seen(session, contact.id, "workspace", writer, now)
    return inform(
        session,
        contact.reference,
        contact_type="information_share",
        outcome="information_given",
        answer="Noted. Nothing is asked of us.",
        no_worry_confirmed=True,
        pattern_view=invented.view,
        version=contact.version,
        by=writer,
        at=now,
        practice=practice,
    )


def _reviewed(session: Session, invented: Invented, contact: Contact, *, now: datetime, practice: Practice) -> bool:
    """Review the view with fresh eyes, if it is to be reviewed. Return whether that could be done."""
    view = standing_view(session, contact)
    if view is None or not invented.answer:
        return view is not None
    for reviewer in _staff(session, invented.role):
        if not may_review(view, user_id=reviewer.user_id, roles=reviewer.roles):
            review_pattern(
                session,
                contact.reference,
                answer=invented.answer,
                reason=invented.reason,
                version=contact.version,
                by=reviewer,
                at=now,
                practice=practice,
            )
            return True
    return False


def _staff(session: Session, role: str) -> list[Actor]:
    users = select(User).join(UserRole).where(UserRole.role == role).order_by(User.id)
    return [Actor.of(user) for user in session.scalars(users)]
