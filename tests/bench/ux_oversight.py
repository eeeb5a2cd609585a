"""What a manager does all day, task by task: T9 to T11."""

from datetime import timedelta
from secrets import token_urlsafe

from playwright.sync_api import expect
from sqlalchemy import select

from mash import clock
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.share_out import assign_each
from mash.journeys.users import make_user
from mash.models import User
from tests.bench.ux_hands import Hands
from tests.bench.ux_tasks import FACTS, Case, note

CHANGED = "Police told us at ten that he has been released to the address."
COLLEAGUES = ("tom", "colleague")
"""To whom they are given, in the invented history and in the tests."""


def t9(case: Case) -> Hands:
    reference = recommended(case)
    hands = case.at("manager", f"/contacts/{reference}")
    hands.skip("Skip to your oversight")
    hands.save(hands.page.get_by_role("button", name="Agree and record"))
    expect(hands.page.locator(".notice").first).to_contain_text(f"{reference} agreed and recorded.")
    return hands


def t9b(case: Case) -> Hands:
    reference = recommended(case)
    hands = case.at("manager", f"/contacts/{reference}")
    hands.skip("Skip to your oversight")
    hands.press(hands.page.get_by_role("button", name="Change", exact=True))
    hands.write(hands.page.get_by_label("Why you are changing it"), CHANGED)
    hands.skip("Skip to what happens next")
    hands.choose("all-route", "strategy_discussion")
    hands.save(hands.page.get_by_role("button", name="Save and stay"))
    expect(hands.page.locator("#outcome-title")).to_have_text("What was decided")
    return hands


def recommended(case: Case) -> str:
    """Have a practitioner recommend an assessment for a red, which a manager answers."""
    reference, page = case.child(), case.sit("practitioner")
    page.goto(f"/contacts/{reference}")
    page.locator("input[name='service'][value='yes']").check()
    note(case.hands_of(page), *FACTS[0])
    for question, answer in {
        "rating": "red",
        "level": "3",
        "route": "child_and_family_assessment",
        "agreement": "given_verbally",
    }.items():
        page.locator(f"input[name='all-{question}'][value='{answer}']").check()
    page.get_by_label("Reason for your decision").fill("He is with his aunt tonight, and she has the number to ring.")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.locator(".notice").first).to_contain_text(f"{reference} sent to a manager")
    return reference


def t10(case: Case) -> Hands:
    """From the red board, a manager's first page, to what is late today, with its state and who has it."""
    case.child(at=clock.now() - timedelta(days=9))
    hands = case.at("manager", "/red")
    hands.skip("Skip to main content")
    hands.press(hands.page.get_by_role("link", name="What is late, and where it waits"))
    expect(hands.page.locator("#late")).to_be_in_viewport()
    expect(hands.page.get_by_role("table", name="Open and late").first.get_by_role("rowheader").first).to_be_visible()
    return hands


def t11(case: Case) -> Hands:
    """All five contacts of somebody who has gone home sick are given to a colleague; they had none open just now."""
    references, earlier = [case.child() for _ in range(5)], clock.now() - timedelta(hours=1)
    with transaction(case.desk.database) as session:
        by, username = Actor.system("bench"), f"sick-{references[0].lower()}"
        sick = make_user(
            session,
            username=username,
            name="Sickly Worker",
            roles=["practitioner"],
            password=token_urlsafe(),
            by=by,
            at=earlier,
        )
        session.flush()
        assign_each(session, references, to=sick.id, by=by, at=earlier, reason="")
        person, to = sick.id, session.scalars(select(User.name).where(User.username.in_(COLLEAGUES))).first()
    hands = case.at("manager", f"/team?person={person}#in-hand")
    if case.scripts:
        hands.pick(hands.page.get_by_label("Give to"), f"{to} (")
        hands.tick(hands.page.get_by_label("Tick all"))
    else:
        for reference in references:
            hands.tick(hands.page.get_by_label(f"Tick {reference}"))
        hands.pick(hands.page.get_by_label("Give to"), f"{to} (")
    hands.press(hands.page.get_by_role("button", name="Reassign selected"))
    expect(hands.page.locator(".notice").first).to_contain_text("5 contacts given.")
    return hands
