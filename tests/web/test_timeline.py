"""The timeline: everything that happened, in plain words, with who, when and why; and proof that it was not altered."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from mash import clock
from mash.config import HOUSE
from mash.db import reading, transaction
from mash.journeys import drafts
from mash.journeys.events import record_event
from mash.journeys.people import PersonGiven
from mash.models import Contact, Viewing
from mash.web.event_words import TELLERS, Names, in_words
from tests.web.arriving import arrive, contact_of, decided, rated, someone
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, decide
from tests.web.contacts import words as plain

TITLE = re.compile(r'timeline__what">(.*?) <time')


def page_of(reference: str) -> str:
    return f"/contacts/{reference}/timeline"


@pytest.fixture
def worked(app: Flask, people: dict[str, int]) -> str:
    """Give a contact that was rated and decided."""
    reference = arrive(app, channel="email")
    rated(app, reference, "amber")
    decided(app, reference, "child_and_family_assessment", 3)
    return reference


def test_it_tells_what_happened_the_newest_first(sign_in_as: SignInAs, worked: str) -> None:
    browser = sign_in_as("practitioner")
    told = TITLE.findall(browser.get(page_of(worked)).text)
    assert told == [
        "Offered to Assessment team",
        "Decided: level 3, child and family assessment",
        "Agreement to a service: agreed, in conversation",
        "Rated AMBER",
        "Received: email",
    ]
    assert TITLE.findall(browser.get(f"{page_of(worked)}?order=oldest").text) == told[::-1]


def test_a_decision_has_its_reason_the_rules_view_and_what_was_known(sign_in_as: SignInAs, worked: str) -> None:
    page = sign_in_as("manager").get(page_of(worked)).text
    for words in ("Neglect over months, and it is getting worse.", "by Invented practitioner", "Thresholds ",
                  "What was known then"):  # fmt: skip
        assert words in page


def test_each_clock_says_how_its_due_time_was_worked_out(sign_in_as: SignInAs, worked: str) -> None:
    page = sign_in_as("practitioner").get(page_of(worked)).text
    for words in ("Decision on a social care contact", "In time", "The clock starts when", "It allows 1 working day"):
        assert words in page


def test_kinds_can_be_chosen(sign_in_as: SignInAs, worked: str) -> None:
    page = sign_in_as("practitioner").get(f"{page_of(worked)}?show=ratings").text
    assert TITLE.findall(page) == ["Rated AMBER"]
    page = sign_in_as("practitioner").get(f"{page_of(worked)}?show=system").text
    assert "Nothing of the kinds chosen has happened." in page


def test_views_and_drafts_are_counted_and_shown_only_when_asked_for(
    app: Flask, sign_in_as: SignInAs, worked: str
) -> None:
    who, contact_id = someone(app, "practitioner"), contact_of(app, worked).id
    with transaction(app.extensions["mash"].database) as session:
        said = {"reason": "secret words"}
        drafts.keep_draft(session, contact_id=contact_id, form="decision", data=said, by=who, at=clock.now())
    browser = sign_in_as("auditor")
    page = browser.get(page_of(worked)).text
    assert "1 view and 1 draft are kept and not listed" in page
    assert "Viewed" not in " ".join(TITLE.findall(page))
    page = browser.get(f"{page_of(worked)}?show=views&show=drafts").text
    assert TITLE.findall(page).count("Viewed") == 1
    assert "Draft kept: decision" in page
    assert "secret words" not in page


def test_looking_is_recorded_itself(app: Flask, sign_in_as: SignInAs, worked: str) -> None:
    sign_in_as("auditor").get(page_of(worked))
    with reading(app.extensions["mash"].database) as session:
        rows = session.execute(select(Viewing.user_id, Viewing.contact_id).where(Viewing.page == "timeline")).all()
    assert [tuple(row) for row in rows] == [(someone(app, "auditor").user_id, contact_of(app, worked).id)]


def test_an_event_that_was_altered_is_named(app: Flask, sign_in_as: SignInAs, worked: str) -> None:
    browser = sign_in_as("manager")
    assert "each one’s seal checked" in browser.get(page_of(worked)).text
    with transaction(app.extensions["mash"].database) as session:
        session.execute(text("DROP TRIGGER event_no_update"))
        session.execute(text("UPDATE event SET data = replace(data, 'amber', 'green') WHERE kind = 'child.rated'"))
    page = browser.get(page_of(worked)).text
    assert "does not match its seal" in page
    assert "each one’s seal checked" not in page


def test_nothing_personal_is_in_the_title(sign_in_as: SignInAs, worked: str) -> None:
    page = sign_in_as("practitioner").get(page_of(worked)).text
    assert f"<title>Timeline of {worked} – " in page
    assert "Jordan A" in page


def test_a_contact_that_is_not_there_or_not_for_this_person_is_not_found(
    app: Flask, sign_in_as: SignInAs, worked: str
) -> None:
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(Contact).where(Contact.reference == worked).values(restricted=True))
    assert sign_in_as("practitioner").get(page_of(worked)).status_code == 404
    assert sign_in_as("practitioner").get(page_of("C-26-99999")).status_code == 404
    assert sign_in_as("auditor").get(page_of(worked)).status_code == 200


def test_a_kind_of_event_without_words_of_its_own_is_shown_by_its_name(
    app: Flask, sign_in_as: SignInAs, worked: str
) -> None:
    with transaction(app.extensions["mash"].database) as session:
        contact_id = session.scalars(select(Contact.id)).one()
        record_event(
            session, kind="contact.moved_on", at=clock.now(), by=someone(app, "manager"), contact_id=contact_id
        )
    page = sign_in_as("practitioner").get(f"{page_of(worked)}?show=system").text
    assert TITLE.findall(page) == ["Contact moved on"]


def test_siblings_are_told_apart_by_name(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app, PersonGiven(forename="Ada", estimated_age=5), PersonGiven(forename="Bea", estimated_age=7))
    rated(app, reference, "red")
    assert TITLE.findall(sign_in_as("practitioner").get(page_of(reference)).text)[:2] == [
        "Rated RED: Bea",
        "Rated RED: Ada",
    ]


AT = datetime(2026, 11, 24, 14, 5, tzinfo=UTC).isoformat()
DECIDED = {"child": 1, "level": 3, "route": "early_help", "reason": "Why", "ruleset": "2026.2", "advised_level": 4,
           "own_level": 2, "lower_reason": "Seen", "sign_off": ["Rated red."]}  # fmt: skip
EVENTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "contact.claimed": ({"from": 3, "reason": "Ill"}, "Taken over from another", "Ill"),
    "contact.informed": ({"answer": "Told them"}, "Closed as information only", "Told them"),
    "contact.receipt_corrected": ({"from": AT, "to": AT, "reason": "Typed"}, "corrected to 2:05pm", "Typed"),
    "child.observed": (
        {"facts": {"bruise": {"to": {"value": "present", "severity": "serious"}}, "age": {"from": 2, "to": 3}}},
        "Bruising: present, serious", "Age: 3, was 2",
    ),
    "child.rating_proposed": ({"to": "red", "reason": "Bruise"}, "Proposed RED", "Bruise"),
    "child.recommended": (DECIDED, "Recommended: level 3, early help", "The rules suggested level 4."),
    "child.decided": (DECIDED, "First choice was level 2.", "Why lower: Seen"),
    "child.agreement": ({"from": "refused", "to": "given_in_writing"}, "agreed, in writing", "was refused"),
    "child.offered": ({"team": "Early help hub", "kind": "step_down"}, "Step down offered to", "Early help hub"),
    "child.hand_over_accepted": ({"team": "A", "lead": "Rae"}, "Accepted by A", "Lead practitioner: Rae."),
    "child.hand_over_declined": ({"team": "A", "reason": "Known"}, "Declined by A", "Known"),
    "oversight.directed": ({"reason": "Ring now"}, "A manager’s direction", "Ring now"),
    "information.asked": ({"agency": "Police", "due_at": AT}, "Asked Police", "Needed by 2:05pm"),
    "information.received": ({"agency": "GP", "reply": "nothing_held", "late": True}, "answered: nothing held", ""),
    "contact.note": ({"text": "Rang back"}, "Note", "Rang back"),
    "information.weighed": ({"changes_decision": False}, "does not change the decision", ""),
    "clock.late": ({"clock": "social-care", "due_at": AT}, "Late: decision on a social care contact", "was due"),
    "clock.half": ({"clock": "red", "due_at": AT}, "Half of the time has gone: decision on a red contact", "is due"),
    "clock.moved": ({"clock": "early-help", "to": AT, "reason": "A new holiday"}, "Deadline moved", "A new holiday"),
    "information.late": ({"agency": "GP", "due_at": AT}, "Reply late: GP", "was due"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EVENTS)
def test_each_kind_of_event_is_told_in_plain_words(app: Flask, kind: str) -> None:
    data, *wanted = EVENTS[kind]
    with app.test_request_context():
        told = in_words(kind, data, Names(facts={"bruise": "Bruising"}))
    whole = " ".join([told.title, *told.lines, told.reason])
    assert [words for words in wanted if words not in whole] == []


def test_every_kind_of_event_about_a_contact_has_its_words(app: Flask) -> None:
    source = "".join(path.read_text() for path in (HOUSE / "mash" / "journeys").glob("*.py"))
    kinds = set(re.findall(r'kind=f?"((?:contact|child|information|clock)\.\w+)"', source))
    assert len(kinds) > 10
    assert kinds - set(TELLERS) == set()


def test_what_could_be_seen_then_is_in_words_with_the_rules_and_the_open_questions(
    desk: Desk, sign_in_as: SignInAs
) -> None:
    reference = desk.contact(observed={"mobility": "not_independent", "need-significant": "present"})
    browser = sign_in_as("practitioner")
    decide(browser, reference)
    page = browser.get(page_of(reference)).text
    said = plain(page.partition("What the practitioner could see then")[2].partition("</details>")[0])
    for part in ("What the rules said: level", "rated", "What was known then", "Not independent", "years",
                 "Family's agreement to a service Agreed, in conversation"):  # fmt: skip
        assert part in said, part
    for code in ("not_independent", "given_verbally", "need-significant", " present"):
        assert code not in said, code
