"""The same pages on a dark screen, in the reader's own colours and on paper: readable, every mark with its word."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from mash import clock
from mash.db import transaction
from tests.browser.conftest import FrontDoor
from tests.journeys.front_door import SERIOUS
from tests.journeys.front_door import front_door as journeys_of

pytestmark = pytest.mark.browser
LIGHT_OF = (
    "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)"
)
PAGES = {
    "manager": ("/red", "/queue?view=everyone", "/contacts/{0}", "/contacts/{1}", "/contacts/{1}/change", "/account"),
    "practitioner": ("/contacts/new", "/contacts/{0}", "/contacts/{0}/timeline", "/search", "/contacts/none"),
    "admin": ("/admin/users", "/admin/users/new"),
}


@pytest.fixture(scope="module")
def contacts(door: FrontDoor) -> tuple[str, str]:
    """Give an overdue contact in nobody's hands, and a red one that waits for a manager with a recommendation."""
    with transaction(door.database) as session:
        desk = replace(journeys_of(session, door.rulebook, door.actor), now=clock.now())
        fresh, red = desk.contact({}), desk.contact(SERIOUS)
        desk.read(red, desk.practitioner)
        desk.decide(red, desk.choice(red, rating="red"))
        return fresh.reference, red.reference


@pytest.mark.parametrize("who", PAGES)
def test_on_a_dark_screen_every_page_is_dark_and_has_no_barrier(
    door: FrontDoor, contacts: tuple[str, str], barriers: Callable[[Page], list[str]], who: str
) -> None:
    wrong = {}
    with door.opened(who) as page:
        page.emulate_media(color_scheme="dark")
        for path in PAGES[who]:
            page.goto(path.format(*contacts))
            page.evaluate("document.querySelectorAll('main details').forEach(one => (one.open = true))")
            assert page.evaluate(LIGHT_OF) < 150, path
            wrong[path] = barriers(page)
    assert {path: found for path, found in wrong.items() if found} == {}


def test_a_dark_error_is_readable(door: FrontDoor, barriers: Callable[[Page], list[str]]) -> None:
    with door.opened("practitioner") as page:
        page.emulate_media(color_scheme="dark")
        page.goto("/contacts/new")
        page.get_by_role("button", name="Save and triage").click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        assert barriers(page) == []


def test_in_the_readers_own_colours_marks_keep_their_words_and_edges(
    door: FrontDoor, contacts: tuple[str, str]
) -> None:
    with door.opened("manager") as page:
        page.emulate_media(forced_colors="active")
        page.goto("/red")
        marks = page.locator("main .mark")
        for mark in marks.all():
            assert re.search(r"\w", mark.inner_text())
            assert mark.evaluate("one => parseFloat(getComputedStyle(one).borderTopWidth)") >= 1


@pytest.mark.parametrize("colours", ["forced", "grey"])
@pytest.mark.parametrize("path", ["/queue?view=everyone", "/red"])
def test_without_colours_every_row_still_says_its_rating_and_when_it_is_due(
    door: FrontDoor, contacts: tuple[str, str], path: str, colours: str
) -> None:
    with door.opened("manager") as page:
        page.emulate_media(forced_colors="active" if colours == "forced" else None)
        page.goto(path)
        if colours == "grey":
            page.evaluate("document.documentElement.style.setProperty('filter', 'grayscale(1)')")
        rows = page.locator("tbody tr, main article")
        assert rows.count() >= 2 if path != "/red" else rows.count() >= 1
        for row in rows.all():
            words = row.inner_text()
            rating = row.locator(".mark").filter(has_text=re.compile("^(Red|Amber|Green|Not rated)$")).first
            assert re.search("Red|Amber|Green|Not rated", words), words
            assert re.search("Overdue|Due|Decided|Agreed|No due time", words), words
            expect(rating.locator("svg.shape")).to_be_visible()


@pytest.mark.parametrize("path", ["/red", "/contacts/{1}", "/contacts/{1}/timeline"])
def test_on_paper_all_is_black_on_white_with_nothing_to_press(
    door: FrontDoor, contacts: tuple[str, str], path: str
) -> None:
    with door.opened("manager") as page:
        page.emulate_media(color_scheme="dark")
        page.goto(path.format(*contacts))
        page.emulate_media(media="print", color_scheme="dark")
        ink = page.evaluate("getComputedStyle(document.body).color")
        pressed = page.locator("button:visible, nav:visible, .govuk-button:visible, input:visible, textarea:visible")
        assert ink == "rgb(0, 0, 0)"
        assert [one.inner_text() for one in pressed.all()] == []
        expect(page.get_by_text("Printed by Invented manager")).to_be_visible()
        assert len(page.pdf(format="A4")) > 5000
