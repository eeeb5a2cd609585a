"""Where the time went: each number of the page opens as many contacts, and a restricted one is counted, not listed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from mash import clock
from mash.db import transaction
from mash.models import ChildOnContact, Contact, Decision, InformationRequest
from tests.web.arriving import arrive, decided, rated, someone
from tests.web.conftest import SignInAs
from tests.web.test_queue import restrict
from tests.web.test_timeliness import row

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
"""A Wednesday, 11am in London."""
MONTH = "month=2026-04"


@pytest.fixture(autouse=True)
def at_eleven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def a_month(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let two be decided late, one in the last half hour, and one in good time; the second late one is restricted."""
    made = {name: arrive(app, ago=timedelta(days=8)) for name in ("late", "hidden")}
    made |= {"just": arrive(app, ago=timedelta(hours=23)), "early": arrive(app, ago=timedelta(hours=22))}
    for reference in made.values():
        rated(app, reference, "amber")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=5, minutes=40))
    for reference in (made["late"], made["hidden"], made["just"]):
        decided(app, reference, "child_and_family_assessment", 3)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    decided(app, made["early"], "child_and_family_assessment", 3)
    restrict(app, made["hidden"])
    with transaction(app.extensions["mash"].database) as session:
        late = session.query(Contact).filter_by(reference=made["late"]).one()
        sent = {"sent_at": NOW + timedelta(hours=1), "due_at": NOW + timedelta(days=1)}
        session.add(
            InformationRequest(
                contact_id=late.id,
                agency="Anytown police",
                questions="What do you hold?",
                asked_by_id=someone(app, "practitioner").user_id,
                reply_kind="nothing_held",
                replied_at=NOW + timedelta(hours=3),
                **sent,
            )
        )
        child = session.query(ChildOnContact).filter_by(contact_id=late.id).one()
        decision = session.query(Decision).filter_by(child_id=child.id, status="decided").one()
        decision.advised_level = decision.level + 1
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=6))
    return made


def test_each_part_has_its_hours_and_opens_its_contacts(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_month(app, monkeypatch)
    browser = sign_in_as("practitioner")
    page = browser.get(f"/timeliness/time?{MONTH}").text
    assert row(page, "Waiting for a partner")[:2] == ["2.0", "1"]
    assert row(page, "Anytown police") == ["2.0", "1", "100.0%ofthat"]
    assert row(page, "Waiting to be started")[1] == "2"
    assert row(page, "Waiting for a manager") == ["–", "0", "0.0%"]
    for address in re.findall(r'href="(/timeliness/time/[^"]*)"', page):
        listed = browser.get(address.replace("&amp;", "&")).text
        assert made["late"] in listed
        assert made["hidden"] not in listed
        assert ("1 more contact in this number, restricted" in listed) == ("partner" not in address)
    assert made["hidden"] in sign_in_as("manager").get(f"/timeliness/time/late?{MONTH}").text


def test_what_it_is_read_together_with_has_numerator_denominator_and_list(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_month(app, monkeypatch)
    browser = sign_in_as("manager")
    page = browser.get(f"/timeliness/time?{MONTH}").text
    numbers = re.findall(r"beside/([a-z-]+)/(in|of)\?month=2026-04\">(\d+)<", page)
    assert ("just-in-time", "in", "1") in numbers
    assert ("just-in-time", "of", "4") in numbers
    assert ("below-the-rules", "in", "1") in numbers
    for id, side, number in numbers:
        listed = browser.get(f"/timeliness/beside/{id}/{side}?{MONTH}").text
        assert len(set(re.findall(r"/contacts/(C-26-\d+)", listed))) == int(number)
    assert made["just"] in browser.get(f"/timeliness/beside/just-in-time/in?{MONTH}").text
    assert made["late"] in browser.get(f"/timeliness/beside/below-the-rules/in?{MONTH}").text


@pytest.mark.parametrize(("days", "back"), [(27, True), (28, True), (29, False)])
def test_a_child_reported_again_within_28_days_of_no_further_action_came_back(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch, days: int, back: bool
) -> None:
    first = arrive(app)
    again = arrive(app)
    with transaction(app.extensions["mash"].database) as session:
        closed, later = (session.query(Contact).filter_by(reference=reference).one() for reference in (first, again))
        closed.children[0].outcome, closed.decided_at, closed.state = "no_further_action", NOW, "closed"
        later.children[0].person_id = closed.children[0].person_id
        later.received_at = NOW + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=27))
    assert "beside/came-back" not in sign_in_as("manager").get(f"/timeliness/time?{MONTH}").text
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=40))
    listed = sign_in_as("manager").get(f"/timeliness/beside/came-back/in?{MONTH}").text
    assert (first in listed) == back
    assert first in sign_in_as("manager").get(f"/timeliness/beside/came-back/of?{MONTH}").text


def test_a_month_without_a_late_decision_says_so_and_a_list_of_nothing_is_not_found(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("auditor")
    assert "No decision of this month was late." in browser.get("/timeliness/time").text
    for path in ("time/nothing", "time/worked?agency=police", "beside/nothing/in", "beside/came-back/over"):
        assert browser.get(f"/timeliness/{path}").status_code == 404
    assert sign_in_as("reviewer").get("/timeliness/time").status_code == 403
