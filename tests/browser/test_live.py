"""What changes by itself on an open page: said once, nothing moves under the reader, and stale is said to be stale."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from mash import clock
from mash.db import transaction
from mash.models import Contact
from mash.workflow.claims import claim_policy_on
from tests.browser.conftest import FrontDoor
from tests.browser.ways import Mouse

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def door(empty_door: FrontDoor) -> FrontDoor:
    """Serve an installation that holds the contacts of these tests alone, so that all of them are on one page."""
    return empty_door


SAID_TO_READERS = """() => {
  window.told = [];
  new MutationObserver((changes) => {
    for (const change of changes) {
      const place = change.target.parentElement?.closest?.('[role=status], [role=alert]') ??
        (change.target.closest ? change.target.closest('[role=status], [role=alert]') : null);
      const words = place?.textContent.trim();
      if (words && window.told.at(-1) !== words) window.told.push(words);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
ROWS = "[...document.querySelectorAll('tbody input[name=ref]')].map(one => one.value)"


def told(page: Page, words: str) -> int:
    """Count how often a place that is read out came to say something."""
    return len([one for one in page.evaluate("window.told") if re.search(words, one)])


def test_new_contacts_are_said_once_and_no_row_moves_until_they_are_shown(door: FrontDoor) -> None:
    door.desk.contact("Ada")
    with door.opened("practitioner") as page:
        page.clock.install()
        page.goto("/queue?view=everyone")
        page.evaluate(SAID_TO_READERS)
        rows = page.evaluate(ROWS)
        new = door.desk.contact("Bea", at=clock.now() + timedelta(seconds=2), danger_now=True)
        page.get_by_role("link", name="Decision due").focus()
        for _ in range(3):
            page.clock.run_for(31_000)
            expect(page.get_by_text(re.compile(r"\d+ new contacts? since"))).to_be_visible()
        assert told(page, r"new contacts? since") == 1
        expect(page.get_by_role("link", name="Decision due")).to_be_focused()
        assert page.evaluate(ROWS) == rows
        page.get_by_role("link", name=re.compile("^Show (it|them)$")).click()
        expect(page.get_by_label(f"Tick {new}", exact=True)).to_be_visible()


def test_a_draft_and_the_check_are_each_said_once_and_the_focus_stays(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        page.evaluate(SAID_TO_READERS)
        mouse = Mouse(page)
        mouse.choose("service", "yes")
        mouse.note("Neglect over time or in several areas")
        mouse.choose("all-level", "2")
        expect(page.locator(".check-place .check")).to_be_visible()
        box = page.get_by_label("Reason for your decision")
        mouse.write(box, "She is hungry.")
        expect(page.locator(".draft-state[role='status']")).to_contain_text("Draft saved")
        expect(box).to_be_focused()
        assert told(page, "^Rules suggest level") == 1
        assert told(page, "^Draft saved") >= 1


def test_a_save_that_fails_is_said_once(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner", expecting="Failed to load|ERR_") as page:
        page.goto(f"/contacts/{reference}")
        page.evaluate(SAID_TO_READERS)
        page.route("**/draft", lambda route: route.abort())
        box = page.get_by_label("Reason for your decision")
        Mouse(page).write(box, "She is hungry.")
        expect(page.locator(".draft-state[role='status']")).to_contain_text("Draft not saved. Trying again")
        assert told(page, "not saved") == 1
        expect(box).to_be_focused()
        page.unroute("**/draft")
        expect(page.locator(".draft-state[role='status']")).to_contain_text("Draft saved")


def test_when_the_queue_cannot_be_renewed_twice_it_says_since_when(door: FrontDoor) -> None:
    with door.opened("practitioner", expecting="Failed to load|ERR_") as page:
        page.clock.install()
        page.goto("/queue")
        page.route("**/queue/new*", lambda route: route.abort())
        for seen in (False, True):
            with page.expect_event("requestfailed"):
                page.clock.run_for(31_000)
            expect(page.locator("#queue-stale")).to_be_visible(visible=seen)
        expect(page.locator("#queue-stale")).to_contain_text(
            re.compile(r"Not updated since \d+:\d\d ?[ap]m", re.IGNORECASE)
        )
        page.unroute("**/queue/new*")
        page.clock.run_for(31_000)
        expect(page.locator("#queue-stale")).to_be_hidden()


def test_going_through_the_ratings_with_the_arrows_sends_nothing(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        Mouse(page).choose("service", "yes")
        sent: list[str] = []
        page.on("request", lambda one: sent.append(one.url) if one.url.endswith(("/red", "/decision")) else None)
        page.locator("input[name='all-rating']").first.focus()
        page.keyboard.press("Space")
        for _ in range(5):
            page.keyboard.press("ArrowDown")
        expect(page.locator(".draft-state[role='status']")).to_contain_text("Draft saved")
    assert sent == []
    assert {"contact.manager_told", "child.rated"}.isdisjoint(door.desk.events(reference))


def test_a_claim_lapses_by_itself_and_taking_over_tells_the_first_person_and_keeps_their_draft(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("colleague") as mine, door.opened("practitioner") as theirs:
        mine.goto(f"/contacts/{reference}")
        box = mine.get_by_label("Reason for your decision")
        Mouse(mine).write(box, "Half a reason")
        expect(mine.locator(".draft-state[role='status']")).to_contain_text("Draft saved")
        theirs.goto("/queue?view=everyone")
        theirs.get_by_role("link", name=f"Take over {reference}").click()
        theirs.get_by_label("Why are you taking it over?").fill("She is in court.")
        theirs.get_by_role("button", name="Take over").click()
        expect(mine.get_by_text(f"Invented practitioner took over {reference}.")).to_be_visible(timeout=15_500)
        expect(box).to_have_value("Half a reason")
        mine.reload()
        expect(box).to_have_value("Half a reason")
        with transaction(door.database) as session:
            idle = clock.now() - claim_policy_on(clock.now().date()).lapses_after
            session.execute(update(Contact).where(Contact.reference == reference).values(claimed_at=idle))
        mine.goto("/queue?view=unclaimed")
        expect(mine.get_by_role("button", name=f"Take {reference}")).to_be_visible()


AS_IF_DUE_SOON = """(one, due) => {
  one.dataset.due = due;
  one.closest('.mark').classList.replace('mark--late', 'mark--today');
}"""


def test_what_is_left_counts_down_without_a_reload_and_becoming_overdue_is_said_once(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with transaction(door.database) as session:
        due = clock.now() - timedelta(hours=2, minutes=16, seconds=10)
        session.execute(update(Contact).where(Contact.reference == reference).values(due_at=due))
    with door.opened("practitioner") as page:
        page.clock.install()
        page.goto(f"/contacts/{reference}")
        page.evaluate(SAID_TO_READERS)
        left = page.locator(".identity__due [data-due]")
        expect(left).to_have_text("Overdue 2h 16mOverdue 2 hours 16 minutes")
        page.clock.run_for(61_000)
        expect(left).to_have_text("Overdue 2h 17mOverdue 2 hours 17 minutes")
        left.evaluate(AS_IF_DUE_SOON, (clock.now() + timedelta(days=1, hours=3, minutes=4, seconds=30)).isoformat())
        page.clock.run_for(60_000)
        expect(left).to_have_text("1 day 3h left1 day 3 hours left")
        left.evaluate(AS_IF_DUE_SOON, (clock.now() + timedelta(minutes=4, seconds=30)).isoformat())
        page.clock.run_for(60_000)
        expect(left).to_have_text("1m left1 minute left")
        expect(page.locator(".identity__due .mark--today")).to_be_visible()
        for _ in range(3):
            page.clock.run_for(60_000)
        expect(left).to_have_text(re.compile("^Overdue 1m"))
        expect(page.locator(".identity__due .mark--late")).to_be_visible()
        assert told(page, "now overdue") == 1
