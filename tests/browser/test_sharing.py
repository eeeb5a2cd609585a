"""Several contacts ticked and given by mouse, by keys and without scripts; and word of it on the page that is open."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def door(empty_door: FrontDoor) -> FrontDoor:
    """Serve an installation that holds the contacts of these tests alone, so that all of them are on one page."""
    return empty_door


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ticked_contacts_are_given_to_a_colleague(
    door: FrontDoor, barriers: Callable[[Page], list[str]], *, scripts: bool
) -> None:
    first, second = door.desk.contact("Ada"), door.desk.contact("Bea")
    with door.opened("manager", scripts=scripts) as page:
        page.goto("/queue?view=everyone")
        for reference in (first, second):
            box = page.get_by_label(f"Tick {reference}", exact=True)
            box.focus()
            page.keyboard.press("Space")
            expect(box).to_be_checked()
        if scripts:
            expect(page.get_by_text("With the 2 ticked")).to_be_visible()
        page.get_by_label("Give to").select_option(label="Invented colleague")
        page.get_by_role("button", name="Give", exact=True).click()
        expect(page.locator(".notice")).to_contain_text("2 contacts given.")
        expect(page.locator(".notice")).to_contain_text(f"{first}: Given to Invented colleague.")
        if scripts:
            assert wrong_with(page, barriers) == []


def test_word_from_a_colleague_comes_to_the_open_page_and_nothing_there_moves(door: FrontDoor) -> None:
    reference = door.desk.contact("Cat")
    with door.opened("colleague") as mine, door.opened("manager") as theirs:
        mine.goto("/search")
        mine.get_by_label("Name").fill("Half a na")
        theirs.goto("/queue?view=everyone")
        theirs.get_by_label(f"Tick {reference}", exact=True).check()
        theirs.get_by_label("Give to").select_option(label="Invented colleague")
        theirs.get_by_role("button", name="Give", exact=True).click()
        expect(mine.get_by_text(f"Invented manager gave you {reference}.")).to_be_visible(timeout=20_000)
        expect(mine.get_by_label("Name")).to_be_focused()
        expect(mine.get_by_label("Name")).to_have_value("Half a na")


def test_ticking_all_and_pausing_updates(door: FrontDoor) -> None:
    door.desk.contact("Dot")
    with door.opened("manager") as page:
        page.goto("/queue?view=everyone")
        boxes = page.locator('input[name="ref"]')
        page.get_by_label("Tick all").check()
        assert all(box.is_checked() for box in boxes.all())
        boxes.first.uncheck()
        expect(page.get_by_label("Tick all")).not_to_be_checked()
        page.get_by_role("button", name="Pause updates").click()
        page.goto("/queue")
        expect(page.get_by_role("button", name="Updates are paused. Go on")).to_be_visible()
        page.get_by_role("button", name="Updates are paused. Go on").click()
        expect(page.get_by_role("button", name="Pause updates")).to_be_visible()


def test_the_team_page_gives_on_what_somebody_has(door: FrontDoor, barriers: Callable[[Page], list[str]]) -> None:
    reference = door.desk.contact("Eve")
    with door.opened("leaver") as page:
        page.goto("/queue?view=unclaimed")
        page.get_by_role("button", name=f"Take {reference}").click()
        expect(page.locator(".notice").first).to_contain_text(f"You have {reference}.")
    with door.opened("manager") as page:
        page.goto("/team")
        page.get_by_role("link", name="Invented leaver").click()
        page.get_by_label(f"Tick {reference}", exact=True).check()
        page.get_by_label("Reason").fill("Left the council")
        page.get_by_label("Give to").select_option(index=1)
        page.get_by_role("button", name="Reassign selected").click()
        expect(page.locator(".notice")).to_contain_text(f"{reference}: Given to")
        assert wrong_with(page, barriers) == []
