"""What holds of the short way: four answers close a contact that asked for no service."""

import pytest

from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, send, words

FOUR = {"type": "statutory_check", "outcome": "information_given", "answer": "No records held.", "nothing": "yes"}


@pytest.mark.parametrize("role", ["contact_officer", "practitioner", "manager"])
def test_four_answers_close_it_from_the_contacts_own_page(desk: Desk, sign_in_as: SignInAs, role: str) -> None:
    reference, following = desk.contact(), desk.contact("Ben")
    answer = send(sign_in_as(role), reference, "decision", service="no", go="next", **FOUR)
    assert (answer.status_code, answer.location) == (303, f"/contacts/{following}")
    row = desk.row(reference)
    assert (row.state, row.type_at_decision, row.children[0].outcome) == (
        "closed",
        "statutory_check",
        "information_given",
    )


def test_the_same_form_stands_by_itself(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    page = f"/contacts/{reference}/quick"
    version = str(desk.row(reference).version)
    assert browser.send(page, version=version, **FOUR).status_code == 303
    assert desk.row(reference).state == "closed"
    assert desk.views(reference) == ["quick"]


def test_what_is_missing_is_said_at_once(desk: Desk, sign_in_as: SignInAs) -> None:
    page = send(sign_in_as("practitioner"), desk.contact(), "decision", service="no")
    said = words(page.text)
    assert page.status_code == 422
    for sentence in (
        "Select what it was",
        "Say what you did",
        "Confirm there is no worry about a child",
    ):
        assert sentence in said


def test_a_red_is_not_closed_this_way(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    fields = {"all-rating": "red", "mode": "alike"}
    send(browser, reference, "red", form="decision", **fields)
    page = browser.send(f"/contacts/{reference}/quick", version=str(desk.row(reference).version), **FOUR)
    assert page.status_code == 422
    assert desk.row(reference).state == "with_manager"


def test_it_can_be_undone_at_once(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("contact_officer")
    send(browser, reference, "decision", service="no", go="stay", **FOUR)
    page = browser.get(f"/contacts/{reference}")
    assert f'action="/contacts/{reference}/undo"' in page.text
