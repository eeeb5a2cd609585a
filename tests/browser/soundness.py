"""What every page promises, whatever it is about: no barriers, one heading, a title without names, nothing too wide."""

import re
from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Page, ViewportSize

NARROW: ViewportSize = {"width": 320, "height": 640}
USUAL: ViewportSize = {"width": 1366, "height": 768}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEADINGS = (
    "[...document.querySelectorAll('h1, h2, h3, h4')].filter(one => one.checkVisibility()).map(one => one.tagName)"
)
FIRST_STOP = "document.activeElement.textContent.trim()"
NAMES = re.compile(r"\b(Ada|Bea|Ben|Cy|Sample|Unnamed|Made-up|Lena)\b", re.IGNORECASE)


def wrong_with(page: Page, barriers: Callable[[Page], list[str]]) -> list[str]:
    """Name everything a page as it stands breaks of what all pages promise."""
    wrong = barriers(page)
    headings = page.evaluate(HEADINGS)
    levels = [int(heading[1]) for heading in headings]
    if levels.count(1) != 1:
        wrong.append(f"not one main heading: {headings}")
    if any(deeper > before + 1 for before, deeper in pairwise(levels)):
        wrong.append(f"a heading level is skipped: {headings}")
    if page.locator("html").get_attribute("lang") != "en-GB":
        wrong.append("the language is not said")
    if page.locator("main").count() != 1:
        wrong.append("not one main part")
    if NAMES.search(page.title()) or not page.title().endswith("– MASH front door"):
        wrong.append(f"the title: {page.title()}")
    if NAMES.search(page.url):
        wrong.append(f"the address: {page.url}")
    return [*wrong, *_too_wide(page), *_skipping(page)]


def _too_wide(page: Page) -> list[str]:
    page.set_viewport_size(NARROW)
    over = page.evaluate(SIDEWAYS)
    page.set_viewport_size(USUAL)
    return [f"{over} pixels too wide for a screen of 320"] if over > 0 else []


def _skipping(page: Page) -> list[str]:
    """Press Tab from the top of the page: the first stop leads past what every page repeats."""
    page.evaluate("scrollTo(0, 0); document.body.setAttribute('tabindex', '-1'); document.body.focus()")
    page.keyboard.press("Tab")
    first = page.evaluate(FIRST_STOP)
    page.evaluate("document.activeElement.blur(); document.body.removeAttribute('tabindex')")
    return [] if first.startswith("Skip to ") else [f"Tab leads first to: {first}"]
