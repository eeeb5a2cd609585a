"""A table is sent, read and made a draft in a real browser: sound pages, without barriers, and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
TABLE = (
    b"descriptor,level\nSometimes hungry or poorly fed,L3\nBullies other pupils,L3\nHungry day after day,L4\n"
    b"Lives near a volcano,L2\n"
)


def send(page: Page) -> None:
    page.goto("/thresholds/import")
    page.get_by_label("Table (CSV)").set_input_files({"name": "levels.csv", "mimeType": "text/csv", "buffer": TABLE})
    page.get_by_role("button", name="See what it means").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What your table means")


def test_both_pages_keep_every_promise(empty_door: FrontDoor, barriers: Barriers) -> None:
    with empty_door.opened("reviewer") as page:
        page.goto("/thresholds/import")
        assert wrong_with(page, barriers) == []
        page.screenshot(path=empty_door.shots / "threshold-import.png", full_page=True)
        send(page)
        page.screenshot(path=empty_door.shots / "threshold-import-read.png", full_page=True)
        assert wrong_with(page, barriers) == []


def test_a_table_becomes_a_draft_without_scripts(empty_door: FrontDoor) -> None:
    with empty_door.opened("reviewer", scripts=False) as page:
        send(page)
        page.get_by_label("Indicator for line 3").select_option("bh-bullying-others")
        page.get_by_label("Short name").fill("dn-2028-04")
        page.get_by_label("Title", exact=True).fill("Levels of need, April 2028")
        page.get_by_role("button", name="Make a draft").click()
        expect(page.get_by_text("The draft dn-2028-04 is begun from your table")).to_contain_text(
            "3 indicators matched"
        )
