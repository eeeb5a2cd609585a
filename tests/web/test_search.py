"""The search page: posted, explained, recorded, and silent in titles and addresses."""

import pytest
from flask import Flask
from sqlalchemy import select

from mash.db import reading
from mash.journeys.people import AddressGiven, PersonGiven
from mash.models import Viewing
from tests.web.arriving import arrive, contact_of, someone
from tests.web.conftest import SignInAs

PAGE = "/search"
KAI = PersonGiven(forename="Kai", surname="Moss", phone="01302 123456")


def viewings(app: Flask, username: str) -> list[int | None]:
    with reading(app.extensions["mash"].database) as session:
        mine = Viewing.user_id == someone(app, username).user_id, Viewing.page == "search"
        return list(session.scalars(select(Viewing.contact_id).where(*mine).order_by(Viewing.id)))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"name": "Moss, Kai"}, "Same name"),
        ({"name": "kai"}, "Name matches"),
        ({"name": "Kay Mosse"}, "Sounds like it"),
        ({"phone": "+44 1302 123 456"}, "Same phone number"),
        ({"phone": "01302123456"}, "Same phone number"),
        ({"phone": "0 1302 12 34 56"}, "Same phone number"),
        ({"phone": "0130"}, "Phone number has these digits"),
        ({"phone": "0130 21 2"}, "Phone number has these digits"),
        ({"phone": "+44 1302 12"}, "Phone number has these digits"),
        ({"phone": "02 12 34"}, "Phone number has these digits"),
        ({"phone": "123456"}, "Phone number has these digits"),
        ({"phone": "3456"}, "Phone number has these digits"),
        ({"postcode": "dn12ab"}, "Same postcode"),
        ({"place": "made-up STREET"}, "At that address"),
    ],
)
def test_someone_is_found_by_what_is_known_of_them(
    app: Flask, sign_in_as: SignInAs, asked: dict[str, str], why: str
) -> None:
    reference = arrive(app, KAI, address=AddressGiven(lines="1 Made-up Street", postcode="DN1 2AB"))
    answer = sign_in_as("contact_officer").send(PAGE, **asked)
    assert answer.status_code == 200
    for words in ("1 person found", "Kai Moss", reference, why):
        assert words in answer.text
    assert "Moss" not in answer.text.split("</title>")[0]


def test_a_reference_is_found_however_it_is_written(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app, KAI)
    short = f"c {reference[2:4]} {int(reference[5:])}"
    assert "Kai Moss" in sign_in_as("practitioner").send(PAGE, reference=short).text


def test_why_someone_is_shown_is_said_once_for_each_reason(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app, KAI)
    page = sign_in_as("practitioner").send(PAGE, name="kai moss", phone="01302 123456").text
    assert page.count("Same name") == 1
    assert page.count("Same phone number") == 1
    assert "Name matches" not in page


def test_every_contact_that_was_shown_is_recorded_as_seen(app: Flask, sign_in_as: SignInAs) -> None:
    shown = contact_of(app, arrive(app, KAI)).id
    arrive(app, PersonGiven(forename="Ada", surname="Finch"))
    browser = sign_in_as("auditor")
    browser.send(PAGE, name="kai")
    browser.send(PAGE, name="nobody at all")
    assert viewings(app, "auditor") == [shown, None]


def test_nobody_found_says_so_and_how_to_look_wider(sign_in_as: SignInAs) -> None:
    page = sign_in_as("practitioner").send(PAGE, name="nobody at all").text
    assert "0 people found" in page
    assert "Use fewer letters of the name" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Enter a name, a date of birth, an address, a postcode, a phone number or a reference"),
        ({"name": "k"}, "Enter at least 2 letters of the name"),
        ({"phone": "123"}, "Enter at least 4 digits of the phone number"),
        ({"name": "-"}, "Enter at least 2 letters of the name"),
        ({"born-day": "1", "born-month": "1", "born-year": "2090"}, "Date of birth must be in the past"),
        ({"born-day": "31", "born-month": "2", "born-year": "2020"}, "Date of birth must be a real date"),
    ],
)
def test_a_question_that_asks_nothing_is_sent_back(sign_in_as: SignInAs, asked: dict[str, str], words: str) -> None:
    answer = sign_in_as("practitioner").send(PAGE, **asked)
    assert answer.status_code == 422
    assert words in answer.text


def test_restricted_people_are_not_found_by_who_may_not_know_of_them(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app, PersonGiven(forename="Kai", surname="Moss", restricted=True), restricted=True)
    assert "0 people found" in sign_in_as("practitioner").send(PAGE, name="kai moss").text
    assert "Restricted record" in sign_in_as("manager").send(PAGE, name="kai moss").text


@pytest.mark.parametrize("role", ["admin", "reviewer", "receiving_team"])
def test_search_is_not_for_those_who_do_not_work_with_contacts(sign_in_as: SignInAs, role: str) -> None:
    assert sign_in_as(role).get(PAGE).status_code == 403


@pytest.mark.parametrize("homes", [20, 21])
def test_a_street_with_more_homes_than_are_looked_at_says_so(app: Flask, sign_in_as: SignInAs, homes: int) -> None:
    for number in range(homes):
        arrive(app, KAI, address=AddressGiven(lines=f"{number} Long Street", postcode="DN1 2AB"))
    page = sign_in_as("practitioner").send(PAGE, place="long street").text
    assert ("More homes or contacts fit that address than are looked at" in page) == (homes > 20)
