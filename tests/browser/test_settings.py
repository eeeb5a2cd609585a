"""The settings in a real browser: every page sound, and a policy set without scripts, refused and then kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mash.web.policy_forms import FORMS
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]


@pytest.mark.parametrize("slug", ["", "/clocks", "/sign-off", "/opening-hours", "/retention", "/closed-days"])
def test_the_pages_are_sound(empty_door: FrontDoor, barriers: Barriers, slug: str) -> None:
    with empty_door.opened("admin") as page:
        page.goto(f"/admin/settings{slug}")
        assert wrong_with(page, barriers) == []


def test_every_policy_is_reached_from_the_list_by_a_manager(empty_door: FrontDoor) -> None:
    with empty_door.opened("manager") as page:
        page.goto("/admin/settings")
        links = page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link")
        assert links.all_inner_texts() == [*(form.title for form in FORMS.values()), "Days closed"]
        links.first.click()
        expect(page.get_by_role("heading", name="Who sets it")).to_be_visible()


def test_a_policy_is_set_without_scripts_and_a_wrong_answer_loses_nothing(
    empty_door: FrontDoor, barriers: Barriers
) -> None:
    with empty_door.opened("admin", scripts=False) as page:
        page.goto("/admin/settings/pattern")
        page.get_by_label("Contacts, line 3").fill("7")
        page.get_by_label("Day", exact=True).fill("1")
        page.get_by_label("Month").fill("4")
        page.get_by_label("Year").fill("2099")
        page.get_by_label("Why it changes").fill("The partnership agreed it in March.")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Enter how many days, or leave both empty").click()
        expect(page.get_by_label("Days, line 3")).to_be_focused()
        expect(page.get_by_label("Contacts, line 3")).to_have_value("7")
        expect(page.get_by_label("Why it changes")).to_have_value("The partnership agreed it in March.")
        page.get_by_label("Days, line 3").fill("730")
        page.get_by_role("button", name="Save").click()
        coming = page.get_by_role("region", name="To come")
        expect(coming).to_contain_text("The 7th contact in 24 months")
        expect(coming).to_contain_text("Invented admin set it on")
    with empty_door.opened("admin") as page:
        page.goto("/admin/settings/pattern")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        assert wrong_with(page, barriers) == []
