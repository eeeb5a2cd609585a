"""Recording a contact: two answers are enough, nothing typed is lost, and nothing is held up."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from mash import clock
from mash.clock import LONDON
from mash.db import reading
from mash.journeys.people import AddressGiven, PersonGiven
from mash.models import Agreement, Contact
from mash.web.record_form import TimeOfDay
from tests.web.arriving import arrive, contact_of, someone
from tests.web.conftest import Browser, SignInAs

PAGE = "/contacts/new"
ENOUGH = {"type": "service_request", "narrative": "No food at home.", "children": "1", "adults": "1", "do": "save"}


def dmy(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def recorded(app: Flask, answer: TestResponse) -> Contact:
    assert answer.status_code == 303, answer.text
    return contact_of(app, answer.location.removeprefix("/contacts/"))


def number(app: Flask) -> int:
    with reading(app.extensions["mash"].database) as session:
        return session.scalar(select(func.count()).select_from(Contact)) or 0


@pytest.fixture
def browser(sign_in_as: SignInAs) -> Browser:
    return sign_in_as("contact_officer")


def test_what_it_is_about_and_what_kind_it_is_are_enough(app: Flask, browser: Browser) -> None:
    contact = recorded(app, browser.send(PAGE, **ENOUGH))
    assert (contact.narrative, contact.type_at_receipt, contact.state) == (
        "No food at home.",
        "service_request",
        "received",
    )
    assert [child.person.descriptor for child in contact.children] == ["Child not yet known"]
    assert (contact.danger_now, contact.channel, contact.referrer_identity) == (None, "other", "withheld")
    assert contact.claimed_by_id == someone(app, "contact_officer").user_id
    assert contact.due_at is not None


def test_without_those_two_it_says_so_and_keeps_every_answer(app: Flask, browser: Browser) -> None:
    given = ENOUGH | {
        "type": "",
        "narrative": "",
        "referrer_name": "Sam <Invented>",
        "child1_school": "Anytown Primary",
    }
    answer = browser.send(PAGE, **given)
    assert answer.status_code == 422
    for words in ("<title>Error: ", "Select what kind of contact it is", "Say what this is about", "Anytown Primary",
                  "Sam &lt;Invented&gt;"):  # fmt: skip
        assert words in answer.text
    assert number(app) == 0


def test_everything_that_was_said_is_kept(app: Flask, browser: Browser) -> None:
    today = clock.now().astimezone(LONDON).date()
    due = today + timedelta(days=60)
    given = ENOUGH | {
        "children": "3", "adults": "1", "channel": "emergency_duty_team", "source_code": "2A", "referrer_name": "Sam",
        "referrer_role": "Teacher", "referrer_phone": "+44 1302 123456", "referrer_identity": "withheld", "told": "no",
        "told_reason": "Not yet", "agreement": "unable_to_ask", "danger_now": "no", "child_voice": "I am hungry",
        "interim_action": "Visited at night", "address": "12 Made-up Street", "postcode": "dn11aa",
        "address_source": "School", "address_verified": "yes", "happened_time": "3pm",
        **dmy("happened", today - timedelta(days=1)),
        "child1_forename": "Zoë", "child1_surname": "Ames", "child1_sex": "F", "child1_ethnicity": "WBRI",
        "child1_language": "Welsh", "child1_interpreter": "yes", "child1_school": "Primary", "child1_gp": "Dr A",
        **dmy("child1_born", date(2019, 5, 4)),
        "child2_unborn": "yes", **dmy("child2_due", due),
        "child3_descriptor": "Boy at number 14", "child3_age": "6",
        "adult1_forename": "Lee", "adult1_relation": "Mother", "adult1_lives": "yes",
        "adult1_responsibility": "unknown",
        "adult1_alleged": "yes", "adult1_phone": "01302123456",
    }  # fmt: skip
    contact = recorded(app, browser.send(PAGE, **given))
    first, second, third = (child.person for child in contact.children)
    assert (first.forename, first.search_surname, first.date_of_birth) == ("Zoë", "ames zoe", date(2019, 5, 4))
    assert (first.sex, first.ethnicity, first.language, first.interpreter) == ("F", "WBRI", "Welsh", True)
    assert (second.unborn, second.due_date, second.unnamed) == (True, due, True)
    assert (third.descriptor, third.estimated_age, third.date_of_birth) == ("Boy at number 14", 6, None)
    adult = contact.adults[0]
    assert (adult.relation, adult.lives_there, adult.parental_responsibility) == ("Mother", True, None)
    assert (adult.alleged_to_harm, adult.person.phone) == (True, "01302 123456")
    assert (contact.referrer_phone, contact.referrer_identity) == ("01302 123456", "withheld")
    assert contact.address is not None
    assert (contact.address.postcode, contact.address_source) == ("DN1 1AA", "School")
    assert contact.address_verified_at is not None
    assert contact.happened_at is not None
    assert contact.happened_at.astimezone(LONDON).hour == 15
    assert (contact.danger_now, contact.interim_action) == (False, "Visited at night")
    with reading(app.extensions["mash"].database) as session:
        kept = session.execute(select(Agreement.kind, Agreement.status, Agreement.reason).order_by(Agreement.id)).all()
    assert [tuple(row) for row in kept] == [("told", "no", "Not yet"), ("service", "unable_to_ask", "")]


def test_a_day_without_a_time_is_kept_as_a_day(app: Flask, browser: Browser) -> None:
    contact = recorded(app, browser.send(PAGE, **ENOUGH, **dmy("happened", date(2026, 1, 5))))
    assert (contact.happened_at, contact.extra) == (None, {"happened_on": "2026-01-05"})


def test_the_clock_starts_when_the_council_had_it_and_a_late_entry_shows(app: Flask, browser: Browser) -> None:
    given = ENOUGH | dmy("received", date(2026, 1, 5)) | {"received_time": "9.30am"}
    contact = recorded(app, browser.send(PAGE, **given))
    assert contact.received_at == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    timeline = browser.get(f"/contacts/{contact.reference}/timeline").text
    assert "Entered late: it was received 9:30am Mon 5 Jan" in timeline


def test_the_form_opens_with_the_time_it_is(browser: Browser) -> None:
    today = clock.now().astimezone(LONDON).date()
    page = browser.get(PAGE).text
    assert re.search(rf'name="received-day"[^>]*value="{today.day}"', page)
    assert re.search(r'name="received_time"[^>]*value="\d{1,2}:\d\d[ap]m"', page)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (dmy("received", date(2090, 1, 1)) | {"received_time": "9am"}, "When it was received must be now or earlier"),
        (dmy("received", date(2026, 1, 1)), "Enter the time it was received"),
        ({"received_time": "25:00"}, "Time received must be a time, like 2:05pm or 14:05"),
        ({"happened_time": "9am"}, "Enter the date it happened"),
        (dmy("happened", date(2090, 1, 1)), "When it happened must be now or earlier"),
        ({"referrer_identity": "anonymous", "referrer_name": "Sam"}, "You gave a name."),
        (dmy("child1_born", date(2090, 1, 1)), "Child 1 date of birth must be in the past"),
        (dmy("child1_due", date(2020, 1, 1)), "Child 1 due date must be in the next 10 months"),
        (dmy("child1_born", date(2020, 1, 1)) | {"child1_unborn": "yes"}, "Child 1 is not born yet"),
        (dmy("adult1_born", date(2090, 1, 1)), "Adult 1 date of birth must be in the past"),
        ({"child1_born-day": "4"}, "Child 1 date of birth must include a month and year"),
        ({"child1_known": "77"}, "Choose one of the people shown"),
    ],
)
def test_answers_that_cannot_be_are_refused(app: Flask, browser: Browser, wrong: dict[str, str], words: str) -> None:
    answer = browser.send(PAGE, **(ENOUGH | wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert number(app) == 0


def test_another_child_is_added_by_a_button_that_keeps_everything(app: Flask, browser: Browser) -> None:
    given = ENOUGH | {"child1_forename": "Zoë", "narrative": "Half a sent", "child1_due-day": "4", "do": "add_child"}
    answer = browser.send(PAGE, **given)
    assert answer.status_code == 200
    for words in ("Child 2", "Zoë", "Half a sent", 'name="child2_forename"', 'name="children" value="2"'):
        assert words in answer.text
    assert "There is a problem" not in answer.text
    assert 'name="adult2_forename"' in browser.send(PAGE, **(given | {"do": "add_adult"})).text
    assert number(app) == 0


def test_rows_have_an_end(browser: Browser) -> None:
    answer = browser.send(PAGE, **(ENOUGH | {"children": "99", "adults": "x", "do": "add_child"}))
    assert 'name="children" value="12"' in answer.text
    assert 'name="adults" value="0"' in answer.text


KAI: dict[str, Any] = {"forename": "Kai", "surname": "Moss", "date_of_birth": date(2017, 3, 2)}
AGAIN = ENOUGH | {"child1_forename": "kai", "child1_surname": "MOSS", **dmy("child1_born", date(2017, 3, 2))}


def test_someone_who_may_be_known_is_shown_once_and_can_be_used(app: Flask, browser: Browser) -> None:
    known = contact_of(app, arrive(app, PersonGiven(**KAI))).children[0].person_id
    shown = browser.send(PAGE, **AGAIN)
    assert shown.status_code == 200
    assert "Not saved yet" in shown.text
    assert "Use Kai Moss, born 2 March 2017" in shown.text
    assert 'name="hinted" value="yes"' in shown.text
    assert number(app) == 1
    used = recorded(app, browser.send(PAGE, **AGAIN, hinted="yes", child1_known=str(known)))
    assert used.children[0].person_id == known


def test_leaving_the_hint_keeps_the_two_apart(app: Flask, browser: Browser) -> None:
    known = contact_of(app, arrive(app, PersonGiven(**KAI))).children[0].person_id
    for chosen in ({}, {"child1_known": "0"}):
        assert recorded(app, browser.send(PAGE, **AGAIN, hinted="yes", **chosen)).children[0].person_id != known


def test_a_child_in_danger_now_is_saved_without_stopping_for_hints(app: Flask, browser: Browser) -> None:
    arrive(app, PersonGiven(**KAI))
    assert recorded(app, browser.send(PAGE, **AGAIN, danger_now="yes")).danger_now is True


def test_a_recent_contact_at_the_same_postcode_is_shown(app: Flask, browser: Browser) -> None:
    reference = arrive(app, address=AddressGiven(lines="1 Made-up Street", postcode="DN1 2AB"))
    shown = browser.send(PAGE, **ENOUGH, postcode="dn1 2ab")
    assert reference in shown.text
    assert "Two reports of one event stay two contacts" in shown.text


def test_pressing_save_twice_makes_one_contact(app: Flask, browser: Browser) -> None:
    tokens = browser.tokens(PAGE)
    answers = [browser.client.post(PAGE, data=tokens | ENOUGH) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert number(app) == 1


def test_it_can_be_left_in_the_queue_for_another(app: Flask, browser: Browser) -> None:
    answer = browser.send(PAGE, **(ENOUGH | {"do": "queue"}))
    assert answer.location == PAGE
    page = browser.get(PAGE).text
    reference = re.search(r"(C-\d\d-\d{5}) is recorded and in the queue", page)
    assert reference
    assert contact_of(app, reference[1]).claimed_by_id is None


def test_every_answer_has_a_label(browser: Browser) -> None:
    page = browser.get(PAGE).text
    asked = re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', page)
    labelled = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', page))
    assert len(asked) > 50
    assert set(asked) - labelled == set()


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [("2:05pm", 14, 5), ("14:05", 14, 5), ("1405", 14, 5), ("2pm", 14, 0), ("12am", 0, 0), ("12.30 PM", 12, 30)],
)
def test_a_time_is_read_as_people_write_it(typed: str, hour: int, minute: int) -> None:
    found = TimeOfDay(called="Time").deserialize(typed)
    assert found is not None
    assert (found.hour, found.minute) == (hour, minute)


@pytest.mark.parametrize("role", ["auditor", "admin", "reviewer", "receiving_team"])
def test_recording_is_for_those_on_duty(sign_in_as: SignInAs, role: str) -> None:
    assert sign_in_as(role).get(PAGE).status_code == 403


def test_a_half_written_contact_is_kept_for_its_writer_valid_or_not(
    app: Flask, browser: Browser, sign_in_as: SignInAs
) -> None:
    written = {"narrative": "Rang from the playground,", "received-day": "99", "children": "2", "adults": "1",
               "child2_forename": "Ola"}  # fmt: skip
    assert browser.send("/contacts/new", "/contacts/new/draft", **written).location == "/contacts/new"
    page = browser.get("/contacts/new").text
    for part in ("Rang from the playground,", 'value="99"', 'value="Ola"', "This is what you had written"):
        assert part in page, part
    assert "Rang from the playground," not in sign_in_as("practitioner").get("/contacts/new").text
    assert number(app) == 0


def test_a_draft_that_comes_late_puts_back_no_older_words(browser: Browser) -> None:
    for turn, words in (("7.2", "The newest words"), ("7.1", "Older words")):
        told = {"narrative": words, "children": "1", "adults": "1", "turn": turn, "go": "draft"}
        browser.send("/contacts/new", "/contacts/new/draft", **told)
    page = browser.get("/contacts/new").text
    assert "The newest words" in page
    assert "Older words" not in page


def test_a_draft_goes_when_its_contact_is_recorded(browser: Browser) -> None:
    written = {"narrative": "Rang from the playground.", "children": "1", "adults": "1", "type": "advice"}
    browser.send("/contacts/new", "/contacts/new/draft", **written)
    assert browser.send("/contacts/new", **written, do="queue").status_code == 303
    assert "Rang from the playground." not in browser.get("/contacts/new").text


def test_a_draft_is_left_for_a_fresh_form_when_asked(browser: Browser) -> None:
    browser.send("/contacts/new", "/contacts/new/draft", narrative="Not this one.", children="1", adults="1")
    assert browser.send("/contacts/new", "/contacts/new/afresh").location == "/contacts/new"
    assert "Not this one." not in browser.get("/contacts/new").text


def test_another_row_keeps_what_is_written_so_far(browser: Browser) -> None:
    browser.send("/contacts/new", narrative="He has a sister", children="1", adults="1", do="add_child")
    assert "He has a sister" in browser.get("/contacts/new").text


def test_who_may_be_known_is_said_while_nothing_else_is_written(app: Flask, browser: Browser) -> None:
    arrive(app, PersonGiven(forename="Ola", surname="Knight", date_of_birth=date(2018, 3, 4)))
    written = {"child1_forename": "Ola", "child1_surname": "Knight", "children": "1", "adults": "1"}
    written |= dmy("child1_born", date(2018, 3, 4))
    said = browser.send(PAGE, "/contacts/new/hints", **written, received_time="nonsense").text
    assert "Use Ola Knight" in said.partition('data-into="known-child1"')[2].partition("data-into")[0]
    assert "Use Ola Knight" not in browser.send(PAGE, "/contacts/new/hints", **(written | {"child1_forename": ""})).text
    assert number(app) == 1
