"""Correcting the time of receipt, and what was sent that has no place of its own: both are on the page."""

from datetime import timedelta

import pytest

from mash import clock
from mash.clock import LONDON
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, send, words


def told(hours: int, **more: str) -> dict[str, str]:
    at = clock.now().astimezone(LONDON) - timedelta(hours=hours)
    parts = {"day-day": at.day, "day-month": at.month, "day-year": at.year, "time": f"{at:%H:%M}"}
    return {name: str(part) for name, part in parts.items()} | {"reason": "The voicemail was left at noon."} | more


def test_a_manager_sets_it_back_and_it_stays_on_the_timeline(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    before = desk.row(reference)
    manager = sign_in_as("manager")
    assert send(manager, reference, "receipt", **told(30)).status_code == 303
    after = desk.row(reference)
    assert after.received_at < before.received_at - timedelta(hours=28)
    assert after.due_at is not None
    assert before.due_at is not None
    assert after.due_at <= before.due_at
    timeline = words(manager.get(f"/contacts/{reference}/timeline").text)
    assert "Time of receipt corrected to" in timeline
    assert "The voicemail was left at noon." in timeline


@pytest.mark.parametrize(
    ("answers", "field", "said"),
    [
        (told(30, reason=""), "receipt-reason", "Say why it is corrected"),
        (told(30, time=""), "receipt-time", "Enter the time it was received"),
        (told(0), "receipt-day-day", "can only be set back to an earlier one"),
    ],
)
def test_what_is_wrong_is_said_at_its_box_and_nothing_is_lost(
    desk: Desk, sign_in_as: SignInAs, answers: dict[str, str], field: str, said: str
) -> None:
    reference = desk.contact()
    page = send(sign_in_as("manager"), reference, "receipt", **answers)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert said in words(page.text)
    assert answers["reason"] in page.text
    assert "contact.receipt_corrected" not in desk.events(reference)


def test_nobody_else_is_offered_it(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    assert "/receipt" not in browser.get(f"/contacts/{reference}").text
    answers = browser.tokens(f"/contacts/{reference}") | told(30)
    assert browser.client.post(f"/contacts/{reference}/receipt", data=answers).status_code == 403


def test_what_had_no_place_of_its_own_is_shown_as_it_was_sent(desk: Desk, sign_in_as: SignInAs) -> None:
    extra = {"dash_score": 14, "outcomes": ["A", "B"], "as_given": {"source_code": "Hospice"},
             "children": {"1": {"known_as": "Addie"}, "2": {"religion": "None"}}}  # fmt: skip
    reference = desk.contact("Ada", "Ben", extra=extra)
    page = words(sign_in_as("practitioner").get(f"/contacts/{reference}").text)
    for part in ("As sent", "Dash score 14", "Outcomes A; B", "Source code, as given Hospice",
                 "Ada Sample: Known as Addie", "Ben Sample: Religion None"):  # fmt: skip
        assert part in page, part


def test_nothing_is_said_of_it_where_nothing_was_left_over(desk: Desk, sign_in_as: SignInAs) -> None:
    assert "As sent" not in sign_in_as("practitioner").get(f"/contacts/{desk.contact()}").text
