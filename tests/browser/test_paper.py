"""What is printed: each sheet says what it is, who printed it and when; nothing to press, no row cut."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from mash import clock
from tests.browser.conftest import FrontDoor
from tests.browser.test_full_pages import World, world

pytestmark = pytest.mark.browser
__all__ = ["world"]
ROWS = 30
CUT = """() => {
  const found = [...document.querySelectorAll('main tr, main .timeline > li, main .board__row')];
  return found.filter(one => getComputedStyle(one).breakInside !== 'avoid').map(one => one.outerHTML.slice(0, 90));
}"""


@dataclass(frozen=True)
class Sheet:
    """Something printed: who prints it, where, what it says it is, and what is done there first."""

    who: str
    path: str
    named: str
    then: Callable[[Page], object] = Page.title


def take_out(page: Page) -> None:
    page.get_by_label("What is it for?").fill("The morning meeting")
    page.get_by_role("button", name="Print this list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue for printing")


def hand_over(page: Page) -> None:
    page.get_by_label("Who took it").fill("Pat Moor, duty social worker")
    page.get_by_label("What you told them").fill("A bruise; the police are there.")
    page.get_by_role("button", name="Record the hand-over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Receipt")


SHEETS = {
    "contact": Sheet("manager", "/contacts/{recommended}", "{recommended}"),
    "timeline": Sheet("auditor", "/contacts/{declined}/timeline?show=views&show=decisions", "{declined}"),
    "red board": Sheet("manager", "/red", "Red board"),
    "process charts": Sheet("manager", "/timeliness/charts", "Process charts"),
    "who came back": Sheet("manager", "/timeliness/pictures/came-back", "Timeliness beside who came back"),
    "queue": Sheet("practitioner", "/queue?view=everyone", "Queue", take_out),
    "receipt": Sheet("manager", "/red/{red}/night", "{red}", hand_over),
}


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_says_what_it_is_and_who_printed_it_when(door: FrontDoor, world: World, name: str) -> None:
    sheet = SHEETS[name]
    if name == "queue":
        for number in range(ROWS):
            door.desk.contact(f"Sheet{number}", address=None)
    with door.opened(sheet.who) as page:
        page.goto(sheet.path.format(**world))
        sheet.then(page)
        page.evaluate("document.querySelectorAll('main details').forEach(one => (one.open = true))")
        page.emulate_media(media="print")
        assert page.evaluate(CUT) == []
        pressed = page.locator("button:visible, nav:visible, input:visible, textarea:visible, select:visible")
        assert [one.inner_text() for one in pressed.all()] == []
        printed = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    year = clock.today().year
    for number, one in enumerate(printed.pages, start=1):
        words = re.sub(r"\s+", " ", one.extract_text())
        for wanted in ("OFFICIAL-SENSITIVE", sheet.named.format(**world), f"Page {number} of {len(printed.pages)}"):
            assert wanted in words, (number, words)
        assert re.search(rf"Printed by Invented {sheet.who}, \w+ \d+ \w+ {year} \d+:\d\d[ap]m", words), (number, words)
    assert len(printed.pages) > 1 or name not in {"queue", "contact"}


def test_in_black_and_white_every_rating_has_its_word_and_an_edge(door: FrontDoor, world: World) -> None:
    with door.opened("manager") as page:
        page.goto("/queue?view=everyone")
        page.emulate_media(media="print", color_scheme="light")
        words = set()
        for mark in page.locator("tbody .mark:visible").all():
            style = mark.evaluate(
                "one => (is => [is.color, is.backgroundColor, parseFloat(is.borderTopWidth)])(getComputedStyle(one))"
            )
            assert style[:2] == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
            assert style[2] >= 1
            words.add(mark.inner_text().strip())
        assert {"Red", "Amber", "Not rated"} <= words


def test_ticked_contacts_are_printed_whole_each_beginning_a_sheet(door: FrontDoor, world: World) -> None:
    ticked = [world["recommended"], world["rated"]]
    with door.opened("manager") as page:
        page.goto("/queue?view=everyone")
        for reference in ticked:
            page.get_by_label(f"Tick {reference}", exact=True).check()
        page.get_by_label("Reason").fill("The morning meeting")
        page.get_by_role("button", name="Print", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Contacts for printing")
        page.emulate_media(media="print")
        printed = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    sheets = [re.sub(r"\s+", " ", one.extract_text()) for one in printed.pages]
    for reference in ticked:
        assert [bool(re.search(rf"meeting\. Printed by [^:]*:\d\d[ap]m (?:Contacts for printing.*?)?{reference}", one))
                for one in sheets].count(True) == 1, sheets  # fmt: skip
    assert all("The morning meeting" in one and "OFFICIAL-SENSITIVE" in one for one in sheets)


def test_a_decision_that_can_still_be_taken_back_is_printed(door: FrontDoor, world: World) -> None:
    with door.opened("practitioner") as page:
        page.goto("/contacts/{declined}".format(**world))
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.get_by_role("heading", name="What was decided")).to_be_visible()
        expect(page.get_by_text("You can take this back")).to_be_hidden()
