"""The tasks of a day by keyboard alone and without scripts; nobody in an address, a title, a log or a browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, Request, expect

from mash import clock
from mash.db import transaction
from mash.journeys.people import AddressGiven
from mash.journeys.tell_manager import tell_manager
from tests.browser.conftest import FrontDoor
from tests.browser.test_story import DECISIONS, decide
from tests.browser.ways import WAYS, Way
from tests.journeys.front_door import front_door as journeys_of

pytestmark = pytest.mark.browser
HOME = AddressGiven(lines="7 Quillfeather Mews", postcode="DN1 9ZQ", source="the school")
PRIVATE = re.compile(r"zephyrine|quillfeather|9zq|2017.?01.?0|1.?january.?2017|wardrobe|marmalade|07700", re.IGNORECASE)
"""What is personal in the contacts of these tests: names, home, date of birth, telephone, what was written."""
STORED = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"


@pytest.fixture(scope="module")
def door(empty_door: FrontDoor) -> FrontDoor:
    """Serve an installation that holds the contacts of these tests alone, so that all of them are on one page."""
    return empty_door


@dataclass
class Day:
    """A front door, and how somebody works at it."""

    door: FrontDoor
    name: str

    def contact(self, *names: str) -> str:
        told = "The wardrobe is locked at night."
        return self.door.desk.contact(*(names or ("Zephyrine",)), address=HOME, narrative=told)

    def red(self) -> str:
        """Receive a contact that a manager was told of, and nothing more."""
        reference = self.contact()
        with transaction(self.door.database) as session:
            desk = replace(journeys_of(session, self.door.rulebook, self.door.actor), now=clock.now())
            told = desk.told(self.door.desk.row(reference))
            tell_manager(session, reference, tuple(self.door.desk.children(reference)), by=desk.practitioner, **told)
        return reference


def tell(day: Day, way: Way) -> str:
    """T3: rate Red and tell the manager."""
    reference = day.contact()
    way.page.goto(f"/contacts/{reference}")
    way.choose("service", "yes")
    way.choose("all-rating", "red")
    way.press(way.page.get_by_role("button", name="Tell the manager now"))
    return f"A manager has been told of {reference}."


def next_one(day: Day, way: Way) -> str:
    """T4b: claim the next contact from the queue."""
    day.contact()
    way.page.goto("/queue")
    way.press(way.page.get_by_role("button", name="Start next contact"))
    way.page.wait_for_url(re.compile("/contacts/C-"))
    return ""


def record(day: Day, way: Way) -> str:
    """T5 and T6: record a telephone contact about a child who is known already."""
    day.contact()
    page = way.page
    page.goto("/contacts/new")
    way.choose("type", "service_request")
    way.write(page.get_by_label("What is this about?"), "She found marmalade in the wardrobe.")
    row = page.locator("#child1")
    way.write(row.get_by_label("First name"), "Zephyrine")
    way.write(row.get_by_label("Surname"), "Sample")
    for part, said in (("Day", "1"), ("Month", "1"), ("Year", "2017")):
        way.write(row.get_by_label(part, exact=True).first, said)
    if day.name == "no script":
        way.press(page.get_by_role("button", name="Save to the queue"))
    else:
        page.keyboard.press("Tab")
    known = page.locator("#child1").get_by_text("Use Zephyrine Sample").first
    expect(known).to_be_visible()
    if day.name == "no script":
        way.tick(known)
    else:
        way.choose("child1_known", str(page.locator("input[name='child1_known']").first.get_attribute("value")))
    way.press(page.get_by_role("button", name="Save to the queue"))
    return "is recorded and in the queue"


def ask(day: Day, way: Way) -> str:
    """T7: ask a partner for information."""
    page, reference = way.page, day.contact()
    with transaction(day.door.database) as session:
        desk = replace(journeys_of(session, day.door.rulebook, day.door.actor), now=clock.now())
        desk.rate(day.door.desk.row(reference), "amber")
    page.goto(f"/contacts/{reference}")
    way.choose("agency", "Police")
    way.write(page.get_by_label("What are you asking?"), "What is known of the wardrobe?")
    way.choose("basis", "agreement")
    way.choose("checks", "given_verbally")
    way.press(page.get_by_role("button", name="Send request"))
    return "Police"


def undo(day: Day, way: Way) -> str:
    """T8: decide, and undo it."""
    reference = day.contact()
    way.page.goto(f"/contacts/{reference}")
    decide(way, DECISIONS["child and family assessment"])
    way.press(way.page.locator(".notice").get_by_role("button", name="Undo"))
    return f"{reference} is undone"


def change(day: Day, way: Way) -> str:
    """T9b: a manager decides a red otherwise."""
    page, reference = way.page, day.red()
    page.goto(f"/contacts/{reference}")
    way.press(page.get_by_role("link", name="Decide it yourself"))
    said = DECISIONS["strategy discussion"]
    way.choose("all-rating", said.rating)
    way.note(said.noted[0])
    way.choose("all-level", str(said.level))
    way.choose("all-route", said.route)
    way.choose("all-agreement", said.agreement)
    way.write(page.get_by_label("Reason for your decision"), "The wardrobe was locked again.")
    way.press(page.get_by_role("button", name="Save and stay", exact=True))
    return reference


def reassign(day: Day, way: Way) -> str:
    """T11: give five contacts to a colleague."""
    references = [day.contact() for _ in range(5)]
    way.page.goto("/queue?view=everyone")
    boxes = {one: way.page.get_by_label(f"Tick {one}", exact=True) for one in references}
    order = [str(box.get_attribute("value")) for box in way.page.locator("input[name='ref']").all()]
    for one in sorted(references, key=order.index):
        way.tick(boxes[one])
    way.page.locator("body").press("Home")
    way.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)") if day.name != "no script" else None
    way.pick(way.page.get_by_label("Give to"), "Invented colleague")
    way.press(way.page.get_by_role("button", name="Give", exact=True))
    return "5 contacts given."


def look_back(day: Day, way: Way) -> str:
    """T15: an auditor finds who decided, and by which thresholds."""
    reference = day.contact()
    with transaction(day.door.database) as session:
        desk = replace(journeys_of(session, day.door.rulebook, day.door.actor), now=clock.now())
        contact = day.door.desk.row(reference)
        desk.read(contact, desk.practitioner)
        desk.decide(contact, desk.choice(contact))
    way.page.goto("/search")
    way.write(way.page.get_by_label("Reference"), reference)
    way.press(way.page.get_by_role("main").get_by_role("button", name="Search"))
    way.press(way.page.get_by_role("link", name=reference, exact=True).first)
    way.press(way.page.get_by_role("link", name="Timeline", exact=True))
    expect(way.page.locator(".timeline")).to_contain_text("Thresholds")
    return "Invented practitioner"


TASKS: dict[str, tuple[str, Callable[[Day, Way], str]]] = {
    "tell": ("practitioner", tell),
    "next": ("colleague", next_one),
    "record": ("contact_officer", record),
    "ask": ("practitioner", ask),
    "undo": ("practitioner", undo),
    "change": ("manager", change),
    "reassign": ("manager", reassign),
    "look back": ("auditor", look_back),
}
WITHOUT_A_MOUSE_OR_SCRIPTS = [name for name in WAYS if name != "mouse"]


@pytest.fixture(params=WITHOUT_A_MOUSE_OR_SCRIPTS)
def day(door: FrontDoor, request: pytest.FixtureRequest) -> Iterator[Day]:
    yield Day(door, request.param)
    lines = door.log.read_text() if door.log.exists() else ""
    assert '"route"' in lines
    assert [line for line in lines.splitlines() if PRIVATE.search(line)] == []


def seen_in(page: Page, asked: list[str]) -> list[str]:
    """List where anything personal is to be seen outside the page itself."""
    found = {"title": page.title(), "address": page.url, "kept in the browser": str(page.evaluate(STORED))}
    found |= {f"asked for ({number})": url for number, url in enumerate(asked)}
    return [f"{where}: {what}" for where, what in found.items() if PRIVATE.search(what)]


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_done_and_leaves_nothing_personal_where_it_does_not_belong(day: Day, task: str) -> None:
    who, do = TASKS[task]
    asked: list[str] = []

    def keep(request: Request) -> None:
        asked.append(f"{request.url} {request.headers.get('referer', '')}")

    with day.door.opened(who, scripts=day.name != "no script") as page:
        page.on("request", keep)
        said = do(day, WAYS[day.name](page))
        if said:
            expect(page.get_by_role("main")).to_contain_text(said)
        assert asked
        assert seen_in(page, asked) == []
        page.remove_listener("request", keep)


def test_what_is_personal_would_be_seen(door: FrontDoor) -> None:
    with door.opened("practitioner") as page:
        page.goto("/help")
        page.evaluate("document.title = 'Zephyrine'; sessionStorage.note = 'the wardrobe'")
        found = seen_in(page, ["/search?name=quillfeather"])
        page.evaluate("delete sessionStorage.note")
    assert [one.partition(":")[0] for one in found] == ["title", "kept in the browser", "asked for (0)"]
