"""What holds of the decision form: own level first, every problem at once, friction only on the dangerous side."""

import re
from typing import Any

import pytest

from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk, decide, fields_of, words
from tests.web.test_review import decision_of

SERIOUS = {"need-significant": "present"}
ADVISED = re.compile(r"Rules suggest level|Matches the thresholds|Higher than the rules")


@pytest.fixture
def browser(sign_in_as: SignInAs) -> Browser:
    """A practitioner's browser."""
    return sign_in_as("practitioner")


def problems(page: str) -> list[str]:
    """Take the problems listed at the top of a page."""
    summary = page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    return [words(item) for item in re.findall(r"<li>(.*?)</li>", summary, re.DOTALL)]


def test_a_sound_decision_is_recorded_and_said(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    answer = decide(browser, reference)
    assert (answer.status_code, answer.location) == (303, f"/contacts/{reference}")
    assert desk.row(reference).state == "decided"
    said = words(browser.get(f"/contacts/{reference}").text)
    assert f"{reference} saved: level 3, child and family assessment." in said
    assert "child.observed" in desk.events(reference)


def test_save_and_open_next_lands_on_the_one_due_soonest_and_takes_it(desk: Desk, browser: Browser) -> None:
    reference, following = desk.contact(), desk.contact("Ben")
    assert decide(browser, reference, go="next").location == f"/contacts/{following}"
    assert desk.row(following).claimed_by_id is not None
    assert decide(browser, following, go="next").location == "/queue"


def test_every_missing_answer_is_said_at_once_and_what_was_written_is_kept(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    blank: dict[str, Any] = dict.fromkeys(("all__rating", "all__add", "all__level", "all__route", "all__agreement"))
    page = decide(browser, reference, all__reason="Worried about meals", **blank)
    assert page.status_code == 422
    assert problems(page.text) == [
        "Select a rating",
        'Select at least one indicator, or select "No indicators apply"',
        "Select a level of need",
        "Select what happens next",
        "Select whether the parent or carer has agreed",
    ]
    assert page.text.partition("<title>")[2].lstrip().startswith("Error: ")
    assert "Worried about meals" in page.text
    assert "Worried about meals" in browser.get(f"/contacts/{reference}").text
    assert desk.row(reference).state == "received"


def test_the_first_question_must_be_answered(desk: Desk, browser: Browser) -> None:
    page = decide(browser, desk.contact(), service=None)
    assert problems(page.text) == ["Select whether this is a request for a service"]


def test_no_indicators_and_an_indicator_contradict(desk: Desk, browser: Browser) -> None:
    page = decide(browser, desk.contact(), all__none="yes")
    assert problems(page.text) == ['You cannot select "No indicators apply" and an indicator']
    assert decide(browser, desk.contact(), all__none="yes", all__add=None).status_code == 303


def test_the_rules_level_is_not_in_the_page_until_ones_own_has_been_sent(desk: Desk, browser: Browser) -> None:
    reference = desk.contact(observed=SERIOUS)
    path = f"/contacts/{reference}"
    assert not ADVISED.search(browser.get(path).text)
    decide(browser, reference, "draft", all__level=None, all__add=None)
    assert not ADVISED.search(browser.get(path).text)
    assert decide(browser, reference, "check", all__level="2").status_code == 303
    said = words(browser.get(path).text)
    assert "Yours is 2" in said
    assert "Because" in said
    assert "What would change it" in said


def test_where_only_growing_up_would_change_it_the_check_says_so(desk: Desk, browser: Browser) -> None:
    reference = desk.contact(observed={"harm-suspected": "present", "likely-future-harm": "present"})
    decide(browser, reference, "check", all__level="4", all__add=None)
    page = words(browser.get(f"/contacts/{reference}").text)
    assert "Would not count as a child if “age in years” were 18" in page
    assert "level None" not in page


def test_a_draft_with_a_level_does_not_show_the_check_before_it_is_asked_for(desk: Desk, browser: Browser) -> None:
    reference = desk.contact(observed=SERIOUS)
    decide(browser, reference, "draft")
    assert not ADVISED.search(browser.get(f"/contacts/{reference}").text)


def test_an_immediate_safety_rule_shows_as_soon_as_it_is_observed(desk: Desk, browser: Browser) -> None:
    reference = desk.contact(observed={"immediate-harm": "present"})
    page = browser.get(f"/contacts/{reference}").text
    assert "Immediate safety rule met: rate Red" in words(page)
    assert not ADVISED.search(page)


def test_the_check_asked_for_by_a_script_is_the_same_and_keeps_the_first_level(desk: Desk, browser: Browser) -> None:
    reference = desk.contact(observed=SERIOUS)
    path = f"/contacts/{reference}"
    fields = fields_of(browser.get(path).text, f"{path}/decision") | {"all-level": "2", "go": "check"}
    headers = {"X-Mash": "1", "X-CSRFToken": fields["csrf_token"]}
    part = browser.client.post(f"{path}/check", data=fields, headers=headers)
    assert part.status_code == 200
    assert "data-into" in part.text
    assert "Yours is 2" in words(part.text)
    decide(browser, reference, all__level="4", all__route="strategy_discussion")
    assert (decision_of(desk, reference).own_level, decision_of(desk, reference).level) == (2, 4)


def test_lower_than_the_rules_is_refused_without_a_reason_and_then_goes_to_a_manager(
    desk: Desk, browser: Browser
) -> None:
    reference = desk.contact(observed=SERIOUS)
    page = decide(browser, reference, all__level="2", all__route="early_help")
    assert (page.status_code, problems(page.text)) == (422, ["Say why you are choosing a lower level"])
    assert "Yours is 2" in words(page.text)
    answer = decide(browser, reference, all__level="2", all__route="early_help", all__lower="Seen at home today.")
    assert answer.status_code == 303
    assert desk.row(reference).state == "with_manager"
    said = words(browser.get(f"/contacts/{reference}").text)
    assert f"{reference} sent to a manager." in said
    assert "A child would get less than the rules suggest." in said


def test_closing_against_the_rules_asks_why(desk: Desk, browser: Browser) -> None:
    reference = desk.contact(observed=SERIOUS)
    page = decide(browser, reference, all__level="4", all__route="no_further_action")
    assert problems(page.text) == ["Say why less than the rules suggest is enough"]
    assert "You are closing a contact the rules put at level" in words(page.text)


def test_higher_than_the_rules_needs_no_reason(desk: Desk, browser: Browser) -> None:
    assert decide(browser, desk.contact(), all__level="4").status_code == 303


def test_a_strategy_discussion_goes_ahead_with_nothing_else_answered(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    blank: dict[str, Any] = dict.fromkeys(
        ("service", "all__rating", "all__add", "all__level", "all__agreement", "all__reason")
    )
    assert decide(browser, reference, all__route="strategy_discussion", **blank).status_code == 303
    assert desk.row(reference).children[0].outcome == "strategy_discussion"


def test_children_decided_one_by_one_differ_and_a_strong_one_does_not_wait(desk: Desk, browser: Browser) -> None:
    reference = desk.contact("Ada", "Ben")
    path = f"/contacts/{reference}"
    decide(browser, reference, "draft", go="apart")
    first, second = desk.children(reference)
    page = browser.get(path).text
    assert f'name="{first}-level"' in page
    assert 'name="all-level"' not in page
    fields = fields_of(page, f"{path}/decision") | {"service": "yes", f"{first}-route": "strategy_discussion"}
    assert browser.client.post(f"{path}/decision", data=fields).status_code == 303
    row = desk.row(reference)
    assert [child.outcome for child in row.children] == ["strategy_discussion", None]
    assert row.state != "decided"
    said = words(browser.get(path).text)
    assert "The other children on this contact still need a decision." in said
    assert f'name="{second}-level"' in browser.get(path).text


def test_one_answer_for_all_alike_decides_every_child(desk: Desk, browser: Browser) -> None:
    reference = desk.contact("Ada", "Ben", "Cy")
    assert decide(browser, reference).status_code == 303
    assert {child.outcome for child in desk.row(reference).children} == {"child_and_family_assessment"}


def test_turning_to_one_by_one_keeps_what_was_said_for_all(desk: Desk, browser: Browser) -> None:
    reference = desk.contact("Ada", "Ben")
    decide(browser, reference, "draft", go="apart")
    page = browser.get(f"/contacts/{reference}").text
    assert page.count("Neglect that early help has not changed.") == 2


def test_indicators_are_found_by_typing_without_a_script(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    decide(browser, reference, "draft", all__find="bruise", go="find")
    page = browser.get(f"/contacts/{reference}").text
    found = page.partition('id="all-found"')[2].partition("</ul>")[0]
    assert 'value="ab-injury' in found


def test_a_chosen_indicator_takes_its_qualifiers(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    told = {"all-add": None, "all-is-pc-supervision-poor": "present", "all-frequency-pc-supervision-poor": "repeated"}
    decide(browser, reference, "facts", **told)
    page = browser.get(f"/contacts/{reference}").text
    row = page.partition('data-code="pc-supervision-poor"')[2].partition("</li>")[0]
    assert re.search(r'value="repeated" selected', row)


def test_tell_the_manager_now_saves_the_rating_and_leaves_the_rest_open(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    blank: dict[str, Any] = dict.fromkeys(("all__level", "all__route", "all__agreement"))
    assert decide(browser, reference, "red", all__rating="red", all__reason="So far", **blank).status_code == 303
    assert (desk.row(reference).state, desk.row(reference).rating) == ("with_manager", "red")
    page = browser.get(f"/contacts/{reference}").text
    assert f"A manager has been told of {reference}." in words(page)
    assert "So far" in page
    assert decide(browser, reference, all__rating="red").status_code == 303
    assert desk.row(reference).children[0].route == "child_and_family_assessment"


def test_telling_a_manager_needs_red(desk: Desk, browser: Browser) -> None:
    page = decide(browser, desk.contact(), "red", all__rating="amber")
    assert (page.status_code, problems(page.text)) == (422, ["Select Red first"])


def test_the_second_of_two_saves_gets_both_sides_and_overwrites_nothing(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    path = f"/contacts/{reference}"
    slow = sign_in_as("practitioner")
    fields = fields_of(slow.get(path).text, f"{path}/decision")
    decide(sign_in_as("manager"), reference, all__reason="Spoke to police.")
    mine = {"service": "yes", "all-rating": "amber", "all-add": "ed-attendance-dip", "all-level": "2",
            "all-route": "early_help", "all-agreement": "given_verbally", "all-reason": "My own words."}  # fmt: skip
    page = slow.client.post(f"{path}/decision", data=fields | mine)
    assert page.status_code == 409
    said = words(page.text)
    assert "Spoke to police." in said
    assert "My own words." in said
    assert "Invented manager decided for a child" in said
    assert desk.row(reference).children[0].outcome == "child_and_family_assessment"
    note = fields_of(page.text, f"{path}/note")
    assert "My own words." in note["text"]
    assert slow.client.post(f"{path}/note", data=note).status_code == 303
    assert "My own words." in words(slow.get(path).text)


def test_a_double_click_decides_once(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    path = f"/contacts/{reference}"
    fields = fields_of(browser.get(path).text, f"{path}/decision")
    sound = {"service": "yes", "all-rating": "amber", "all-none": "yes", "all-level": "3",
             "all-route": "advice", "all-agreement": "given_verbally", "all-reason": "Need."}  # fmt: skip
    for _ in range(2):
        assert browser.client.post(f"{path}/decision", data=fields | sound).status_code == 303
    assert desk.events(reference).count("child.decided") == 1


@pytest.mark.parametrize(
    "wrong",
    [{"all-rating": "purple"}, {"all-route": "prison"}, {"all-level": "99"}, {"all-add": "no-such-code"},
     {"999-level": "3"}, {"colour": "blue"}, {"all-is-immediate-harm": "perhaps"}],
)  # fmt: skip
def test_an_answer_that_no_button_of_ours_gives_is_refused(desk: Desk, browser: Browser, wrong: dict[str, str]) -> None:
    reference = desk.contact()
    assert decide(browser, reference, **wrong).status_code == 422
    assert desk.row(reference).state == "received"


def test_a_contact_officer_notes_facts_and_proposes_but_does_not_decide(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    officer = sign_in_as("contact_officer")
    page = officer.get(f"/contacts/{reference}").text
    assert 'name="all-level"' not in page
    assert "Tell the manager now" not in page
    answer = decide(
        officer, reference, "facts", all__level=None, all__route=None, all__agreement=None, all__reason=None
    )
    assert answer.status_code == 303
    assert desk.row(reference).rating is None
    assert {"child.observed", "child.rating_proposed"} <= set(desk.events(reference))
    assert "Invented contact officer proposes Amber" in words(sign_in_as("manager").get(f"/contacts/{reference}").text)
    for to in ("decision", "check", "red"):
        assert decide(officer, reference, to).status_code == 403
    assert desk.row(reference).state == "received"
