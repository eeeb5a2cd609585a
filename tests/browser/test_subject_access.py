"""A request for somebody's own records is begun, gathered and decided by its pages, which are sound in any width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mash.db import transaction
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with
from tests.factories import a_child, a_contact, an_adult

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]


def test_a_manager_begins_gathers_and_decides(empty_door: FrontDoor, barriers: Barriers) -> None:
    with transaction(empty_door.database) as session:
        child, adult = a_child(session, "Ada", "Sample"), an_adult(session, "Lena", "Sample")
        told = "Lena said that Ada had had nothing to eat since Friday, and that there is no gas."
        reference = a_contact(session, children=(child,), adults=(adult,), narrative=told).reference
    with empty_door.opened("manager") as page:
        page.goto("/subject-access")
        assert wrong_with(page, barriers) == []
        page.get_by_label("A contact that they are on").fill(reference)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Begin").click()
        assert wrong_with(page, barriers) == []
        page.get_by_label("Ada Sample").check()
        page.get_by_label("Who asks?").fill("Ada Sample")
        page.get_by_label("The person themself").check()
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name="Gather the record").click()
        assert wrong_with(page, barriers) == []
        page.get_by_role("link", name="What was reported").click()
        expect(page.get_by_label("What is withheld within it")).to_have_value(f"[[Lena]]{told[4:]}")
        assert wrong_with(page, barriers) == []
        page.get_by_label("Release it without what is marked").check()
        page.get_by_role("button", name="Save, and go on").click()
        page.goto("/subject-access/1")
        expect(page.get_by_role("row", name="What was reported")).to_contain_text("Invented manager")
        page.goto(f"/contacts/{reference}")
        page.get_by_text("Somebody disagrees, or says it is wrong").click()
        assert wrong_with(page, barriers) == []
