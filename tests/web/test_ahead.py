"""The pages about what is likely and what would change it: who reads them, what they say early, and what they ask."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from mash import clock
from mash.db import reading, transaction
from mash.journeys.ask_capacity import NOTHING_LEARNT, SILENT, capacity_runs
from mash.measures.chance import Counts, Look
from mash.measures.chance_cases import as_rows, last_mondays
from mash.measures.waits import START, WORKED
from mash.models import CapacityRun, Learning
from mash.staffing.answer import NOW, FitWeek, Plan, ask
from mash.staffing.working import Change, Working
from mash.web import capacity
from mash.workflow.calendar import london_day, shipped_calendar
from tests.web.arriving import arrive, rated
from tests.web.conftest import SignInAs

NOON = datetime(2026, 4, 15, 11, tzinfo=UTC)
"""A Wednesday."""
WORKING = Working(
    arrivals={(2, 9): 9.0, (3, 10): 8.0},
    people={(day, hour): 2.0 for day in range(5) for hour in range(8, 18)},
    early_help=0.1,
    red=0.05,
    red_signed=0.5,
    other_signed=0.0,
    asked=0.0,
    replies=[],
    answers=[30.0],
    minutes=40.0,
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def teach(app: Flask, late: int = 90, *, told: bool = True) -> None:
    """Keep what was learnt: of those waiting to be started so many in a hundred turned out late, of the rest few."""
    counts = Counts()
    for band in range(6):
        for way, share in ((START, late), (WORKED, 10 if told else late)):
            counts.update({(Look(band, way, 0), True): share, (Look(band, way, 0), False): 100 - share})
    looks = as_rows([(monday, counts) for monday in last_mondays(NOON, 18)])
    fit = [
        FitWeek(day, 17, 0.4 + place / 50, 0.42, place < 3).to_json() for place, day in enumerate(last_mondays(NOON, 4))
    ]
    with transaction(app.extensions["mash"].database) as session:
        session.add(Learning(day=london_day(NOON), at=NOON, pace=40.0, looks=looks, working=WORKING.to_json(), fit=fit))


def test_before_anything_is_learnt_the_pages_say_so(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app, ago=timedelta(hours=20))
    browser = sign_in_as("manager")
    assert "Chance of late" not in browser.get("/timeliness").text
    assert "Nothing has been learnt yet" in browser.get("/timeliness/forecast").text
    page = browser.get("/timeliness/capacity").text
    assert NOTHING_LEARNT in page
    assert "Work it out" not in page


def test_what_is_due_today_has_its_chance_and_why(app: Flask, sign_in_as: SignInAs) -> None:
    teach(app)
    reference = arrive(app, ago=timedelta(hours=22))
    rated(app, reference, "amber")
    page = sign_in_as("practitioner").get("/timeliness").text
    assert "Chance of late" in page
    assert "its chance of being late is" in page
    assert "being worked" in page or "waiting to be started" in page
    assert 'href="/timeliness/forecast"' in page


def test_a_forecast_no_better_than_a_plain_share_is_not_shown(app: Flask, sign_in_as: SignInAs) -> None:
    teach(app, 50, told=False)
    arrive(app, ago=timedelta(hours=22))
    browser = sign_in_as("practitioner")
    assert "Chance of late" not in browser.get("/timeliness").text
    assert "not better than the plain share" in browser.get("/timeliness/forecast").text


def test_how_it_does_is_there_for_whoever_reads_timeliness(app: Flask, sign_in_as: SignInAs) -> None:
    teach(app)
    for role in ("practitioner", "reviewer", "auditor"):
        page = sign_in_as(role).get("/timeliness/forecast").text
        assert "nearer in 8 of 8 weeks" in page
        assert "Waiting to be started" in page
    assert sign_in_as("contact_officer").get("/timeliness/forecast").status_code == 403
    assert sign_in_as("practitioner").get("/timeliness/capacity").status_code == 403


def asked(app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch, **answers: str) -> CapacityRun:
    """Ask on the page as a manager, with nothing run in the background."""
    monkeypatch.setattr(capacity, "run_capacity", lambda *_told: None)
    browser = sign_in_as("manager")
    answer = browser.send("/timeliness/capacity", **{"weeks": "2", **answers})
    assert answer.status_code == 303, answer.text
    with reading(app.extensions["mash"].database) as session:
        return session.query(CapacityRun).order_by(CapacityRun.id.desc()).first()  # type: ignore[return-value]


def test_what_is_asked_is_what_was_typed(app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> None:
    teach(app)
    answers = {"people": "-1", "from_hour": "14", "replies_within": "6", "assessments": "9", "arrivals": "10"}
    row = asked(app, sign_in_as, monkeypatch, **answers, in_order="yes")
    expected = Change(people=-1, from_hour=14, replies_within=6, assessments=9, arrivals=1.1, in_order=True)
    assert Change(**row.change) == expected
    assert row.weeks == 2


def test_a_wrong_number_is_refused_with_all_that_was_typed(app: Flask, sign_in_as: SignInAs) -> None:
    teach(app)
    browser = sign_in_as("manager")
    refused = browser.send("/timeliness/capacity", weeks="4", people="99", assessments="12")
    assert refused.status_code == 422
    assert "People more must be a whole number between -20 and 20" in refused.text
    assert 'value="12"' in refused.text


def test_an_answer_is_waited_for_stopped_or_given_up(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach(app)
    number = asked(app, sign_in_as, monkeypatch).id
    browser = sign_in_as("manager")
    page = browser.get(f"/timeliness/capacity/{number}").text
    assert "You can leave this page" in page
    monkeypatch.setattr(clock, "now", lambda: NOON + SILENT + timedelta(seconds=1))
    assert "It ended without an answer" in browser.get(f"/timeliness/capacity/{number}").text
    monkeypatch.setattr(clock, "now", lambda: NOON)
    here = f"/timeliness/capacity/{number}"
    assert browser.send(here, f"{here}/stop").status_code == 303
    assert "This was stopped" in browser.get(f"/timeliness/capacity/{number}").text
    assert browser.get("/timeliness/capacity/999").status_code == 404


def test_an_answer_says_in_words_and_numbers_what_was_found(app: Flask, sign_in_as: SignInAs) -> None:
    teach(app)

    def due(at: datetime) -> tuple[datetime, datetime]:
        return at + timedelta(days=1), at + timedelta(days=3)

    plan = Plan(NOON, 2, [], due, shipped_calendar())
    changes = {"One person more all day": Change(people=1)}
    found = ask(WORKING, changes, plan, target=0.9, runs=2, seed=1, told=lambda _done, _of: True).to_json()
    with transaction(app.extensions["mash"].database) as session:
        row = CapacityRun(
            change={"people": 0, "arrivals": 1}, weeks=2, seed=1, state="done", asked_at=NOON, seen_at=NOON
        )
        row.result = {**found, "target": 90, "begins": "2026-04-16", "open": 3, "left_out": ["Partners answer"]}
        session.add(row)
        session.flush()
        number = row.id
    page = sign_in_as("auditor").get(f"/timeliness/capacity/{number}").text
    share = 100 * found["answers"][NOW]["brings"]["in_time"]["mean"]
    assert f"As things stand, {share:.0f}%" in page
    assert "One person more all day" in page
    assert "nothing of the kind was measured here: Partners answer" in page
    with reading(app.extensions["mash"].database) as session:
        assert [run.id for run in capacity_runs(session)] == [number]
