"""Process limits begin anew only where a manager says so, with a reason; the chart shows where, and judges by them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from mash import clock
from mash.db import reading
from mash.measures.figures import Figure
from mash.measures.process import process
from mash.measures.registry import MEASURES
from mash.models import Event
from mash.queries.chart_limits import Begun
from mash.web.chart import chart_of
from tests.web.conftest import SignInAs

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
PAGE = "/timeliness/charts"
MONDAY = date(2026, 1, 5)
TOLD = {
    "measure": "assessment-share",
    "week-day": "18",
    "week-month": "2",
    "week-year": "2026",
    "act": "begin",
    "reason": "New thresholds",
}


@pytest.fixture(autouse=True)
def at_eleven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_a_manager_begins_limits_and_takes_that_back(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("manager")
    assert browser.send(PAGE, **TOLD).location == PAGE
    page = browser.get(PAGE).text
    assert "A: new limits from Mon 16 Feb 2026. New thresholds" in page.split('id="assessment-share"')[1]
    assert page.count("new limits from Mon 16 Feb 2026. New thresholds") == 1
    again = browser.send(PAGE, **TOLD)
    assert (again.status_code, "New limits begin with that week already" in again.text) == (422, True)
    assert browser.send(PAGE, **(TOLD | {"act": "take-back", "reason": "The wrong week"})).location == PAGE
    assert "A: new limits" not in browser.get(PAGE).text
    assert "No new limits begin with that week" in browser.send(PAGE, **(TOLD | {"act": "take-back"})).text
    with reading(app.extensions["mash"].database) as session:
        told = [
            (one.kind, one.data["reason"]) for one in session.query(Event).filter(Event.kind.like("chart_limits.%"))
        ]
    assert sorted(told) == [("chart_limits.begun", "New thresholds"), ("chart_limits.taken_back", "The wrong week")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": ""}, "Say why"),
        ({"measure": "nothing"}, "Select a figure"),
        ({"week-year": "2027"}, "The week must have begun"),
    ],
)
def test_what_is_not_whole_is_refused(sign_in_as: SignInAs, wrong: dict[str, str], said: str) -> None:
    answer = sign_in_as("manager").send(PAGE, **(TOLD | wrong))
    assert (answer.status_code, said in answer.text) == (422, True)


def test_nobody_else_begins_limits(sign_in_as: SignInAs) -> None:
    for role in ("practitioner", "reviewer", "auditor"):
        browser = sign_in_as(role)
        assert "New limits from a week on" not in browser.get(PAGE).text
        assert browser.send("/account", to=PAGE, **TOLD).status_code == 403


def weeks_of(*shares: int) -> list[Figure]:
    """Give weeks of a hundred contacts each."""
    first = [MONDAY + timedelta(weeks=place) for place in range(len(shares))]
    return [
        Figure(MEASURES["social-care-in-time"], day, day + timedelta(days=6), share, 100)
        for day, share in zip(first, shares, strict=True)
    ]


OLD, NEW = (30, 32, 29, 31, 30, 33), (60, 62, 59, 61, 60, 63)


def test_each_stretch_is_judged_by_its_own_limits() -> None:
    begun = [Begun(MONDAY + timedelta(weeks=6), "A new app"), Begun(MONDAY - timedelta(weeks=9), "Long ago")]
    told = {"target": 90, "complete_until": MONDAY + timedelta(weeks=20)}
    chart = chart_of(weeks_of(*OLD, *NEW), **told, begun=begun)  # type: ignore[arg-type]
    first, second = process(OLD), process(NEW)
    assert first
    assert second
    assert [point.mark for point in chart.points] == [*first.marks, *second.marks]
    assert {point.mark for point in chart.points} == {"usual"}
    whole = chart_of(weeks_of(*OLD, *NEW), **told)  # type: ignore[arg-type]
    assert {point.mark for point in whole.points} == {"better", "worse"}
    assert f"Since Mon 16 Feb 2026 it usually lies between {second.lower:.0f}% and {second.upper:.0f}%" in chart.says
    assert (
        f"Before, it lay between {first.lower:.0f}% and {first.upper:.0f}%, around {first.average:.0f}%." in chart.says
    )
    assert [one.reason for one in chart.breaks] == ["A new app"]
    assert chart.points[5].x < chart.breaks[0].x < chart.points[6].x
    averages = [line for line in chart.lines if line.kind == "average"]
    assert [line.x[0] for line in averages] == [44, chart.breaks[0].x]
    assert averages[0].x[1] == chart.breaks[0].x
