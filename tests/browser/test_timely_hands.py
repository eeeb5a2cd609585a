"""What a manager and an administrator fill in about timeliness: by keyboard alone, and by keyboard without scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import FrontDoor
from tests.browser.test_ahead import taught

__all__ = ["taught"]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])]
FARTHEST = 120


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(FARTHEST):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{wanted} is not reached by Tab")


def fill(page: Page, label: str, words: str) -> None:
    """Go on to a box, and write in it over whatever stands there."""
    reach(page, page.get_by_label(label, exact=True))
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def press(page: Page, name: str) -> None:
    """Go on to a button and press it, and wait for the page that comes."""
    reach(page, page.get_by_role("button", name=name))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def day(page: Page, *parts: str) -> None:
    """Write a day, month and year."""
    for label, words in zip(("Day", "Month", "Year"), parts, strict=True):
        fill(page, label, words)


def test_what_is_aimed_at_is_set(empty_door: FrontDoor, scripts: bool) -> None:
    aim = "92" if scripts else "93"
    with empty_door.opened("admin", scripts=scripts) as page:
        page.goto("/admin/settings/timeliness")
        fill(page, "Share in time that is aimed at, in per cent", "101")
        press(page, "Save")
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        fill(page, "Share in time that is aimed at, in per cent", aim)
        day(page, "1", "4" if scripts else "5", "2099")
        fill(page, "Why it changes", "The partnership agreed it")
        press(page, "Save")
        coming = page.get_by_role("region", name="To come").filter(has_text="Apr 2099" if scripts else "May 2099")
        expect(coming).to_contain_text(f"{aim} per cent in time")


def test_a_day_is_closed(empty_door: FrontDoor, scripts: bool) -> None:
    with empty_door.opened("admin", scripts=scripts) as page:
        page.goto("/admin/settings/closed-days")
        day(page, "24" if scripts else "23", "12", "2027")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        fill(page, "What the day is", "Offices shut at Christmas")
        press(page, "Add the day")
        expect(page.get_by_role("row", name=f"{24 if scripts else 23} Dec 2027")).to_contain_text("Christmas")


def test_an_extract_is_asked_for_with_a_reason(empty_door: FrontDoor, scripts: bool) -> None:
    reason = f"Asked for by the inspectorate, {'at first' if scripts else 'again'}"
    with empty_door.opened("manager", scripts=scripts) as page:
        page.goto("/timeliness/extracts")
        press(page, "Write it")
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        reach(page, page.get_by_label("Extract", exact=True))
        page.keyboard.press("ArrowDown")
        fill(page, "Why it is taken", reason)
        press(page, "Write it")
        expect(page.get_by_role("row", name="Annex A").filter(has_text=reason)).to_have_count(1)


def test_what_would_reach_the_aim_is_asked(taught: FrontDoor, scripts: bool) -> None:
    with taught.opened("manager", scripts=scripts) as page:
        page.goto("/timeliness/capacity")
        fill(page, "People more at work (optional)", "1")
        reach(page, page.get_by_label("The soonest due is always taken first"))
        page.keyboard.press("Space")
        press(page, "Work it out")
        expect(page.get_by_role("heading", name=re.compile("The next|weeks from")).first).to_be_visible()
