"""What a replay brings to each team, and to decisions in time: read on its page, and asked of the weeks ahead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from mash.db import Database, reading, transaction
from mash.journeys.ask_capacity import ASKED, STANDARD, plans_of, question_of
from mash.models import CapacityRun
from mash.queries.replay_work import Extra
from mash.staffing.answer import Plan, ask, go_on
from mash.staffing.working import Change
from mash.web import capacity
from mash.web.replay_work import in_time
from mash.workflow.calendar import shipped_calendar
from tests.web.conftest import SignInAs
from tests.web.test_ahead import NOON, WORKING, teach
from tests.web.test_replays import child as one_child
from tests.web.test_replays import run

child = one_child
"""The fixture of one decided child."""


def due(at: datetime) -> tuple[datetime, datetime]:
    return at + timedelta(days=1), at + timedelta(days=3)


def answered(change: Change, extra: Extra | None) -> dict[str, Any]:
    """Answer a question for a front door that is busy."""
    busy, plan = replace(WORKING, minutes=200.0), Plan(NOON, 2, [], due, shipped_calendar())
    found = ask(busy, plans_of(change, extra), plan, target=0.9, runs=2, seed=1, told=go_on)
    return found.to_json() | {"target": 90, "begins": "2026-04-16", "open": 3, "left_out": []}


def newest(database: Database) -> CapacityRun:
    with reading(database) as session:
        found = session.query(CapacityRun).order_by(CapacityRun.id.desc()).first()
        assert found is not None
        return found


def test_a_replays_assessments_are_put_to_the_weeks_ahead_and_the_page_says_what_comes_of_them(
    app: Flask,
    sign_in_as: SignInAs,
    child: int,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(capacity, "run_capacity", lambda *_told: None)
    teach(app)
    browser = sign_in_as("reviewer")
    page = run(browser)
    text = browser.get(page).text
    assert "Children a week to each team" in text
    assert "+7.0 assessments a week (-6.7 to +20.7)" in text  # one child in one day
    sent = browser.send(page, f"{page}/in-time")
    assert sent.status_code == 303
    assert "Being worked out" in browser.get(page).text
    row, number = newest(database), int(page.rpartition("/")[2])
    change, extra = question_of(row.change)
    assert extra is not None
    assert (change, extra.replay, extra.more, extra.low, extra.high) == (Change(), number, 7.0, -6.72, 20.72)
    result = answered(change, extra)
    with transaction(database) as session:
        kept = session.get_one(CapacityRun, row.id)
        kept.result, kept.state = result, "done"
    said = in_time(result, extra)
    assert said.points[1] <= said.points[0] <= said.points[2]
    assert said.points[1] < 0 < said.points[2]  # fewer are sooner decided, and more later
    assert f"{said.then[0]:.0f}% ({said.then[1]:.0f} to {said.then[2]:.0f}) of what comes" in browser.get(page).text
    answer = sign_in_as("manager").get(f"/timeliness/capacity/{row.id}").text
    assert f'href="{page}"' in answer
    assert f"R-{number}, +7.0 assessments a week" in answer


def test_the_weeks_ahead_take_a_replay_in_place_of_a_number_but_not_both(
    app: Flask,
    sign_in_as: SignInAs,
    child: int,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(capacity, "run_capacity", lambda *_told: None)
    teach(app)
    number = run(sign_in_as("reviewer")).rpartition("/")[2]
    browser = sign_in_as("manager")
    assert f"R-{number}: dn-2021-01 to dn-2022-05, +7.0 a week" in browser.get("/timeliness/capacity").text
    answers = {"weeks": "2", "people": "1", "replay": number}
    refused = browser.send("/timeliness/capacity", **answers, assessments="3")
    assert refused.status_code == 422
    assert "Choose a replay or type a number, not both" in refused.text
    assert browser.send("/timeliness/capacity", **answers).status_code == 303
    plans = plans_of(*question_of(newest(database).change))
    assert plans[ASKED] == Change(people=1, assessments=7.0)
    assert [plan.assessments for plan in plans.values()][:3] == [7.0, -6.72, 20.72]
    assert plans.keys() > STANDARD.keys()
    assert browser.send("/timeliness/capacity", weeks="2", replay="999").status_code == 422
    assert browser.send("/replays/999", "/replays/999/in-time").status_code == 404


def test_fewer_assessments_take_the_work_off_again() -> None:
    busy, plan = replace(WORKING, minutes=75.0), Plan(datetime(2026, 6, 1, tzinfo=UTC), 2, [], due, shipped_calendar())
    plans = {"more": Change(assessments=9), "fewer": Change(assessments=-9)}
    found = ask(busy, plans, plan, target=0.9, runs=2, seed=3, told=go_on).answers
    assert found["more"].differs["used"].mean > 0 > found["fewer"].differs["used"].mean
