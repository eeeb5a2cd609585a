"""A draft of the thresholds goes live in a browser and is put back: every gate, two people, a child judged by it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from mash import clock
from mash.config import HOUSE
from mash.db import reading, transaction
from mash.models import Contact, ThresholdDraft
from mash.queries.rule_books import book_with_published
from mash.rules import evaluate, read_facts
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with
from tests.factories import an_actor
from tests.journeys.test_freeze_history import decide
from tests.web.contacts import Desk

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
LIVE, NAME, TITLE = "dn-2022-05", "dn-trial", "Levels of need, on trial"
APPROVE = f"/thresholds/{NAME}/approve"
EDITS = {
    f"id: {LIVE}": f"id: {NAME}",
    "status: live\n  use: live": "status: draft\n  use: replay_only",
    "title: Levels of need, May 2022": f"title: {TITLE}",
    "  hl-suicidal-plan: L4": "  hl-suicidal-plan: L3",
}
"""What the draft changes: among names, a child with a plan to die leaves the strongest level."""


@dataclass
class Story:
    """The people at their pages."""

    door: FrontDoor
    barriers: Barriers
    child: int

    def sound(self, page: Page) -> None:
        page.evaluate("document.querySelectorAll('main details').forEach(one => (one.open = true))")
        assert wrong_with(page, self.barriers) == [], page.url

    def judged_by(self, title: str, *, reference: str) -> None:
        """See which version the check of a contact names."""
        with self.door.opened("practitioner") as page:
            page.goto(f"/contacts/{reference}")
            page.locator("input[name='all-level'][value='3']").check()
            expect(page.locator("#check-all .check")).to_contain_text(f"Thresholds: {title}.")

    def received(self) -> str:
        """Receive a contact now, under whatever is in force now."""
        with reading(self.door.database) as session:
            book = book_with_published(session, self.door.rulebook)
        return Desk(self.door.database, book).contact("Robin", at=clock.now())


@pytest.fixture
def story(empty_door: FrontDoor, barriers: Barriers) -> Story:
    """Keep a draft, and one decided child with a plan to die, as the version in force advised."""
    text = next((HOUSE / "thresholds").glob("2022*.yaml")).read_text("utf-8")
    for was, now in EDITS.items():
        assert was in text
        text = text.replace(was, now, 1)
    facts: dict[str, Any] = {"age_years": 13, "hl-suicidal-plan": "present", "contact_type": "service_request"}
    live = empty_door.rulebook.get(LIVE)
    advice = evaluate(live, read_facts(empty_door.rulebook.catalogue, facts)).to_json()
    named = {"ruleset_id": LIVE, "ruleset_hash": live.content_hash, "advised_route": advice["route"]}
    with transaction(empty_door.database) as session:
        by, at = an_actor(session, "practitioner"), clock.now()
        kept = {"name": NAME, "title": TITLE, "based_on": LIVE, "revision": 1, "text": text}
        session.add(ThresholdDraft(**kept, by_id=by.user_id, at=at, changed_at=at))
    child = decide(empty_door.database, by, facts=facts, advice=advice, advised_level=4, level=4, **named)
    with transaction(empty_door.database) as session:  # its reference was not counted up, as a received one's is
        session.execute(update(Contact).values(reference="C-25-00001"))
    return Story(empty_door, barriers, child)


def test_a_draft_goes_through_every_gate_judges_a_child_and_is_put_back_by_two_people(story: Story) -> None:
    before = story.received()
    with story.door.opened("reviewer") as page:
        answer_what_was_found(page, story)
        replay_it(page)
        read_who_moves(page, story)
        write_the_notes(page)
        expect(page.get_by_text("7 of 7 conditions are met")).to_be_visible()
        page.get_by_role("button", name="Ask for approval").click()
        expect(page.get_by_text("You asked for approval. Someone else must give it.")).to_be_visible()
        expect(page.get_by_role("button", name="Approve and schedule")).to_have_count(0)
    with story.door.opened("manager") as page:
        page.goto("/thresholds")
        story.sound(page)
        page.get_by_role("link", name=f"Answer about {NAME}").click()
        today = clock.today()
        for part, value in {"day": today.day, "month": today.month, "year": today.year}.items():
            page.locator(f"#starts-{part}").fill(str(value))
        story.sound(page)
        page.get_by_role("button", name="Approve and schedule").click()
        expect(page.locator(".notice").first).to_contain_text(f"{NAME} is approved and begins on")
    after = story.received()
    story.judged_by(TITLE, reference=after)
    story.judged_by("Levels of need, May 2022", reference=before)
    put_it_back(story)
    story.judged_by("Levels of need, May 2022", reference=after)


def answer_what_was_found(page: Page, story: Story) -> None:
    """Answer each finding and example; one sent empty is refused beside what it is about, under a summary.

    What was answered before of the very same finding is confirmed with one press.
    """
    page.goto(APPROVE)
    story.sound(page)
    page.reload()
    otherwise = page.locator("#gate-findings").locator("..").locator("details").first
    otherwise.locator("summary").click()
    otherwise.get_by_role("button", name="Keep").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Write it in a sentence or more")
    summary.get_by_role("link").click()
    expect(page.locator("#gate-findings").locator("..").locator("textarea").first).to_be_focused()
    story.sound(page)
    stands = page.get_by_role("button", name="It stands: answer so in my name")
    assert stands.count()
    for left in range(stands.count(), 0, -1):
        expect(stands).to_have_count(left)
        stands.first.click()
    expect(stands).to_have_count(0)
    for gate in ("findings", "examples"):
        section = page.locator(f"section[aria-labelledby='gate-{gate}']")
        for left in range(section.locator("textarea").count(), 0, -1):
            expect(section.locator("textarea")).to_have_count(left)
            section.locator("textarea").first.fill("Seen by the group, and meant.")
            section.get_by_role("button", name="Keep").first.click()
        expect(section.get_by_text("Done", exact=True)).to_be_visible()


def replay_it(page: Page) -> None:
    page.get_by_role("link", name=f"Run a replay of {LIVE} and {NAME}").click()
    page.get_by_label("Compare").select_option(LIVE)
    page.get_by_label("Rehearse").select_option(NAME)
    page.get_by_role("button", name="Run replay").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Replay R-")
    again = page.get_by_role("link", name="Look again")
    for _ in range(60):
        if not again.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.get_by_role("button", name="Read the children who move")).to_be_visible()


def read_who_moves(page: Page, story: Story) -> None:
    """Read the one child who moves, by keyboard, from the skip link on; then all are read."""
    page.goto(APPROVE)
    page.get_by_role("link", name="Read the children who move").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Child {story.child}")
    story.sound(page)
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to your view")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Say why in a sentence")
    story.sound(page)
    page.get_by_label("Why", exact=True).fill("Her carers act, and the plan names no one else.")
    page.get_by_role("button", name="Save and open the next unread").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have read every child who moves")
    story.sound(page)


def write_the_notes(page: Page) -> None:
    page.goto(APPROVE)
    page.get_by_label("Who is affected, and whether that is fair").fill("One child, aged 13. Fair.")
    equity = page.locator("section[aria-labelledby='gate-equity']")
    equity.get_by_role("button", name="Keep").click()
    staff = page.locator("section[aria-labelledby='gate-staff']")
    staff.locator("textarea").fill("A plan to die with carers who act is level 3.")
    for part, value in {"day": 1, "month": 12, "year": 2026}.items():
        staff.locator(f"input[name='day-{part}']").fill(str(value))
    staff.get_by_role("button", name="Keep").click()


def put_it_back(story: Story) -> None:
    """Ask twice: once it is refused with a reason, once agreed; whoever asks cannot agree."""
    for agrees in (False, True):
        with story.door.opened("reviewer") as page:
            page.goto("/thresholds")
            page.get_by_text("Put an earlier version back").click()
            page.get_by_label("Version", exact=True).select_option(LIVE)
            page.get_by_label("Why", exact=True).fill("It turned a child away.")
            page.get_by_label("Judge them by it too").check()
            page.get_by_role("button", name="Ask a second person to agree").click()
            expect(page.get_by_text("You asked. Someone else must agree.")).to_be_visible()
            expect(page.get_by_role("button", name="Agree and put it back")).to_have_count(0)
        with story.door.opened("manager") as page:
            page.goto("/thresholds")
            story.sound(page)
            if agrees:
                page.get_by_role("button", name="Agree and put it back").click()
                expect(page.locator(".notice").first).to_contain_text("The earlier version is put back.")
            else:
                page.get_by_label("Why it is not put back").fill("Wait for the figures.")
                page.get_by_role("button", name="Refuse").click()
                expect(page.locator(".notice").first).to_contain_text("The version in force stays so.")
            expect(page.get_by_text("asks that")).to_have_count(0)
