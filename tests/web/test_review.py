"""What holds when a manager answers on the same page, and of what can still be done once it is decided."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from mash.db import reading
from mash.models import ChildOnContact, Contact, Decision, NoneApplies
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk, decide, fields_of, send, words


def decision_of(desk: Desk, reference: str) -> Decision:
    """Read the newest decision about the first child."""
    with reading(desk.database) as session:
        rows = select(Decision).join(ChildOnContact).join(Contact).where(Contact.reference == reference)
        return list(session.scalars(rows.order_by(Decision.id)))[-1]


@pytest.fixture
def red(desk: Desk, sign_in_as: SignInAs) -> str:
    """A contact with a manager, recommended by the practitioner."""
    reference = desk.contact()
    decide(sign_in_as("practitioner"), reference, all__rating="red")
    assert desk.row(reference).state == "with_manager"
    return reference


@pytest.fixture
def manager(sign_in_as: SignInAs) -> Browser:
    return sign_in_as("manager")


def test_the_panel_shows_what_was_recommended_beside_the_advice(red: str, manager: Browser) -> None:
    said = words(manager.get(f"/contacts/{red}").text)
    for part in ("Recommended by Invented practitioner", "The rules suggested", "Why it needs a manager",
                 "Ada Sample is rated red.", "early help has not changed", "Agree and record"):  # fmt: skip
        assert part in said, part


def test_a_practitioner_is_not_offered_the_managers_answer(red: str, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    page = browser.get(f"/contacts/{red}").text
    assert "Agree and record" not in page
    tokens = browser.tokens(f"/contacts/{red}")
    assert browser.client.post(f"/contacts/{red}/review", data=tokens | {"answer": "agree"}).status_code == 403


def test_agreeing_takes_one_press(desk: Desk, red: str, manager: Browser) -> None:
    assert send(manager, red, "review", answer="agree").status_code == 303
    row = desk.row(red)
    assert (row.state, row.children[0].outcome) == ("decided", "child_and_family_assessment")


NONE = re.compile(r'name="all-none" value="yes"( checked)?')


@pytest.mark.parametrize("none", [True, False])
def test_that_no_indicator_applies_is_carried_over_to_the_managers_form(
    desk: Desk, sign_in_as: SignInAs, manager: Browser, none: bool
) -> None:
    reference = desk.contact()
    said: dict[str, Any] = {"all__add": None, "all__none": "yes"} if none else {}
    decide(sign_in_as("practitioner"), reference, all__rating="red", **said)
    assert desk.row(reference).state == "with_manager"
    with reading(desk.database) as session:
        assert session.scalars(select(NoneApplies.decision_id)).all() == [decision_of(desk, reference).id] * none
    shown = NONE.search(manager.get(f"/contacts/{reference}/change").text)
    assert shown
    assert bool(shown[1]) is none


def test_returning_needs_to_say_what_is_wanted(desk: Desk, red: str, manager: Browser, sign_in_as: SignInAs) -> None:
    page = send(manager, red, "review", answer="return")
    assert page.status_code == 422
    assert "Give a reason" in words(page.text)
    assert send(manager, red, "review", answer="return", reason="Ask the school.").status_code == 303
    page = sign_in_as("practitioner").get(f"/contacts/{red}")
    assert "Returned by Invented manager" in words(page.text)
    assert "Ask the school." in page.text
    assert "Neglect that early help has not changed." in page.text


def test_changing_keeps_what_was_recommended_and_says_why(desk: Desk, red: str, manager: Browser) -> None:
    path = f"/contacts/{red}"
    form = fields_of(manager.get(f"{path}/change").text, f"{path}/change")
    route = "child_and_family_assessment"
    chosen = {"all-rating": "red", "all-add": "ed-attendance-dip", "all-level": "3", "all-route": route,
              "all-agreement": "not_needed", "all-reason": "Police say more."}  # fmt: skip
    page = manager.client.post(f"{path}/change", data=form | chosen)
    assert page.status_code == 422
    assert "Say why you are changing what was recommended" in words(page.text)
    form = fields_of(manager.get(f"{path}/change").text, f"{path}/change")
    answer = manager.client.post(f"{path}/change", data=form | chosen | {"why": "Police found more.", "go": "stay"})
    assert answer.status_code == 303
    assert desk.row(red).children[0].outcome == "child_and_family_assessment"
    assert "Police found more." in words(manager.get(path).text)


def test_a_manager_s_strategy_discussion_waits_for_no_other_answer(desk: Desk, red: str, manager: Browser) -> None:
    path = f"/contacts/{red}"
    form = fields_of(manager.get(f"{path}/change").text, f"{path}/change")
    answer = manager.client.post(f"{path}/change", data=form | {"all-route": "strategy_discussion"})
    assert answer.status_code == 303
    assert desk.row(red).children[0].outcome == "strategy_discussion"


def test_whoever_recommended_cannot_agree_on_the_page_either(desk: Desk, manager: Browser) -> None:
    reference = desk.contact()
    decide(manager, reference, all__rating="red")
    assert "another manager answers it" in words(manager.get(f"/contacts/{reference}").text)
    page = send(manager, reference, "review", answer="agree")
    assert page.status_code == 422
    assert "You recommended this, so another manager must answer it" in words(page.text)
    assert desk.row(reference).state == "with_manager"


def test_a_red_is_taken_up_in_one_press(desk: Desk, red: str, manager: Browser) -> None:
    assert send(manager, red, "acknowledge").status_code == 303
    assert "oversight.acknowledged" in desk.events(red)
    assert "Invented manager has had this since" in words(manager.get(f"/contacts/{red}").text)


def test_a_decided_contact_is_read_only_with_its_outcome(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    decide(browser, reference)
    page = browser.get(f"/contacts/{reference}").text
    assert 'id="decision-form"' not in page
    assert "What was decided" in page
    assert "Offered to Assessment team" in words(page)


def test_a_note_and_a_direction_stand_beside_what_was_decided(desk: Desk, red: str, manager: Browser) -> None:
    send(manager, red, "review", answer="agree")
    assert send(manager, red, "direct", reason="See the child by Friday.").status_code == 303
    assert send(manager, red, "note", text="Grandmother rang at noon.").status_code == 303
    said = words(manager.get(f"/contacts/{red}").text)
    assert "See the child by Friday." in said
    assert "Grandmother rang at noon." in said


def test_undo_gives_the_decision_back_to_whoever_made_it(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    decide(browser, reference)
    assert send(browser, reference, "undo").status_code == 303
    assert desk.row(reference).state == "reopened"
    assert " checked" not in browser.get(f"/contacts/{reference}").text.partition('name="all-level"')[2][:2000]


def test_only_a_manager_reopens_and_says_why(desk: Desk, sign_in_as: SignInAs, manager: Browser) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    decide(browser, reference)
    tokens = browser.tokens(f"/contacts/{reference}")
    assert browser.client.post(f"/contacts/{reference}/reopen", data=tokens).status_code == 403
    page = send(manager, reference, "reopen")
    assert (page.status_code, "Give a reason" in words(page.text)) == (422, True)
    assert send(manager, reference, "reopen", reason="The school rang.").status_code == 303
    assert desk.row(reference).state == "reopened"


def test_a_contact_made_in_error_is_cancelled_with_a_reason(desk: Desk, manager: Browser) -> None:
    reference = desk.contact()
    assert send(manager, reference, "cancel").status_code == 422
    assert send(manager, reference, "cancel", reason="Entered twice.").status_code == 303
    assert desk.row(reference).state == "cancelled"
    assert "Cancelled as an error" in manager.get(f"/contacts/{reference}").text


def test_a_strategy_discussion_can_be_decided_on_a_record_otherwise_read_only(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    decide(browser, reference, all__route="no_further_action", all__level="1", all__add=None, all__none="yes")
    assert desk.row(reference).state == "closed"
    child = str(desk.children(reference)[0])
    assert "Needed now: strategy discussion" in words(browser.get(f"/contacts/{reference}").text)
    assert send(browser, reference, "strategy", child=child, reason="Police rang.").status_code == 303
    assert desk.row(reference).children[0].outcome == "strategy_discussion"
    assert f"Recorded on {reference}: strategy discussion." in words(browser.get(f"/contacts/{reference}").text)


def test_stepping_down_needs_agreement_and_a_lead(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("practitioner")
    decide(browser, reference, all__agreement="unable_to_ask")
    page = send(browser, reference, "step-down")
    assert page.status_code == 422
    assert "Record the parent's or carer's agreement to step Ada Sample down" in words(page.text)
    told = {"team": "School lead", "plan": "Weekly visits.", "agreement": "given_in_writing"}
    assert send(browser, reference, "step-down", **told).status_code == 303
    assert desk.row(reference).state == "stepped_down"


def test_each_refusal_leads_to_its_own_box(desk: Desk, red: str, manager: Browser) -> None:
    for form, answers in (("review", {"answer": "return"}), ("direct", {}), ("cancel", {}), ("note", {})):
        page = send(manager, red, form, **answers)
        assert page.status_code == 422, form
        link = re.search(r'error-summary.*?href="#([^"]+)"', page.text, re.DOTALL)
        assert link
        assert link[1] == f"{form}-{'text' if form == 'note' else 'reason'}"
        assert page.text.count(f'id="{link[1]}"') == 1, form
        assert f'id="{link[1]}-error"' in page.text
