"""The pages of dated policies: who reads them, who sets them, what a wrong answer says, and that nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys.set_up import shipped_entries
from mash.models import Event, LocalClosure, Policy
from mash.rules import RuleBook
from mash.rules.parts import Clock as Limit
from mash.web.policy_form import PolicyForm
from mash.web.policy_forms import FORMS
from tests.web.conftest import PASSWORD, SignInAs
from tests.web.contacts import words
from tests.web.form_fields import form_of
from tests.web.test_second_step import Hands

AHEAD = {"starts-day": "1", "starts-month": "4", "starts-year": "2099"}
CHANGED: dict[str, dict[str, Any]] = {
    "sign-off": {"needs_manager": ["red", "every_decision"], "goes_ahead_from": "assessment"},
    "pattern": {"contacts-2": "", "days-2": "", "days-1": "730"},
    "red": {"deputy": "", "head_of_service": "20"},
    "claims": {"lapses_after_minutes": "30"},
    "clocks": {"one_working_day": "B", "amount-red": "90", "unit-red": "minutes"},
    "opening-hours": {"opens-6": "9am", "closes-6": "12:30", "opens-1": "", "closes-1": ""},
    "timeliness": {"target_per_cent": "95", "digest-1": "9am", "digest-2": ""},
    "signing-in": {"passkey_for": ["admin", "export"], "ended_kept_days": "30"},
    "privacy": {"records": "120", "unrelated": "7"},
    "backups": {"every_minutes": "5"},
    "retention": {"years-no_service": "7"},
}
SAID = {
    "sign-off": "Has a decision, and every decision is agreed here",
    "pattern": "The 3rd contact in 24 months",
    "red": "20 minutes, day and night",
    "claims": "30 minutes",
    "clocks": "90 minutes, day and night",
    "opening-hours": "9:00am to 12:30pm",
    "timeliness": "95 per cent in time",
    "signing-in": "Taking lists and figures out",
    "privacy": "120 within an hour",
    "backups": "5 minutes",
    "retention": "7 years from closing. No further action",
}
WRONG = [
    ("sign-off", {"needs_manager": []}, "Select at least one"),
    ("sign-off", {"goes_ahead_from": "early_help"}, "Choose an outcome that goes to social care"),
    ("pattern", {"contacts-2": ""}, "Enter how many contacts, or leave both empty"),
    ("pattern", {"contacts-1": "", "days-1": "", "contacts-2": "", "days-2": ""}, "Enter at least one pattern"),
    ("pattern", {"contacts-1": "1"}, "Contacts must be a whole number between 2 and 100"),
    ("red", {"deputy": "", "head_of_service": ""}, "Enter after how many minutes at least one of them is told"),
    ("red", {"head_of_service": "30"}, "The head of service is told after the deputy"),
    ("claims", {"lapses_after_minutes": "0"}, "Minutes must be a whole number between 1 and 240"),
    ("clocks", {"unit-red": "working_days"}, "Choose what it is counted in"),
    ("clocks", {"amount-amber": ""}, "Decision on an amber contact: enter a whole number"),
    ("opening-hours", {"closes-1": ""}, "Enter when Monday closes, or leave both empty if closed"),
    ("opening-hours", {"opens-1": "6pm"}, "Monday must close after it opens"),
    ("timeliness", {"target_per_cent": "101"}, "The share in time must be a whole number between 1 and 100"),
    ("timeliness", {"digest-2": "8am"}, "The second time must be later than the first"),
    ("timeliness", {"digest-1": "soon"}, "The first time must be a time, like 2:05pm or 14:05"),
    ("privacy", {"records": "0"}, "Records opened must be a whole number between 1 and 10,000"),
    ("backups", {"alarm_after_minutes": "5"}, "missed no sooner than due"),
    ("retention", {"ground-cancelled": ""}, "Cancelled: say on what ground"),
    ("timeliness", {"starts-year": "2020"}, "The day it begins must be today or later"),
    ("timeliness", {"reason": " "}, "Say why it changes"),
    ("timeliness", {}, "Nothing is different from what holds on that day already"),
]


def given(text: str, **changed: Any) -> dict[str, Any]:
    return form_of(text, "policy") | AHEAD | {"reason": "Agreed in April & kept."} | changed


@pytest.mark.parametrize("slug", FORMS)
def test_a_form_left_as_it_is_says_what_holds(slug: str) -> None:
    asked = FORMS[slug]
    (entry,) = shipped_entries(asked.name)
    assert _left_as_it_is(asked, entry) == {name: entry[name] for name in entry if name not in {"from", "source"}}


def test_every_pattern_stays_under_the_name_it_has() -> None:
    named = {"contacts": 3, "days": 90, "words": "one quarter"}
    limits = [named, *({"contacts": more, "days": 365, "words": "12 months"} for more in (4, 5, 6, 7))]
    assert _left_as_it_is(FORMS["pattern"], {"limits": limits}) == {"limits": limits}


def _left_as_it_is(asked: PolicyForm, held: dict[str, Any]) -> dict[str, Any]:
    loaded = asked.schema(held).load(_typed(asked.start(held)), partial=True)
    return asked.read({**dict.fromkeys(asked.fields(held)), **loaded}, held)


def _typed(start: dict[str, Any]) -> dict[str, Any]:
    when = {"day": "1", "month": "4", "year": "2099"}
    typed = {name: held if isinstance(held, list) else str(held) for name, held in start.items()}
    return typed | {"starts": when, "reason": "Why"}


@pytest.mark.parametrize("slug", FORMS)
def test_an_administrator_sets_each_from_a_day_and_it_is_shown_as_coming(
    sign_in_as: SignInAs, database: Database, slug: str
) -> None:
    admin = sign_in_as("admin")
    page = f"/admin/settings/{slug}"
    answer = admin.client.post(page, data=given(admin.get(page).text, **CHANGED[slug]))
    assert answer.location == page, answer.text
    shown = admin.get(page).text
    assert "To come" in shown
    assert SAID[slug] in shown
    assert "Agreed in April &amp; kept." in shown
    assert "Invented admin set it on" in shown
    assert "Changes on Wed 1 Apr 2099" in admin.get("/admin/settings").text
    with reading(database) as session:
        assert session.query(Event).filter_by(kind="policy.set").one().data["begins"] == "2099-04-01"


@pytest.mark.parametrize(("slug", "changed", "said"), WRONG)
def test_what_is_wrong_is_said_and_everything_typed_stays(
    sign_in_as: SignInAs, database: Database, slug: str, changed: dict[str, Any], said: str
) -> None:
    admin = sign_in_as("admin")
    page = f"/admin/settings/{slug}"
    typed = given(admin.get(page).text, **changed)
    answer = admin.client.post(page, data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert _answers(form_of(answer.text, "policy")) == _answers(typed)
    with reading(database) as session:
        assert session.query(Policy).count() == 0


def _answers(sent: dict[str, Any]) -> dict[str, list[str]]:
    """Give what a person answered; a choice that no page offers comes back as the first that it does, or as none."""
    told = {name: [said] if isinstance(said, str) else said for name, said in sent.items() if "token" not in name}
    if told.get("unit-red") == ["working_days"]:
        told["unit-red"] = ["hours"]
    if told.get("goes_ahead_from") == ["early_help"]:
        told["goes_ahead_from"] = [""]
    return {name: said for name, said in told.items() if said}


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_a_manager_and_an_auditor_read_and_set_nothing(sign_in_as: SignInAs, database: Database, role: str) -> None:
    reader = sign_in_as(role)
    assert "30 minutes, day and night" in reader.get("/admin/settings").text
    for page in (*(f"/admin/settings/{slug}" for slug in FORMS), "/admin/settings/closed-days"):
        text = reader.get(page).text
        assert '<form method="post" action="/admin/settings' not in text
        tokens = reader.tokens("/account")
        assert reader.client.post(page, data=tokens | {"reason": "x"}).status_code == 403
    assert sign_in_as("practitioner").get("/admin/settings").status_code == 403
    assert reader.get("/admin/settings/none").status_code == 404


def test_after_a_quarter_of_an_hour_the_password_is_asked_and_what_was_sent_kept(
    sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    hands = Hands(monkeypatch)
    admin, page = sign_in_as("admin"), "/admin/settings/claims"
    typed = given(admin.get(page).text, lapses_after_minutes="30")
    hands.past_fresh(admin)
    assert admin.client.post(page, data=typed).location == "/sign-in/again"
    assert admin.send("/sign-in/again", password=PASSWORD, code="", next="/").location == "/sign-in/kept"
    sent = {name: told for name, told in typed.items() if name not in {"csrf_token", "form_token"}}
    assert admin.client.post(page, data=admin.tokens("/sign-in/kept") | sent).location == page
    with reading(database) as session:
        assert session.query(Policy).filter_by(name="claims").count() == 2


def test_a_day_closed_is_added_once_with_who_added_it(sign_in_as: SignInAs, database: Database) -> None:
    admin, page = sign_in_as("admin"), "/admin/settings/closed-days"
    day = {"day-day": "24", "day-month": "12", "day-year": "2098", "why": "Offices shut", "kind": "closure"}
    assert "Say what the day is" in admin.send(page, **day | {"why": ""}).text
    assert "The day must be today or later" in admin.send(page, **day | {"day-year": "2020"}).text
    assert admin.send(page, **day).location == page
    text = admin.get(page).text
    assert "Wed 24 Dec 2098" in text
    assert "Invented admin" in text
    assert "That day is closed already" in admin.send(page, **day).text
    with reading(database) as session:
        assert session.query(LocalClosure).one().reason == "Offices shut"


def test_a_fourth_pattern_is_drawn_and_kept_when_another_changes(sign_in_as: SignInAs, database: Database) -> None:
    limits = [{"contacts": number, "days": 90, "words": "one quarter"} for number in (3, 4, 5, 6)]
    with transaction(database) as session:
        session.add(Policy(name="pattern", effective_from=date(2026, 1, 1), content={"limits": limits}, at=clock.now()))
    admin, page = sign_in_as("admin"), "/admin/settings/pattern"
    assert admin.client.post(page, data=given(admin.get(page).text, **{"days-1": "60"})).location == page
    with reading(database) as session:
        kept = session.query(Policy).filter_by(name="pattern").order_by(Policy.id.desc()).first()
        assert kept
        assert kept.content["limits"] == [{"contacts": 3, "days": 60, "words": "60 days"}, *limits[1:]]


def test_who_must_sign_thresholds_off_is_said(sign_in_as: SignInAs, database: Database) -> None:
    said = words(sign_in_as("auditor").get("/admin/settings").text)
    assert "before it goes live A manager, threshold reviewer or safeguarding partner. Each is somebody else" in said
    assert "came back A manager or threshold reviewer, and a safeguarding partner." in said
    content = {"signatures": [["manager"], ["reviewer"]], "signatures_if_children_came_back": [["manager"]]}
    with transaction(database) as session:
        session.add(Policy(name="going_live", effective_from=date(2026, 1, 1), content=content, at=clock.now()))
    assert "A manager, and a threshold reviewer." in words(sign_in_as("auditor").get("/admin/settings").text)


@pytest.fixture
def quick(app: Flask, rulebook: RuleBook) -> Iterator[None]:
    """Put a version in force since yesterday that sets some limits of its own."""
    live = rulebook.get("dn-2022-05")
    limits = (Limit("first_decision", "Two hours", "local", 2, None, rating="red"),)
    ruleset = replace(live, version=replace(live.version, id="quick"), clocks=limits)
    book = rulebook.succeeded_by(ruleset, clock.today() - timedelta(days=1))
    app.extensions["mash"] = replace(app.extensions["mash"], files=book)
    yield
    app.extensions["mash"] = replace(app.extensions["mash"], files=rulebook)


@pytest.mark.usefixtures("quick")
def test_what_is_in_force_is_what_the_thresholds_set_since_and_the_form_begins_with_it(sign_in_as: SignInAs) -> None:
    admin, page = sign_in_as("admin"), "/admin/settings/clocks"
    shown = admin.get(page).text
    for text in (shown, admin.get("/admin/settings").text):
        assert "2 hours, day and night; the thresholds quick set this" in text
        assert text.count("the thresholds quick set this") == 1
    assert "Decision on a red contact runs day and night now set by the thresholds quick" in words(shown)
    assert "what you save goes before what the thresholds quick set" in words(shown)
    assert form_of(shown, "policy")["amount-red"] == ["2"]
    assert admin.client.post(page, data=given(shown, **{"amount-red": "4"})).location == page
    assert "4 hours, day and night" in admin.get(page).text.partition("To come")[2].partition("</section>")[0]
