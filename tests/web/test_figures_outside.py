"""A reader outside the team lays one table of figures beside another and finds no number that either hides."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from mash import clock
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.fold_figures import fold
from mash.journeys.freeze_figures import keep_frozen
from mash.journeys.practice import calendar_from
from mash.measures.frozen import measured
from tests.measures.histories import Told, write
from tests.web.arriving import arrive
from tests.web.conftest import SignInAs

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
IN_MAY = datetime(2026, 5, 6, 8, tzinfo=UTC)
REQUEST = Told(8000, "closed", True, False, 5, 20, None, ("advice",), ())
"""One of the first of April, decided in time."""
OTHER = replace(REQUEST, request=False, decided=30)
SHARE = "Contacts asking for a service"
IN_TIME = "Social care in one working day"


@pytest.fixture(autouse=True)
def in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def row(page: str, name: str) -> list[str]:
    """Read the numbers of the first row that begins with this."""
    found = next(
        one for one in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if re.search(rf'row">(<a[^>]*>)?{name}<', one)
    )
    return [re.sub(r"<.*?>|\s", "", cell) for cell in re.findall(r'<td class="num">(.*?)</td>', found, re.DOTALL)]


def test_the_first_year_on_record_hides_small_numbers_though_there_is_no_total(
    app: Flask, sign_in_as: SignInAs
) -> None:
    for days in (0, 1, 2):
        arrive(app, ago=timedelta(days=days))
    inside, outside = sign_in_as("manager"), sign_in_as("reviewer")
    for address in ("/timeliness/years?measure=request-share", "/timeliness?years=2025-2026"):
        assert row(inside.get(address).text, "April") == ["–", "3", ""]
        assert row(outside.get(address).text, "April") == ["–", "c", ""]


def received(app: Flask, *contacts: Told, freeze: bool = False) -> None:
    with transaction(app.extensions["mash"].database) as session:
        for told in contacts:
            write(session, told)
        fold(session, at=clock.now())
        if freeze:
            month = measured(session, date(2026, 4, 1), clock.now(), calendar_from(session))
            keep_frozen(session, month, by=Actor.system("scheduler"), at=clock.now())


def test_years_beside_one_another_hide_what_the_page_of_figures_hides(app: Flask, sign_in_as: SignInAs) -> None:
    """Thirty-eight of forty would tell that two asked for nothing."""
    received(app, *[REQUEST] * 38, *[OTHER] * 2)
    outside = sign_in_as("reviewer")
    assert row(outside.get("/timeliness/figures?month=2026-04").text, SHARE)[1:3] == ["c", "40"]
    assert row(outside.get("/timeliness?month=2026-04").text, SHARE)[1:3] == ["c", "40"]
    assert row(outside.get("/timeliness/years?measure=request-share").text, "April") == ["–", "c", ""]
    assert row(outside.get("/timeliness/years").text, "April") == ["–", "40", ""]
    inside = sign_in_as("auditor")
    for browser, shows in ((inside, ["40", "38"]), (outside, ["c", "c"])):
        month = row(browser.get("/timeliness/pictures/outcomes?month=2026-04").text, "April 2026")
        assert month[4:6] == shows
    assert row(inside.get("/timeliness/years?measure=request-share").text, "April")[1] == "38"


def test_no_page_gives_away_what_the_frozen_month_hides(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: IN_MAY)
    received(app, *[REQUEST] * 38, *[OTHER] * 2, freeze=True)
    received(app, *[OTHER] * 6)
    inside, outside = sign_in_as("manager"), sign_in_as("reviewer")
    for address, name, place in (
        ("/timeliness/figures?month=2026-04", SHARE, 1),
        ("/timeliness/figures?month=2026-04", IN_TIME, 1),
        ("/timeliness?month=2026-04", SHARE, 1),
        ("/timeliness/years?measure=request-share", "April", 1),
        ("/timeliness/pictures/came-back?month=2026-05", "April 2026", 1),
    ):
        shown = [row(browser.get(address).text, name)[place] for browser in (inside, outside)]
        assert shown == ["38", "c"], address
