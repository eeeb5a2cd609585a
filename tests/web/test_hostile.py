"""What an afternoon of trying to get a restricted child’s name out found: each way of it is shut."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from mash import clock
from mash.db import reading, transaction
from mash.journeys.escalate import escalate
from mash.journeys.people import AddressGiven, PersonGiven
from mash.journeys.posts import set_post
from mash.journeys.practice import practice_from
from mash.journeys.receive import ChildGiven
from mash.journeys.tell_holders import Passed, tell_holders
from mash.journeys.tell_manager import tell_manager
from mash.models import Contact, Escalation, Message, NamedAccess, User
from mash.workflow.calendar import shipped_calendar
from tests.web.arriving import someone
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk
from tests.web.test_second_step import Hands, add_app, hands

__all__ = ["hands"]


def test_a_child_known_only_from_a_restricted_contact_is_not_found_by_name(desk: Desk, sign_in_as: SignInAs) -> None:
    desk.contact("Zephyrine", restricted=True)
    for role, found in (("practitioner", "0 people found"), ("manager", "1 person found")):
        assert found in sign_in_as(role).send("/account", "/search", name="Zephyrine").text


def test_a_number_of_contacts_does_not_count_one_that_is_hidden(desk: Desk, sign_in_as: SignInAs) -> None:
    desk.contact("Ada", restricted=True, at=clock.now() - timedelta(days=3))
    with transaction(desk.database) as session:
        person = session.scalars(select(Contact)).one().children[0].person_id
    again = ChildGiven(person=PersonGiven(person_id=person, forename="Ada", surname="Sample"))
    desk.contact(children=(again,))
    assert "2nd" not in sign_in_as("practitioner").get("/queue?view=everyone").text
    assert "2nd" in sign_in_as("manager").get("/queue?view=everyone").text


def test_a_restricted_child_on_an_open_contact_has_no_home_or_worker_there(desk: Desk, sign_in_as: SignInAs) -> None:
    home = AddressGiven(lines="77 Hidden Mews", postcode="ZZ9 9ZZ")
    child = PersonGiven(forename="Zephyrine", surname="Quillfeather", restricted=True)
    hidden = ChildGiven(person=child, address=home, open_to="child_in_need", open_team="Hidden team")
    page = f"/contacts/{desk.contact(children=(hidden,))}"
    shut, open_page = sign_in_as("practitioner").get(page).text, sign_in_as("manager").get(page).text
    for secret in ("Zephyrine", "77 Hidden Mews", "Hidden team"):
        assert (secret in shut, secret in open_page) == (False, True)


def test_undoing_what_nobody_decided_is_refused_in_words(desk: Desk, sign_in_as: SignInAs) -> None:
    answer = sign_in_as("practitioner").send("/account", f"/contacts/{desk.contact()}/undo")
    assert answer.status_code == 422
    assert "Only the person who decided may undo it" in answer.text


@pytest.mark.parametrize("version", ["1", "2", "999"])
def test_a_team_is_told_alike_of_a_child_that_is_not_theirs_and_of_none(
    desk: Desk, sign_in_as: SignInAs, version: str
) -> None:
    reference = desk.contact(restricted=True)
    browser, child = sign_in_as("receiving_team"), desk.children(reference)[0]
    said = {"lead": "Jo", "version": version}
    for about, number in ((reference, child), ("C-26-99999", child), (reference, 999_999)):
        assert browser.send("/account", f"/hand-overs/{about}/{number}/accept", **said).status_code == 404


def test_what_is_open_for_an_emergency_is_not_taken_from_the_queue(
    desk: Desk, sign_in_as: SignInAs, hands: Hands
) -> None:
    reference, browser = desk.contact(restricted=True), sign_in_as("practitioner")
    add_app(browser, hands)
    reason = "The police hold the child now and ask."
    assert browser.send("/emergency", reference=reference, reason=reason).status_code == 303
    browser.send("/account", f"/queue/{reference}/claim")
    browser.send("/account", f"/queue/{reference}/take-over", reason="x")
    browser.send("/account", "/queue/many", do="take", ref=reference, view="everyone")
    browser.send("/account", "/queue/next")
    assert desk.row(reference).claimed_by_id is None


def test_a_manager_who_is_family_is_not_written_to_and_the_red_goes_to_another(
    app: Flask, desk: Desk, people: dict[str, int]
) -> None:
    reference, at = desk.contact("Zephyrine"), clock.now()
    kin, other = someone(app, "manager"), people["practitioner"]
    with transaction(desk.database) as session:
        session.execute(update(User).values(email=User.username + "@example.org"))
        contact = session.scalars(select(Contact).where(Contact.reference == reference)).one()
        told = {"user_id": kin.user_id, "by_id": kin.user_id, "at": at}
        session.add(NamedAccess(kind="conflict", contact_id=contact.id, **told))
        set_post(session, user_id=kin.user_id or 0, post="deputy", by=kin, at=at)
        children = (contact.children[0].id,)
        by, practice = someone(app, "practitioner"), practice_from(session, desk.rulebook)
        tell_manager(session, reference, children, version=contact.version, by=by, at=at, practice=practice)
        passed = Passed("clock", 1, contact.id, "late", "The decision", "It is late", at)
        assert tell_holders(session, [passed], at=at, calendar=shipped_calendar()) == 0
        escalate(session, at=at + timedelta(minutes=31))
    with reading(desk.database) as session:
        assert session.scalars(select(Message)).all() == []
        assert [one.told for one in session.scalars(select(Escalation))] == [[]]
    assert other != kin.user_id
