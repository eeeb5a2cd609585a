"""An authenticator app in a real browser: added by its picture, then asked for, with and without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from mash import clock
from mash.config import secret
from mash.db import transaction
from mash.journeys.first_admin import code_for
from mash.models import User
from tests.browser.conftest import FrontDoor, sign_in
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]


@pytest.mark.parametrize("scripts", [True, False])
def test_an_app_is_added_and_then_asked_for(empty_door: FrontDoor, barriers: Barriers, scripts: bool) -> None:
    who = "reviewer" if scripts else "auditor"
    with empty_door.opened(who, scripts=scripts) as page:
        page.goto("/account/app")
        page.get_by_role("button", name="Add an app").click()
        expect(page.get_by_role("img", name="Code to scan with an authenticator app")).to_be_visible()
        if scripts:
            assert wrong_with(page, barriers) == []
        app = pyotp.TOTP(page.locator("code").inner_text().replace(" ", ""))
        page.get_by_label("Code", exact=True).fill(app.at(clock.now()))
        page.get_by_role("button", name="Add it").click()
        expect(page.locator(".notice li")).to_have_count(10)
        paper = page.locator(".notice li").first.inner_text()
        if scripts:
            assert wrong_with(page, barriers) == []
    with empty_door.opened(scripts=scripts) as page:
        page.goto("/sign-in?next=/account")
        sign_in(page, who)
        expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
        if scripts:
            assert wrong_with(page, barriers) == []
        ahead = clock.now() + timedelta(seconds=30)
        page.get_by_label("Code", exact=True).fill(app.at(ahead) if scripts else paper)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/account$"))
        page.context.clear_cookies()


@pytest.mark.parametrize("path", ["/sign-in/again", "/account/stay"])
def test_the_pages_that_keep_someone_in_are_sound(empty_door: FrontDoor, barriers: Barriers, path: str) -> None:
    with empty_door.opened("manager") as page:
        page.goto(path)
        assert wrong_with(page, barriers) == []


def test_without_scripts_the_foot_of_a_page_says_how_to_stay(empty_door: FrontDoor) -> None:
    with empty_door.opened("manager", scripts=False) as page:
        page.goto("/account")
        with page.context.expect_page() as new:
            page.get_by_role("link", name="Stay signed in (opens in a new tab)").click()
        new.value.get_by_role("button", name="Stay signed in").click()
        expect(new.value.get_by_role("heading", level=1)).to_have_text("Stay signed in")
        new.value.close()


def test_the_page_for_the_first_administrator_is_sound(empty_door: FrontDoor, barriers: Barriers) -> None:
    def let_admin(*, active: bool) -> None:
        with transaction(empty_door.database) as session:
            session.query(User).filter_by(username="admin").one().active = active

    let_admin(active=False)
    try:
        key = secret(empty_door.settings.folder / "web.key", make=True)
        with transaction(empty_door.database) as session:
            code = code_for(session, key=key, at=clock.now())
        with empty_door.opened() as page:
            page.goto(f"/first-administrator/{code}")
            expect(page.get_by_role("heading", level=1)).to_have_text("First administrator")
            assert wrong_with(page, barriers) == []
    finally:
        let_admin(active=True)
