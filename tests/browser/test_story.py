"""A council's own file comes in, and its contacts are decided in a browser: by mouse, by keyboard, without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mash import clock
from mash.config import Config
from mash.rules import RuleBook
from tests import postgresql
from tests.browser.conftest import FrontDoor, front_door
from tests.browser.ways import WAYS, Mouse, Way, count
from tests.processes import mash

pytestmark = pytest.mark.browser

TEMPLATE = Path(__file__).parents[1] / "data" / "annex_a" / "cscdp_2015-01-sample.xlsx"
SOURCES = {"mouse": ("2A", "Schools"), "keyboard": ("6", "Police"), "no script": ("4", "Housing")}
"""Each way has contacts of its own, told apart in the queue by where they came from."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is decided of the child of one age, and what comes of it."""

    age: int
    route: str
    level: int
    rating: str
    agreement: str
    told: str = "saved: level"
    stands: str
    noted: tuple[str, ...] = ()
    lower: str = ""
    receiver: str = ""


NEGLECT = (
    "Carer avoids or turns down services the child needs",
    "Professionals are being kept from seeing the child",
    "Neglect over time or in several areas",
)
REASON = "What worries us most is how long this has gone on. An aunt keeps her safe for now. This step fits both."
DECISIONS = {
    "early help": Decision(
        age=5, route="early_help", level=2, rating="green", agreement="given_verbally",
        stands="Decided: level 2, early help", noted=("Attendance is below the local trigger without good reason",),
    ),
    "child and family assessment": Decision(
        age=6, route="child_and_family_assessment", level=3, rating="amber", agreement="given_in_writing",
        stands="Decided: level 3, child and family assessment", noted=NEGLECT,
    ),
    "strategy discussion": Decision(
        age=7, route="strategy_discussion", level=4, rating="red", agreement="not_asked_unsafe",
        stands="Decided: level 4, strategy discussion", noted=("Child says they have been hurt or abused",),
    ),
    "the allocated worker": Decision(
        age=8, route="passed_to_allocated_worker", level=3, rating="amber", agreement="not_needed",
        stands="Decided: level 3, passed to the allocated worker", noted=NEGLECT[:1],
    ),
    "advice": Decision(
        age=9, route="advice", level=1, rating="green", agreement="not_needed",
        stands="Decided: level 1, advice",
    ),
    "no further action below the rules": Decision(
        age=11, route="no_further_action", level=1, rating="green", agreement="not_needed", told="sent to a manager",
        stands="Recommended: level 1, no further action", noted=NEGLECT[:1],
        lower="The carer took up the same help elsewhere last week.",
    ),
    "another authority": Decision(
        age=12, route="another_authority", level=2, rating="green", agreement="given_verbally",
        stands="Decided: level 2, passed to another authority", receiver="Next County Council",
    ),
}  # fmt: skip
INFORMATION_AGE = 10
ANSWER = "Told the court service that we hold no records."


def a_council_file(path: Path, today: date) -> None:
    """Fill List 1 of the sector's own workbook, as a council would, and leave the rest of it as it is."""
    workbook = openpyxl.load_workbook(TEMPLATE)
    for way, (source, _) in SOURCES.items():
        for age in range(5, 13):
            born = datetime(today.year - age, 1, 1)  # noqa: DTZ001  # a cell of a workbook has no zone
            row = [f"{way[:2].upper()}-{age:03}", "Female", "WBRI", born, age, datetime(*today.timetuple()[:3]), source]  # noqa: DTZ001
            workbook["List_1"].append(row)
    workbook.save(path)


@pytest.fixture(scope="module")
def council(empty_door: FrontDoor, tmp_path_factory: pytest.TempPathFactory) -> FrontDoor:
    """Give a front door whose contacts came in by ``mash import``, and no others, so that one page lists them."""
    path = tmp_path_factory.mktemp("council") / "annex-a.xlsx"
    a_council_file(path, clock.today())
    came = mash("import", str(path), settings=empty_door.settings)
    assert came.returncode == 0, came.stdout + came.stderr
    assert "29 made" in came.stdout, came.stdout  # 24 contacts, and the five earlier referrals that it held already
    return empty_door


@pytest.fixture(params=WAYS)
def way_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def way(council: FrontDoor, way_name: str) -> Iterator[Way]:
    """Sit a practitioner down at their first page."""
    with council.opened("practitioner", scripts=way_name != "no script") as page:
        page.goto("/")
        yield WAYS[way_name](page)


def open_from_queue(way: Way, age: int, source: str) -> str:
    """Find a contact in the queue by the child's age and where it came from; open it and return its reference."""
    way.press(way.page.get_by_role("navigation", name="Views of the queue").get_by_role("link", name="Everyone"))
    rows = way.page.get_by_role("row").filter(has_text=source)
    found = rows.filter(has=way.page.locator(".child", has_text=f"-{age:03}, {age}"))
    expect(found).to_have_count(1)
    link = found.get_by_role("link", name="C-2").first
    reference = link.inner_text()
    way.press(link)
    expect(way.page).to_have_url(f"/contacts/{reference}")
    return reference


def decide(way: Way, said: Decision, go: str = "Save and stay") -> None:
    """Fill the decision in from top to bottom, and save it."""
    page = way.page
    way.choose("service", "yes")
    way.choose("all-rating", said.rating)
    for words in said.noted:
        way.note(words)
    if not said.noted:
        way.tick(page.get_by_label("No indicators apply"))
    way.choose("all-level", str(said.level))
    way.choose("all-route", said.route)
    if said.receiver:
        way.write(page.get_by_label("Receiving team or lead practitioner (optional)"), said.receiver)
    way.choose("all-agreement", said.agreement)
    way.write(page.get_by_label("Reason for your decision"), REASON)
    if said.lower:
        say_why_lower(way, said)
    way.press(page.get_by_role("button", name=go, exact=True))


def say_why_lower(way: Way, said: Decision) -> None:
    """Answer what the check asks of a lower level; where no script runs, ask for the check first."""
    if isinstance(way, WAYS["no script"]):
        way.press(way.page.get_by_role("button", name="Check against thresholds"))
    box = way.page.locator("textarea[name='all-lower']")
    expect(box).to_be_visible()
    way.write(box, said.lower)


def accept(door: FrontDoor, way_name: str, reference: str) -> str:
    """Accept the child at the early help hub."""
    with door.opened("early_help", scripts=way_name != "no script") as page:
        way, offer = answer(page, way_name, reference)
        way.write(offer.get_by_label("Lead practitioner"), "Kit Varley")
        way.press(offer.get_by_role("button", name="Accept"))
        expect(page.locator(".notice")).to_contain_text(f"Accepted on {reference}")
    return "Accepted by Early help hub"


def decline(door: FrontDoor, way_name: str, reference: str) -> str:
    """Decline the child at the assessment team."""
    with door.opened("assessment", scripts=way_name != "no script") as page:
        way, offer = answer(page, way_name, reference)
        way.press(offer.locator("summary"))
        way.write(offer.get_by_label("Why does your team decline?"), "Her brother is with the north team already.")
        way.press(offer.get_by_role("button", name="Decline and say why"))
        expect(page.locator(".notice")).to_contain_text(f"Declined on {reference}")
    return "Her brother is with the north team already."


def agree(door: FrontDoor, way_name: str, reference: str) -> str:
    """Agree as a manager what a practitioner recommended."""
    with door.opened("manager", scripts=way_name != "no script") as page:
        way: Way = WAYS[way_name](page)
        page.goto("/red")
        way.press(page.get_by_role("link", name=reference, exact=True))
        way.press(page.get_by_role("button", name="Agree and record"))
        expect(page.locator(".notice")).to_contain_text(f"{reference} agreed and recorded.")
    return "A manager agreed"


def answer(page: Page, way_name: str, reference: str) -> tuple[Way, Locator]:
    """Find what was offered to a team, as whoever answers for it."""
    page.goto("/")
    return WAYS[way_name](page), page.get_by_role("article").filter(has_text=reference)


AFTERWARDS = {
    "early help": accept,
    "child and family assessment": decline,
    "no further action below the rules": agree,
}


@pytest.mark.parametrize("kind", DECISIONS)
def test_each_kind_of_decision_is_made_in_the_browser_and_told_on_the_timeline(
    council: FrontDoor, way: Way, way_name: str, kind: str
) -> None:
    said = DECISIONS[kind]
    reference = open_from_queue(way, said.age, SOURCES[way_name][1])
    decide(way, said)
    expect(way.page.locator(".notice")).to_contain_text(f"{reference} {said.told}")
    expected = [AFTERWARDS[kind](council, way_name, reference)] if kind in AFTERWARDS else []
    way.press(way.page.get_by_role("link", name="Timeline", exact=True))
    for words in (said.stands, REASON, *expected):
        expect(way.page.locator(".timeline").filter(has_text=words)).to_be_visible()


def test_what_asks_for_no_service_is_closed_on_the_short_path(way: Way, way_name: str) -> None:
    reference = open_from_queue(way, INFORMATION_AGE, SOURCES[way_name][1])
    close_as_information(way)
    expect(way.page.locator(".notice").first).to_contain_text(f"{reference} closed: information given.")
    way.page.goto(f"/contacts/{reference}/timeline")
    expect(way.page.locator(".timeline")).to_contain_text("Closed as information only")
    expect(way.page.locator(".timeline")).to_contain_text(ANSWER)


def close_as_information(way: Way, kind: str = "statutory_check") -> None:
    page = way.page
    way.choose("service", "no")
    if kind:
        way.choose("type", kind)
    way.write(page.get_by_label("What you did"), ANSWER)
    way.tick(page.get_by_label("I have checked there is no worry about a child in it"))
    way.press(page.get_by_role("button", name="Save and open next"))


def test_a_strategy_discussion_waits_for_no_manager_and_is_on_the_red_board_at_once(door: FrontDoor) -> None:
    reference = door.desk.contact("Robin")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        decide(Mouse(page), DECISIONS["strategy discussion"])
        page.goto("/red")
        row = page.get_by_role("region", name="Agreed, to hand over").get_by_role("article").filter(has_text=reference)
        expect(row).to_contain_text("Strategy discussion · offered, not answered yet")


def test_deciding_what_agrees_with_the_rules_takes_nine_clicks_and_one_load(door: FrontDoor) -> None:
    reference = door.desk.contact("Robin")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        counted = count(page)
        decide(Mouse(page), DECISIONS["child and family assessment"], go="Save and open next")
        expect(page.locator(".notice").first).to_contain_text(f"{reference} saved: level 3")
        assert counted.clicks <= 9, counted
        assert counted.loads == 1, counted


def test_closing_as_information_only_takes_four_clicks_and_one_load(door: FrontDoor) -> None:
    reference = door.desk.contact("Robin", type="statutory_check", address=None)  # a home that no other test has
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        counted = count(page)
        close_as_information(Mouse(page), kind="")
        expect(page.locator(".notice").first).to_contain_text(f"{reference} closed: information given.")
        assert counted.clicks <= 4, counted
        assert counted.loads == 1, counted


def test_a_contact_is_decided_in_the_browser_over_postgresql(
    migrated_url: str, postgresql_server: postgresql.Server, rulebook: RuleBook, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir(mode=0o700)
    url = postgresql_server.make("browsed", template="migrated")
    settings = Config(folder=tmp_path / "var", database_url=url, secure_cookies=False)
    with front_door(settings, rulebook, browser, tmp_path / "shots", "--workers", "1") as door:
        reference = door.desk.contact("Robin")
        with door.opened("practitioner") as page:
            page.goto("/")
            page.get_by_role("button", name="Start next contact").click()
            expect(page).to_have_url(f"/contacts/{reference}")
            decide(Mouse(page), DECISIONS["child and family assessment"])
            page.get_by_role("link", name="Timeline", exact=True).click()
            expect(page.locator(".timeline")).to_contain_text(DECISIONS["child and family assessment"].stands)
