"""The queue's page: what to do next, taking it, putting it back, and taking it over with a reason."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from mash import clock
from mash.db import transaction
from mash.journeys import triage
from mash.journeys.people import PersonGiven
from mash.models import Contact, Event
from tests.web.arriving import arrive, contact_of, decided, rated, someone
from tests.web.conftest import SignInAs

REFERENCE = re.compile(r'class="govuk-link reference" href="/contacts/([^"]+)"')


def hold(app: Flask, reference: str, username: str, ago: timedelta = timedelta()) -> None:
    with transaction(app.extensions["mash"].database) as session:
        triage.claim(session, reference, by=someone(app, username), at=clock.now() - ago)


def restrict(app: Flask, reference: str) -> None:
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(Contact).where(Contact.reference == reference).values(restricted=True))


def test_an_empty_queue_says_that_it_is_and_what_is_unclaimed(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    assert "You have no contacts." in browser.get("/queue").text
    arrive(app)
    page = browser.get("/queue").text
    assert "1 contact unclaimed" in page
    assert "Every open contact is with somebody." not in browser.get("/queue?view=unclaimed").text


def test_red_comes_first_then_the_soonest_due(app: Flask, sign_in_as: SignInAs) -> None:
    later, sooner, red = arrive(app), arrive(app, ago=timedelta(days=4)), arrive(app)
    rated(app, red, "red")
    page = sign_in_as("practitioner").get("/queue?view=everyone").text
    assert REFERENCE.findall(page) == [red, sooner, later]
    assert "Overdue" in page


@pytest.mark.parametrize("role", ["contact_officer", "practitioner", "manager"])
def test_a_row_says_who_it_is_about_and_where_it_came_from(app: Flask, sign_in_as: SignInAs, role: str) -> None:
    children = (
        PersonGiven(forename="Jordan", surname="Ames", estimated_age=4),
        PersonGiven(unborn=True, surname="Ames"),
        PersonGiven(descriptor="A boy"),
    )
    arrive(app, *children, source_code="6", source_agency="Anytown Police", type="notification")
    page = sign_in_as(role).get("/queue?view=everyone").text
    for words in ("Jordan A", "about 4", "Baby A", "unborn, due date not known", "and 1 more child", "Police",
                  "Anytown Police", "1st contact in 12 months", "Social care clock", "Notification"):  # fmt: skip
        assert words in page


def test_nothing_personal_is_in_a_title_or_an_address(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app)
    page = sign_in_as("practitioner").get("/queue?view=everyone").text
    told = re.findall(r"<title>(.*?)</title>|(?:href|action|data-live)=\"([^\"]*)\"", page)
    assert "Jordan" in page
    assert not any("Jordan" in part or "Ames" in part for pair in told for part in pair)


def test_filters_are_codes_and_anything_else_narrows_nothing(app: Flask, sign_in_as: SignInAs) -> None:
    police, school = arrive(app, source_code="6"), arrive(app, source_code="2A")
    browser = sign_in_as("practitioner")
    assert REFERENCE.findall(browser.get("/queue?view=everyone&from=police").text) == [police]
    assert REFERENCE.findall(browser.get("/queue?view=everyone&from=Jordan&rating=x&after=q").text) == [police, school]
    assert "No contact in this view fits those filters" in browser.get("/queue?view=everyone&rating=red").text


def test_start_next_takes_the_first_and_opens_it(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app)
    first = arrive(app, ago=timedelta(days=2))
    answer = sign_in_as("practitioner").send("/queue", "/queue/next", expected=first)
    assert (answer.status_code, answer.location) == (303, f"/contacts/{first}")
    assert contact_of(app, first).claimed_by_id == someone(app, "practitioner").user_id


def test_when_somebody_is_quicker_the_one_after_is_opened_and_it_is_said(app: Flask, sign_in_as: SignInAs) -> None:
    second, first = arrive(app), arrive(app, ago=timedelta(days=2))
    browser = sign_in_as("practitioner")
    hold(app, first, "manager")
    answer = browser.send("/queue", "/queue/next", expected=first)
    assert answer.location == f"/contacts/{second}"
    assert f"Invented manager took {first}. This is the next one due." in browser.get("/queue").text


def test_with_nothing_left_to_start_it_says_when_the_next_is_due(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    answer = browser.send("/queue", "/queue/next", expected="")
    assert "Nothing is left to start." in browser.get(answer.location).text
    hold(app, arrive(app), "manager")
    answer = browser.send("/queue", "/queue/next", expected="")
    assert "The next one that somebody has is due" in browser.get(answer.location).text


def test_a_second_press_of_start_takes_no_second_contact(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app), arrive(app)
    browser = sign_in_as("practitioner")
    tokens = browser.tokens("/queue")
    answers = [browser.client.post("/queue/next", data=tokens | {"expected": ""}).location for _ in range(2)]
    assert answers[0] == answers[1]
    assert "2 contacts" not in browser.get("/queue?view=mine").text


def test_taking_and_putting_back(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    browser = sign_in_as("contact_officer")
    assert browser.send("/queue?view=unclaimed", f"/queue/{reference}/claim").status_code == 303
    assert "Put back" in browser.get("/queue").text
    browser.send("/queue", f"/queue/{reference}/release")
    assert contact_of(app, reference).claimed_by_id is None


def test_what_another_has_is_taken_over_only_with_a_reason(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    hold(app, reference, "manager")
    browser = sign_in_as("practitioner")
    page = f"/queue/{reference}/take-over"
    assert browser.send("/queue", f"/queue/{reference}/claim").location == page
    assert "Invented manager has this open" in browser.get(page).text
    refused = browser.send(page, reason=" ")
    assert refused.status_code == 422
    assert "Say why you are taking it over" in refused.text
    assert browser.send(page, reason="Gone home ill").status_code == 303
    assert contact_of(app, reference).claimed_by_id == someone(app, "practitioner").user_id
    with transaction(app.extensions["mash"].database) as session:
        said = session.scalars(select(Event.data).where(Event.kind == "contact.claimed").order_by(Event.seq)).all()
    assert said[-1]["reason"] == "Gone home ill"


def test_a_claim_lapses_after_a_quarter_of_an_hour(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    hold(app, reference, "manager", ago=timedelta(minutes=16))
    browser = sign_in_as("practitioner")
    assert "Take over" not in browser.get("/queue?view=everyone").text
    assert browser.send("/queue?view=everyone", f"/queue/{reference}/claim").location == "/queue?view=mine"


def test_a_restricted_contact_is_not_there_to_take(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    restrict(app, reference)
    browser = sign_in_as("practitioner")
    assert reference not in browser.get("/queue?view=everyone").text
    assert browser.send("/queue", f"/queue/{reference}/claim").status_code == 404
    assert browser.get(f"/queue/{reference}/take-over").status_code == 404
    assert browser.send("/queue", "/queue/next", expected="").location == "/queue?view=everyone"
    assert reference in sign_in_as("manager").get("/queue?view=everyone").text


def test_what_was_decided_today_says_for_whom_and_where_it_goes(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    rated(app, reference, "amber")
    assert decided(app, reference, "child_and_family_assessment", 3) == "decide"
    page = sign_in_as("practitioner").get("/queue?view=to-hand-over").text
    assert "Child and family assessment" in page
    assert "offered to Assessment team" in page
    assert reference in sign_in_as("practitioner").get("/queue?view=decided").text


def test_new_contacts_are_counted_and_the_list_does_not_move(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    before = int(clock.now().timestamp()) - 1
    assert "since" not in browser.get(f"/queue/new?since={before}&view=mine").text
    arrive(app)
    assert "1 new contact since this list was made" in browser.get(f"/queue/new?since={before}&view=mine").text
    assert browser.get("/queue/new?since=yesterday&view=mine").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "admin", "reviewer", "receiving_team"])
def test_the_queue_is_for_those_on_duty(sign_in_as: SignInAs, role: str) -> None:
    assert sign_in_as(role).get("/queue").status_code == 403
