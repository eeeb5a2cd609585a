"""What is likely, read outside the team: counts of 1 to 5 and shares of so few are hidden; nothing gives them away."""

import re

import pytest
from flask import Flask

from mash import clock
from mash.db import transaction
from mash.measures.chance import Counts, Look
from mash.measures.chance_cases import as_rows, last_mondays
from mash.measures.waits import START, WORKED
from mash.models import Learning
from mash.staffing.answer import FitWeek
from mash.workflow.calendar import london_day
from tests.web.conftest import SignInAs
from tests.web.contacts import words
from tests.web.test_ahead import NOON, WORKING

CELL = re.compile(r'<td class="num">(.*?)</td>', re.DOTALL)


@pytest.fixture(autouse=True)
def taught(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what was learnt of weeks with much in them, and one kind of look that was seen four times."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    usual = Counts({(Look(band, START, 0), late): 50 for band in range(6) for late in (True, False)})
    mondays = last_mondays(NOON, 18)
    rare = usual + Counts({(Look(0, WORKED, 1), True): 1, (Look(0, WORKED, 1), False): 3})
    weeks = [(monday, rare if monday == mondays[-3] else usual) for monday in mondays]
    fit = [
        FitWeek(day, 4 if place == 1 else 40, 0.5, 0.42, place < 3).to_json()
        for place, day in enumerate(last_mondays(NOON, 4))
    ]
    row = {"day": london_day(NOON), "at": NOON, "pace": 40.0, "working": WORKING.to_json(), "fit": fit}
    with transaction(app.extensions["mash"].database) as session:
        session.add(Learning(looks=as_rows(weeks), **row))


@pytest.mark.parametrize(("role", "hidden"), [("reviewer", True), ("manager", False)])
def test_few_looks_are_hidden_outside_the_team_with_their_share(
    app: Flask, sign_in_as: SignInAs, role: str, *, hidden: bool
) -> None:
    page = sign_in_as(role).get("/timeliness/forecast").text
    cells = [words(cell) for cell in CELL.findall(page.partition('id="learnt"')[2])]
    assert any(cell.endswith(" 4") for cell in cells) is not hidden
    assert (cells.count("c c") >= 2) is hidden  # a second is hidden with it, as the rest would tell one
    assert ("looks.</p>" in page) is not hidden


@pytest.mark.parametrize(("role", "hidden"), [("reviewer", True), ("manager", False)])
def test_a_week_of_few_contacts_is_hidden_outside_the_team(
    app: Flask, sign_in_as: SignInAs, role: str, *, hidden: bool
) -> None:
    page = sign_in_as(role).get("/timeliness/capacity").text
    weeks = page.partition("The weeks as a table")[2].partition("</table>")[0]
    assert ('<td class="num">4</td>' in weeks) is not hidden
    assert ('<td class="num">c</td>' in weeks) is hidden
    assert ("chart__path" in page) is not hidden
