"""What a monitor is told: everyone one word, the operator the reasons and the numbers, nobody a person's data."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text

from mash import clock
from mash.config import Config
from mash.db import Database, transaction
from mash.journeys.leading import note_run
from mash.models import RuleSetAdoption
from mash.rules import RuleBook
from mash.web import monitor
from mash.web.app import create_app
from mash.web.monitor import OPERATOR
from mash.web.readiness import KEPT
from mash.web.tallies import Tallies
from tests.web.conftest import Browser, Logged
from tests.web.contacts import Desk

THERE = {OPERATOR: True}


@pytest.fixture
def app(database: Database, settings: Config, rulebook: RuleBook) -> Flask:
    """Make an application of the test's own: it counts from nothing, and has looked at nothing yet."""
    return create_app(database, settings, rulebook)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let each look be a new one."""
    ticks = iter(range(1, 100))
    monkeypatch.setattr(monitor, "moment", lambda: clock.now() + KEPT * next(ticks))
    return iter(())


def told(client: Browser) -> dict[str, object]:
    answer = client.get("/readyz", environ_overrides=THERE)
    found: dict[str, object] = answer.json or {}
    assert answer.status_code == (200 if found["ready"] else 503)
    return found


def numbers(client: Browser) -> dict[str, float]:
    lines = client.get("/metrics", environ_overrides=THERE).text.splitlines()
    return {name: float(value) for name, _, value in (one.rpartition(" ") for one in lines if not one.startswith("#"))}


def test_alive_asks_no_database(client: Browser, database: Database) -> None:
    asked: list[object] = []
    event.listen(database.engine, "checkout", lambda *_: asked.append(_))
    assert client.get("/sign-in?next=/").status_code == 200
    before = len(asked)
    assert (client.get("/healthz").status_code, client.get("/healthz").text) == (200, "ok\n")
    assert len(asked) == before


def test_everyone_is_told_one_word_and_the_operator_why(client: Browser, database: Database, later: None) -> None:
    assert client.get("/readyz").text == "ready\n"
    assert told(client)["scheduler"] == "Deadlines are not being watched. Run: mash scheduler"
    with transaction(database) as session:
        note_run(session, job="deadlines", started_at=clock.now(), finished_at=clock.now(), result="")
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (503, "not ready\n")
    assert str(told(client)["migrations"]).startswith("The database is at version 0001")


def test_a_threshold_file_changed_after_it_was_adopted_is_not_ready(
    client: Browser, database: Database, rulebook: RuleBook, later: None
) -> None:
    assert told(client)["ready"]
    with transaction(database) as session:
        named = {"ruleset_id": rulebook.versions[0].id, "title": "", "effective_from": clock.now().date()}
        session.add(RuleSetAdoption(content_hash="0" * 64, approvers=[], at=clock.now(), **named))
    assert "was changed after it was adopted" in str(told(client)["thresholds"])


def test_a_database_that_is_gone_is_not_ready_and_says_nothing_else(
    app: Flask, client: Browser, database: Database, tmp_path: Path
) -> None:
    database.engine.dispose()
    (tmp_path / "var" / "mash.db").write_bytes(b"not a database" * 1000)
    assert told(client) == {
        "ready": False,
        "database": "The database does not answer.",
        "migrations": "ok",
        "thresholds": "ok",
        "scheduler": "ok",
    }
    assert client.get("/readyz").text == "not ready\n"
    assert numbers(client)["mash_ready"] == 0
    assert client.get("/healthz").status_code == 200


def test_what_was_found_is_told_again_for_two_seconds(client: Browser, database: Database) -> None:
    assert client.get("/readyz").status_code == 200
    with transaction(database) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert client.get("/readyz").status_code == 200


def test_only_the_operators_address_has_numbers(client: Browser) -> None:
    spoofed = {"X-Forwarded-For": "127.0.0.1", "Host": "127.0.0.1:9101", "mash.operator": "1", "Mash-Operator": "1"}
    assert client.get("/metrics", headers=spoofed).status_code == 404
    assert client.get("/readyz", headers=spoofed).text == "ready\n"
    assert client.get("/metrics", environ_overrides=THERE).status_code == 200


def test_the_numbers_are_those_of_the_record_and_of_the_pages(
    client: Browser, desk: Desk, database: Database, later: None
) -> None:
    desk.contact(at=clock.now() - timedelta(days=30))
    desk.contact()
    for _ in range(3):
        client.get("/sign-in")
    client.get("/nothing-here")
    found = numbers(client)
    assert found["mash_queue_contacts"] == 2
    assert found["mash_clocks_late"] >= 1
    assert found["mash_ready"] == 1
    assert "mash_scheduler_heartbeat_age_seconds" not in found
    assert found['mash_requests_total{page="sign_in.ask",status="2xx"}'] == 3
    assert found['mash_requests_total{page="none",status="4xx"}'] == 1
    assert found['mash_request_seconds_bucket{page="sign_in.ask",le="+Inf"}'] == 3
    assert found['mash_request_seconds_count{page="sign_in.ask"}'] == 3
    with transaction(database) as session:
        note_run(session, job="deadlines", started_at=clock.now(), finished_at=clock.now(), result="")
    assert "mash_scheduler_heartbeat_age_seconds" in numbers(client)


def test_rows_add_up_and_one_that_ended_is_gone_on_with() -> None:
    tallies = Tallies(rows=2)
    tallies.name_pages(["queue.show"])
    first, second = tallies.take_row(), tallies.take_row()
    for row in (first, second):
        tallies.use_row(row)
        tallies.count("queue.show", 200, 0.02)
    tallies.give_back(first)
    assert tallies.take_row() == first
    tallies.use_row(first)
    tallies.count("queue.show", 503, 99.0)
    tallies.count("gone", 101, 0.0)
    queue, none = tallies.totals()
    assert (queue.page, queue.statuses, queue.times[1], queue.times[-1]) == ("queue.show", (2, 0, 0, 1), 2, 1)
    assert queue.seconds == pytest.approx(99.04)
    assert (none.page, none.statuses) == ("none", (1, 0, 0, 0))


def test_a_page_that_failed_gives_the_reference_that_its_line_in_the_log_has(
    app: Flask, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor, "PLAIN", 3)
    answer = Browser(app.test_client()).get("/healthz")
    reference = answer.headers["X-Request-Id"]
    assert (answer.status_code, re.fullmatch(r"[0-9a-f]{12}", reference) is not None) == (500, True)
    assert f"<strong>{reference}</strong>" in answer.text
    assert f'"request_id": "{reference}"' in logged()
