"""What a threshold reviewer does, task by task: T12, one number of a rule changed and a year replayed."""

from playwright.sync_api import expect
from sqlalchemy import select

from mash import clock
from mash.config import HOUSE
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.draft_thresholds import start_draft
from mash.models import User, UserRole
from mash.rules.written import written_version
from tests.bench.ux_hands import Hands
from tests.bench.ux_tasks import Case, a_name

LIVE = "dn-2022-05"
RULE = "C-24"


def t12(case: Case) -> Hands:
    """From a rule's own page: another window, save, replay the change over the last year."""
    ruleset, name = case.desk.rulebook.get(LIVE), f"ux-{a_name().lower()}"
    folder = HOUSE / "thresholds"
    text = (folder / written_version(folder, ruleset).file).read_text("utf-8")
    with transaction(case.desk.database) as session:
        reviewer = session.scalars(select(User).join(UserRole).where(UserRole.role == "reviewer").limit(1)).one()
        by = Actor(reviewer.id, reviewer.name, frozenset({"reviewer"}))
        start_draft(session, based_on=ruleset, text=text, name=name, title="A shorter look back", by=by, at=clock.now())
    hands = case.at("reviewer", f"/thresholds/{name}/edit/rules/{RULE}")
    page = hands.page
    hands.skip("Skip to the condition")
    hands.pick(page.get_by_label("over the last").first, "6 months")
    hands.save(page.get_by_role("button", name="Save", exact=True))
    hands.skip("Skip to main content")
    hands.press(page.locator(".notice").get_by_role("link", name="Replay this change"))
    expect(page.get_by_label("Rehearse")).to_have_value(name)
    hands.start(page.get_by_role("button", name="Run replay"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return hands
