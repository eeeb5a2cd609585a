"""A passkey in a real browser with a security key of software: added, then let in with, alone and after a password."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from mash import clock
from mash.config import secret
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.password_link import give_link
from tests.browser.conftest import PATIENCE, FrontDoor, sign_in
from tests.browser.soundness import USUAL, wrong_with

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def with_device(door: FrontDoor) -> Iterator[Page]:
    """Open a browser of its own that has a security key. A passkey needs a name for the machine, not a number."""
    address = door.url.replace("127.0.0.1", "localhost")
    context = door.browser.new_context(base_url=address, viewport=USUAL)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def sign_out(page: Page) -> None:
    page.goto("/sign-out")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")


def test_a_passkey_is_added_and_then_lets_in_alone_and_after_a_password(
    empty_door: FrontDoor, barriers: Barriers
) -> None:
    with with_device(empty_door) as page:
        page.goto("/sign-in?next=/account/passkeys")
        assert wrong_with(page, barriers) == []
        sign_in(page, "leaver")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your passkeys")
        assert wrong_with(page, barriers) == []
        page.get_by_label("Name").fill("Work laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("rowheader", name="Work laptop")).to_be_visible()
        assert wrong_with(page, barriers) == []
        page.screenshot(path=empty_door.shots / "passkeys.png", full_page=True)
        sign_out(page)

        page.goto("/sign-in?next=/account")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(re.compile("/account$"))
        expect(page.locator(".menu summary")).to_contain_text("Invented leaver")
        sign_out(page)

        page.goto("/sign-in?next=/account")
        sign_in(page, "leaver")
        expect(page.get_by_role("heading", level=1)).to_have_text("Use your passkey")
        assert wrong_with(page, barriers) == []
        page.get_by_role("button", name="Use your passkey").click()
        page.wait_for_url(re.compile("/account$"))

        page.goto("/sign-in/again?next=/account")
        assert wrong_with(page, barriers) == []
        page.get_by_role("button", name="Use your passkey").click()
        page.wait_for_url(re.compile("/account$"))


def test_without_scripts_a_page_says_that_a_passkey_needs_them(empty_door: FrontDoor) -> None:
    with empty_door.opened(scripts=False) as page:
        page.goto("/sign-in")
        expect(page.locator("noscript p", has_text="A passkey needs scripts")).to_be_visible()
        expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()


def test_the_page_for_choosing_a_password_is_sound_and_lets_one_paste(
    empty_door: FrontDoor, barriers: Barriers
) -> None:
    key = secret(empty_door.settings.folder / "web.key", make=True)
    with transaction(empty_door.database) as session:
        who, by = empty_door.actor("assessment").user_id or 0, Actor.system("test")
        code = give_link(session, user_id=who, key=key, by=by, at=clock.now())
    with empty_door.opened() as page:
        page.goto(f"/password/{code}")
        assert wrong_with(page, barriers) == []
        field = page.get_by_label("Password", exact=True)
        field.focus()
        page.evaluate(
            "document.activeElement.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true}))"
            " ? 0 : (() => { throw new Error('pasting is held up') })()"
        )
        field.fill("anvil comet harvest")
        page.get_by_role("button", name="Keep it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
