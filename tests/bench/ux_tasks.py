"""What is done all day, task by task, as somebody does it on the pages: the practitioner's tasks, T1 to T8.

Each task makes the contact it needs, opens the page it starts from, counts from there, and sees that the work was done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import choice
from string import ascii_lowercase
from typing import Any

from playwright.sync_api import Page, expect

from mash import clock
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.practice import practice_from
from mash.journeys.triage import RatingGiven, rate
from tests.bench.ux_hands import Hands, NoScript
from tests.web.contacts import Desk

FACTS = (
    ("areas", "Neglect over time or in several areas"),
    ("back af", "Neglect has come back after an earlier plan"),
    ("tool", "High score on the locally agreed neglect tool"),
)
"""Three indicators that the rules put at level 3: what is typed to find each, and its words."""
REASON = (
    "What worries us most is how long this has gone on and that nobody has been let in. An aunt keeps her safe for now "
    "and sees her daily. A child and family assessment fits both, and soon."
)
LOWER = "The carer took up the same help elsewhere last week, and the school has seen it."
QUESTIONS = "Any calls to the home in the last year, and who was there when you came?"
ANSWER = "Told the court service that we hold no records of this child."


@dataclass
class Case:
    """One task to be done one way.

    Attributes:
        sit: Sits somebody down, by role, and gives their page.
    """

    desk: Desk
    way: str
    hands_of: Callable[[Page], Hands]
    sit: Callable[[str], Page]

    @property
    def scripts(self) -> bool:
        return self.way != "no script"

    def at(self, role: str, path: str) -> Hands:
        """Open a page as somebody, and count from there."""
        hands = self.hands_of(self.sit(role))
        hands.page.goto(path)
        hands.begin()
        return hands

    def child(self, **told: Any) -> str:
        """Receive a contact about a child of its own name, so that no other contact has to do with it."""
        return self.desk.contact(a_name(), **{"address": None, "adults": ()} | told)

    def rated(self) -> str:
        """Receive a contact and rate it amber, so that partners may be asked."""
        reference, by = self.child(), Actor(None, "bench", frozenset({"practitioner"}))
        with transaction(self.desk.database) as session:
            practice = practice_from(session, self.desk.rulebook)
            given = tuple(RatingGiven(child_id=child, value="amber") for child in self.desk.children(reference))
            rate(session, reference, given, version=None, by=by, at=clock.now(), practice=practice)
        return reference


def a_name() -> str:
    """Invent a first name that nobody has."""
    return "Ux" + "".join(choice(ascii_lowercase) for _ in range(8))


def t1(case: Case) -> Hands:
    hands = case.at("practitioner", f"/contacts/{(reference := case.child())}")
    decide(hands, level="3", route="child_and_family_assessment", lower="")
    expect(hands.page.locator(".notice").first).to_contain_text(f"{reference} saved: level 3")
    return hands


def t1b(case: Case) -> Hands:
    hands = case.at("practitioner", f"/contacts/{(reference := case.child())}")
    decide(hands, level="2", route="early_help", lower=LOWER)
    expect(hands.page.locator(".notice").first).to_contain_text(f"{reference} sent to a manager")
    return hands


def decide(hands: Hands, *, level: str, route: str, lower: str) -> None:
    """Fill the decision in from top to bottom with three indicators, and go on to the next contact."""
    page = hands.page
    hands.skip("Skip to decision")
    hands.choose("service", "yes")
    hands.choose("all-rating", "amber")
    for fact in FACTS:
        note(hands, *fact)
    hands.choose("all-level", level)
    if lower and isinstance(hands, NoScript):
        hands.press(page.get_by_role("button", name="Check against thresholds"))
    if lower:
        hands.write(page.locator("textarea[name='all-lower']"), lower)
    hands.choose("all-route", route)
    hands.choose("all-agreement", "given_verbally")
    hands.write_next(page.get_by_label("Reason for your decision"), REASON)
    hands.save(page.get_by_role("button", name="Save and open next"))


def note(hands: Hands, typed: str, words: str) -> None:
    """Say that a fact is so; where no script runs, one word finds all that are wanted."""
    hands.note("neglect" if isinstance(hands, NoScript) else typed, words)


def t2(case: Case) -> Hands:
    hands = case.at("practitioner", f"/contacts/{(reference := case.child(type='statutory_check'))}")
    inform(hands)
    expect(hands.page.locator(".notice").first).to_contain_text(f"{reference} closed: information given.")
    return hands


def inform(hands: Hands) -> None:
    """Close what asks for no service, and go on to the next contact."""
    hands.skip("Skip to decision")
    hands.choose("service", "no")
    hands.write(hands.page.get_by_label("What you did"), ANSWER)
    hands.tick(hands.page.get_by_label("I have checked there is no worry about a child in it"))
    hands.save(hands.page.get_by_role("button", name="Save and open next"))


def t3(case: Case) -> Hands:
    hands = case.at("practitioner", f"/contacts/{(reference := case.child())}")
    hands.skip("Skip to decision")
    hands.choose("all-rating", "red")
    hands.press(hands.page.get_by_role("button", name="Tell the manager now"))
    expect(hands.page.locator(".notice").first).to_contain_text(f"A manager has been told of {reference}.")
    return hands


def t4(case: Case) -> Hands:
    hands = case.at("practitioner", f"/contacts/{(reference := case.child(type='statutory_check'))}")
    inform(hands)
    expect(hands.page.locator(".notice").first).to_contain_text(f"{reference} closed")
    hands.begin()
    expect(hands.page.locator(".identity__ref")).not_to_have_text(reference)
    expect(hands.page.locator(".identity__open")).to_contain_text("Open: you")
    return hands


def t4b(case: Case) -> Hands:
    case.child()
    hands = case.at("practitioner", "/queue")
    hands.start(hands.page.get_by_role("button", name="Start next contact").last)
    expect(hands.page.locator(".identity__open")).to_contain_text("Open: you")
    return hands


def t5(case: Case) -> Hands:
    """The form is as it is in the middle of a call: the child has just been named."""
    known = case.child()
    name = case.desk.row(known).children[0].person.forename
    page = case.sit("contact_officer")
    page.goto("/contacts/new")
    if (afresh := page.get_by_role("button", name="Start afresh")).count():
        afresh.click()
    page.locator("#child1").get_by_label("First name").fill(name)
    page.locator("#child1").get_by_label("Surname").fill("Sample")
    row = page.locator("#child1")
    for part, said in (("Day", "1"), ("Month", "1"), ("Year", "2017")):
        row.get_by_label(part, exact=True).first.fill(said)
    hands = case.hands_of(page)
    if isinstance(hands, NoScript):
        page.get_by_label("What is this about?").fill("Said again.")
        page.locator("input[name='type']").first.check()
        page.get_by_role("button", name="Save and triage").last.click()
    else:
        row.get_by_label("School or nursery").focus()
    one = row.get_by_text(f"Use {name} Sample")
    expect(one).to_be_visible()
    hands.begin()
    hands.tick(row.locator("input[name='child1_known']").first)
    expect(row.locator("input[name='child1_known']").first).to_be_checked()
    return hands


def t6(case: Case) -> Hands:
    hands = case.at("contact_officer", "/queue")
    page = hands.page
    hands.press(page.get_by_role("link", name="Record a contact"))
    page.wait_for_url("/contacts/new")
    hands.skip("Skip to main content")
    hands.choose("type", "service_request")
    hands.write(
        page.get_by_label("What is this about?"),
        "No lunch again, and the same clothes all week. Her father collects her late.",
    )
    hands.write(page.get_by_label("Name", exact=True), "Jo Invented")
    hands.write_next(page.get_by_label("Role", exact=True), "Class teacher")
    hands.write(page.locator("#child1").get_by_label("First name"), a_name())
    hands.write_next(page.locator("#child1").get_by_label("Surname"), "Sampled")
    hands.save(page.get_by_role("button", name="Save and triage").last)
    expect(page.locator(".identity__ref")).to_be_visible()
    return hands


def t7(case: Case) -> Hands:
    hands = case.at("practitioner", f"/contacts/{case.rated()}")
    page = hands.page
    hands.skip("Skip to asking a partner")
    hands.choose("agency", "Police")
    hands.write_next(page.get_by_label("What are you asking?"), QUESTIONS)
    hands.choose("basis", "public_task")
    hands.choose("checks", "given_verbally")
    hands.send(page.get_by_role("button", name="Send request"))
    expect(page.locator("#information")).to_contain_text("Police asked")
    return hands


def t8(case: Case) -> Hands:
    page = case.sit("practitioner")
    page.goto(f"/contacts/{(reference := case.child(type='statutory_check'))}")
    hands = case.hands_of(page)
    inform(hands)
    expect(page.locator(".notice").first).to_contain_text(f"{reference} closed")
    hands.begin()
    hands.undo(page.locator(".notice").get_by_role("button", name="Undo"))
    expect(page.locator(".notice").first).to_contain_text(f"{reference} is undone.")
    return hands
