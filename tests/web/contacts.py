"""Contacts to open in tests of pages, and the decision form as a browser would send it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.people import AddressGiven, PersonGiven
from mash.journeys.practice import practice_from
from mash.journeys.receive import AdultGiven, Approach, ChildGiven, receive
from mash.models import Contact, Event, Viewing
from mash.rules import RuleBook

if TYPE_CHECKING:
    from tests.web.conftest import Browser

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
SOUND: Mapping[str, Any] = {
    "service": "yes",
    "all-rating": "amber",
    "all-add": ["ed-attendance-dip"],
    "all-level": "3",
    "all-route": "child_and_family_assessment",
    "all-agreement": "given_verbally",
    "all-reason": "Neglect that early help has not changed.",
    "go": "stay",
}


@dataclass
class Desk:
    """A database with contacts in it, and what its tests ask of it."""

    database: Database
    rulebook: RuleBook

    def contact(self, *names: str, at: datetime | None = None, **told: Any) -> str:
        """Receive a contact about children, one unless told otherwise; return its reference."""
        came = at or clock.now() - timedelta(hours=1)
        observed = told.pop("observed", {})
        children = tuple(
            ChildGiven(
                person=PersonGiven(forename=name, surname="Sample", date_of_birth=date(2017, 1, place)),
                observed=observed,
            )
            for place, name in enumerate(names or ("Ada",), start=1)
        )
        defaults: dict[str, Any] = {
            "type": "service_request",
            "received_at": came,
            "source_code": "2A",
            "source_agency": "Anytown Primary School",
            "referrer_name": "Sam Invented",
            "narrative": "No lunch again this week.",
            "address": AddressGiven(lines="12 Made-up Street", postcode="DN1 1AA", source="the school"),
            "adults": (AdultGiven(person=PersonGiven(forename="Lena", surname="Sample"), relation="mother"),),
            "children": children,
        }
        with transaction(self.database) as session:
            practice = practice_from(session, self.rulebook)
            made = receive(session, Approach(**(defaults | told)), by=Actor.system("test"), at=came, practice=practice)
            return made.reference

    def row(self, reference: str) -> Contact:
        """Read a contact with its children as they stand."""
        with reading(self.database) as session:
            found = session.scalars(select(Contact).where(Contact.reference == reference)).one()
            for child in found.children:
                assert child.person.id
            return found

    def children(self, reference: str) -> list[int]:
        return [child.id for child in self.row(reference).children]

    def events(self, reference: str) -> list[str]:
        with reading(self.database) as session:
            rows = select(Event.kind).join(Contact).where(Contact.reference == reference).order_by(Event.seq)
            return list(session.scalars(rows))

    def views(self, reference: str) -> list[str]:
        with reading(self.database) as session:
            rows = select(Viewing.page).join(Contact).where(Contact.reference == reference).order_by(Viewing.id)
            return list(session.scalars(rows))


def fields_of(page: str, action: str) -> dict[str, str]:
    """Take the hidden fields of the form with this address from a page."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    assert form, f"no form for {action}"
    return {name: unescape(value) for name, value in HIDDEN.findall(form)}


def send(browser: "Browser", reference: str, to: str = "decision", *, form: str = "", **answers: Any) -> TestResponse:
    """Open a contact and send one of its forms."""
    page = f"/contacts/{reference}"
    text = browser.get(page).text
    fields = fields_of(text, f"{page}/{form or to}")
    return browser.client.post(f"{page}/{to}", data=fields | answers)


def decide(browser: "Browser", reference: str, to: str = "decision", **answers: Any) -> TestResponse:
    """Send the decision form, soundly filled in but for what is told; None leaves an answer out."""
    told = {name.replace("__", "-"): value for name, value in answers.items()}
    sound = {name: value for name, value in (dict(SOUND) | told).items() if value is not None}
    return send(browser, reference, to, form="decision", **sound)


def words(text: str) -> str:
    """Take the words from a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
