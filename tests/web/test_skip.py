"""What holds when a contact is skipped or a decision taken back from the pages: a reason, a next one, clear words."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from mash import clock
from mash.db import transaction
from mash.models import Contact
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, decide, send, words

EMAIL = "invented@school.example"


def test_skipping_asks_why_and_opens_the_next(desk: Desk, sign_in_as: SignInAs) -> None:
    first, second = desk.contact("Ada"), desk.contact("Ben")
    browser = sign_in_as("practitioner")
    browser.send("/queue", to="/queue/next", expected=first)
    assert f'href="/contacts/{first}/skip"' in browser.get(f"/contacts/{first}").text
    page = browser.send(f"/contacts/{first}/skip")
    assert page.status_code == 422
    assert 'href="#reason"' in page.text
    answer = browser.send(f"/contacts/{first}/skip", reason="Waiting for a call back.")
    assert answer.location == f"/contacts/{second}"
    assert "contact.skipped" in desk.events(first)
    told = words(browser.get(f"/contacts/{first}/timeline").text)
    assert "Skipped" in told
    assert "Waiting for a call back." in told


def test_skipping_the_last_one_says_that_nothing_else_is_left(desk: Desk, sign_in_as: SignInAs) -> None:
    only = desk.contact()
    browser = sign_in_as("practitioner")
    assert browser.send(f"/contacts/{only}/skip", reason="Break.").location == "/queue"
    assert "Nothing else is left to start" in words(browser.get("/queue").text)


def test_what_is_decided_offers_no_skip(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    decide(browser, reference)
    assert "/skip" not in browser.get(f"/contacts/{reference}").text
    page = browser.send(f"/contacts/{reference}/skip", reason="Break.")
    assert page.status_code == 422
    assert "nothing to skip" in words(page.text)


@pytest.fixture
def decided(desk: Desk, sign_in_as: SignInAs) -> str:
    reference = desk.contact(referrer_email=EMAIL)
    decide(sign_in_as("practitioner"), reference)
    return reference


def decide_earlier(desk: Desk, reference: str, minutes: int) -> None:
    """Let the decision have been made so long ago."""
    with transaction(desk.database) as session:
        at = clock.now() - timedelta(minutes=minutes)
        session.execute(update(Contact).where(Contact.reference == reference).values(decided_at=at))


def test_the_decider_sees_until_when_it_can_be_undone_and_nobody_else_does(decided: str, sign_in_as: SignInAs) -> None:
    page = words(sign_in_as("practitioner").get(f"/contacts/{decided}").text)
    assert "You can take this back until" in page
    assert "The message to the referrer is held until then" in page
    assert "You can take this back" not in words(sign_in_as("manager").get(f"/contacts/{decided}").text)


def test_undoing_is_on_the_timeline_and_nobody_was_told(desk: Desk, decided: str, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    assert send(browser, decided, "undo").status_code == 303
    assert desk.row(decided).state == "reopened"
    told = words(browser.get(f"/contacts/{decided}/timeline").text)
    assert "Decision undone" in told
    assert "The message to the referrer was not sent." in told
    assert "Decided: level 3" in told


@pytest.mark.parametrize(
    ("role", "offered"), [("practitioner", "Ask a manager to reopen it"), ("manager", "Reopen it, with a reason")]
)
def test_too_late_says_so_and_offers_the_ordinary_way(
    desk: Desk, sign_in_as: SignInAs, role: str, offered: str
) -> None:
    reference = desk.contact()
    browser = sign_in_as(role)
    decide(browser, reference)
    decide_earlier(desk, reference, 6)
    assert "You can take this back" not in words(browser.get(f"/contacts/{reference}").text)
    answer = browser.client.post(f"/contacts/{reference}/undo", data=browser.tokens(f"/contacts/{reference}"))
    assert answer.status_code == 422
    assert "It is too late to undo this" in words(answer.text)
    assert offered in words(answer.text)
    assert desk.row(reference).state == "decided"


def test_what_was_skipped_is_neither_named_as_next_nor_opened_after_saving(desk: Desk, sign_in_as: SignInAs) -> None:
    skipped, saved = desk.contact("Ada", at=clock.now() - timedelta(hours=3)), desk.contact("Bea")
    browser = sign_in_as("practitioner")
    browser.send(f"/contacts/{skipped}/skip", reason="The school rings back at three.")
    assert browser.send("/queue", f"/queue/{saved}/release").status_code == 303
    assert f'name="expected" value="{saved}"' in browser.get("/queue").text
    answer = decide(browser, saved, go="next")
    assert answer.location == "/queue"
    page = browser.get("/queue").text
    assert "Nothing else is left to start." in words(page)
    assert f'name="expected" value="{skipped}"' in page
