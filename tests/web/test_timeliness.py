"""The timeliness page opens on the day, gives each number with its list, and shows an outsider no small number."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from mash import clock
from mash.db import transaction
from mash.jobs import deadlines
from mash.journeys.fold_figures import fold
from mash.models import Clock, Contact, Event, InformationRequest, Message, User
from tests.web.arriving import arrive, decided, rated
from tests.web.conftest import SignInAs
from tests.web.test_queue import hold, restrict

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
"""A Wednesday, 11am in London: what came on Tuesday in opening hours is due at 5pm."""
YESTERDAY = timedelta(hours=23)


@pytest.fixture(autouse=True)
def at_eleven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def stats(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'stat__figure">(\d+)<', page)]


def row(page: str, name: str) -> list[str]:
    """Read one figure's row of the first table that has it: share, numerator, denominator."""
    found = next(one for one in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f'row">{name}</th>' in one)
    return [re.sub(r"<.*?>|\s", "", cell) for cell in re.findall(r'<td class="num">(.*?)</td>', found, re.DOTALL)]


def a_day(app: Flask) -> dict[str, str]:
    """Let six contacts be due today or late: one decided in time, one red, one in hand, one late, one restricted."""
    names = ("decided", "red", "in hand", "nobody's", "hidden")
    made = {name: arrive(app, ago=YESTERDAY) for name in names} | {"late": arrive(app, ago=timedelta(days=5))}
    rated(app, made["decided"], "amber")
    decided(app, made["decided"], "child_and_family_assessment", 3)
    rated(app, made["red"], "red")
    hold(app, made["in hand"], "practitioner")
    restrict(app, made["hidden"])
    return made


@pytest.mark.parametrize("folded", [True, False])
def test_the_page_opens_on_what_can_still_be_saved_in_the_order_that_saves_most(
    app: Flask, sign_in_as: SignInAs, folded: bool
) -> None:
    made = a_day(app)
    if folded:
        with transaction(app.extensions["mash"].database) as session:
            fold(session, at=NOW)
    page = sign_in_as("manager").get("/timeliness").text
    assert stats(page) == [5, 1, 3, 0, 1]
    assert "The most you can still reach today: 100% (5 of 5)." in page
    to_save = re.findall(r"/contacts/(C-26-\d+)", page.split("Already late")[0])
    assert to_save[0] == made["red"]
    assert set(to_save) == {made["red"], made["in hand"], made["nobody's"], made["hidden"]}
    late = page.split("Already late")[1].split("<section")[0]
    assert made["late"] in late
    assert row(page, "Nobody") == ["3", "1"]
    assert row(page, "Invented practitioner") == ["1", "0"]


def test_a_partners_late_reply_and_what_a_referrer_waits_for_stand_on_the_board_and_are_told_of(
    app: Flask, sign_in_as: SignInAs
) -> None:
    late, soon, hidden, told = (arrive(app, ago=YESTERDAY) for _ in range(4))
    restrict(app, hidden)
    hold(app, late, "practitioner")
    rated(app, told, "amber")
    decided(app, told, "child_and_family_assessment", 3)
    with transaction(app.extensions["mash"].database) as session:
        ids = dict(session.execute(select(Contact.reference, Contact.id)).all())
        asker = session.scalars(select(User.id).where(User.username == "practitioner")).one()
        for reference, hours in ((late, -1), (soon, 1), (hidden, -2)):
            asked = {"agency": f"Police of {reference}", "questions": "?", "asked_by_id": asker, "sent_at": NOW}
            session.add(InformationRequest(contact_id=ids[reference], due_at=NOW + timedelta(hours=hours), **asked))
        session.execute(update(User).where(User.id == asker).values(email="holder@anytown.example"))
        session.execute(update(Clock).where(Clock.contact_id == ids[told], Clock.name == "feedback").values(due_at=NOW))
        session.flush()
        deadlines(session, NOW)
        assert session.scalars(select(Event.contact_id).where(Event.kind == "information.late")).all() == [
            ids[hidden],
            ids[late],
        ]
        assert f"{late}: a reply is late" in session.scalars(select(Message.subject)).all()
    board = sign_in_as("practitioner").get("/timeliness").text.split('id="replies"')[1].split("</section")[0]
    replies, telling = board.split('id="told"')
    assert f"Police of {late}" in replies
    assert soon not in replies
    assert hidden not in board
    assert told in telling
    assert "What came of it" in telling
    assert f"Police of {hidden}" in sign_in_as("manager").get("/timeliness").text


def test_a_practitioner_sees_the_teams_day_counts_what_is_hidden_and_is_shown_nobodys_load(
    app: Flask, sign_in_as: SignInAs
) -> None:
    made = a_day(app)
    page = sign_in_as("practitioner").get("/timeliness").text
    assert stats(page) == [5, 1, 2, 0, 1]
    assert made["hidden"] not in page
    assert "By who has it" not in page


def test_a_number_has_its_denominator_and_the_list_behind_it(app: Flask, sign_in_as: SignInAs) -> None:
    made = a_day(app)
    browser = sign_in_as("practitioner")
    page = browser.get("/timeliness").text
    assert row(page, "Social care in one working day") == ["0.0%", "0", "1"]
    address = re.search(r'href="([^"]*social-care\.due[^"]*)"', page)
    assert address
    behind = browser.get(address[1].replace("&amp;", "&")).text
    assert re.findall(r"/contacts/(C-26-\d+)", behind) == [made["late"]]
    received = browser.get("/timeliness/contacts/received?from=2026-04-01&to=2026-04-30").text
    assert set(re.findall(r"/contacts/(C-26-\d+)", received)) == {made[name] for name in made if name != "hidden"}
    assert "1 more contact in this number, restricted" in received


@pytest.mark.parametrize("term", ["received", "requests"])
def test_of_less_than_whole_weeks_or_months_nobody_is_told_how_many_are_restricted(
    app: Flask, sign_in_as: SignInAs, term: str
) -> None:
    made = a_day(app)
    for name in made:
        restrict(app, made[name])
    browser = sign_in_as("practitioner")
    for days in ("from=2026-04-14&to=2026-04-14", "from=2026-04-01&to=2026-04-29", "from=2026-04-10&to=9999-12-31"):
        told = browser.get(f"/timeliness/contacts/{term}?{days}").text
        assert "more contact" not in told
        assert "Contacts that are restricted are not listed here" in told
    empty = browser.get(f"/timeliness/contacts/{term}?from=2026-03-03&to=2026-03-03").text
    assert "Contacts that are restricted are not listed here" in empty


def test_a_figure_that_blends_stands_with_its_parts_and_one_that_flatters_below(
    app: Flask, sign_in_as: SignInAs
) -> None:
    page = sign_in_as("manager").get("/timeliness").text
    names = re.findall(r'row">((?:Social care|Early help) in [^<]*)<', page)
    assert len(names) == 9
    assert [name.split(",")[0] for name in names[:3]] == [
        "Social care in one and early help in three working days",
        "Social care in one working day",
        "Early help in three working days",
    ]


def test_a_reviewer_sees_no_contact_and_no_small_number(app: Flask, sign_in_as: SignInAs) -> None:
    a_day(app)
    browser = sign_in_as("reviewer")
    page = browser.get("/timeliness").text
    assert not re.search(r"C-26-\d", page)
    assert "Today" not in re.findall(r"<h2[^>]*>([^<]*)<", page)
    assert row(page, "Contacts asking for a service")[:3] == ["100.0%", "6", "6"]
    assert row(page, "Social care in one working day") == ["–", "0", "c"]
    assert "too small to leave the team" in page
    assert browser.get("/timeliness/contacts/received?from=2026-04-01&to=2026-04-30").status_code == 403


def test_the_years_asked_for_stand_beside_one_another(app: Flask, sign_in_as: SignInAs) -> None:
    for days in (0, 1, 2, 365, 366):
        arrive(app, ago=timedelta(days=days))
    page = sign_in_as("auditor").get("/timeliness?years=2025-2026").text
    assert row(page, "April") == ["2", "3", "+1+50.0%"]


def test_a_chart_has_its_sentence_and_table_and_nothing_that_the_policy_on_content_forbids(
    app: Flask, sign_in_as: SignInAs
) -> None:
    for number in range(31):
        arrive(app, ago=timedelta(days=16, minutes=number))
    page = sign_in_as("manager").get("/timeliness?clock=social-care-in-time&weeks=13").text
    assert "Latest: 0% (week to Sun 5 Apr 2026, 0 of 31)." in page
    assert page.count("not judged</span>") == 12
    svg = page[page.index('<svg viewBox="0 0 960') : page.index("</figcaption>")]
    assert 'role="img"' in svg
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", svg)


@pytest.mark.parametrize("asked", ["weeks=9", "month=2026-13", "month=1066-10", "years=x-y", "clock=sundial"])
def test_what_is_not_understood_shows_the_usual(sign_in_as: SignInAs, asked: str) -> None:
    page = sign_in_as("manager").get(f"/timeliness?{asked}")
    assert (page.status_code, "Contacts received in April 2026" in page.text) == (200, True)


@pytest.mark.parametrize(
    "path", ["nothing?from=2026-04-01&to=2026-04-30", "received", "received?from=2026-04-02&to=2026-04-01"]
)
def test_a_list_of_nothing_is_not_found(sign_in_as: SignInAs, path: str) -> None:
    assert sign_in_as("manager").get(f"/timeliness/contacts/{path}").status_code == 404


def test_every_figure_is_explained(sign_in_as: SignInAs) -> None:
    page = sign_in_as("practitioner").get("/timeliness/definitions").text
    assert page.count("<dt>Unit</dt>") == page.count("<dt>Left out</dt>") + page.count("<dt>Not held</dt>") >= 20


def test_figures_far_behind_are_said_to_be_added_up_and_hold_up_no_page(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(app, ago=YESTERDAY)
    monkeypatch.setattr("mash.web.timeliness.FAR_BEHIND", 0)
    browser = sign_in_as("manager")
    assert "Figures are being added up." in browser.get("/timeliness").text
    with transaction(app.extensions["mash"].database) as session:
        fold(session, at=NOW)
    page = browser.get("/timeliness").text
    assert "Figures are being added up." not in page
    assert row(page, "Contacts asking for a service") == ["100.0%", "1", "1"]
