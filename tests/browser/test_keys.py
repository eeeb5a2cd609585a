"""Shortcuts of one letter: nothing until somebody turns them on, never in a text box, listed, kept for the person."""

import string

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FrontDoor, sign_in

pytestmark = pytest.mark.browser
PAGES = ("/queue?view=everyone", "/contacts/{0}", "/contacts/{0}/timeline", "/contacts/{0}/skip", "/contacts/{0}/quick",
         "/contacts/new", "/search", "/red", "/reviews", "/account", "/help")  # fmt: skip
LETTERS = string.ascii_lowercase + "?/"


def press_all(page: Page) -> None:
    page.locator("body").press("Escape")
    for letter in LETTERS:
        page.keyboard.press(letter)


def test_turned_off_no_letter_does_anything_on_any_page(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as page:
        for path in PAGES:
            page.goto(path.format(reference))
            address, focus = page.url, page.evaluate("document.activeElement.outerHTML.slice(0, 80)")
            press_all(page)
            assert page.url == address
            assert page.evaluate("document.activeElement.outerHTML.slice(0, 80)") == focus
            expect(page.locator("dialog[open]")).to_have_count(0)
    assert door.desk.events(reference) == ["contact.received"]


def test_turned_on_they_are_listed_do_nothing_in_a_text_box_and_are_kept_over_signing_out(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.alone("leaver") as page:
        page.goto("/account")
        page.get_by_label("Shortcuts of one letter").check()
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice")).to_contain_text("saved")
        page.locator(".top .menu summary").click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.goto("/sign-in")
        sign_in(page, "leaver")
        expect(page.get_by_role("heading", level=1)).to_have_text("My queue")
        page.keyboard.press("?")
        listed = page.get_by_role("dialog")
        for words in ("Next row", "Previous row", "g then q", "Search", "This list", "Close"):
            expect(listed).to_contain_text(words)
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.wait_for_url("/search")
        for path, box in (("/search", "Name"), ("/contacts/new", "What is this about?")):
            page.goto(path)
            page.get_by_label(box).focus()
            page.keyboard.type(LETTERS)
            expect(page.get_by_label(box)).to_have_value(LETTERS)
            assert page.url.endswith(path)
            expect(page.locator("dialog[open]")).to_have_count(0)
    assert door.desk.events(reference) == ["contact.received"]
