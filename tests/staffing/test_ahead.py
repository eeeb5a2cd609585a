"""Learning from an invented history on each database, and what the commands and the scheduler make of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from mash import clock
from mash.cli import main
from mash.cli.opening import fold_all
from mash.config import Config
from mash.db import Database, reading, transaction
from mash.jobs import Worker
from mash.journeys import ask_capacity
from mash.journeys.actor import Actor
from mash.journeys.ask_capacity import (
    FAULT,
    NOTHING_LEARNT,
    STANDARD,
    asked_of_replay,
    begin_capacity,
    capacity_run,
    capacity_runs,
    run_capacity,
    stop_capacity,
)
from mash.journeys.learn_ahead import learn_ahead
from mash.journeys.practice import calendar_from
from mash.measures.chance_cases import cases_open
from mash.measures.learnt import chances_now, taught_last
from mash.models import Contact, Learning
from mash.queries.replay_work import Extra
from mash.rules import RuleBook
from mash.staffing import answer
from mash.staffing.answer import NOW
from mash.staffing.working import Change
from tests.journeys.test_sample import invent

AT = datetime(2022, 3, 30, 13, tzinfo=UTC)
BY = Actor.system("test")
EXTRA = Extra(4, "dn-2021-01", "dn-2022-05", 3.0, -1.0, 7.0)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at fewer ways and runs than in earnest: what each gives is tested apart."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(answer, "KEEPING_UP", (0.5,))
    monkeypatch.setattr(answer, "FIT_RUNS", 1)
    monkeypatch.setattr(answer, "STEPS", 5)
    monkeypatch.setattr(answer, "MOST_PEOPLE", 1)
    monkeypatch.setattr(ask_capacity, "RUNS", 2)


@pytest.fixture
def history(database: Database) -> Database:
    """Invent some five weeks of contacts, with every sum folded in."""
    invent(database, contacts=2700, seed=5, now=AT)
    fold_all(database)
    return database


def test_it_learns_once_a_day_and_keeps_what_it_learnt(history: Database, rulebook: RuleBook) -> None:
    assert learn_ahead(history, rulebook, AT)
    assert not learn_ahead(history, rulebook, AT + timedelta(hours=3))
    assert learn_ahead(history, rulebook, AT + timedelta(days=1))
    with reading(history) as session:
        assert [row.day.day for row in session.scalars(select(Learning).order_by(Learning.day))] == [30, 31]
        taught = taught_last(session)
        assert taught is not None
        assert taught.working is not None
        assert taught.enough
        assert 250 < sum(taught.working.arrivals.values()) < 650  # 2,700 in eight weeks, most of them in the last four
        assert 0 < taught.working.asked < 0.3
        assert taught.working.replies == sorted(taught.working.replies)
        assert taught.working.minutes > 0
        assert taught.fit
        open_now = {case.reference for case in cases_open(session, AT) if case.due_as_known(AT) > AT}
        chances = chances_now(session, taught, AT, calendar_from(session))
        assert set(chances) == open_now
        assert open_now
        assert all(0 < one.share < 1 for one in chances.values())
        undecided = set(session.scalars(select(Contact.reference).where(Contact.decided_at.is_(None))))
        assert set(chances) <= undecided


def test_a_question_is_answered_in_the_background_kept_and_the_same_again(
    history: Database, rulebook: RuleBook
) -> None:
    learn_ahead(history, rulebook, AT)
    numbers = []
    for _ in range(2):
        with transaction(history) as session:
            row = begin_capacity(session, Change(people=3), weeks=2, by=BY, at=AT, extra=EXTRA)
            numbers.append(row.id)
        run_capacity(history, rulebook, numbers[-1], lambda: AT)
    with reading(history) as session:
        one, two = (capacity_run(session, number) for number in numbers)
        assert one is not None
        assert two is not None
        assert [run.id for run in capacity_runs(session)] == numbers[::-1]
        assert asked_of_replay(session, EXTRA.replay) == two
        assert asked_of_replay(session, EXTRA.replay + 1) is None
    assert (one.state, one.done) == ("done", one.total)
    assert one.result is not None
    assert one.result == two.result
    assert set(one.result["answers"]) | set(one.result["left_out"]) == {
        NOW,
        *EXTRA.plans(Change()),
        "What you asked",
        *STANDARD,
    }
    shares = {name: found["brings"]["in_time"]["mean"] for name, found in one.result["answers"].items()}
    assert shares["What you asked"] >= shares[NOW] - 0.01


def test_what_cannot_be_answered_says_why(
    database: Database, rulebook: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun() -> int:
        with transaction(database) as session:
            return begin_capacity(session, Change(), weeks=2, by=BY, at=AT).id

    def state(number: int) -> tuple[str, str]:
        with reading(database) as session:
            found = capacity_run(session, number)
            assert found is not None
            assert found.result is None
            return found.state, found.wrong

    number = begun()
    run_capacity(database, rulebook, number, lambda: AT)
    assert state(number) == ("failed", NOTHING_LEARNT)
    assert learn_ahead(database, rulebook, AT)
    run_capacity(database, rulebook, number := begun(), lambda: AT)
    assert state(number) == ("failed", NOTHING_LEARNT)
    with transaction(database) as session:
        stop_capacity(session, number := begin_capacity(session, Change(), weeks=2, by=BY, at=AT).id, at=AT)
    assert state(number) == ("cancelled", "")
    monkeypatch.setattr(ask_capacity, "taught_last", lambda _session: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_capacity(database, rulebook, number := begun(), lambda: AT)
    assert state(number) == ("failed", FAULT)


def test_the_scheduler_that_leads_learns(database: Database, rulebook: RuleBook) -> None:
    worker = Worker(database)
    worker.learn(rulebook)
    with reading(database) as session:
        assert taught_last(session) is None
    worker.beat()
    worker.learn(rulebook)
    with reading(database) as session:
        found = taught_last(session)
        assert found is not None
        assert not found.enough
        assert found.working is None


def test_the_commands_say_the_same(history: Database, settings: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASH_FOLDER", str(settings.folder))
    if settings.database_url:
        monkeypatch.setenv("MASH_DATABASE_URL", settings.database_url)
    said = CliRunner().invoke(main, ["forecast", "--format", "json"], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    told = json.loads(said.output)
    assert told["open"]
    assert f"Of {len(told['open'])} open" in CliRunner().invoke(main, ["forecast"], catch_exceptions=False).output
    asked = ["capacity", "--weeks", "1", "--people", "1"]
    shaped = CliRunner().invoke(main, [*asked, "--format", "json"], catch_exceptions=False)
    assert shaped.exit_code == 0, shaped.output
    found = json.loads(shaped.output)
    written = CliRunner().invoke(main, asked, catch_exceptions=False).output
    assert f"{found['answers'][NOW]['brings']['in_time']['mean']:.0%}" in written
    assert "What you asked" in written
    refused = CliRunner().invoke(main, [*asked, "--replay", "9"], catch_exceptions=False)
    assert (refused.exit_code, "no replay R-9" in refused.output) == (2, True)
