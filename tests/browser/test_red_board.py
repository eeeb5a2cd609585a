"""The red board on a screen that stays open: renewed by itself, still under the pointer, honest when it is stale."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from mash import clock
from mash.db import transaction
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with
from tests.journeys.front_door import front_door as journeys_of

pytestmark = pytest.mark.browser
WITHIN = 10_000
"""Milliseconds by which a red must be on an open board."""


def red(door: FrontDoor) -> str:
    """Receive a contact and rate it red."""
    with transaction(door.database) as session:
        desk = replace(journeys_of(session, door.rulebook, door.actor), now=clock.now())
        contact = desk.contact({})
        desk.rate(contact, "red", by=door.actor("colleague"))
        return contact.reference


def row(page: Page, reference: str) -> Locator:
    return page.get_by_role("article").filter(has_text=reference)


def test_a_new_red_is_on_an_open_board_in_seconds_and_is_said_once(door: FrontDoor) -> None:
    with door.opened("manager") as page:
        page.goto("/red")
        page.mouse.move(5, 5)
        reference = red(door)
        expect(row(page, reference)).to_be_visible(timeout=WITHIN)
        expect(page.locator("#red-said")).to_have_text(re.compile(f"{reference}.* needs a manager"))
        assert re.match(r"\(\d+\) Red board", page.title())


def test_rows_do_not_move_under_the_pointer_and_a_line_says_that_the_board_has_changed(door: FrontDoor) -> None:
    first = red(door)
    with door.opened("manager") as page:
        page.goto("/red")
        row(page, first).hover()
        before = row(page, first).bounding_box()
        second = red(door)
        expect(page.locator("#red-held")).to_be_visible(timeout=WITHIN)
        expect(page.locator("#red-said")).to_have_text(re.compile(second))
        assert row(page, second).count() == 0
        after = row(page, first).bounding_box()
        assert before == after
        page.get_by_role("button", name="Show it").click()
        expect(row(page, second)).to_be_visible()
        expect(page.locator("#red-held")).to_be_hidden()


def test_paused_the_board_keeps_still_and_still_says_that_a_red_came(door: FrontDoor) -> None:
    with door.opened("manager") as page:
        page.goto("/red")
        page.get_by_role("button", name="Pause updates").click()
        page.mouse.move(5, 5)
        reference = red(door)
        expect(page.locator("#red-said")).to_have_text(re.compile(reference), timeout=WITHIN)
        assert row(page, reference).count() == 0
        page.get_by_role("button", name="Carry on updating").click()
        expect(row(page, reference)).to_be_visible()


def test_without_a_script_it_is_renewed_by_opening_it_again_and_a_red_is_taken_up_and_given_back(
    door: FrontDoor,
) -> None:
    with door.opened("manager", scripts=False) as page:
        page.goto("/red")
        reference = red(door)
        page.get_by_role("link", name="Look again").click()
        row(page, reference).get_by_role("button", name="I have this").click()
        expect(page.get_by_role("status").filter(has_text=f"You have {reference}")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(row(page, reference).get_by_role("button", name="I have this")).to_be_visible()


def test_a_red_is_handed_to_the_night_team_by_keyboard_with_a_sound_receipt(
    door: FrontDoor, barriers: Callable[[Page], list[str]]
) -> None:
    reference = red(door)
    with door.opened("manager") as page:
        page.goto("/red")
        assert wrong_with(page, barriers) == []
        link = row(page, reference).get_by_role("link", name="Night team")
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/night$"))
        assert wrong_with(page, barriers) == []
        page.get_by_label("Who took it").focus()
        page.keyboard.type("Pat Moor, duty social worker")
        page.get_by_label("What you told them").focus()
        page.keyboard.type("A bruise; the police are there.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Receipt: {reference}")).to_be_visible()
        expect(page.get_by_role("button", name="Print")).to_be_visible()
        assert wrong_with(page, barriers) == []


def test_when_updates_fail_the_board_says_since_when_it_is_old(door: FrontDoor) -> None:
    with door.opened("manager", expecting="Failed to load|ERR_") as page:
        page.goto("/red")
        page.mouse.move(5, 5)
        page.route("**/red/live", lambda route: route.abort())
        expect(page.locator("#red-stale")).to_have_text(re.compile(r"Not updated since \d+:\d\d[ap]m"), timeout=15_000)
        page.unroute("**/red/live")
        expect(page.locator("#red-stale")).to_be_hidden(timeout=WITHIN)
