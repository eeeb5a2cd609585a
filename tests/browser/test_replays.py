"""Replay pages in a real browser: sound and without barriers, read to one child by keyboard, and without scripts."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from mash import clock
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.run_replay import Asked, begin_replay, run_replay
from mash.replay.compare import Period
from mash.rules import evaluate, read_facts
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with
from tests.factories import a_user
from tests.journeys.test_freeze_history import decide

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
OLD, NEW = "dn-2021-01", "dn-2022-05"


@pytest.fixture(scope="module")
def door(empty_door: FrontDoor) -> FrontDoor:
    """Serve an installation of these tests' own: their contacts' references are not counted up as received ones are."""
    return empty_door


@pytest.fixture(scope="module")
def replays(door: FrontDoor) -> dict[str, str]:
    """Replay twelve decided children, and leave another replay running. Return the paths of what there is to see."""
    facts: dict[str, Any] = {"age_years": 9, "pb-domestic-abuse": "present", "contact_type": "service_request"}
    ruleset = door.rulebook.get(NEW)
    advice = evaluate(ruleset, read_facts(door.rulebook.catalogue, facts)).to_json()
    named = {"ruleset_id": NEW, "ruleset_hash": ruleset.content_hash, "advised_route": advice["route"]}
    with transaction(door.database) as session:
        by = Actor.of(a_user(session, "practitioner"))
    last = [decide(door.database, by, facts=facts, advice=advice, **named) for _ in range(12)][-1]
    asked = Asked(door.rulebook.get(OLD), ruleset, Period())
    with transaction(door.database) as session:
        numbers = [begin_replay(session, asked, by=by, at=clock.now()).id for _ in range(2)]
    run_replay(door.database, door.rulebook, numbers[0], asked, clock.now)
    path = f"/replays/{numbers[0]}"
    children = {"children": f"{path}/children?list=higher", "child": f"{path}/children/{last}"}
    children |= {"read": f"{path}/read/{last}", "report": f"{path}/report"}
    return {"list": "/replays", "result": path, "running": f"/replays/{numbers[1]}"} | children


@pytest.mark.parametrize("which", ["list", "running", "result", "children", "child", "read", "report"])
def test_a_replay_page_keeps_every_promise(
    door: FrontDoor, replays: dict[str, str], barriers: Barriers, which: str
) -> None:
    with door.opened("reviewer") as page:
        page.goto(replays[which])
        page.screenshot(path=door.shots / f"replay-{which}.png", full_page=True)
        page.evaluate("document.querySelectorAll('main details').forEach(one => (one.open = true))")
        assert wrong_with(page, barriers) == []


def test_a_figure_leads_to_its_children_and_a_child_to_both_traces_by_keyboard_without_scripts(
    door: FrontDoor, replays: dict[str, str]
) -> None:
    with door.opened("reviewer", scripts=False) as page:
        page.goto(replays["result"])
        turned = page.get_by_role("region", name="Turned away by dn-2021-01").get_by_role("link").first
        turned.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("12 children")
        page.get_by_role("region", name="Children").get_by_role("link").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("region", name="Rules met under dn-2022-05")).to_contain_text("Here they part")


@pytest.mark.parametrize("which", ["result", "children", "child", "read", "report"])
def test_on_paper_a_replay_says_what_it_is_and_who_printed_it(
    door: FrontDoor, replays: dict[str, str], which: str
) -> None:
    with door.opened("reviewer") as page:
        page.goto(replays[which])
        page.emulate_media(media="print")
        sheets = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
        assert all("Printed by Invented reviewer" in sheet for sheet in sheets)
        assert page.locator("main button:visible, main input:visible").count() == 0


def test_the_report_is_reached_from_the_replay_and_read_without_scripts(
    door: FrontDoor, replays: dict[str, str]
) -> None:
    with door.opened("auditor", scripts=False) as page:
        page.goto(replays["result"])
        page.get_by_role("link", name="Report for the board").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"What the thresholds {NEW} would have done")
        expect(page.get_by_role("region", name="In words")).to_contain_text(f"Of about 10 children, {NEW} would refer")
        expect(page.get_by_role("img", name="Children from each level")).to_be_visible()
