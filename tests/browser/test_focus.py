"""Where the keyboard leads: in the order of the page at any size, always to be seen, never under what floats."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import FrontDoor
from tests.browser.soundness import HALF, USUAL
from tests.browser.test_full_pages import STATES, World, world
from tests.browser.ways import Mouse

pytestmark = pytest.mark.browser
__all__ = ["STATES", "world"]


@pytest.fixture(scope="module")
def door(empty_door: FrontDoor) -> FrontDoor:
    """Serve an installation that holds the contacts of these tests alone: how much is on a page is known."""
    return empty_door


SMALL: ViewportSize = {"width": 1024, "height": 600}
NAME = """() => {
  const one = document.activeElement;
  const name = one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent;
  return name.trim().replace(/\\s+/g, ' ').slice(0, 40);
}"""
COVERED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const at = [[0.5, 0.5], [0.05, 0.1], [0.95, 0.1], [0.05, 0.9], [0.95, 0.9]]
    .map(([x, y]) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const own = [one, ...(one.labels ?? [])];
  return !at.some(hit => hit && own.some(mine => mine.contains(hit) || hit.contains(mine)));
}"""
BOX = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const left = Math.max(0, box.left - 8), top = Math.max(0, box.top - 8);
  return { x: left, y: top, width: Math.min(innerWidth - left, box.width + 16, 500),
           height: Math.min(innerHeight - top, box.height + 16, 120) };
}"""
DIFFERENCE = """async ([one, other]) => {
  const pixels = async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height).data;
  };
  const light = (data, at) => [0.2126, 0.7152, 0.0722].reduce((sum, part, n) => {
    const value = data[at + n] / 255;
    return sum + part * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  const [a, b] = [await pixels(one), await pixels(other)];
  let seen = 0;
  for (let at = 0; at < a.length; at += 4) {
    const [x, y] = [light(a, at), light(b, at)];
    if ((Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05) >= 3) seen += 1;
  }
  return seen;
}"""
"""Counts the pixels of two pictures whose contrast with each other is 3 to 1 or more."""


def stops(page: Page) -> Iterator[str]:
    """Press Tab from the top of the page to its end; give the name of each stop."""
    page.evaluate("scrollTo(0, 0); document.body.setAttribute('tabindex', '-1'); document.body.focus()")
    page.evaluate("document.body.removeAttribute('tabindex')")
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return
        yield str(page.evaluate(NAME))
    raise AssertionError("Tab never comes to the end of the page.")


ORDERS: dict[str, tuple[str, list[str]]] = {
    "/queue?view=everyone": (
        "manager",
        ["Skip to main content", "Skip to the list", "Help", "Pause updates", "Start next contact", "Everyone",
         "Rating", "Apply", "Take", "Give", "Print", "Tick all", "Print this list", "Download CSV"],
    ),
    "/contacts/{fresh}": (
        "practitioner",
        ["Skip to main content", "Help", "Skip", "Timeline", "Add a child", "Yes", "Red",
         "Type to find, for example bruise", "No indicators apply", "1", "Child and family assessment",
         "7 Reason for your decision", "Save and open next", "Save and stay"],
    ),
    "/red": ("manager", ["Skip to main content", "Help", "Pause updates", "I have this", "Open", "Night team"]),
}  # fmt: skip
"""By page, who opens it and what the focus comes to, first to last: these, with others between them."""


@pytest.mark.parametrize("path", ORDERS)
def test_tab_goes_through_the_page_in_its_own_order_at_any_size(door: FrontDoor, world: World, path: str) -> None:
    who, wanted = ORDERS[path]
    with door.opened(who) as page:
        orders: list[Any] = []
        for size in (USUAL, HALF):
            page.set_viewport_size(size)
            page.goto(path.format(**world))
            orders.append(list(stops(page)))
        page.set_viewport_size(USUAL)
    found = iter(orders[0])
    for name in wanted:
        assert any(stop.startswith(name) for stop in found), (name, orders[0])
    only_wide_or_narrow = {"Go to decision", "Skip to the decision"}
    same = [[stop for stop in order if stop not in only_wide_or_narrow] for order in orders]
    assert same[0] == same[1]


@pytest.fixture(scope="module")
def looking(browser: Browser) -> Iterator[Page]:
    """Give an empty page on which pictures are compared."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("size", [USUAL, SMALL], ids=["1366", "1024"])
def test_what_has_the_focus_is_never_wholly_covered(door: FrontDoor, world: World, size: ViewportSize) -> None:
    with door.opened("practitioner") as page:
        page.set_viewport_size(size)
        page.goto("/contacts/{overdue}".format(**world))
        Mouse(page).choose("service", "yes")
        covered = [name for name in stops(page) if page.evaluate(COVERED)]
        page.set_viewport_size(USUAL)
    assert covered == []


@pytest.mark.parametrize(
    ("who", "path"),
    [("manager", "/queue?view=everyone"), ("practitioner", "/contacts/{fresh}"), ("manager", "/red"),
     ("colleague", "/contacts/new"), ("admin", "/admin/users/new"), ("early_help", "/hand-overs")],
)  # fmt: skip
def test_where_the_focus_is_can_be_seen(door: FrontDoor, world: World, looking: Page, who: str, path: str) -> None:
    unseen, kinds = [], set()
    with door.opened(who) as page:
        page.goto(path.format(**world))
        for name in stops(page):
            kind = page.evaluate("(one => one.tagName + one.type + one.className)(document.activeElement)")
            if kind in kinds:
                continue
            kinds.add(kind)
            told = {"clip": page.evaluate(BOX), "animations": "disabled", "caret": "hide"}
            with_it = page.screenshot(**told)
            page.evaluate("(window.had = document.activeElement).blur()")
            without = page.screenshot(**told)
            page.evaluate("window.had.focus({ preventScroll: true, focusVisible: true })")
            pictures = [base64.b64encode(one).decode() for one in (with_it, without)]
            if looking.evaluate(DIFFERENCE, pictures) < 40:
                unseen.append(name)
    assert len(kinds) >= 5
    assert unseen == []


def test_without_scrolling_the_workspace_shows_who_by_when_how_urgent_and_the_first_question(
    door: FrontDoor, world: World
) -> None:
    with door.opened("practitioner") as page:
        page.goto("/contacts/{rated}".format(**world))
        for wanted in (page.locator("h1"), page.locator(".identity__due"), page.locator(".identity .mark").first):
            expect(wanted).to_be_in_viewport(ratio=1)
        expect(page.get_by_label("Yes", exact=True).first).to_be_in_viewport(ratio=1)
        page.goto("/queue?view=everyone")
        seen = page.locator("tbody tr").evaluate_all(
            "rows => rows.filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
        )
        assert seen >= 6


def test_a_managers_places_stand_on_one_line_and_more_opens_and_closes_by_the_keyboard(door: FrontDoor) -> None:
    with door.opened("manager") as page:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto("/subject-access")
        places = page.get_by_role("navigation", name="Main")
        tops = places.locator("> ul > li").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
        assert len(tops) == 10
        assert len(set(tops)) == 1
        settings = places.get_by_role("link", name="Settings")
        places.get_by_text("More: Subject access").focus()
        page.keyboard.press("Enter")
        expect(settings).to_be_visible()
        page.keyboard.press("Escape")
        expect(settings).to_be_hidden()
        page.set_viewport_size(USUAL)
