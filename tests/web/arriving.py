"""Contacts that arrive as they would in earnest, for the pages to show."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.db import reading, transaction
from mash.journeys import decide, triage
from mash.journeys.actor import Actor
from mash.journeys.choices import Choice
from mash.journeys.people import PersonGiven
from mash.journeys.practice import practice_from
from mash.journeys.receive import Approach, ChildGiven, receive
from mash.journeys.views import seen
from mash.models import Contact, User

JORDAN = PersonGiven(forename="Jordan", surname="Ames", estimated_age=4)


def someone(app: Flask, username: str) -> Actor:
    """Return who has a username, as they act."""
    with reading(app.extensions["mash"].database) as session:
        return Actor.of(session.scalars(select(User).where(User.username == username)).one())


def arrive(app: Flask, *people: PersonGiven, ago: timedelta = timedelta(), **told: Any) -> str:
    """Receive a contact about these children, so long ago. Return its reference."""
    made_of = app.extensions["mash"]
    at: datetime = clock.now()
    given = tuple(ChildGiven(person=person) for person in people or (JORDAN,))
    approach = Approach(**({"type": "service_request"} | told), received_at=at - ago, children=given)
    with transaction(made_of.database) as session:
        practice = practice_from(session, made_of.rulebook)
        return receive(session, approach, by=Actor.system("test"), at=at, practice=practice).reference


def rated(app: Flask, reference: str, value: str, by: str = "practitioner", reason: str = "") -> None:
    """Rate every child on a contact."""
    made_of, who = app.extensions["mash"], someone(app, by)
    with transaction(made_of.database) as session:
        contact = session.scalars(select(Contact).where(Contact.reference == reference)).one()
        given = tuple(triage.RatingGiven(child_id=child.id, value=value, reason=reason) for child in contact.children)
        practice = practice_from(session, made_of.rulebook)
        triage.rate(session, reference, given, version=None, by=who, at=clock.now(), practice=practice)


def decided(app: Flask, reference: str, route: str, level: int, by: str = "practitioner") -> str:
    """Decide the same for every child on a contact. Return the move that it came to: decided, or recommended."""
    made_of, who = app.extensions["mash"], someone(app, by)
    with transaction(made_of.database) as session:
        contact = session.scalars(select(Contact).where(Contact.reference == reference)).one()
        seen(session, contact.id, "workspace", who, clock.now())
        choices = tuple(
            Choice(
                child_id=child.id,
                route=route,
                level=level,
                rating=child.rating,
                reason="Neglect over months, and it is getting worse.",
                why_lower="The school has seen the home.",
                agreement="given_verbally",
            )
            for child in contact.children
        )
        practice = practice_from(session, made_of.rulebook)
        return decide.decide(
            session, reference, choices, version=None, by=who, at=clock.now(), practice=practice
        ).move.value


def contact_of(app: Flask, reference: str) -> Contact:
    """Read a contact as it stands, with its children and adults."""
    with reading(app.extensions["mash"].database) as session:
        contact = session.scalars(select(Contact).where(Contact.reference == reference)).one()
        for child in contact.children:
            _ = child.person
        for adult in contact.adults:
            _ = adult.person
        _ = contact.address
        return contact
