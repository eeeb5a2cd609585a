"""One contact with a part of every kind, and the steps of a request for the records of the child on it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.set_up import set_up
from mash.journeys.subject_access import (
    Asked,
    ask_release,
    check_identity,
    decide_part,
    open_request,
    sign,
)
from mash.journeys.subject_file import Answered
from mash.journeys.subject_gather import gather
from mash.models import (
    Contact,
    InformationRequest,
    SubjectItem,
)
from mash.rules import RuleBook
from mash.workflow.calendar import london_day
from mash.workflow.subject_access import Answer
from tests.factories import MONDAY, a_child, a_contact, an_actor, an_address, an_adult

ASKED = Asked(asked_by="Ada Sample", standing="themself", authority="", wanted="All", received_on=london_day(MONDAY))
SYSTEM = Actor.system("test")


@pytest.fixture
def contact(session: Session, rulebook: RuleBook) -> Contact:
    """Keep one contact about Ada: her mother, a withheld referrer, a protected home, a reply from the police."""
    set_up(session, rulebook=rulebook, by=SYSTEM, at=MONDAY)
    ada, lena = a_child(session, "Ada", "Sample", date_of_birth=date(2009, 3, 2)), an_adult(session, "Lena", "Sample")
    made = a_contact(
        session,
        children=(ada,),
        adults=(lena,),
        narrative="Lena said that Ada is well.",
        referrer_name="Whistling Source",
        referrer_identity="withheld",
        source_code="2A",
        address_id=an_address(session, "77 Hidden Mews", "ZZ9 9ZZ", protected=True).id,
    )
    told: dict[str, Any] = {"agency": "Police", "sensitivity": "mash_only", "reply_kind": "supplied"}
    told |= {"reply": "A source told us.", "questions": "?", "sent_at": MONDAY, "due_at": MONDAY, "replied_at": MONDAY}
    asked = InformationRequest(contact_id=made.id, **told)
    asked.asked_by_id = an_actor(session, "manager").user_id or 0
    session.add(asked)
    session.flush()
    return made


@pytest.fixture
def two(session: Session) -> tuple[Actor, Actor]:
    return an_actor(session, "manager"), an_actor(session, "manager")


def opened(session: Session, contact: Contact, by: Actor) -> int:
    number = open_request(session, contact.reference, contact.children[0].person_id, ASKED, by=by, at=MONDAY)
    gather(session, number, (), {}, by=by, at=MONDAY)
    return number


def items(session: Session, number: int) -> dict[str, SubjectItem]:
    return {row.kind: row for row in session.scalars(select(SubjectItem).where(SubjectItem.request_id == number))}


def as_proposed(session: Session, number: int, by: Actor) -> None:
    for row in items(session, number).values():
        said = {"ground": row.proposed_ground, "reason": "", "marked": row.marked}
        decide_part(session, number, row.place, answer=Answer(row.proposal), **said, by=by, at=MONDAY)


def signed(session: Session, number: int, two: tuple[Actor, Actor]) -> None:
    check_identity(session, number, "Passport seen", by=two[0], at=MONDAY)
    ask_release(session, number, {}, by=two[0], at=MONDAY)
    sign(session, number, {}, by=two[1], at=MONDAY)


def text_of(answered: Answered) -> bytes:
    return "\n".join(f"{part.place} {part.label} {part.text} {part.ground}" for part in answered.parts).encode()
