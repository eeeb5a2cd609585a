"""What one person sees in Chromium while the twelve work: first paint, ticks, the check, and a red reaching a board."""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from sqlalchemy import select

from mash import clock
from mash.config import Config
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.practice import practice_from
from mash.journeys.triage import RatingGiven, rate
from mash.models import User
from mash.rules import RuleBook
from tests.bench.pace_people import Signed
from tests.bench.pace_times import Times
from tests.browser.ways import finder
from tests.web.contacts import Desk

PATIENCE = 20_000
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
BEGAN = "() => performance.timeOrigin"
# Does a thing, and says how long it was until the frame after the one in which it shows.
SHOWN = """async ([thing, words]) => {
  const began = performance.now();
  if (words) { thing.focus(); thing.value = words; thing.dispatchEvent(new Event("input", { bubbles: true })); }
  else thing.click();
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  return performance.now() - began;
}"""
# Says a level, and how long it was until the check stood beside it.
CHECKED = """async (thing) => {
  const began = performance.now();
  const stands = () => [...document.querySelectorAll(".check")].some((one) => !one.hidden && one.textContent.trim());
  const done = new Promise((next) => {
    const watch = new MutationObserver(() => stands() && (watch.disconnect(), next()));
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  thing.click();
  await done;
  return performance.now() - began;
}"""


@dataclass
class Looker:
    """A practitioner's page, and what it takes to have contacts of one's own on it."""

    page: Page
    desk: Desk
    times: Times

    def paint(self, name: str, path: str) -> None:
        """Open a page and time its first paint from when it was asked for."""
        self.page.goto(path)
        self._painted(name, 0)

    def _painted(self, name: str, waited: float) -> None:
        """Keep when the page that is open was first painted, after what was waited before it was asked for."""
        self.page.wait_for_function(PAINT, timeout=PATIENCE)
        self.times.add(name, waited + self.page.evaluate(PAINT))

    def shows(self, name: str, thing: Locator, words: str = "") -> None:
        self.times.add(name, thing.evaluate(f"(thing, words) => ({SHOWN})([thing, words])", words))

    def round(self) -> None:
        """Do once all that a browser is needed for."""
        self.paint("queue paint", "/queue?view=everyone")
        reference = self.desk.contact("Bea")
        self.paint("contact paint", f"/contacts/{reference}")
        page = self.page
        page.locator("[name=service][value=yes]").check(force=True)
        page.locator("[name=all-rating][value=amber]").check(force=True)
        self.shows("type-ahead", finder(page), "attend")
        self.shows("tick", page.locator(".found input").first)
        self.times.add("check", page.locator("[name=all-level][value='3']").evaluate(CHECKED))
        for level in ("2", "3"):
            self.shows("level", page.locator(f"[name=all-level][value='{level}']"))
        self.decide()
        self.search()

    def decide(self) -> None:
        """Answer the rest, and time from the press that saves to the first paint of the next contact."""
        page = self.page
        page.locator("[name=all-route][value=child_and_family_assessment]").check(force=True)
        page.locator("[name=all-agreement][value=given_verbally]").check(force=True)
        page.locator("[name=all-reason]").fill(
            "Neglect that early help has not changed. An aunt keeps her safe for now."
        )
        self._onward("next paint", page.get_by_role("button", name="Save and open next").locator("visible=true").first)

    def search(self) -> None:
        self.page.goto("/search")
        self.page.locator("[name=name]").fill("Ada Sample")
        self._onward("search paint", self.page.get_by_role("button", name="Search"))

    def _onward(self, name: str, button: Locator) -> None:
        """Press what opens another page, and time from the press to the first paint of that page."""
        before, pressed = (
            self.page.evaluate(BEGAN),
            self.page.evaluate("() => performance.timeOrigin + performance.now()"),
        )
        button.click()
        self.page.wait_for_function(f"before => ({BEGAN})() !== before", arg=before, timeout=PATIENCE)
        if self.page.locator(".govuk-error-summary").count():
            raise RuntimeError(self.page.locator(".govuk-error-summary").inner_text())
        self._painted(name, self.page.evaluate(BEGAN) - pressed)


def look(
    database: Database, settings: Config, port: int, people: list[Signed], times: Times, *, seconds: float
) -> None:
    """Look for so long, once at least, as a practitioner, with a manager's RED board open beside."""
    rulebook = RuleBook.load(settings.thresholds)
    desk, url = Desk(database, rulebook), f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        looker = Looker(_page(browser, url, people[0]), desk, times)
        board = _page(browser, url, people[-1])
        board.goto("/red")
        until, once = time.monotonic() + seconds, False
        while not once or time.monotonic() < until:
            looker.round()
            _red(board, desk, people[0].username, times)
            once = True
        browser.close()


def _page(browser: Browser, url: str, who: Signed) -> Page:
    context: BrowserContext = browser.new_context(base_url=url, viewport={"width": 1366, "height": 900})
    context.set_default_timeout(PATIENCE)
    name, _, token = who.cookie.partition("=")
    context.add_cookies([{"name": name, "value": token, "domain": urlsplit(url).hostname or "", "path": "/"}])
    return context.new_page()


def _red(board: Page, desk: Desk, by: str, times: Times) -> None:
    """Have somebody rate a new contact red, and time until the board that is open shows it."""
    reference = desk.contact("Cai")
    with reading(desk.database) as session:
        who = Actor.of(session.scalars(select(User).where(User.username == by)).one())
    with transaction(desk.database) as session:
        given = tuple(
            RatingGiven(child_id=child, value="red", reason="Hurt today.") for child in desk.children(reference)
        )
        practice = practice_from(session, desk.rulebook)
        rate(session, reference, given, version=None, by=who, at=clock.now(), practice=practice)
    began = time.perf_counter()
    board.get_by_text(reference).first.wait_for()
    times.add("red", (time.perf_counter() - began) * 1000)
