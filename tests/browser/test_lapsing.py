"""A sign-in about to lapse: warned five minutes before, one key stays, and the same page and draft return after it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from mash import clock
from mash.db import transaction
from mash.models import UserSession
from mash.queries.access import IDLE
from tests.browser.conftest import FrontDoor, sign_in
from tests.browser.ways import Mouse

pytestmark = pytest.mark.browser
WARNED = timedelta(minutes=25)
MINE = "Her grandmother has stopped coming."


def test_the_warning_comes_five_minutes_before_and_one_key_stays_ten_times_over(door: FrontDoor) -> None:
    assert timedelta(minutes=5) <= IDLE - WARNED
    with door.opened("auditor") as page:
        page.clock.install()
        page.goto("/account")
        dialog = page.get_by_role("dialog", name="You will be signed out in 5 minutes")
        page.clock.run_for("24:30")
        expect(dialog).to_be_hidden()
        for _ in range(11):
            page.clock.run_for("25:30")
            expect(dialog).to_be_visible()
            expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
            page.keyboard.press("Enter")
            expect(dialog).to_be_hidden()


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
