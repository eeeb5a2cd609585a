"""The referrer is told twice, or it is said why not; each telling stops its own clock and is an event."""

from sqlalchemy import select

from mash.db import reading
from mash.models import Clock, Contact
from tests.web.conftest import SignInAs
from tests.web.contacts import SOUND, Desk, decide, send, words


def running(desk: Desk, reference: str) -> set[str]:
    with reading(desk.database) as session:
        rows = select(Clock.name).join(Contact).where(Contact.reference == reference, Clock.stopped_at.is_(None))
        return set(session.scalars(rows))


def test_telling_the_referrer_that_it_arrived_stops_that_clock_only(desk: Desk, sign_in_as: SignInAs) -> None:
    reference, browser = desk.contact(), sign_in_as("contact_officer")
    assert running(desk, reference) == {"acknowledge", "social-care"}
    assert send(browser, reference, "referrer", what="arrived", way="telephone").status_code == 303
    assert running(desk, reference) == {"social-care"}
    assert desk.row(reference).acknowledged_at is not None
    assert "referrer.told_arrived" in desk.events(reference)


def test_the_outcome_is_told_only_once_there_is_one(desk: Desk, sign_in_as: SignInAs) -> None:
    reference, browser = desk.contact(), sign_in_as("practitioner")
    page = send(browser, reference, "referrer", what="outcome", way="email")
    assert page.status_code == 422
    assert "there is no outcome to tell" in words(page.text)
    assert decide(browser, reference, **SOUND).status_code == 303
    assert "feedback" in running(desk, reference)
    assert send(browser, reference, "referrer", what="outcome", way="email").status_code == 303
    assert "feedback" not in running(desk, reference)


def test_that_a_referrer_cannot_be_told_needs_a_reason(desk: Desk, sign_in_as: SignInAs) -> None:
    reference, browser = desk.contact(), sign_in_as("practitioner")
    page = send(browser, reference, "referrer", what="arrived", way="cannot")
    assert page.status_code == 422
    assert "Say why the referrer cannot be told" in words(page.text)
    assert send(browser, reference, "referrer", what="arrived", way="cannot", note="They rang off.").status_code == 303


def test_an_anonymous_referrer_has_no_clock_to_be_told_by(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact(referrer_identity="anonymous")
    assert running(desk, reference) == {"social-care"}
    page = sign_in_as("practitioner").get(f"/contacts/{reference}").text
    assert "Tell the referrer" not in words(page)


def test_what_may_tell_who_an_anonymous_referrer_is_is_not_printed(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact(referrer_identity="anonymous", referrer_name="", referrer_phone="01302 000000")
    told = {"do": "print", "reason": "Meeting", "ref": reference, "view": "everyone"}
    page = sign_in_as("practitioner").send("/queue", "/queue/many", **told)
    assert page.status_code == 200
    assert reference in page.text
    assert "01302 000000" not in page.text


def test_a_reviewer_may_not_say_that_a_referrer_was_told(desk: Desk, sign_in_as: SignInAs) -> None:
    browser, reference = sign_in_as("reviewer"), desk.contact()
    answers = browser.tokens("/account") | {"version": "1", "what": "arrived", "way": "email"}
    assert browser.client.post(f"/contacts/{reference}/referrer", data=answers).status_code == 403
    assert "acknowledge" in running(desk, reference)
