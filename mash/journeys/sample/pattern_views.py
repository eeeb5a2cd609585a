"""Invent contacts about children who came often lately, closed with a view of the pattern, some of them reviewed.

Everything goes through the journeys that people use, so that whatever those refuse is not there.
"""

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
from mash.models import ChildOnContact, Contact, User, UserRole
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.words import State

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


def often_lately(session: Session, now: datetime) -> list[int]:
    """List the people who were children on two to four contacts lately, the most first."""
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
    return list(session.scalars(found))


def invent_pattern_view(
    session: Session, invented: Invented, person_id: int, *, now: datetime, practice: Practice
) -> None:
    """Receive and close one contact, and review the view of it if that is invented.

    Raises:
        MoveRefused: If a journey refuses any of it; then nothing of it may stay.
    """
    contact = _closed(session, invented, person_id, now=now, practice=practice)
    view = standing_view(session, contact)
    if view is None:
        raise MoveRefused(Move.INFORM, State(contact.state), ("No view of a pattern was asked for.",))
    if not invented.answer:
        return
    fresh = [
        one for one in _staff(session, invented.role) if not may_review(view, user_id=one.user_id, roles=one.roles)
    ]
    review_pattern(
        session,
        contact.reference,
        answer=invented.answer,
        reason=invented.reason,
        version=contact.version,
        by=(fresh or _staff(session, invented.role))[0],
        at=now,
        practice=practice,
    )


def _closed(session: Session, invented: Invented, person_id: int, *, now: datetime, practice: Practice) -> Contact:
    officer, writer = _staff(session, "contact_officer")[0], _staff(session, "practitioner")[0]
    given = ChildGiven(person=PersonGiven(person_id=person_id))
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


def _staff(session: Session, role: str) -> list[Actor]:
    users = select(User).join(UserRole).where(UserRole.role == role).order_by(User.id)
    return [Actor.of(user) for user in session.scalars(users)]
