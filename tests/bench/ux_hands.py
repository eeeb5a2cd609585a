"""Three ways of working that count what they take: clicks, keys, letters and page loads, and the seconds of the model.

The model is the keystroke-level model (Card, Moran and Newell 1980). Its values are seconds, and hold for somebody who
types 40 words a minute. Reading and deciding are no part of it; letters of what is written down are counted apart.
"""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect
from typing_extensions import override

from tests.browser.ways import ON_IT, STOPS, finder, noted

KEY, POINT, PRESS, HOME, THINK, WAIT = 0.28, 1.1, 0.2, 0.4, 1.35, 0.5
BEFORE_FOCUS = "(one) => !!(one.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"


@dataclass
class Spent:
    """What a task took.

    Attributes:
        clicks: Presses of the mouse. Choosing from a list is two.
        keys: Keys but letters: Tab, arrows, Space, Enter, digits. Shift and Ctrl are keys of their own.
        loads: Pages loaded, whatever they answered.
        sought: Letters typed to find something.
        written: Letters written down.
        boxes: Turns to a box to write in it.
    """

    clicks: int = 0
    keys: int = 0
    loads: int = 0
    sought: int = 0
    written: int = 0
    boxes: int = 0

    @property
    def mechanics(self) -> float:
        """Give the seconds of hands and page: a thought to begin with, and one at each box to write in."""
        hands = KEY * (self.keys + self.sought) + (POINT + PRESS) * self.clicks
        moves = 2 * HOME * self.boxes if self.clicks else 0
        return hands + moves + THINK * (1 + self.boxes) + WAIT * self.loads

    @property
    def with_prose(self) -> float:
        """Give the seconds with the typing of what is written down."""
        return self.mechanics + KEY * self.written


@dataclass
class Hands:
    """Somebody with a mouse, who types where there is something to type."""

    page: Page
    spent: Spent = field(default_factory=Spent)
    typing: bool = False

    def __post_init__(self) -> None:
        self.page.on("response", self._loaded)

    def _loaded(self, answer: Response) -> None:
        own = answer.request.is_navigation_request() and answer.frame == self.page.main_frame
        self.spent.loads += own and not 300 <= answer.status < 400

    def begin(self) -> None:
        """Count from here."""
        self.page.wait_for_load_state("load")
        self.spent = Spent()

    def skip(self, words: str) -> None:
        """Pass over what comes first on the page, by its skip link; a mouse needs none."""

    def press(self, thing: Locator) -> None:
        """Press a button, follow a link, or open what is folded."""
        self.spent.clicks += 1
        self.typing = False
        thing.click()

    def save(self, button: Locator) -> None:
        """Press the main button of the form one is in."""
        self.press(button)

    def start(self, button: Locator) -> None:
        """Press what the page offers first."""
        self.press(button)

    def send(self, button: Locator) -> None:
        """Press the button of the form whose last answer was just chosen."""
        self.press(button)

    def undo(self, button: Locator) -> None:
        """Take back what was just saved."""
        self.press(button)

    def choose(self, name: str, value: str) -> None:
        """Choose one answer of a question."""
        self.press(self.page.locator(f"input[name='{name}'][value='{value}']"))

    def tick(self, thing: Locator) -> None:
        self.press(thing)

    def pick(self, options: Locator, words: str) -> None:
        """Choose from a list that opens what begins with these words."""
        self.spent.clicks += 2
        wanted = [one for one in options.locator("option").all_inner_texts() if one.startswith(words)]
        options.select_option(label=wanted[0])

    def write(self, box: Locator, words: str) -> None:
        """Write something down."""
        self._type(box, words)
        self.spent.written += len(words)

    def write_next(self, box: Locator, words: str) -> None:
        """Write in the next box, which Tab leads to."""
        if not self.typing:
            self.spent.boxes += 1
            self.typing = True
        for _ in range(5):
            self.key("Tab")
            if box.evaluate(ON_IT):
                break
        expect(box).to_be_focused()
        self.page.keyboard.insert_text(words)
        self.spent.written += len(words)

    def note(self, typed: str, words: str) -> None:
        """Find a fact by a few letters, and say that it is so."""
        box = finder(self.page)
        if box.evaluate(ON_IT):
            self.page.keyboard.insert_text(typed)
        else:
            self._type(box, typed)
        self.spent.sought += len(typed)
        expect(self.page.locator("ul.found li").first).to_contain_text(words)
        self.key("Enter")
        expect(noted(self.page, words)).to_be_visible()

    def key(self, name: str) -> None:
        """Press a key, or several at once."""
        self.spent.keys += len(name.split("+"))
        self.page.keyboard.press(name)

    def _type(self, box: Locator, words: str) -> None:
        self.press(box)
        self.spent.boxes += 1
        self.typing = True
        self.page.keyboard.insert_text(words)


@dataclass
class NoScript(Hands):
    """The same where no script runs: Enter in the box looks for what was typed, and what was found is ticked."""

    @override
    def note(self, typed: str, words: str) -> None:
        found = self.page.locator("ul.found").get_by_label(words)
        if not found.count():
            self._type(finder(self.page), typed)
            self.spent.sought += len(typed)
            self.key("Enter")
        self.press(found)


@dataclass
class Keys(Hands):
    """Somebody without a mouse."""

    @override
    def skip(self, words: str) -> None:
        self.press(self.page.get_by_role("link", name=words))

    @override
    def press(self, thing: Locator) -> None:
        self.reach(thing)
        self.typing = False
        self.key("Enter")

    @override
    def save(self, button: Locator) -> None:
        if self.page.evaluate("!!document.activeElement.closest('form[data-ctrl-enter]')"):
            self.key("Control+Enter")
        else:
            self.press(button)

    @override
    def start(self, button: Locator) -> None:
        expect(button).to_have_attribute("title", "Ctrl+Enter")
        self.key("Control+Enter")

    @override
    def send(self, button: Locator) -> None:
        self.key("Enter")

    @override
    def undo(self, button: Locator) -> None:
        expect(button).to_have_attribute("title", "Ctrl+Z")
        self.key("Control+z")

    @override
    def choose(self, name: str, value: str) -> None:
        self.typing = False
        group = self.page.locator(f"input[name='{name}']")
        wanted = self.page.locator(f"input[name='{name}'][value='{value}']")
        self.reach(group.first)
        at = [one.get_attribute("value") for one in group.all()].index(value)
        if name.endswith(("-rating", "-level")):
            self.key(value if value.isdigit() else str(at + 1))
        elif at == 0:
            self.key("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                break
            self.key("ArrowDown" if at <= group.count() // 2 else "ArrowUp")
        expect(wanted).to_be_checked()

    @override
    def tick(self, thing: Locator) -> None:
        self.reach(thing)
        self.key("Space")

    @override
    def pick(self, options: Locator, words: str) -> None:
        """Type the beginning of what is wanted, until it is the one chosen."""
        self.reach(options)
        for letter in words:
            self.key("Space" if letter == " " else letter)
            if options.locator("option:checked").inner_text().startswith(words):
                return
        raise AssertionError(f"Typing does not choose {words}.")

    @override
    def _type(self, box: Locator, words: str) -> None:
        self.reach(box)
        self.spent.boxes += 1
        self.typing = True
        self.page.keyboard.insert_text(words)

    def reach(self, thing: Locator) -> None:
        """Go to it with Tab, or back to it."""
        expect(thing).to_be_visible()
        step = "Shift+Tab" if thing.evaluate(BEFORE_FOCUS) and self._focused() else "Tab"
        for _ in range(self.page.locator(STOPS).count() + 1):
            if thing.evaluate(ON_IT):
                return
            self.key(step)
        raise AssertionError(f"The keyboard does not reach {thing}.")

    def _focused(self) -> bool:
        return bool(self.page.evaluate("document.activeElement !== document.body"))


WAYS: dict[str, Any] = {"mouse": Hands, "keyboard": Keys, "no script": NoScript}
