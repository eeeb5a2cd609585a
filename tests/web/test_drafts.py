"""What is half written is kept, put back, and never stood over by something older."""

import re

import pytest

from mash.db import reading
from mash.models import Draft, RecordDraft
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import SOUND, Desk, decide, fields_of
from tests.web.test_decide import ADVISED, SERIOUS
from tests.web.test_review import decision_of


@pytest.fixture
def browser(sign_in_as: SignInAs) -> Browser:
    """A practitioner's browser."""
    return sign_in_as("practitioner")


def test_a_draft_is_restored_on_return_even_if_it_could_not_be_saved(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    assert decide(browser, reference, "draft", all__reason="x" * 2500, all__rating="green").status_code == 303
    page = browser.get(f"/contacts/{reference}").text
    assert "x" * 2500 in page
    assert re.search(r'value="green"[^>]* checked', page)


def test_a_draft_saved_by_a_script_answers_with_the_time(desk: Desk, browser: Browser) -> None:
    path = f"/contacts/{desk.contact()}"
    fields = fields_of(browser.get(path).text, f"{path}/decision") | {"all-reason": "Half"}
    headers = {"X-Mash": "1", "X-CSRFToken": fields["csrf_token"]}
    answer = browser.client.post(f"{path}/draft", data=fields, headers=headers)
    assert re.fullmatch(r"\d+:\d\d[ap]m", answer.get_json()["saved"])


def test_a_check_that_comes_late_puts_back_no_older_words_and_still_keeps_the_first_level(
    desk: Desk, browser: Browser
) -> None:
    reference = desk.contact(observed=SERIOUS)
    decide(browser, reference, "draft", all__reason="The newest words", all__level="4", turn="7.10")
    decide(browser, reference, "check", all__reason="Older words", all__level="2", turn="7.9", go="check")
    page = browser.get(f"/contacts/{reference}").text
    assert "The newest words" in page
    assert "Older words" not in page
    assert ADVISED.search(page)
    decide(browser, reference, "draft", all__reason="From another page", turn="8.1")
    assert "From another page" in browser.get(f"/contacts/{reference}").text
    decide(browser, reference, all__level="4", all__route="strategy_discussion")
    assert decision_of(desk, reference).own_level == 2


def test_the_draft_goes_once_it_is_recorded(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    decide(browser, reference, "draft")
    decide(browser, reference)
    assert "Draft saved" not in browser.get(f"/contacts/{reference}").text


def test_a_draft_that_comes_after_its_decision_makes_none_again(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    path = f"/contacts/{reference}"
    fields = fields_of(browser.get(path).text, f"{path}/decision")
    assert browser.client.post(f"{path}/decision", data=fields | dict(SOUND)).status_code == 303
    events = desk.events(reference)
    headers = {"X-Mash": "1", "X-CSRFToken": fields["csrf_token"]}
    late = browser.client.post(f"{path}/draft", data=fields | dict(SOUND) | {"turn": "7.9"}, headers=headers)
    assert late.status_code == 200
    with reading(desk.database) as session:
        assert session.query(Draft).count() == 0
    assert desk.events(reference) == events


def test_a_recording_that_comes_late_is_not_half_written_again(desk: Desk, browser: Browser) -> None:
    told = {"type": "service_request", "narrative": "Bruising seen at swimming.", "children": "1", "adults": "0"}
    sent = told | browser.tokens("/contacts/new")
    assert browser.client.post("/contacts/new", data=sent).status_code == 303
    browser.client.post("/contacts/new/draft", data=sent | {"turn": "7.9"})
    with reading(desk.database) as session:
        assert session.query(RecordDraft).count() == 0
    browser.client.post("/contacts/new/draft", data=told | browser.tokens("/contacts/new") | {"turn": "8.1"})
    with reading(desk.database) as session:
        assert session.query(RecordDraft).count() == 1


def test_more_than_any_form_can_hold_is_refused_in_words(desk: Desk, sign_in_as: SignInAs) -> None:
    page, browser = f"/contacts/{desk.contact('Ada')}", sign_in_as("practitioner")
    answer = browser.send(page, f"{page}/decision", pattern="many words " * 40_000, version="1")
    assert answer.status_code == 413
    assert "too large" in answer.text.lower() or "too much" in answer.text.lower()
