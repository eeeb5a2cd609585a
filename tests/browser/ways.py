"""Three ways of doing the same work: with a mouse, with a keyboard alone, and with a mouse where no script runs."""

from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import Locator, Page, expect
from typing_extensions import override

STOPS = "a[href], area[href], button, input, select, textarea, summary, [tabindex]"
"""Where Tab may stop, and some more: past as many presses as the page has of these, the keyboard cannot reach it."""
ON_IT = "(one) => one === document.activeElement"
COUNTED = """
addEventListener("pointerdown", () => window.counted("clicks"), true);
addEventListener("keydown", (event) => {
  if (!event.target.matches?.("textarea, input[type=text], input[type=search]")) window.counted("keys");
}, true);
"""


class Way(Protocol):
    """Somebody at a page. Words are those on the screen."""

    page: Page

    def press(self, thing: Locator) -> None:
        """Press a button, follow a link, or open what is folded."""

    def choose(self, name: str, value: str) -> None:
        """Choose one answer of a question."""

    def tick(self, thing: Locator) -> None: ...

    def write(self, box: Locator, words: str) -> None: ...

    def pick(self, box: Locator, words: str) -> None:
        """Choose from a list that opens."""

    def note(self, words: str) -> None:
        """Find a fact by its words, and say that it is so."""


@dataclass
class Mouse:
    """Somebody who points and clicks, and types into boxes."""

    page: Page

    def press(self, thing: Locator) -> None:
        thing.click()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"input[name='{name}'][value='{value}']").click()

    def tick(self, thing: Locator) -> None:
        thing.click()

    def write(self, box: Locator, words: str) -> None:
        box.click()
        self.page.keyboard.insert_text(words)

    def pick(self, box: Locator, words: str) -> None:
        box.select_option(label=words)

    def note(self, words: str) -> None:
        box = finder(self.page)
        if not box.evaluate(ON_IT):
            box.click()
        self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Enter")
        expect(noted(self.page, words)).to_be_visible()


@dataclass
class NoScript(Mouse):
    """The same where no script runs: what was typed is looked for by a button, and ticked."""

    @override
    def note(self, words: str) -> None:
        finder(self.page).fill(words)
        self.page.get_by_role("button", name="Find", exact=True).click()
        self.page.locator("ul.found").get_by_label(words).click()


@dataclass
class Keys:
    """Somebody without a mouse."""

    page: Page

    def press(self, thing: Locator) -> None:
        self._reach(thing)
        self.page.keyboard.press("Enter")

    def choose(self, name: str, value: str) -> None:
        group = self.page.locator(f"input[name='{name}']")
        wanted = self.page.locator(f"input[name='{name}'][value='{value}']")
        self._reach(group.first)
        if wanted.evaluate(ON_IT):
            self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                break
            self.page.keyboard.press("ArrowDown")
        expect(wanted).to_be_checked()

    def tick(self, thing: Locator) -> None:
        self._reach(thing)
        self.page.keyboard.press("Space")

    def write(self, box: Locator, words: str) -> None:
        self._reach(box)
        self.page.keyboard.insert_text(words)

    def pick(self, box: Locator, words: str) -> None:
        self._reach(box)
        self.page.keyboard.type(words)
        expect(box.locator("option:checked")).to_have_text(words)

    def note(self, words: str) -> None:
        self.write(finder(self.page), words)
        self.page.keyboard.press("Enter")
        expect(noted(self.page, words)).to_be_visible()

    def _reach(self, thing: Locator) -> None:
        """Go on with Tab until it has the focus."""
        expect(thing).to_be_visible()
        for _ in range(self.page.locator(STOPS).count() + 1):
            if thing.evaluate(ON_IT):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {thing}.")


WAYS: dict[str, Any] = {"mouse": Mouse, "keyboard": Keys, "no script": NoScript}


@dataclass
class Counted:
    """What a task took: presses of the mouse, keys outside boxes for words, and pages loaded."""

    clicks: int = 0
    keys: int = 0
    loads: int = 0


def count(page: Page) -> Counted:
    """Begin to count on a page that is open already, and on those after it."""
    counted = Counted()

    def add(what: str) -> None:
        setattr(counted, what, getattr(counted, what) + 1)

    page.expose_function("counted", add)
    page.add_init_script(COUNTED)
    page.reload()
    page.on("response", lambda one: add("loads") if one.request.is_navigation_request() and one.ok else None)
    return counted


def finder(page: Page) -> Locator:
    return page.get_by_label("Type to find, for example bruise, school or drugs")


def noted(page: Page, words: str) -> Locator:
    return page.locator(".fact").filter(has_text=words)
