"""What goes wrong is said in plain words, and the log learns its kind and nothing of anyone."""

import json

import pytest
from flask import Flask

from mash.db import Unavailable
from tests.web.conftest import Browser, Logged, SignInAs


def test_an_unforeseen_failure_shows_a_plain_page_and_logs_no_words(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    browser = sign_in_as("admin")

    def fail(*_: object) -> None:
        raise ZeroDivisionError("Robin Sample, born 2 March 2017")

    monkeypatch.setattr("mash.web.admin.all_users", fail)
    answer = browser.get("/admin/users")
    assert answer.status_code == 500
    assert "There is a problem with this service" in answer.text
    assert "01302 000 000" in answer.text
    said = logged()
    assert "ZeroDivisionError at test_errors.py" in said
    assert "Robin" not in said + answer.text
    assert "Traceback" not in said + answer.text


def test_a_busy_database_is_said_so(sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in_as("admin")

    def busy(*_: object) -> None:
        raise Unavailable("The database is busy.")

    monkeypatch.setattr("mash.web.admin.all_users", busy)
    answer = browser.get("/admin/users")
    assert answer.status_code == 503
    assert "The database is busy." in answer.text


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/admin/users/999999", 404), ("/health/x", 404)])
def test_what_is_not_there_is_said_so_with_a_way_on(sign_in_as: SignInAs, path: str, status: int) -> None:
    answer = sign_in_as("admin").get(path)
    assert answer.status_code == status
    assert "Page not found" in answer.text
    assert "01302 000 000" in answer.text


def test_a_method_that_is_not_for_a_page_is_named(client: Browser) -> None:
    answer = client.client.delete("/help")
    assert answer.status_code in {400, 405}
    assert client.client.options("/help").status_code == 200


def test_health_is_plain(client: Browser) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")


def test_the_log_of_requests_names_routes_and_no_one(sign_in_as: SignInAs, logged: Logged) -> None:
    browser = sign_in_as("admin")
    browser.get("/admin/users/1?q=Robin+Sample")
    browser.get("/nowhere/Robin-Sample")
    lines = [json.loads(line) for line in logged().splitlines()]
    assert [line["route"] for line in lines][-2:] == ["/admin/users/<int:user_id>", "none"]
    assert {"method", "route", "status", "ms", "request_id"} <= lines[-1].keys()
    assert "Robin" not in logged()
    assert "Invented" not in logged()
