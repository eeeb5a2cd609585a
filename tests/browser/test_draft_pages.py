"""A draft of the thresholds written in a real browser: its pages sound and without barriers, its story told twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.freeze_history import freeze_history
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with
from tests.factories import a_user
from tests.journeys.test_freeze_history import decide

pytestmark = pytest.mark.browser
PAGES = (
    *(
        "edit",
        "edit/rules/T-04",
        "edit/rules/new",
        "edit/examples/new",
        "edit/agreement/G-EH",
        "edit/routes/early_help",
    ),
    *("edit/indicators/pc-supervision-poor.2", "edit/mappings/new"),
)
Barriers = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def door(empty_door: FrontDoor) -> FrontDoor:
    """Serve an installation of these tests' own."""
    return empty_door


def begin(page: Page, name: str) -> None:
    page.goto("/thresholds")
    page.get_by_label("Title").fill(f"Levels of need, {name}")
    page.get_by_label("Short name").fill(name)
    page.get_by_role("button", name="Begin the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Levels of need, {name}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_draft_is_begun_changed_checked_tried_and_its_history_read(door: FrontDoor, *, scripts: bool) -> None:
    name = "with-scripts" if scripts else "without-scripts"
    with door.opened("reviewer", scripts=scripts) as page:
        begin(page, name)
        page.locator("li.item", has_text="Contacts about the child in the last 12 months").get_by_role(
            "link"
        ).first.click()
        window = page.get_by_label("over the last").first
        window.select_option("6m")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("link", name="Add a rule", exact=True).click()
        add_what_no_child_can_be(page)
        if scripts:
            expect(page.locator("#check")).to_contain_text("can never be met")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("link", name="Under 1 and over 16").click()
        when_checked(page)
        expect(page.locator("#check")).to_contain_text("can never be met")
        page.get_by_label("Say something of this rule").fill("Which of the two?")
        page.get_by_role("button", name="Comment").click()
        expect(page.locator("#comments")).to_contain_text("Which of the two?")
        page.goto(f"/thresholds/{name}/try")
        page.get_by_label("Age in years").fill("6")
        page.get_by_role("button", name="Try this child").click()
        expect(page.get_by_role("status").filter(has_text="Both give the same")).to_be_visible()
        page.get_by_role("link", name="History").click()
        expect(page.get_by_role("region", name="Revisions")).to_contain_text("Added rule N-1")


def when_checked(page: Page) -> None:
    """Load a page again until the holes of its draft have been looked for, as one does without scripts."""
    for _ in range(60):
        page.reload()
        if "Looking for holes" not in page.locator("#check").inner_text():
            return
        page.wait_for_timeout(300)


def add_what_no_child_can_be(page: Page) -> None:
    page.get_by_label("Number", exact=True).first.fill("N-1")
    page.get_by_label("The rule in words").fill("Under 1 and over 16")
    page.get_by_label("Source").fill("page 3")
    page.get_by_label("Level it gives").select_option("L3")
    for place, (test, value) in enumerate((("under", "1"), ("at_least", "16"))):
        add_a_row(page)
        page.locator(f"[name='when-{place}.fact']").fill("age_years")
        add_a_row(page)
        page.locator(f"[name='when-{place}.test']").select_option(test)
        page.locator(f"[name='when-{place}.value']").fill(value)
    rows = page.locator("[name$='.fact']")
    for last in range(rows.count() - 1, 1, -1):
        page.locator(f"#when-{last}").get_by_role("button", name=re.compile("Remove")).click()
        expect(rows).to_have_count(last)
    expect(page.get_by_label("The rule in words")).to_have_value("Under 1 and over 16")


def add_a_row(page: Page) -> None:
    """Ask for another row, and wait for the page that has it: what is written before that is lost."""
    rows = page.locator("[name$='.fact']")
    before = rows.count()
    page.get_by_role("button", name="Add a row").click()
    expect(rows).to_have_count(before + 1)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_worked_example_is_written_fact_by_fact(door: FrontDoor, *, scripts: bool) -> None:
    name = "example-with-scripts" if scripts else "example-without"
    with door.opened("reviewer", scripts=scripts) as page:
        begin(page, name)
        page.goto(f"/thresholds/{name}/edit/examples/new")
        page.get_by_role("button", name="Add a fact").click()
        page.get_by_role("combobox", name="What is known").fill("ab-injury-not-mobile")
        page.get_by_role("button", name="Add a fact").click()
        page.get_by_role("combobox", name="Answer").select_option("present")
        page.get_by_label("Level", exact=True).select_option("L1")
        page.get_by_label("What it shows").fill(
            "A baby with a bruise"
        )  # the first text that can be read and so checked
        if scripts:
            expect(page.locator("#check")).to_contain_text("does not come out as written")
        page.get_by_label("Level", exact=True).select_option("L4")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("link", name="A baby with a bruise").click()
        expect(page.get_by_role("combobox", name="Answer")).to_have_value("present")
        when_checked(page)
        expect(page.locator("#check")).not_to_contain_text("does not come out as written")


def test_the_pages_of_a_draft_keep_every_promise(door: FrontDoor, barriers: Barriers) -> None:
    with door.opened("reviewer") as page:
        begin(page, "promises")
        wrong = []
        for path in (*PAGES, "try", "history"):
            page.goto(f"/thresholds/promises/{path}")
            if page.locator("#check").count():
                when_checked(page)
            page.screenshot(path=door.shots / f"draft-{path.replace('/', '-')}.png")
            wrong += [f"{path}: {one}" for one in wrong_with(page, barriers)]
        assert wrong == []


@pytest.fixture(scope="module")
def past(door: FrontDoor) -> None:
    """Decide three children with one sign of what K-01 counts two of."""
    with transaction(door.database) as session:
        by = Actor.of(a_user(session, "practitioner"))
    facts = {"age_years": 9, "contact_type": "service_request", "po-substance-some": "present"}
    for _ in range(3):
        decide(door.database, by, facts=facts, advice=None)
    freeze_history(door.database)


@pytest.mark.usefixtures("past")
def test_a_slider_moves_its_number_and_the_past_answers_while_nothing_is_saved(
    door: FrontDoor, barriers: Barriers
) -> None:
    with door.opened("reviewer") as page:
        begin(page, "live")
        page.goto("/thresholds/live/edit/rules/K-01")
        live, number = page.locator("#live"), page.locator("[name='when.at_least']")
        expect(live).to_contain_text("as many of 3 children as dn-2022-05")
        slider = live.get_by_role("slider", name="How many of these are so")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        expect(number).to_have_value("1")
        expect(live).to_contain_text("It would refer 3 more of 3 children than dn-2022-05: 0 before, 3 after.")
        expect(slider).to_be_focused()
        expect(live.get_by_role("table").nth(0)).to_contain_text("▲ 3")
        live.get_by_text("The curve as a table").click()
        expect(page.locator("[data-checking]")).to_have_count(0, timeout=60_000)  # its words change until then
        assert wrong_with(page, barriers) == []
        number.fill("2")
        expect(live).to_contain_text("as many of 3 children as dn-2022-05")
        expect(slider).to_have_value("1")
        page.reload()
        expect(page.get_by_text("revision 1.")).to_be_visible()


@pytest.mark.usefixtures("past")
def test_without_scripts_a_button_rehearses_what_is_typed(door: FrontDoor) -> None:
    with door.opened("reviewer", scripts=False) as page:
        begin(page, "by-hand")
        page.goto("/thresholds/by-hand/edit/rules/K-01")
        page.locator("[name='when.at_least']").fill("1")
        page.get_by_role("button", name="Rehearse this as it stands").click()
        expect(page.locator("#live")).to_contain_text("It would refer 3 more of 3 children")
        expect(page.locator("[name='when.at_least']")).to_have_value("1")
