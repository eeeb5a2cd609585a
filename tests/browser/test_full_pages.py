"""Every page keeps what all pages promise when there is much on it, in every state of a contact, and when refused."""

import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mash import clock
from mash.db import transaction
from mash.journeys.freeze_figures import keep_frozen
from mash.journeys.hand_over import decline
from mash.journeys.tell_manager import tell_manager
from mash.journeys.triage import claim
from mash.measures.frozen import measured
from mash.workflow.calendar import shipped_calendar
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with
from tests.browser.ways import Mouse
from tests.factories import MONDAY
from tests.journeys.front_door import SERIOUS
from tests.journeys.front_door import FrontDoor as Journeys
from tests.journeys.front_door import front_door as journeys_of

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
World = dict[str, str]
"""References of contacts, by what has become of them, and the month whose figures are frozen."""


@pytest.fixture(scope="module")
def world(door: FrontDoor) -> World:
    """Give a front door with contacts in every state, some long overdue."""
    made = {"fresh": door.desk.contact("Ada"), "siblings": door.desk.contact("Ada", "Bea", "Cy")}
    with transaction(door.database) as session:
        desk = replace(journeys_of(session, door.rulebook, door.actor), now=clock.now())
        made |= {"overdue": desk.contact(narrative="Robin has no bed." * 40).reference}
        made |= {name: _become(desk, name) for name in STATES}
        made |= {"month": _frozen_month(desk)}
    return made


def _frozen_month(desk: Journeys) -> str:
    """Freeze the month in which contacts are received here, and receive another in it after that."""
    month = measured(desk.session, MONDAY.date(), clock.now(), shipped_calendar())
    keep_frozen(desk.session, month, by=desk.manager, at=clock.now())
    desk.contact()
    return f"{MONDAY:%Y-%m}"


CHOICES: dict[str, dict[str, Any]] = {
    "recommended": {"route": "no_further_action", "level": 1, "why_lower": "The school has seen the home."},
    "offered": {"route": "strategy_discussion", "level": 4, "rating": "red"},
    "to the hub": {"route": "early_help", "level": 3},
    "declined": {},
    "declined for two": {},
    "closed": {"route": "advice", "level": 1},
}
STATES = (*CHOICES, "red", "rated", "held")


def _become(desk: Journeys, name: str) -> str:
    """Receive a contact and bring it into a state."""
    observed: dict[str, list[dict[str, Any]]] = {"recommended": [{**SERIOUS}], "declined for two": [{}, {}]}
    contact = desk.contact(*observed.get(name, [{}]))
    desk.read(contact, desk.practitioner)
    children = tuple(child.id for child in contact.children)
    if name in CHOICES:
        desk.decide(contact, *(desk.choice(contact, place, **CHOICES[name]) for place in range(len(children))))
    elif name == "red":
        tell_manager(desk.session, contact.reference, children, by=desk.practitioner, **desk.told(contact))
    elif name == "rated":
        desk.rate(contact, "amber")
    else:
        claim(desk.session, contact.reference, by=desk.actor("colleague"), at=desk.now)
    if name.startswith("declined"):
        for child in children:
            told = desk.told(contact) | {"reason": "Not ours.", "by": desk.actor("assessment")}
            decline(desk.session, contact.reference, child, **told)
    return contact.reference


@dataclass(frozen=True)
class Shown:
    """A page: who opens it, where, and what is done there before it is looked at."""

    who: str
    path: str
    then: Callable[[Page], object] = Page.title


def press(name: str) -> Callable[[Page], None]:
    """Press a button that is answered with problems."""

    def do(page: Page) -> None:
        page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
        expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()

    return do


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => (one.open = true))")


def check_for_help(page: Page) -> None:
    """Say a level with what the rules think serious, so that the check panel opens and asks why."""
    mouse = Mouse(page)
    mouse.choose("service", "yes")
    mouse.note("Neglect over time or in several areas")
    mouse.note("Child says they have been hurt or abused")
    mouse.choose("all-level", "1")
    expect(page.locator("textarea[name='all-lower']")).to_be_visible()


def print_list(page: Page) -> None:
    page.get_by_label("What is it for?").fill("The morning meeting")
    page.get_by_role("button", name="Print this list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue for printing")


def print_ticked(page: Page) -> None:
    for box in page.locator("tbody input[name='ref']").all()[:3]:
        box.check()
    page.get_by_label("Reason").fill("The morning meeting")
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts for printing")


def ask_for_an_extract(page: Page) -> None:
    """Ask for an extract and look again until it is written."""
    page.get_by_label("Extract", exact=True).select_option("annex-a-tools")
    page.get_by_label("Why it is taken").fill("The yearly return")
    page.get_by_role("button", name="Write it").click()
    for _ in range(60):
        if page.get_by_role("link", name="Download").count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Look again").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download").first.click()
    assert taken.value.suggested_filename.startswith("annex-a-tools-")


def inform(page: Page) -> None:
    Mouse(page).choose("service", "no")
    expect(page.get_by_label("What you did")).to_be_visible()


def ask_for_ada(page: Page) -> None:
    page.get_by_label("Name").fill("Ada")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("found")


def three_children(page: Page) -> None:
    """Fill a contact in with three children, one of whom may be known."""
    page.get_by_label("Request for a service").click()
    page.get_by_label("What is this about?").fill("No food at home.")
    for place, name in enumerate(("Ada", "Bea", "Cy"), start=1):
        if place > 1:
            page.get_by_role("button", name="Add another child").click()
        page.get_by_role("group", name=f"Child {place}").get_by_label("First name").fill(name)
        page.get_by_role("group", name=f"Child {place}").get_by_label("Surname").fill("Sample")
    for part, number in {"Day": "1", "Month": "1", "Year": "2017"}.items():
        page.get_by_role("group", name="Child 1").get_by_label(part, exact=True).first.fill(number)
    page.get_by_role("group", name="Child 1").get_by_label("School or nursery").focus()
    expect(page.get_by_text("Use Ada Sample").first).to_be_visible()
    unfold(page)


PAGES = {
    "queue": Shown("practitioner", "/queue?view=everyone"),
    "queue, to hand over": Shown("practitioner", "/queue?view=to-hand-over"),
    "queue, decided": Shown("practitioner", "/queue?view=decided"),
    "red board": Shown("manager", "/red"),
    "the team": Shown("manager", "/team"),
    "patterns to review": Shown("manager", "/reviews"),
    "skip": Shown("practitioner", "/contacts/{fresh}/skip"),
    "hand to the night team": Shown("manager", "/red/{red}/night"),
    "printed list": Shown("manager", "/queue?view=everyone", print_list),
    "printed contacts": Shown("manager", "/queue?view=everyone", print_ticked),
    "timeliness": Shown("manager", "/timeliness", unfold),
    "where the time went": Shown("manager", "/timeliness/time"),
    "late decisions": Shown("auditor", "/timeliness/time/late"),
    "contacts behind a share": Shown("auditor", "/timeliness/beside/below-the-rules/of"),
    "process charts": Shown("manager", "/timeliness/charts", unfold),
    "new limits without a reason": Shown("manager", "/timeliness/charts", press("Save")),
    "year on year": Shown("auditor", "/timeliness/years"),
    "who came back": Shown("manager", "/timeliness/pictures/came-back"),
    "sources": Shown("reviewer", "/timeliness/pictures/sources"),
    "early help by service": Shown("practitioner", "/timeliness/pictures/early-help"),
    "contacts behind a picture": Shown("auditor", "/timeliness/pictures/conversion/received"),
    "extracts": Shown("manager", "/timeliness/extracts", ask_for_an_extract),
    "an extract without a reason": Shown("manager", "/timeliness/extracts", press("Write it")),
    "every figure": Shown("manager", "/timeliness/figures"),
    "every figure, frozen and now": Shown("manager", "/timeliness/figures?month={month}"),
    "frozen again without a reason": Shown("manager", "/timeliness/figures?month={month}", press("Freeze again")),
    "every figure, from outside": Shown("reviewer", "/timeliness/figures"),
    "contacts behind a figure": Shown("auditor", "/timeliness/figures/contacts-received/in"),
    "why a figure changed": Shown("manager", "/timeliness/figures/contacts-received/changes?month={month}"),
    "figures explained": Shown("practitioner", "/timeliness/definitions"),
    "contacts behind a number": Shown("auditor", "/timeliness/contacts/received?from=2020-01-01&to=2030-12-31"),
    "offered to a team": Shown("early_help", "/hand-overs"),
    "accepted without a lead": Shown("early_help", "/hand-overs", press("Accept")),
    "search with results": Shown("practitioner", "/search", ask_for_ada),
    "record three children": Shown("colleague", "/contacts/new", three_children),
    "a new contact": Shown("practitioner", "/contacts/{fresh}"),
    "an overdue contact, unfolded": Shown("practitioner", "/contacts/{overdue}", unfold),
    "three children": Shown("practitioner", "/contacts/{siblings}"),
    "the check": Shown("practitioner", "/contacts/{fresh}", check_for_help),
    "information only": Shown("practitioner", "/contacts/{fresh}", inform),
    "nothing answered": Shown("practitioner", "/contacts/{rated}", press("Save and stay")),
    "for a contact officer": Shown("contact_officer", "/contacts/{fresh}"),
    "for an auditor": Shown("auditor", "/contacts/{declined}"),
    "for the receiving team": Shown("early_help", "/contacts/{to the hub}"),
    "not for this team": Shown("early_help", "/contacts/{fresh}"),
    "the short path": Shown("contact_officer", "/contacts/{rated}/quick"),
    "the short path, no answers": Shown("contact_officer", "/contacts/{rated}/quick", press("Save and open next")),
    "rated, unfolded": Shown("manager", "/contacts/{rated}", unfold),
    "red, a manager told": Shown("manager", "/contacts/{red}", unfold),
    "recommended": Shown("practitioner", "/contacts/{recommended}"),
    "a manager answers": Shown("manager", "/contacts/{recommended}", unfold),
    "returned without a reason": Shown("manager", "/contacts/{recommended}", press("Return for more work")),
    "a manager changes it": Shown("manager", "/contacts/{recommended}/change"),
    "decided, unfolded": Shown("manager", "/contacts/{offered}", unfold),
    "declined": Shown("practitioner", "/contacts/{declined}"),
    "declined for two": Shown("practitioner", "/contacts/{declined for two}", press("Offer")),
    "closed": Shown("practitioner", "/contacts/{closed}", unfold),
    "take over what nobody has": Shown("practitioner", "/queue/{overdue}/take-over"),
    "take over": Shown("practitioner", "/queue/{held}/take-over"),
    "take over without a reason": Shown("practitioner", "/queue/{held}/take-over", press("Take over")),
    "timeline": Shown("auditor", "/contacts/{declined}/timeline", unfold),
    "timeline with views": Shown("practitioner", "/contacts/{recommended}/timeline?show=views&show=decisions"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_full_page_keeps_every_promise(door: FrontDoor, world: World, barriers: Barriers, name: str) -> None:
    shown = PAGES[name]
    with door.opened(shown.who) as page:
        page.goto(shown.path.format(**world))
        shown.then(page)
        assert wrong_with(page, barriers) == []


def test_no_two_pages_have_the_same_title(door: FrontDoor, world: World) -> None:
    paths = ["/queue", "/queue?view=everyone", "/queue?view=decided", "/red", "/search", "/contacts/new", "/account"]
    paths += ["/account/password", "/help", "/contacts/{fresh}", "/contacts/{red}", "/contacts/{red}/timeline"]
    paths += ["/contacts/{fresh}/quick", "/queue/{held}/take-over"]
    titles = []
    with door.opened("practitioner") as page:
        for path in paths:
            page.goto(path.format(**world))
            titles.append(page.title())
    assert len(set(titles)) == len(titles), titles


def test_keys_of_one_letter_do_nothing_until_somebody_turns_them_on(door: FrontDoor, world: World) -> None:
    with door.opened("practitioner") as page:
        page.goto("/contacts/{fresh}".format(**world))
        page.locator("body").press("Escape")
        for letter in string.ascii_lowercase + "?":
            page.keyboard.press(letter)
        expect(page).to_have_url("/contacts/{fresh}".format(**world))
        expect(page.locator("dialog[open]")).to_have_count(0)
