"""When nothing watches the deadlines, staff read it on every page, with what to do; it is gone when something does."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FrontDoor

pytestmark = pytest.mark.browser
SAYS = "Deadlines are not being watched: nobody is told when one nears or passes."
WIDTHS = {"wide": 1280, "narrow": 360}


@pytest.mark.parametrize("scripts", [True, False])
def test_the_banner_is_read_on_every_page_and_gone_once_they_are_watched(
    empty_door: FrontDoor, barriers: Callable[[Page], list[str]], scripts: bool
) -> None:
    with empty_door.opened("manager", scripts=scripts) as page:
        with empty_door.heartbeat.stopped(minutes_ago=14):
            for place in ("/queue", "/contacts/new", "/timeliness", "/team"):
                page.goto(place)
                expect(page.get_by_text(SAYS)).to_have_count(1)
                expect(page.get_by_text("Deadlines were last watched 14 minutes ago.")).to_be_visible()
            page.goto("/queue")
            for name, width in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": 800})
                page.screenshot(path=empty_door.shots / f"unwatched-{name}-{scripts}.png")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            if scripts:
                assert barriers(page) == []
        page.goto("/queue")
        expect(page.get_by_text(SAYS)).to_have_count(0)
