"""Guessing is held up without telling anything, whoever is guessed at comes in, and open pages are slowed gently."""

from datetime import timedelta

import pytest
from flask import Flask

from mash.db import Database, reading
from mash.journeys.open_pages import A_MINUTE
from mash.journeys.throttle import FREE_BY_ACCOUNT, FREE_BY_NETWORK
from mash.models import Event, OpenPageCount
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.test_second_step import Hands, add_app
from tests.web.test_sign_in import words


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


def guess(browser: Browser, name: str, times: int = FREE_BY_ACCOUNT + 1) -> str:
    """Guess until held up, and return the page that says so."""
    answers = [browser.sign_in(name, "not it at all") for _ in range(times)]
    assert [answer.status_code for answer in answers] == [422] * FREE_BY_ACCOUNT + [429]
    return answers[-1].text


def test_the_page_that_holds_up_is_the_same_for_a_name_nobody_has(
    client: Browser, people: dict[str, int], hands: Hands, database: Database
) -> None:
    assert words(guess(client, "admin")) == words(guess(client, "nobody").replace("nobody", "admin"))
    with reading(database) as session:
        refused = [event.data["user"] for event in session.query(Event).filter_by(kind="sign_in.refused")]
    assert refused == [people["admin"]] * FREE_BY_ACCOUNT + [None] * FREE_BY_ACCOUNT


def test_with_a_code_the_person_guessed_at_comes_in_at_any_desk(
    sign_in_as: SignInAs, app: Flask, client: Browser, hands: Hands
) -> None:
    totp, _ = add_app(sign_in_as("manager"), hands)
    hands.on()
    page = guess(client, "manager")
    assert "Code from your authenticator app" in page
    guess_with = {"username": "manager", "next": "/account"}
    away = Browser(app.test_client())
    code = totp.at(hands.at)
    for wrong in ({"password": PASSWORD, "code": "000000"}, {"password": "not it at all", "code": "000000"}):
        answer = away.send("/sign-in", **guess_with, **wrong)
        assert (answer.status_code, "username, password and code. They do not match" in answer.text) == (422, True)
    answer = away.send("/sign-in", **guess_with, password=PASSWORD, code=code)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert away.get("/account").status_code == 200


def test_without_an_app_a_code_opens_nothing_and_a_code_counts_once(
    sign_in_as: SignInAs, app: Flask, client: Browser, hands: Hands
) -> None:
    totp, _ = add_app(sign_in_as("manager"), hands)
    sign_in_as("auditor")
    hands.on()
    code = totp.at(hands.at)
    sent = {"username": "auditor", "password": PASSWORD, "code": code, "next": "/"}
    assert client.send("/sign-in", **sent).status_code == 422
    assert client.send("/sign-in", **sent | {"username": "manager"}).status_code == 303
    again = Browser(app.test_client())
    assert again.send("/sign-in", **sent | {"username": "manager"}).status_code == 422


def test_guesses_with_codes_are_held_up_by_network_too(client: Browser, people: dict[str, int], hands: Hands) -> None:
    sent = {"username": "manager", "password": "not it at all", "code": "000000", "next": "/"}
    answers = [client.send("/sign-in", **sent).status_code for _ in range(FREE_BY_ACCOUNT + 1)]
    assert answers == [422] * FREE_BY_ACCOUNT + [429]
    names = [client.send("/sign-in", **sent | {"username": f"n{n}"}).status_code for n in range(FREE_BY_NETWORK)]
    assert names[-1] == 429


def test_open_pages_are_slowed_by_the_minute_and_network_and_nobody_signed_in_is(
    sign_in_as: SignInAs, client: Browser, hands: Hands, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mash.journeys.open_pages.A_MINUTE", 5)
    hands.at = hands.at.replace(second=20)
    mine = sign_in_as("manager")
    hands.on()
    assert [client.get("/thresholds/check").status_code for _ in range(6)] == [200] * 5 + [429]
    held = client.get("/thresholds")
    assert (held.status_code, held.headers["Retry-After"]) == (429, "41")
    assert client.get("/thresholds", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200
    assert client.get("/health").status_code != 429
    assert [mine.get("/thresholds").status_code for _ in range(8)] == [200] * 8
    hands.on(timedelta(seconds=40))
    assert client.get("/thresholds/check").status_code == 200
    with reading(database) as session:
        assert "127.0.0.1" not in str([vars(row) for row in session.query(OpenPageCount)])


def test_a_whole_council_behind_one_address_may_read() -> None:
    assert A_MINUTE >= 200
