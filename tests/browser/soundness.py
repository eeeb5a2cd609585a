"""What every page promises, whatever it is about: no barriers, one heading, a title without names, nothing too wide.

Nothing is lost or cut off when it is enlarged or spaced, no id stands twice, no chart is only drawn.
"""

import re
from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Page, ViewportSize

from tests.browser.pictures import keep_picture

NARROW: ViewportSize = {"width": 320, "height": 640}
HALF: ViewportSize = {"width": 683, "height": 384}
USUAL: ViewportSize = {"width": 1366, "height": 768}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEADINGS = (
    "[...document.querySelectorAll('h1, h2, h3, h4')].filter(one => one.checkVisibility()).map(one => one.tagName)"
)
WORDS = "document.querySelector('main').innerText.split(/\\s+/)"
TWICE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
SIDEWAYS_PARTS = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility() && /auto|scroll/.test(getComputedStyle(one).overflowX))
  .filter(one => one.scrollWidth > one.clientWidth + 1 && !one.matches('textarea, select'))
  .filter(one => one.tabIndex < 0 || !one.matches('[role=region][aria-label], [role=region][aria-labelledby]'))
  .map(one => one.outerHTML.slice(0, 120))"""
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
"""The spacing that WCAG 1.4.12 says a reader may set."""
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(one => one.checkVisibility() && one.textContent.trim() && one.clientHeight > 1 && one.clientWidth > 1)
  .filter(one => !one.matches('textarea, select, option') && !one.closest('.govuk-visually-hidden, svg'))
  .filter(one => { const is = getComputedStyle(one); return (
    (/hidden|clip/.test(is.overflowX) && one.scrollWidth > one.clientWidth + 1)
    || (/hidden|clip/.test(is.overflowY) && one.scrollHeight > one.clientHeight + 1)); })
  .map(one => one.outerHTML.slice(0, 120))"""
OVERLAPPING = """() => {
  const lines = [];
  const HIDDEN = '.govuk-visually-hidden, .govuk-skip-link, svg, option, textarea, [tabindex="-1"][aria-hidden]';
  const afloat = one => one && (/sticky|fixed/.test(getComputedStyle(one).position) || afloat(one.parentElement));
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const own = node.parentElement;
    if (!node.data.trim() || !own.checkVisibility() || own.closest(HIDDEN)) continue;
    if (afloat(own)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 2) lines.push([box, node.data.trim()]);
  }
  const wrong = [];
  for (const [at, [one, words]] of lines.entries()) {
    for (const [other, more] of lines.slice(at + 1)) {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 3 && high > 8) wrong.push(`${words.slice(0, 40)} / ${more.slice(0, 40)}`);
    }
  }
  return wrong.slice(0, 5);
}"""
CHARTS = """() => [...document.querySelectorAll('svg[role=img], canvas, figure.chart')].filter(one => {
  const figure = one.closest('figure');
  const named = one.matches('svg') ? one.querySelector('title')?.textContent.trim() : true;
  return !(figure && named && figure.querySelector('figcaption')?.textContent.trim() && figure.querySelector('table'));
}).map(one => one.outerHTML.slice(0, 120))"""
"""A chart stands in a figure with a title, a caption that says it in words, and the table it was drawn from."""
FIRST_STOP = "document.activeElement.textContent.trim()"
NAMES = re.compile(r"\b(Ada|Bea|Ben|Cy|Sample|Unnamed|Made-up|Lena)\b", re.IGNORECASE)


def wrong_with(page: Page, barriers: Callable[[Page], list[str]]) -> list[str]:
    """Name everything a page as it stands breaks of what all pages promise."""
    keep_picture(page)
    wrong = barriers(page)
    headings = page.evaluate(HEADINGS)
    levels = [int(heading[1]) for heading in headings]
    if levels.count(1) != 1:
        wrong.append(f"not one main heading: {headings}")
    if any(deeper > before + 1 for before, deeper in pairwise(levels)):
        wrong.append(f"a heading level is skipped: {headings}")
    if page.locator("html").get_attribute("lang") != "en-GB":
        wrong.append("the language is not said")
    if page.locator(".top__council").inner_text() != "Anytown Council":
        wrong.append("the council is not named")
    if page.locator("main").count() != 1:
        wrong.append("not one main part")
    if NAMES.search(page.title()) or not page.title().endswith("– MASH front door"):
        wrong.append(f"the title: {page.title()}")
    if NAMES.search(page.url):
        wrong.append(f"the address: {page.url}")
    wrong += [f"an id stands twice: {one}" for one in page.evaluate(TWICE)]
    wrong += [f"a chart without words or table: {one}" for one in page.evaluate(CHARTS)]
    return [*wrong, *_large(page), *_spaced(page), *_skipping(page)]


def _large(page: Page) -> list[str]:
    """Look at the page at twice and at four times its size: nothing is too wide, and nothing is left out."""
    before, wrong = set(page.evaluate(WORDS)), []
    for size in (HALF, NARROW):
        page.set_viewport_size(size)
        over = page.evaluate(SIDEWAYS)
        wrong += [f"{over} pixels too wide for a screen of {size['width']}"] if over > 0 else []
        wrong += [f"scrolls sideways out of reach at {size['width']}: {one}" for one in page.evaluate(SIDEWAYS_PARTS)]
        lost = sorted(before - set(page.evaluate(WORDS)))
        wrong += [f"left out on a screen of {size['width']}: {lost}"] if lost else []
    page.set_viewport_size(USUAL)
    return wrong


def _spaced(page: Page) -> list[str]:
    """Set the widest spacing that must be borne: nothing is cut off, and no line lies over another."""
    page.evaluate(SPACED)
    wrong = [f"cut off when spaced: {one}" for one in page.evaluate(CUT)]
    wrong += [f"one over the other when spaced: {one}" for one in page.evaluate(OVERLAPPING)]
    page.evaluate("document.adoptedStyleSheets = []")
    return wrong


def _skipping(page: Page) -> list[str]:
    """Press Tab from the top of the page: the first stop leads past what every page repeats."""
    page.evaluate("scrollTo(0, 0); document.body.setAttribute('tabindex', '-1'); document.body.focus()")
    page.keyboard.press("Tab")
    first = page.evaluate(FIRST_STOP)
    page.evaluate("document.activeElement.blur(); document.body.removeAttribute('tabindex')")
    return [] if first.startswith("Skip to ") else [f"Tab leads first to: {first}"]
