"""The page of a draft on its way: what is left to do, and the list that says who approved what."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash import clock
from mash.config import HOUSE
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.put_back import answer_roll_back, ask_roll_back
from mash.models import Proposal, Publication, RuleSetAdoption, ThresholdDraft
from mash.rules import RuleBook
from mash.rules.written import written_text
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, decide, words

NAME = "dn-2027-01"


def drafted() -> str:
    text = next((HOUSE / "thresholds").glob("2022*.yaml")).read_text("utf-8")
    text = text.replace("id: dn-2022-05", f"id: {NAME}", 1)
    return text.replace("status: live\n  use: live", "status: draft\n  use: replay_only", 1)


@pytest.fixture
def draft(database: Database, people: dict[str, int]) -> str:
    text = drafted()
    kept = {"name": NAME, "title": "A draft", "based_on": "dn-2022-05", "revision": 1, "text": text}
    with transaction(database) as session:
        at = clock.now()
        session.add(ThresholdDraft(**kept, by_id=people["reviewer"], at=at, changed_at=at))
    return f"/thresholds/{NAME}/approve"


def test_the_page_says_what_is_left_and_keeps_a_note(sign_in_as: SignInAs, draft: str) -> None:
    manager = sign_in_as("manager")
    page = manager.get(draft).text
    assert "Replay exactly this text against the version in force" in page
    day = {"day-day": "1", "day-month": "12", "day-year": "2026"}
    sent = manager.send(draft, f"{draft}/note", kind="staff", about="", words="Ask about attendance.", **day)
    assert sent.status_code == 303
    assert "Ask about attendance." in manager.get(draft).text
    assert manager.send(draft, f"{draft}/ask").status_code == 422
    assert NAME in manager.get("/thresholds").text


def test_a_practitioner_does_not_open_it(sign_in_as: SignInAs, draft: str) -> None:
    assert sign_in_as("practitioner").get(draft).status_code == 403


@pytest.fixture
def begins_today(app: Flask, rulebook: RuleBook) -> Iterator[Callable[[str], RuleBook]]:
    """Give what puts a version in force from today on, with what becomes of open contacts."""

    def begin(open_contacts: str) -> RuleBook:
        live = rulebook.get("dn-2022-05")
        head = replace(live.version, id=NAME, title="Levels of need, changed")
        ruleset = replace(live, version=head, content_hash=f"{open_contacts:0>64}", transition=(open_contacts, ""))
        book = rulebook.succeeded_by(ruleset, clock.today())
        app.extensions["mash"] = replace(app.extensions["mash"], files=book)
        return book

    yield begin
    app.extensions["mash"] = replace(app.extensions["mash"], files=rulebook)


@pytest.mark.parametrize(
    ("open_contacts", "judge"),
    [("regrade", f"Levels of need, changed ({NAME})"), ("version_at_receipt", "Levels of need, May 2022 (dn-2022-05)")],
)
def test_an_open_contact_says_that_the_thresholds_changed_since_and_which_judge_it(
    begins_today: Callable[[str], RuleBook], desk: Desk, sign_in_as: SignInAs, open_contacts: str, judge: str
) -> None:
    browser, changed = sign_in_as("practitioner"), "The thresholds changed on"
    earlier, done = (desk.contact(name, at=clock.now() - timedelta(days=2)) for name in ("Ada", "Bea"))
    decide(browser, done)
    assert changed not in browser.get(f"/contacts/{earlier}").text
    book = begins_today(open_contacts)
    said = words(browser.get(f"/contacts/{earlier}").text)
    assert f"after this was received. It is judged by {judge}." in said
    later = Desk(desk.database, book).contact("Cy", at=clock.now())
    for reference in (done, later):
        assert changed not in browser.get(f"/contacts/{reference}").text


def publish(session: Session, people: dict[str, int], hashed: str, text: str) -> None:
    """Publish a version from today on, as approved with a hash."""
    begins, at = clock.today(), clock.now()
    pinned = {"ruleset_id": NAME, "content_hash": hashed, "reason": "Agreed.", "at": at}
    asked = Proposal(content_hash=hashed, state="approved", by_id=people["reviewer"], at=at)
    session.add(asked)
    session.flush()
    told = {"proposal_id": asked.id, "by_id": asked.by_id, "approved_by_id": people["manager"], "starts_on": begins}
    session.add(Publication(**pinned, **told, replaces="dn-2022-05", text=text))
    session.add(RuleSetAdoption(**pinned, title="A draft", effective_from=begins, approvers=["Invented manager"]))
    session.flush()


@pytest.fixture
def tampered(database: Database, people: dict[str, int], rulebook: RuleBook) -> Callable[[str], None]:
    """Publish a version as approved but for its text, which was changed; give what writes a text over it."""
    text = drafted()
    hashed = written_text(text.encode(), rulebook.catalogue, NAME).ruleset.content_hash
    with transaction(database) as session:
        publish(session, people, hashed, text.replace("hl-suicidal-plan: L4", "hl-suicidal-plan: L3", 1))

    def write(words: str) -> None:
        with transaction(database) as session:
            session.execute(update(Publication).values(text=words))

    return write


@pytest.fixture
def put_back(database: Database, people: dict[str, int], rulebook: RuleBook) -> str:
    """Publish a version and put the one before it back at once; give the name it has the second time."""
    text = drafted().replace("title: Levels of need, May 2022", "title: Levels of need, put back", 1)
    ruleset = written_text(text.encode(), rulebook.catalogue, NAME).ruleset
    asker, second = (
        Actor(people[role], name, frozenset({role}))
        for role, name in (("reviewer", "Invented reviewer"), ("manager", "Invented manager"))
    )
    told = {"starts_on": None, "open_contacts": "regrade", "reason": "It turned children away."}
    with transaction(database) as session:
        publish(session, people, ruleset.content_hash, text)
        both = {"at": clock.now(), "files": rulebook}
        asked = ask_roll_back(session, "dn-2022-05", **told, by=asker, **both)  # type: ignore[arg-type]
        session.flush()
        answer_roll_back(session, asked.id, agree=True, words="", by=second, **both)  # type: ignore[arg-type]
    return "dn-2022-05-again-1"


def test_a_draft_begins_from_a_version_that_was_put_back_and_says_what_it_says(
    sign_in_as: SignInAs, put_back: str, database: Database
) -> None:
    browser, name = sign_in_as("reviewer"), "dn-2027-04"
    sent = browser.send("/thresholds", "/thresholds/drafts", based_on=put_back, title="After all", name=name)
    assert sent.status_code == 303, sent.text
    with reading(database) as session:
        draft = session.scalars(select(ThresholdDraft)).one()
    assert draft.based_on == put_back
    assert "supersedes: dn-2022-05-again-1" in draft.text
    assert "open_contacts: regrade" in draft.text
    kept = browser.get(f"/thresholds/{put_back}.yaml").text
    assert f"id: {put_back}" in kept
    assert "It turned children away." in kept
    assert (kept.partition("\nlevels:")[2].replace("regrade", "version_at_receipt")) == (
        next((HOUSE / "thresholds").glob("2022*.yaml")).read_text("utf-8").partition("\nlevels:")[2]
    )
    compared = browser.get(f"/thresholds/dn-2022-05...{put_back}")
    assert compared.status_code == 200
    assert "Open contacts" in compared.text


def test_no_page_judges_by_a_stored_text_that_is_not_the_one_approved(
    sign_in_as: SignInAs, tampered: Callable[[str], None]
) -> None:
    browser = sign_in_as("reviewer")
    for page in ("/thresholds", f"/thresholds/{NAME}"):
        refused = browser.get(page)
        assert refused.status_code == 503
        assert "is not the one that was approved" in refused.text
    tampered(drafted())
    assert browser.get(f"/thresholds/{NAME}").status_code == 200


def test_an_answer_given_before_is_confirmed_with_one_press_in_the_name_of_whoever_does(
    sign_in_as: SignInAs, draft: str, database: Database
) -> None:
    manager, about = sign_in_as("manager"), "overlap N-05"
    page = words(manager.get(draft).text)
    assert "The same was found in dn-2022-05" in page
    assert "2 to answer" in page
    before = "The duty under the Counter-Terrorism and Security Act has a rule that says more."
    offered = re.search(rf'name="words" value="({before}[^"]*)"', manager.get(draft).text)
    assert offered
    sent = manager.send(draft, f"{draft}/note", kind="finding", about=about, words=unescape(offered[1]))
    assert sent.status_code == 303
    page = words(manager.get(draft).text)
    assert "1 to answer" in page
    assert "Invented manager" in page
    assert "as The authors of this reconstruction answered of dn-2022-05" in page
