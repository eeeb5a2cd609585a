"""Another partnership's version in the browser: its names on the form, decided by mouse and without scripts."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mash import clock
from mash.config import HOUSE, Config
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.people import AddressGiven
from mash.journeys.sample.another_version import begin_version
from mash.journeys.users import make_user
from mash.rules import RuleBook
from tests.browser.conftest import PASSWORD, FrontDoor, front_door
from tests.browser.test_story import Decision, decide
from tests.browser.ways import WAYS, Way

pytestmark = pytest.mark.browser

FILE = next((HOUSE / "thresholds" / "elsewhere").glob("*.yaml"))
TEAM = "family_help_team"
HOMES = count(1)
LASTING = "Neglect over time or in several areas"
HELPED = Decision(
    age=9, route="family_help", level=3, rating="green", agreement="given_verbally", noted=(LASTING,), stands=""
)
CLOSED = Decision(
    age=9, route="closed", level=1, rating="green", agreement="given_verbally", noted=(LASTING,), stands="",
    lower="The carer took up the same help elsewhere last week.",
)  # fmt: skip


@pytest.fixture(scope="module")
def theirs(
    migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory, rulebook: RuleBook, browser: Browser
) -> Iterator[FrontDoor]:
    """Serve an installation at which Family Help began today, with a team of its own."""
    folder = tmp_path_factory.mktemp("theirs")
    shutil.copytree(migrated_folder, folder / "var")
    settings = Config(folder=folder / "var", secure_cookies=False)
    with front_door(settings, rulebook, browser, folder / "shots") as opened:
        by, at = Actor.system("test"), clock.now()
        with transaction(opened.database) as session:
            told: dict[str, Any] = {"username": TEAM, "name": "Invented team", "password": PASSWORD}
            make_user(session, roles=["receiving_team"], team="Family Help team", by=by, at=at, **told)
            begin_version(session, rulebook, FILE.read_text(), at=at)
        yield opened


@pytest.fixture(params=["mouse", "no script"])
def way(request: pytest.FixtureRequest, theirs: FrontDoor) -> Iterator[Way]:
    """Open a practitioner's page in each way."""
    with theirs.opened("practitioner", scripts=request.param == "mouse") as page:
        yield WAYS[request.param](page)


def a_contact(door: FrontDoor) -> str:
    """Receive a contact about a home that no other contact is about."""
    lines = f"{next(HOMES)} Made-up Street"
    return door.desk.contact(address=AddressGiven(lines=lines, postcode="DN1 1AA", source="the school"))


def choices(page: Page, question: str) -> list[str]:
    return [said.strip() for said in page.get_by_role("group", name=question).locator("label").all_inner_texts()]


def test_a_contact_is_decided_handed_over_and_taken_on_in_their_words(
    theirs: FrontDoor, way: Way, barriers: Callable[[Page], list[str]]
) -> None:
    reference, page = a_contact(theirs), way.page
    page.goto(f"/contacts/{reference}")
    assert choices(page, "Rating") == ["Urgent: manager now", "Ordinary: in time"]
    assert choices(page, "Your level of need") == ["1 Help for everyone", "3 Family Help", "4 Protection"]
    assert choices(page, "What happens next") == [
        "Family Help",
        "Protection discussion, section 47: goes ahead at once",
        "Community help",
        "To the family's own worker",
        "Advice",
        "Shown where to turn",
        "Passed to the other council",
        "Closed",
    ]
    receiver = page.get_by_label("Receiving team or lead practitioner (optional)")
    expect(receiver).to_be_hidden()
    way.choose("service", "yes")
    way.choose("all-route", "family_help")
    expect(receiver).to_be_visible()
    sound = (lambda _: []) if isinstance(way, WAYS["no script"]) else barriers  # what looks for barriers is a script
    assert sound(page) == []
    decide(way, HELPED)
    expect(page.locator(".notice")).to_contain_text(f"{reference} saved: level 3, family help.")
    expect(page.get_by_role("heading", name="Ada Sample: Family Help")).to_be_visible()
    assert sound(page) == []

    with theirs.opened(TEAM, scripts=False) as other:
        other.goto("/")
        offer = other.get_by_role("article").filter(has_text=reference)
        expect(offer).to_contain_text("Family Help, level 3")
        offer.get_by_label("Lead practitioner").fill("Kit Varley")
        offer.get_by_role("button", name="Accept").click()
        expect(other.locator(".notice")).to_contain_text(f"Accepted on {reference}")


def test_closing_below_their_rules_goes_to_a_manager(theirs: FrontDoor, way: Way) -> None:
    reference, page = a_contact(theirs), way.page
    page.goto(f"/contacts/{reference}")
    decide(way, CLOSED)
    expect(page.locator(".notice")).to_contain_text(f"{reference} sent to a manager")
    with theirs.opened("manager", scripts=False) as other:
        other.goto(f"/contacts/{reference}")
        expect(other.get_by_role("heading", name="Ada Sample: Closed recommended")).to_be_visible()
        other.get_by_role("button", name="Agree and record").click()
        expect(other.locator(".notice")).to_contain_text(f"{reference} agreed and recorded.")
