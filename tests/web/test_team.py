"""The team page: who has how much in hand, who is away, and giving contacts on with a result for each."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.db import reading
from mash.models import Absence, Event
from mash.workflow.calendar import london_day
from tests.web.arriving import arrive, contact_of, rated, someone
from tests.web.conftest import SignInAs
from tests.web.test_queue import REFERENCE, hold, restrict


def of(app: Flask, username: str) -> int:
    return someone(app, username).user_id or 0


def days(first: int, last: int) -> dict[str, str]:
    today = london_day(clock.now())
    ends = {"first": today + timedelta(days=first), "last": today + timedelta(days=last)}
    parts = ("day", "month", "year")
    return {f"{name}-{part}": str(getattr(day, part)) for name, day in ends.items() for part in parts}


def figures(page: str, name: str) -> list[str]:
    """Read one person's row: in hand, red, overdue, due later today, waiting."""
    row = next(found for found in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f">{name}</a>" in found)
    return [re.sub("<.*?>", "", cell) for cell in re.findall(r'<td class="num">(.*?)</td>', row)]


@pytest.mark.parametrize("role", ["practitioner", "contact_officer", "auditor", "admin"])
def test_the_page_is_for_managers(sign_in_as: SignInAs, role: str) -> None:
    browser = sign_in_as(role)
    assert browser.get("/team").status_code == 403
    for path in ("/team/1/give", "/team/1/away", "/team/away/1/end"):
        assert browser.send("/account", path).status_code == 403


def test_it_says_what_each_person_has_in_hand(app: Flask, sign_in_as: SignInAs) -> None:
    late, red, hidden = arrive(app, ago=timedelta(days=5)), arrive(app), arrive(app)
    arrive(app)
    rated(app, red, "red")
    for reference in (late, red, hidden):
        hold(app, reference, "practitioner")
    restrict(app, hidden)
    page = sign_in_as("manager").get("/team").text
    assert figures(page, "Invented practitioner")[:3] == ["3", "1", "1"]
    assert figures(page, "Invented contact officer") == ["0"] * 5
    assert "Invented auditor" not in page


def test_contacts_are_given_on_with_a_result_for_each(app: Flask, sign_in_as: SignInAs) -> None:
    idle, busy = arrive(app), arrive(app)
    hold(app, idle, "practitioner", ago=timedelta(hours=1))
    hold(app, busy, "practitioner")
    browser = sign_in_as("manager")
    page = f"/team?person={of(app, 'practitioner')}"
    assert REFERENCE.findall(browser.get(page).text) == [idle, busy]
    told = {"ref": [idle, busy], "whom": str(of(app, "contact_officer")), "reason": ""}
    answer = browser.send(page, f"/team/{of(app, 'practitioner')}/give", **told)
    assert (answer.status_code, answer.location) == (303, page)
    after = browser.get(page).text
    assert "1 of 2 contacts given; 1 not." in after
    assert f"{busy}: Invented practitioner has it open. Say why it changes hands." in after
    assert contact_of(app, idle).claimed_by_id == of(app, "contact_officer")
    browser.send(page, f"/team/{of(app, 'practitioner')}/give", **told | {"ref": [busy], "reason": "Ill"})
    assert contact_of(app, busy).claimed_by_id == of(app, "contact_officer")


@pytest.mark.parametrize(
    ("sent", "words"),
    [({"ref": []}, "Select at least one contact"), ({"whom": ""}, "Select who to give them to")],
)
def test_what_is_missing_is_said_and_the_ticks_stay(
    app: Flask, sign_in_as: SignInAs, sent: dict[str, object], words: str
) -> None:
    reference = arrive(app)
    hold(app, reference, "practitioner")
    page = f"/team?person={of(app, 'practitioner')}"
    told = {"ref": [reference], "whom": str(of(app, "manager")), "reason": "Kept as typed"} | sent
    answer = sign_in_as("manager").send(page, f"/team/{of(app, 'practitioner')}/give", **told)
    assert (answer.status_code, answer.text.count(words)) == (422, 2)
    assert 'value="Kept as typed"' in answer.text


def test_someone_away_is_named_as_away_and_given_nothing_until_it_is_called_off(
    app: Flask, sign_in_as: SignInAs
) -> None:
    reference, browser, worker = arrive(app), sign_in_as("manager"), of(app, "practitioner")
    page = f"/team?person={worker}"
    assert browser.send(page, f"/team/{worker}/away", **days(0, 3)).location == page
    assert "Away until" in browser.get("/team").text
    everyone = "/queue?view=everyone"
    assert f'<option value="{worker}"' not in browser.get(everyone).text
    given = {"do": "give", "ref": [reference], "whom": str(worker), "view": "everyone"}
    refused = browser.send(everyone, "/queue/many", **given)
    assert (refused.status_code, "Invented practitioner is away until" in refused.text) == (422, True)
    with reading(app.extensions["mash"].database) as session:
        absence = session.scalars(select(Absence)).one()
    browser.send("/team", f"/team/away/{absence.id}/end")
    assert browser.send(everyone, "/queue/many", **given).status_code == 303
    with reading(app.extensions["mash"].database) as session:
        told = session.scalars(select(Event.kind).where(Event.kind.like("user.absence%")).order_by(Event.seq)).all()
        assert session.scalars(select(Absence)).one().ended_at is not None
    assert told == ["user.absence_noted", "user.absence_ended"]
    assert browser.send(page, f"/team/away/{absence.id}/end").status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (3, 1, "Last day must be on or after the first day"),
        (-3, -1, "Last day must be today or later"),
        (2, 8, "is noted as away on some of these days already"),
    ],
)
def test_days_that_cannot_be_are_refused_and_kept(
    app: Flask, sign_in_as: SignInAs, first: int, last: int, words: str
) -> None:
    browser, worker = sign_in_as("manager"), of(app, "practitioner")
    page, to = f"/team?person={worker}", f"/team/{worker}/away"
    assert browser.send(page, to, **days(5, 9)).status_code == 303
    answer = browser.send(page, to, **days(first, last))
    assert (answer.status_code, words in answer.text) == (422, True)
    assert f'name="last-day" type="text" value="{days(first, last)["last-day"]}"' in answer.text
    with reading(app.extensions["mash"].database) as session:
        assert len(session.scalars(select(Absence.id)).all()) == 1


def test_there_is_no_page_for_somebody_who_is_not_there(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("manager")
    assert browser.get("/team?person=999").status_code == 404
    assert browser.send("/queue", "/team/999/away", **days(0, 1)).status_code == 404
