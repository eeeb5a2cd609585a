"""What holds when partners are asked: a lawful basis first, an answer that is kept, a late one that is weighed."""

from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk, decide, fields_of, send, words

ASKED = {"agency": "Police", "questions": "Anything in 12 months?", "basis": "public_task", "checks": "given_verbally"}


def rated(desk: Desk, browser: Browser) -> str:
    """Rate a contact, so that partners may be asked."""
    from mash import clock
    from mash.db import transaction
    from mash.journeys.actor import Actor
    from mash.journeys.practice import practice_from
    from mash.journeys.triage import RatingGiven, rate
    from mash.models import User

    reference = desk.contact()
    row = desk.row(reference)
    with transaction(desk.database) as session:
        by = Actor.of(session.query(User).filter_by(username="practitioner").one())
        given = (RatingGiven(child_id=row.children[0].id, value="amber"),)
        practice = practice_from(session, desk.rulebook)
        rate(session, reference, given, version=row.version, by=by, at=clock.now(), practice=practice)
    return reference


def request_id(page: str) -> str:
    return page.partition("/information/")[2].partition("/")[0]


def test_asking_keeps_the_clock_running_and_shows_who_was_asked(desk: Desk, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    reference = rated(desk, browser)
    due = desk.row(reference).due_at
    assert send(browser, reference, "information", **ASKED).status_code == 303
    row = desk.row(reference)
    assert (row.state, row.due_at) == ("waiting_for_information", due)
    assert "Police asked" in words(browser.get(f"/contacts/{reference}").text)


def test_no_partner_is_asked_without_agreement_or_a_managers_authority(desk: Desk, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    reference = rated(desk, browser)
    unsafe = ASKED | {"checks": "not_asked_unsafe"}
    page = send(browser, reference, "information", **unsafe)
    assert page.status_code == 422
    assert "a manager's authority to make them without it" in words(page.text)
    assert "Anything in 12 months?" in page.text
    manager = sign_in_as("manager")
    assert send(manager, reference, "information/authorise", reason="Asking her would raise risk.").status_code == 303
    assert send(browser, reference, "information", **unsafe).status_code == 303


def test_what_is_missing_from_a_request_is_said_at_once(desk: Desk, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    page = send(browser, rated(desk, browser), "information")
    said = words(page.text)
    for sentence in ("Select which agency to ask", "Say what you are asking", "Select the lawful basis for asking"):
        assert sentence in said


def test_nothing_held_is_kept_as_an_answer(desk: Desk, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    reference = rated(desk, browser)
    send(browser, reference, "information", **ASKED)
    number = request_id(browser.get(f"/contacts/{reference}").text)
    officer = sign_in_as("contact_officer")
    answer = send(officer, reference, f"information/{number}/reply", kind="nothing_held", replied_by="Desk sergeant")
    assert answer.status_code == 303
    assert desk.row(reference).state == "rated"
    said = words(browser.get(f"/contacts/{reference}").text)
    assert "Nothing held is an answer, not a clean record." in said
    assert "Desk sergeant" in said


def test_a_reply_after_the_decision_asks_whether_it_changes_it(desk: Desk, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    reference = rated(desk, browser)
    send(browser, reference, "information", **ASKED)
    path = f"/contacts/{reference}"
    number = request_id(browser.get(path).text)
    decide(browser, reference)
    assert desk.row(reference).state == "decided"
    send(browser, reference, f"information/{number}/reply", kind="supplied", text="Two call-outs in June.")
    page = browser.get(path).text
    assert "Does it change it?" in words(page)
    fields = fields_of(page, f"{path}/information/{number}/weigh") | {"changes": "no"}
    assert browser.client.post(f"{path}/information/{number}/weigh", data=fields).status_code == 303
    assert "Weighed: the decision stands." in words(browser.get(path).text)


def test_a_contact_officer_does_not_ask_partners(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = rated(desk, sign_in_as("practitioner"))
    officer = sign_in_as("contact_officer")
    assert "Ask a partner" not in officer.get(f"/contacts/{reference}").text
    tokens = officer.tokens(f"/contacts/{reference}")
    assert officer.client.post(f"/contacts/{reference}/information", data=tokens | ASKED).status_code == 403
