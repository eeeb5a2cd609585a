"""A sign-in about to lapse: warned two minutes before, one key stays, and the same page and draft return after it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from mash import clock
from mash.db import transaction
from mash.models import UserSession
from mash.queries.access import IDLE
from tests.browser.conftest import PASSWORD, FrontDoor, sign_in
from tests.browser.ways import Mouse

pytestmark = pytest.mark.browser
WARNED = timedelta(minutes=13)
Barriers = Callable[[Page], list[str]]
MINE = "Her grandmother has stopped coming."


def test_the_warning_comes_two_minutes_before_and_one_key_stays_ten_times_over(door: FrontDoor) -> None:
    assert timedelta(minutes=2) <= IDLE - WARNED
    with door.opened("auditor") as page:
        page.clock.install()
        page.goto("/account")
        dialog = page.get_by_role("alertdialog", name="You will be signed out in 2 minutes")
        page.clock.run_for("12:30")
        expect(dialog).to_be_hidden()
        for _ in range(11):
            page.clock.run_for("13:30")
            expect(dialog).to_be_visible()
            expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
            page.keyboard.press("Enter")
            expect(dialog).to_be_hidden()


def test_before_the_ten_hours_are_over_one_proves_who_one_is_in_another_tab_and_the_page_goes_on(
    door: FrontDoor, barriers: Barriers
) -> None:
    with door.alone("leaver") as page:
        with transaction(door.database) as session:
            mine = UserSession.user_id == door.actor("leaver").user_id, UserSession.ended_at.is_(None)
            soon = clock.now() + timedelta(seconds=100)
            session.execute(update(UserSession).where(*mine).values(expires_at=soon))
        page.goto("/account")
        page.get_by_label("Compact: more rows on the screen").check()
        dialog = page.get_by_role("alertdialog", name="Ten hours are nearly over: 2 minutes are left")
        expect(dialog).to_be_visible()
        assert barriers(page) == []
        with page.context.expect_page() as new:
            dialog.get_by_role("link", name="Prove who you are (opens in a new tab)").click()
        new.value.get_by_label("Password", exact=True).fill(PASSWORD)
        new.value.get_by_role("button", name="Go on").click()
        new.value.wait_for_url("**/account/stay")
        new.value.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice")).to_contain_text("Your choices have been saved.")


def test_after_a_lapse_the_same_page_and_draft_return(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.alone("colleague") as page:
        page.goto(f"/contacts/{reference}")
        Mouse(page).write(page.get_by_label("Reason for your decision"), MINE)
        expect(page.locator(".draft-state[role='status']")).to_contain_text("Draft saved")
        with transaction(door.database) as session:
            mine = UserSession.user_id == door.actor("colleague").user_id
            newest = select(func.max(UserSession.id)).where(mine).scalar_subquery()
            gone = clock.now() - timedelta(hours=1)
            session.execute(update(UserSession).where(UserSession.id == newest).values(seen_at=gone))
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        sign_in(page, "colleague")
        page.wait_for_url(f"/contacts/{reference}")
        expect(page.get_by_label("Reason for your decision")).to_have_value(MINE)
