"""Recording a contact while someone talks: kept as typed, hints as names are said, nothing in the way of saving."""

from datetime import timedelta

from playwright.sync_api import expect

from mash import clock
from tests.browser.conftest import FrontDoor


def test_what_is_typed_is_kept_and_who_may_be_known_holds_nothing_up(door: FrontDoor) -> None:
    door.desk.contact("Ottilie", at=clock.now() - timedelta(days=2))
    with door.opened("contact_officer") as page:
        page.goto("/contacts/new")
        page.get_by_label("What is this about?").fill("She rang from the playground.")
        expect(page.locator(".draft-state")).to_contain_text("Draft saved")
        page.reload()
        expect(page.get_by_label("What is this about?")).to_have_value("She rang from the playground.")
        row = page.locator("#child1")
        row.get_by_label("First name").fill("Ottilie")
        row.get_by_label("Surname").fill("Sample")
        for part, said in (("Day", "1"), ("Month", "1"), ("Year", "2017")):
            row.get_by_label(part, exact=True).first.fill(said)
        row.get_by_label("School or nursery").focus()
        expect(row.get_by_text("Use Ottilie Sample")).to_be_visible()
        page.get_by_label("Asks for advice").check(force=True)
        page.get_by_role("button", name="Save to the queue").click()
        expect(page.get_by_text("is recorded and in the queue")).to_be_visible()
        expect(page.get_by_label("What is this about?")).to_have_value("")
