"""What is likely to be late, and what would change it: every promise of a page, without scripts too, and on paper."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from mash import clock
from mash.db import transaction
from mash.measures.chance import Counts, Look
from mash.measures.chance_cases import as_rows, last_mondays
from mash.measures.waits import START, WORKED
from mash.models import Learning
from mash.staffing.answer import FitWeek
from mash.staffing.working import Working
from mash.workflow.calendar import london_day
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
EVERY_HOUR = {(day, hour): 2.0 for day in range(7) for hour in range(24)}
FEW = dict.fromkeys(EVERY_HOUR, 0.2)
WORKING = Working(FEW, EVERY_HOUR, 0.1, 0.05, 0.5, 0.1, 0.2, [60.0, 90.0], [30.0], 200.0, 9.0, 0.5, 50.0)


@pytest.fixture(scope="module")
def taught(empty_door: FrontDoor) -> FrontDoor:
    """Give a front door that has learnt from eighteen weeks."""
    at, counts = clock.now(), Counts()
    for band in range(6):
        for way, late in ((START, 90 - 10 * band), (WORKED, 10)):
            counts.update({(Look(band, way, 0), True): late, (Look(band, way, 0), False): 100 - late})
    fit = [FitWeek(day, 480, 0.36 + n / 90, 0.38, n < 8).to_json() for n, day in enumerate(last_mondays(at, 11))]
    looks = as_rows([(monday, counts) for monday in last_mondays(at, 18)])
    with transaction(empty_door.database) as session:
        told = {"pace": 40.0, "looks": looks, "working": WORKING.to_json(), "fit": fit}
        session.add(Learning(day=london_day(at), at=at, **told))
        session.add(Learning(day=london_day(at) + timedelta(days=1), at=at, **told))  # a test may run past midnight
    return empty_door


def test_how_the_forecast_does_keeps_every_promise(taught: FrontDoor, barriers: Barriers) -> None:
    with taught.opened("practitioner") as page:
        page.goto("/timeliness/forecast")
        expect(page.get_by_text("nearer in 8 of 8 weeks")).to_be_visible()
        assert wrong_with(page, barriers) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_manager_asks_leaves_and_comes_back_to_the_answer(
    taught: FrontDoor, barriers: Barriers, scripts: bool
) -> None:
    with taught.opened("manager", scripts=scripts) as page:
        page.goto("/timeliness/capacity")
        if scripts:
            assert wrong_with(page, barriers) == []
        page.get_by_label("How far ahead").select_option("2 weeks")
        page.get_by_label("People more at work (optional)").fill("many")
        page.get_by_role("button", name="Work it out").click()
        expect(page.get_by_text("People more must be a whole number").first).to_be_visible()
        page.get_by_label("People more at work (optional)").fill("1")
        page.get_by_role("button", name="Work it out").click()
        expect(page.get_by_role("heading", name="The next 2 weeks")).to_be_visible()
        if scripts:
            assert wrong_with(page, barriers) == []
        for _ in range(200):
            if not page.get_by_role("link", name="Look again").count():
                break
            page.wait_for_timeout(300)
            page.reload()
        expect(page.get_by_role("row", name="What you asked")).to_be_visible()
        expect(page.get_by_text("As things stand").first).to_be_visible()
        if scripts:
            assert wrong_with(page, barriers) == []
        page.screenshot(path=taught.shots / "answer.png", full_page=True)
        page.emulate_media(media="print")
        expect(page.locator(".govuk-back-link")).to_be_hidden()
        page.emulate_media(media="screen")


def test_nothing_learnt_is_an_empty_page_that_keeps_every_promise(door: FrontDoor, barriers: Barriers) -> None:
    with door.opened("manager") as page:
        for path in ("/timeliness/capacity", "/timeliness/forecast"):
            page.goto(path)
            assert wrong_with(page, barriers) == []
