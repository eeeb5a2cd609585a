"""The tasks that ``make ux`` counts, on few contacts: within budget, as the browser itself counts, and told if not."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.bench.ux_hands import WAYS, Hands
from tests.bench.ux_table import TASKS, table_of
from tests.bench.ux_tasks import Case
from tests.browser.conftest import FrontDoor
from tests.browser.ways import Counted, count
from tests.web.contacts import Desk

pytestmark = pytest.mark.browser

BY_CODE = {task.code: task for task in TASKS}


@pytest.fixture(params=WAYS)
def seated(request: pytest.FixtureRequest, door: FrontDoor) -> Iterator[tuple[Case, list[Counted]]]:
    """Give a task to be done one way, and what the browser itself counts."""
    way, counts = request.param, []
    with ExitStack() as open_pages:

        def sit(role: str) -> Page:
            page = open_pages.enter_context(door.opened(role, scripts=way != "no script"))
            counts.append(count(page))
            return page

        yield Case(Desk(door.database, door.rulebook), way, WAYS[way], sit), counts


@pytest.mark.parametrize("code", ["T2", "T3", "T7", "T9"])
def test_a_task_stays_within_its_budget_and_the_browser_counts_the_same(
    seated: tuple[Case, list[Counted]], code: str
) -> None:
    (case, counts), task = seated, BY_CODE[code]
    assert task.do
    hands = task.do(case)
    assert task.over(case.way, hands.spent) == [], hands.spent
    if case.scripts:
        assert counts[-1].clicks == hands.spent.clicks
        assert counts[-1].keys <= hands.spent.keys
    if case.way == "keyboard" and code == "T3":  # no box on the way, where the browser's count leaves keys out
        assert counts[-1].keys == hands.spent.keys
    told = table_of([task], {(code, case.way): replace(hands.spent, clicks=task.clicks + 9, loads=9)}, contacts=60)
    assert "**9 (" in told
    assert f"loads 9 of {task.most(case.way)['loads']:g}" in task.over(case.way, replace(hands.spent, loads=9))


def test_a_form_sent_in_place_leaves_what_is_being_written_elsewhere(door: FrontDoor) -> None:
    reference = door.desk.contact("Robin")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        page.locator("input[name='service'][value='yes']").check()
        page.locator("input[name='all-rating'][value='red']").check()
        page.get_by_label("Reason for your decision").fill("Half a sen")
        page.get_by_role("button", name="Tell the manager now").click()
        expect(page.locator(".tell")).to_have_text(f"A manager has been told of {reference}.")
        expect(page.get_by_label("Reason for your decision")).to_have_value("Half a sen")
        page.locator("input[name='all-level'][value='4']").check()
        page.locator("input[name='all-route'][value='strategy_discussion']").check()
        page.locator("input[name='all-agreement'][value='not_needed']").check()
        page.get_by_label("No indicators apply").check()
        page.get_by_role("button", name="Save and stay").click()
        expect(page.locator(".notice").first).to_contain_text(f"{reference} saved: level 4")


def test_what_cannot_be_taken_in_place_is_shown_as_without_a_script(door: FrontDoor) -> None:
    with door.opened("practitioner", expecting="422") as page:
        page.goto(f"/contacts/{Case(door.desk, 'mouse', Hands, lambda _: page).rated()}")
        page.locator("input[name='agency'][value='GP']").check()
        page.get_by_role("button", name="Send request").click()
        expect(page.get_by_role("alert")).to_contain_text("Say what you are asking")
        expect(page.locator("input[name='agency'][value='GP']")).to_be_checked()
