"""Every page keeps what all pages promise on a new installation: nothing to list, nothing filled in, refusals."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Shown:
    """A page: who opens it, where, which button they press there if any, and its heading then."""

    who: str
    path: str
    heading: str
    press: str = ""


PAGES = {
    "sign in": Shown("", "/sign-in", "Sign in"),
    "sign in, nothing given": Shown("", "/sign-in", "Sign in", press="Sign in"),
    "help, to nobody in particular": Shown("", "/help", "Help"),
    "a page that is not there": Shown("", "/nothing", "Page not found"),
    "help": Shown("practitioner", "/help", "Help"),
    "accessibility": Shown("", "/help/accessibility", "Accessibility statement"),
    "thresholds": Shown("", "/thresholds", "Thresholds and levels of need"),
    "a version": Shown("", "/thresholds/dn-2022-05", "Levels of need, May 2022"),
    "a version, nothing found": Shown("", "/thresholds/dn-2022-05?q=zzz", "Levels of need, May 2022"),
    "a rule": Shown(
        "practitioner",
        "/thresholds/dn-2022-05/rules/K-02",
        "All three of those round a baby or an unborn child make significant harm likely",
    ),
    "holes": Shown("reviewer", "/thresholds/dn-2021-01/holes", "Does it turn anyone away?"),
    "two versions": Shown("reviewer", "/thresholds/dn-2021-01...dn-2022-05", "What would change"),
    "a check before referring": Shown("", "/thresholds/check", "See the likely level for a child"),
    "a check of nothing": Shown("", "/thresholds/check", "See the likely level for a child", "See the likely level"),
    "account": Shown("practitioner", "/account", "Your account"),
    "a new password": Shown("practitioner", "/account/password", "Change your password"),
    "a new password, not given": Shown("practitioner", "/account/password", "Change your password", "Change password"),
    "sign out": Shown("practitioner", "/sign-out", "Sign out?"),
    "an empty queue of mine": Shown("practitioner", "/queue", "My queue"),
    "an empty queue": Shown("practitioner", "/queue?view=everyone", "Everyone"),
    "an empty queue, narrowed": Shown("practitioner", "/queue?view=everyone&rating=red", "Everyone"),
    "nothing to hand over": Shown("practitioner", "/queue?view=to-hand-over", "To hand over"),
    "an empty red board": Shown("manager", "/red", "Red board"),
    "nothing offered": Shown("early_help", "/hand-overs", "Offered to Early help hub"),
    "record": Shown("contact_officer", "/contacts/new", "Record a contact"),
    "record, nothing given": Shown("contact_officer", "/contacts/new", "Record a contact", press="Save and triage"),
    "search": Shown("contact_officer", "/search", "Search"),
    "search, nothing given": Shown("contact_officer", "/search", "Search", press="Search"),
    "users": Shown("admin", "/admin/users", "Users"),
    "a user": Shown("admin", "/admin/users/1", "Invented contact officer"),
    "a new user": Shown("admin", "/admin/users/new", "Add a user"),
    "a new user, nothing given": Shown("admin", "/admin/users/new", "Add a user", press="Add user"),
    "not for this role": Shown("practitioner", "/admin/users", "You do not have access to this page"),
    "a contact that is not there": Shown("practitioner", "/contacts/C-26-99999", "Page not found"),
}
SPOILT = """() => {
  const main = document.querySelector('main');
  main.insertAdjacentHTML('beforeend', `<div id="same"></div><p id="same">Twice</p>
    <svg role="img" viewBox="0 0 9 9"><title>Drawn only</title></svg><p class="wide-only">Onlyhere</p>
    <p class="cut">Words that need more room than they have</p><p class="over">Words</p><p class="over">Words</p>
    <div class="far"><p>Far</p></div>`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@media (max-width: 700px) { .wide-only { display: none } } .cut { height: 1.2em; overflow: hidden }
    .over { position: absolute; top: 500px } .far { overflow-x: auto; width: 90px } .far p { width: 900px }`);
  const link = document.adoptedStyleSheets;
  Object.defineProperty(document, 'adoptedStyleSheets', {
    set: (more) => link.splice(0, 9, sheet, ...more), get: () => link });
  link.push(sheet);
}"""
"""Breaks what a page promises of ids, charts, size and spacing."""
SPOILT_PROMISES = (
    "an id stands twice: same", "a chart without words", "left out on a screen", "cut off when spaced",
    "one over the other", "out of reach",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_nothing_in_it_keeps_every_promise(
    empty_door: FrontDoor, barriers: Callable[[Page], list[str]], name: str
) -> None:
    shown = PAGES[name]
    with empty_door.opened(shown.who) as page:
        page.goto(shown.path)
        if shown.press:
            page.get_by_role("main").get_by_role("button", name=shown.press, exact=True).click()
            expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        expect(page.get_by_role("heading", level=1)).to_have_text(shown.heading)
        assert wrong_with(page, barriers) == []
        assert page.title().startswith("Error: ") == bool(shown.press)


def test_a_barrier_would_be_found(empty_door: FrontDoor, barriers: Callable[[Page], list[str]]) -> None:
    with empty_door.opened() as page:
        page.goto("/sign-in")
        page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
        page.evaluate("document.querySelector('main').style.width = '2000px'")
        page.evaluate("document.title = 'Ada'")
        page.evaluate("document.querySelector('.govuk-skip-link').remove()")
        page.evaluate(SPOILT)
        wrong = " ".join(wrong_with(page, barriers))
    for promise in ("label", "too wide", "the title: Ada", "Tab leads first to", *SPOILT_PROMISES):
        assert promise in wrong


def test_a_search_that_finds_nobody_says_so_and_keeps_every_promise(
    empty_door: FrontDoor, barriers: Callable[[Page], list[str]]
) -> None:
    with empty_door.opened("practitioner") as page:
        page.goto("/search")
        page.get_by_label("Name").fill("Nobody Atall")
        page.get_by_role("main").get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", level=2)).to_have_text("0 people found")
        assert wrong_with(page, barriers) == []
