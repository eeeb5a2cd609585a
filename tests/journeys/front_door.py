"""A front door for tests of journeys: contacts received, children chosen for, one Monday morning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.choices import Choice
from mash.journeys.decide import Outcome, decide
from mash.journeys.people import PersonGiven
from mash.journeys.practice import Practice, practice_from
from mash.journeys.receive import Approach, ChildGiven, receive
from mash.journeys.triage import RatingGiven, rate
from mash.models import Clock, Contact, Decision, Event, HandOver, Viewing
from mash.rules import RuleBook
from tests.factories import MONDAY

SOUND: dict[str, Any] = {
    "route": "child_and_family_assessment",
    "level": 3,
    "rating": "amber",
    "reason": "Neglect that early help has not changed.",
    "agreement": "given_verbally",
}
SERIOUS = {"need-significant": "present"}


@dataclass
class FrontDoor:
    """Everything a journey needs, with sound defaults: say only what the test is about."""

    session: Session
    practice: Practice
    actor: Callable[[str], Actor]
    now: datetime = MONDAY + timedelta(hours=1)

    @property
    def practitioner(self) -> Actor:
        return self.actor("practitioner")

    @property
    def manager(self) -> Actor:
        return self.actor("manager")

    def contact(self, *observed: dict[str, Any], **told: Any) -> Contact:
        """Receive a contact about one child for each set of facts; about one child if none is given."""
        children = tuple(
            ChildGiven(
                person=PersonGiven(forename=name, surname="Sample", date_of_birth=date(2016, 1, place)), observed=facts
            )
            for place, (name, facts) in enumerate(zip(("Ada", "Ben", "Cy"), observed or ({},), strict=False), start=1)
        )
        approach = Approach(type="service_request", received_at=MONDAY, children=children, **told)
        officer = self.actor("contact_officer")
        return receive(self.session, approach, by=officer, at=MONDAY, practice=self.practice)

    def choice(self, contact: Contact, place: int = 0, **told: Any) -> Choice:
        """Choose for one child: a sound decision but for what is told."""
        return Choice(child_id=contact.children[place].id, **(SOUND | told))

    def decide(self, contact: Contact, *choices: Choice, by: Actor | None = None, **told: Any) -> Outcome:
        """Decide as the practitioner unless told otherwise, from the contact as it stands."""
        known: dict[str, Any] = self.told(contact) | told
        return decide(self.session, contact.reference, choices, by=by or self.practitioner, **known)

    def rate(self, contact: Contact, *values: str, by: Actor | None = None, reason: str = "") -> None:
        """Rate the children in their order."""
        given = tuple(
            RatingGiven(child_id=child.id, value=value, reason=reason)
            for child, value in zip(contact.children, values, strict=True)
        )
        rate(self.session, contact.reference, given, by=by or self.practitioner, **self.told(contact))

    def told(self, contact: Contact) -> dict[str, Any]:
        """Give what journeys about a contact as it stands ask for beside their own matter."""
        return {"version": contact.version, "at": self.now, "practice": self.practice}

    def decision(self, contact: Contact, place: int = 0) -> Decision:
        """Find the newest decision about a child."""
        child = contact.children[place].id
        rows = self.session.scalars(select(Decision).where(Decision.child_id == child).order_by(Decision.id))
        return list(rows)[-1]

    def events(self, contact: Contact) -> list[str]:
        rows = select(Event.kind).where(Event.contact_id == contact.id).order_by(Event.seq)
        return list(self.session.scalars(rows))

    def offers(self, contact: Contact) -> list[HandOver]:
        ids = [child.id for child in contact.children]
        return list(self.session.scalars(select(HandOver).where(HandOver.child_id.in_(ids)).order_by(HandOver.id)))

    def running(self, contact: Contact) -> set[str]:
        rows = select(Clock.name).where(Clock.contact_id == contact.id, Clock.stopped_at.is_(None))
        return set(self.session.scalars(rows))

    def read(self, contact: Contact, by: Actor) -> None:
        """Note that someone opened the page, which shows the history."""
        self.session.add(Viewing(user_id=by.user_id, contact_id=contact.id, page="workspace", at=self.now))
        self.session.flush()


def front_door(session: Session, rulebook: RuleBook, actor: Callable[[str], Actor]) -> FrontDoor:
    """Open the front door on the suite's Monday."""
    return FrontDoor(session, practice_from(session, rulebook), actor)
