"""What somebody says is wrong in their record stands beside that part of it, wherever it is shown."""

from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, send, words
from tests.web.test_subject_access import begun

SAID = "She was fed that morning."
TOLD = {"about": "reported", "kind": "disagreement", "said_by": "Lena Sample", "text": SAID}


def test_it_stands_beside_what_was_reported_on_the_page_the_timeline_and_paper(
    sign_in_as: SignInAs, desk: Desk
) -> None:
    browser, reference = sign_in_as("practitioner"), desk.contact("Ada")
    before = desk.row(reference).narrative
    assert send(browser, reference, "addendum", **TOLD).status_code == 303
    page = browser.get(f"/contacts/{reference}").text
    reported = page.partition('id="reported-title"')[2].partition("</section>")[0]
    assert "Disagreed with by Lena Sample" in words(reported)
    assert SAID in words(reported)
    assert SAID in browser.get(f"/contacts/{reference}/timeline").text
    out = {"do": "print", "reason": "Meeting", "ref": reference, "view": "everyone"}
    assert SAID in browser.send("/account", "/queue/many", **out).text
    assert desk.row(reference).narrative == before
    assert "record.addendum" in desk.events(reference)


def test_it_is_said_by_somebody_of_something_there_is(sign_in_as: SignInAs, desk: Desk) -> None:
    browser, reference = sign_in_as("contact_officer"), desk.contact("Ada")
    for missing in ("about", "kind", "said_by", "text"):
        refused = send(browser, reference, "addendum", **(TOLD | {missing: ""}))
        assert (refused.status_code, "record.addendum" in desk.events(reference)) == (422, False)
    assert send(sign_in_as("manager"), reference, "addendum", **(TOLD | {"about": "weather"})).status_code == 422
    auditor = sign_in_as("auditor")
    assert auditor.send("/account", f"/contacts/{reference}/addendum", **TOLD).status_code == 403


def test_whoever_asked_for_their_records_says_it_of_the_part_they_were_given(sign_in_as: SignInAs, desk: Desk) -> None:
    manager, reference = sign_in_as("manager"), desk.contact("Ada", narrative="No lunch again.")
    page = begun(manager, desk, reference)
    manager.send(page, f"{page}/gather")
    said = {"kind": "correction", "said_by": "Ada Sample", "text": "It was a school trip."}
    for place in (1, 4):  # what is known of her, and what was reported
        part = f"{page}/parts/{place}"
        assert manager.send(part, f"{part}/addendum", **(said | {"text": ""})).status_code == 422
        assert manager.send(part, f"{part}/addendum", **said).status_code == 303
    shown = manager.get(f"/contacts/{reference}").text
    assert shown.count("It was a school trip.") == 2
    assert "Said to be wrong by Ada Sample" in words(shown)
    manager.send(page, f"{page}/gather")
    assert manager.get(page).text.count("Note of") == 2
