"""Every figure of a month opens its list, stands beside what was frozen, and says why it is otherwise now."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from mash import clock
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.freeze_figures import keep_frozen
from mash.journeys.practice import calendar_from
from mash.measures.frozen import measured
from mash.measures.registry import MEASURES
from tests.web.arriving import arrive, decided, rated
from tests.web.conftest import SignInAs
from tests.web.test_queue import restrict

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
FROZEN = datetime(2026, 5, 6, 8, tzinfo=UTC)
MONTH = "month=2026-04"


@pytest.fixture(autouse=True)
def in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def three(app: Flask) -> list[str]:
    made = [arrive(app, ago=timedelta(hours=23)) for _ in range(3)]
    rated(app, made[0], "amber")
    restrict(app, made[2])
    return made


def frozen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: FROZEN)
    with transaction(app.extensions["mash"].database) as session:
        month = measured(session, date(2026, 4, 1), FROZEN, calendar_from(session))
        keep_frozen(session, month, by=Actor.system("scheduler"), at=FROZEN)


def test_every_number_opens_its_list_and_what_is_not_held_says_why(app: Flask, sign_in_as: SignInAs) -> None:
    made = three(app)
    browser = sign_in_as("practitioner")
    page = browser.get(f"/timeliness/figures?{MONTH}").text
    for measure in MEASURES.values():
        assert html.escape(measure.name, quote=False) in html.unescape(page).replace("&", "&amp;"), measure.id
        if measure.not_held:
            assert f"Not held, because {measure.not_held}." in html.unescape(page)
    links = re.findall(r'href="(/timeliness/figures/[^"]*)">([\d,]+)<', page)
    assert len(links) > 20
    for address, number in links:
        listed = browser.get(html.unescape(address)).text
        assert f"{number} in this number" in listed, address
        assert made[2] not in listed
    received = browser.get(f"/timeliness/figures/contacts-received/in?{MONTH}").text
    assert made[0] in received
    assert "1 more, restricted" in received


def test_what_was_frozen_stands_beside_now_and_a_difference_says_why(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = three(app)
    frozen(app, monkeypatch)
    browser = sign_in_as("manager")
    assert "0 lines otherwise now" in browser.get(f"/timeliness/figures?{MONTH}").text
    decided(app, made[0], "child_and_family_assessment", 3)
    page = browser.get(f"/timeliness/figures?{MONTH}").text
    why = f"/timeliness/figures/assessment-share/changes?{MONTH}"
    assert why in html.unescape(page)
    told = browser.get(why).text
    assert made[0] in told
    assert "Counted now: in it" in told
    assert "Decided" in told
    assert made[1] not in told
    assert (
        "Each contact counts as it did." in browser.get(f"/timeliness/figures/contacts-received/changes?{MONTH}").text
    )


def test_a_manager_freezes_again_with_a_reason_and_what_was_frozen_stays(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(app)
    frozen(app, monkeypatch)
    browser = sign_in_as("manager")
    address = f"/timeliness/figures?{MONTH}"
    refused = browser.send(address, reason=" ")
    assert refused.status_code == 422
    assert "Say why it is frozen again" in refused.text
    assert browser.send(address, reason="One was entered twice").status_code == 303
    page = browser.get(address).text
    assert re.search(r"Number 2:.*Invented manager: One was entered twice", page)
    assert "Number 1:" in page
    assert browser.send(address, to="/timeliness/figures?month=2026-05", reason="Why not").status_code == 422
    assert sign_in_as("practitioner").send("/contacts/new", to=address, reason="Mine").status_code == 403


def test_an_outsider_sees_no_small_number_no_list_and_nothing_frozen(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(app)
    frozen(app, monkeypatch)
    browser = sign_in_as("reviewer")
    page = browser.get(f"/timeliness/figures?{MONTH}").text
    numbers = re.findall(r'<td class="num">\s*(?:<strong>)?([\d,]+)', page)
    assert not {str(number) for number in range(1, 6)} & set(numbers)
    assert "Frozen" not in page
    assert browser.get(f"/timeliness/figures/contacts-received/in?{MONTH}").status_code == 403


@pytest.mark.parametrize(
    "path", ["no-such/in", "contacts-received/of", "contacts-received/by", "not-in-need-share/in", "received/changes"]
)
def test_a_list_that_there_is_not_is_not_found(sign_in_as: SignInAs, path: str) -> None:
    assert sign_in_as("manager").get(f"/timeliness/figures/{path}?{MONTH}").status_code == 404
