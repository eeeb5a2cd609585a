"""Every route that may show somebody has a name in the audit, and a form on a contact's page counts as opening it."""

from flask import Flask

from mash.journeys.read_pages import OPENS, PAGES, UNKNOWN, page_of, shows_nobody
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk
from tests.web.routes import rules


def test_no_route_that_may_show_somebody_is_without_a_name(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in rules(app)}
    assert {name for name in endpoints if not shows_nobody(name) and page_of(name) is UNKNOWN} == set()
    assert {name for name in PAGES if shows_nobody(name)} == set()


def test_a_refused_form_that_shows_the_contact_again_counts_as_opening_it(desk: Desk, sign_in_as: SignInAs) -> None:
    reference, browser = desk.contact(), sign_in_as("practitioner")
    tokens = browser.tokens("/account")
    answer = browser.client.post(f"/contacts/{reference}/conflict", data=tokens | {"reason": ""})
    assert (answer.status_code, reference in answer.text) == (422, True)
    page = sign_in_as("auditor").get("/audit?what=opened").text
    assert ("a form of it refused" in page, reference in page) == (True, True)
    assert {"review.note", "parts.show_part", "declared.know_them", "restrict.ask"} <= set(OPENS)
