"""Every form sent back: said in the title and in a summary that has the focus and leads to each answer, all kept."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FrontDoor
from tests.browser.pictures import keep_picture
from tests.browser.test_full_pages import World, world

pytestmark = pytest.mark.browser
__all__ = ["world"]
SET_BACK = "Correct the time of receipt"
STRONG = "Record at once: strategy discussion"
KEPT = "Half of what was meant"
AT_FIELD = "one => one.matches('input, select, textarea, #main-content')"


@dataclass(frozen=True)
class Sent:
    """A form: who sends it, from where, by which button, after opening what, with one answer written in it."""

    who: str
    path: str
    button: str
    opens: str = ""
    writes: str = ""
    wrote: str = KEPT
    chooses: str = ""


FORMS = {
    "sign in": Sent("", "/sign-in", "Sign in", writes="Username", wrote="practitioner"),
    "password": Sent("practitioner", "/account/password", "Change password"),
    "record": Sent("practitioner", "/contacts/new", "Save and triage", writes="First name", wrote="Ada"),
    "search": Sent("practitioner", "/search", "Search", writes="Name", wrote="A"),
    "new user": Sent("admin", "/admin/users/new", "Add user", writes="Name", wrote="Invented Newcomer"),
    "decision": Sent("practitioner", "/contacts/{rated}", "Save and stay", writes="7 Reason for your decision"),
    "information only": Sent("contact_officer", "/contacts/{rated}/quick", "Save and open next", writes="What you did"),
    "skip": Sent("practitioner", "/contacts/{fresh}/skip", "Skip and open next"),
    "take over": Sent("practitioner", "/queue/{held}/take-over", "Take over"),
    "several": Sent("manager", "/queue?view=everyone", "Give", writes="Reason"),
    "take out": Sent("manager", "/queue?view=everyone", "Download CSV"),
    "return": Sent("manager", "/contacts/{recommended}", "Return for more work"),
    "direct": Sent("manager", "/contacts/{recommended}", "Record the direction", opens="Give a direction"),
    "change": Sent("manager", "/contacts/{recommended}/change", "Save and stay", writes="7 Reason for your decision"),
    "note": Sent("practitioner", "/contacts/{rated}", "Add the note", opens="Add a note"),
    "ask": Sent("practitioner", "/contacts/{rated}", "Send request", chooses="agency", writes="What are you asking?"),
    "child": Sent("practitioner", "/contacts/{rated}", "Add the child", "Add a child", "About how old", "x"),
    "cancel": Sent("manager", "/contacts/{rated}", "Cancel as an error", opens="Cancel as an error"),
    "receipt": Sent("manager", "/contacts/{rated}", SET_BACK, SET_BACK, "Time it was received", "25:99"),
    "referrer": Sent("practitioner", "/contacts/{offered}", "Keep", "They were told", "Note, or why they cannot"),
    "offer again": Sent("practitioner", "/contacts/{declined}", "Offer"),
    "step down": Sent("practitioner", "/contacts/{declined}", "Step down", "Step ", "Plan"),
    "reopen": Sent("manager", "/contacts/{closed}", "Reopen", opens="Reopen"),
    "strategy": Sent("practitioner", "/contacts/{closed}", STRONG, "Needed now: strategy discussion", "Why"),
    "accept": Sent("early_help", "/hand-overs", "Accept"),
    "night team": Sent("manager", "/red/{red}/night", "Record the hand-over", writes="What you told them"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_with_problems_says_so_leads_to_each_and_keeps_every_answer(
    door: FrontDoor, world: World, name: str
) -> None:
    form = FORMS[name]
    with door.opened(form.who) as page:
        page.goto(form.path.format(**world))
        main = page.get_by_role("main")
        if form.opens:
            main.locator("summary").filter(has_text=form.opens).first.click()
        if form.chooses:
            main.locator(f"input[name='{form.chooses}']").first.check()
        if form.writes:
            main.get_by_label(form.writes).locator("visible=true").first.fill(form.wrote)
        main.get_by_role("button", name=form.button, exact=True).locator("visible=true").first.click()
        summary = page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        assert page.title().startswith("Error: ")
        keep_picture(page)
        if form.writes:
            expect(main.get_by_label(form.writes).locator("visible=true").first).to_have_value(form.wrote)
        assert leading_nowhere(page) == []


def leading_nowhere(page: Page) -> list[str]:
    """Follow each link of the summary; name those that do not put the focus on an answer."""
    wrong = []
    links = page.locator(".govuk-error-summary li")
    assert links.count() >= 1
    for one in links.all():
        one.get_by_role("link").click()
        if not page.evaluate(f"({AT_FIELD})(document.activeElement)"):
            wrong.append(one.inner_text())
    return wrong
