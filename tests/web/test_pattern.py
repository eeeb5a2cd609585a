"""What holds on the pages about a pattern of contacts: it is asked for where one closes, kept, shown and reviewed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from mash import clock
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.users import make_user
from mash.models import Contact
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.contacts import Desk, decide, fields_of, send, words

VIEW = "Three calls about noise; nobody who knows Ada is worried."
CLOSE: dict[str, Any] = {
    "all__route": "no_further_action",
    "all__level": "1",
    "all__rating": "green",
    "all__agreement": "not_needed",
    "all__add": None,
    "all__none": "yes",
}


@pytest.fixture
def third(desk: Desk) -> str:
    """The third contact about one home in 90 days."""
    for days in (50, 20):
        desk.contact(at=clock.now() - timedelta(days=days))
    return desk.contact()


@pytest.fixture
def colleague(desk: Desk, sign_in_as: SignInAs) -> Browser:
    with transaction(desk.database) as session:
        told = {"username": "colleague", "name": "Invented colleague", "roles": ["practitioner"], "password": PASSWORD}
        make_user(session, **told, by=Actor.system("test"), at=clock.now())  # type: ignore[arg-type]
    return sign_in_as("colleague")


def test_closing_the_third_asks_for_a_view_beside_everything_else(desk: Desk, third: str, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    assert "The household : the 3rd contact in 90 days" in words(browser.get(f"/contacts/{third}").text)
    page = decide(browser, third, **CLOSE, all__reason=None)
    assert page.status_code == 422
    assert 'href="#pattern"' in page.text
    assert "Write your view of the pattern" in words(page.text)
    assert "Enter the reason for your decision" in words(page.text)
    assert desk.row(third).children[0].outcome is None


def test_nothing_stronger_is_asked_for_a_view(desk: Desk, third: str, sign_in_as: SignInAs) -> None:
    assert decide(sign_in_as("practitioner"), third).status_code == 303
    assert desk.row(third).state == "decided"


def test_a_first_contact_says_nothing_of_patterns(desk: Desk, sign_in_as: SignInAs) -> None:
    assert "Your view of the pattern" not in sign_in_as("practitioner").get(f"/contacts/{desk.contact()}").text


def test_the_view_is_kept_and_read_by_someone_else(
    desk: Desk, third: str, sign_in_as: SignInAs, colleague: Browser
) -> None:
    browser = sign_in_as("practitioner")
    assert decide(browser, third, **CLOSE, pattern=VIEW).status_code == 303
    own = words(browser.get("/reviews").text)
    assert "0 of them for you" in own
    assert "You wrote this view" in own
    listed = colleague.get("/reviews").text
    assert VIEW in listed
    assert f"/contacts/{third}#pattern-view" in listed
    page = send(colleague, third, "pattern-review", view="differs")
    assert page.status_code == 422
    assert "Say what you see otherwise" in words(page.text)
    assert send(colleague, third, "pattern-review", view="holds").status_code == 303
    shown = words(colleague.get(f"/contacts/{third}").text)
    assert VIEW in shown
    assert "Agreed with by Invented colleague" in shown
    told = words(colleague.get(f"/contacts/{third}/timeline").text)
    assert "View of the pattern written" in told
    assert "View of the pattern agreed with" in told


def test_the_contact_closed_before_is_named_only_to_those_who_may_know_of_it(
    desk: Desk, sign_in_as: SignInAs, colleague: Browser
) -> None:
    first, second, third = (desk.contact(at=clock.now() - timedelta(days=days)) for days in (50, 20, 1))
    browser = sign_in_as("practitioner")
    for reference in (first, second, third):
        assert decide(browser, reference, **CLOSE, pattern=VIEW).status_code == 303
    assert f"The last one closed was {second}" in words(colleague.get("/reviews").text)
    with transaction(desk.database) as session:
        session.execute(update(Contact).where(Contact.reference == second).values(restricted=True))
    for path in ("/reviews", f"/contacts/{third}"):
        assert VIEW in colleague.get(path).text
        assert second not in colleague.get(path).text
    assert second in sign_in_as("manager").get("/reviews").text


def test_whoever_wrote_it_is_refused_however_they_ask(desk: Desk, third: str, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    decide(browser, third, **CLOSE, pattern=VIEW)
    page = browser.get(f"/contacts/{third}").text
    assert f'action="/contacts/{third}/pattern-review"' not in page
    answers = browser.tokens(f"/contacts/{third}") | {"version": str(desk.row(third).version), "view": "holds"}
    refused = browser.client.post(f"/contacts/{third}/pattern-review", data=answers)
    assert refused.status_code == 422
    assert "You wrote this view, so someone else must review it." in words(refused.text)


def test_a_manager_who_sees_it_otherwise_opens_it_again(desk: Desk, third: str, sign_in_as: SignInAs) -> None:
    decide(sign_in_as("practitioner"), third, **CLOSE, pattern=VIEW)
    manager = sign_in_as("manager")
    assert send(manager, third, "pattern-review", view="differs", seen="Ask the school.").status_code == 303
    assert desk.row(third).state == "reopened"
    assert "No view of a pattern waits for review" in words(manager.get("/reviews").text)


def test_information_only_asks_as_well_on_both_of_its_forms(desk: Desk, third: str, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("contact_officer")
    path = f"/contacts/{third}/quick"
    answers = {"type": "advice", "answer": "Advised.", "nothing": "yes", "go": "stay"}
    form = fields_of(browser.get(path).text, path)
    page = browser.client.post(path, data=form | answers)
    assert page.status_code == 422
    assert 'href="#pattern"' in page.text
    page = send(browser, third, "decision", service="no", **answers)
    assert page.status_code == 422
    assert 'href="#pattern"' in page.text
    assert send(browser, third, "decision", service="no", pattern=VIEW, **answers).status_code == 303
    assert desk.row(third).state == "closed"


def test_a_manager_asked_to_agree_needs_no_other_view(desk: Desk, third: str, sign_in_as: SignInAs) -> None:
    decide(sign_in_as("practitioner"), third, **(CLOSE | {"all__agreement": "refused"}), pattern=VIEW)
    manager = sign_in_as("manager")
    page = manager.get(f"/contacts/{third}").text
    assert VIEW in page
    assert 'id="pattern"' not in page
    assert send(manager, third, "review", answer="agree").status_code == 303
    assert "Agreed with by Invented manager" in words(manager.get(f"/contacts/{third}").text)
