"""Signing in with a code: asked where there is an app or a role demands one, never opened by a password alone."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask

from mash import clock
from mash.config import Misconfigured, from_environment
from mash.db import Database, reading
from mash.journeys.second_step import LASTS
from mash.journeys.throttle import FREE_BY_ACCOUNT
from mash.models import Event, UserSession
from mash.web.proof import FRESH
from tests.web.conftest import PASSWORD, Browser, SignInAs

KEY = re.compile(r"<code>([A-Z2-7 ]+)</code>")
CODE = re.compile(r"<li>([0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6})</li>")


class Hands:
    """A clock that stands still until it is moved on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.at)

    def on(self, length: timedelta = timedelta(minutes=1)) -> datetime:
        self.at += length
        return self.at

    def past_fresh(self, browser: Browser) -> None:
        """Let so much time pass that somebody must prove again who they are, at work all the while."""
        self.on(FRESH / 2)
        browser.get("/account")
        self.on(FRESH / 2)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


def app_on(page: str) -> pyotp.TOTP:
    found = KEY.search(page)
    assert found, page
    return pyotp.TOTP(found[1].replace(" ", ""))


def add_app(browser: Browser, hands: Hands) -> tuple[pyotp.TOTP, list[str]]:
    assert browser.send("/account/app", "/account/app/begin").status_code == 303
    app = app_on(browser.get("/account/app").text)
    assert browser.send("/account/app", code=app.at(hands.at)).status_code == 303
    codes = CODE.findall(browser.get("/account/app").text)
    assert len(codes) == 10
    assert codes[0] not in browser.get("/account/app").text
    return app, codes


def demanded(app: Flask, *who: str) -> None:
    wired = app.extensions["mash"]
    app.extensions["mash"] = replace(wired, settings=replace(wired.settings, second_step=who))


def test_with_an_app_a_password_alone_opens_nothing(
    sign_in_as: SignInAs, client: Browser, hands: Hands, database: Database
) -> None:
    app, _ = add_app(sign_in_as("manager"), hands)
    hands.on()
    assert client.sign_in("manager", next="/account").location == "/sign-in/second"
    assert client.get("/account").status_code == 303
    assert client.send("/sign-in/second", code="000000").status_code == 422
    waiting = client.token
    answer = client.send("/sign-in/second", code=app.at(hands.at))
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.token != waiting
    assert client.get("/account").status_code == 200
    with reading(database) as session:
        assert session.query(UserSession).count() == 2
        assert session.query(Event).filter_by(kind="sign_in.refused").count() == 1


def test_the_same_code_does_not_open_a_second_browser_and_a_recovery_code_does_once(
    sign_in_as: SignInAs, app: Flask, hands: Hands
) -> None:
    totp, codes = add_app(sign_in_as("manager"), hands)
    hands.on()
    answers = []
    for code in (totp.at(hands.at), totp.at(hands.at), codes[0], codes[0]):
        browser = Browser(app.test_client())
        browser.sign_in("manager")
        answers.append(browser.send("/sign-in/second", code=code).status_code)
    assert answers == [303, 422, 303, 422]


def test_a_role_that_must_have_an_app_adds_one_at_its_first_sign_in(
    app: Flask, client: Browser, people: dict[str, int], hands: Hands
) -> None:
    demanded(app, "admin")
    assert client.sign_in("admin").location == "/sign-in/second"
    page = client.get("/sign-in/second").text
    assert "<svg" in page
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)", page)
    assert client.send("/sign-in/second", code=app_on(page).at(hands.at)).location == "/"
    assert len(CODE.findall(client.get("/account").text)) == 10
    other = Browser(app.test_client())
    assert other.sign_in("manager").location == "/"


def test_a_second_step_that_waits_too_long_begins_again(
    app: Flask, client: Browser, people: dict[str, int], hands: Hands
) -> None:
    demanded(app, "required")
    client.sign_in("manager")
    totp = app_on(client.get("/sign-in/second").text)
    tokens = client.tokens("/sign-in/second")
    hands.on(LASTS)
    answer = client.client.post("/sign-in/second", data=tokens | {"code": totp.at(hands.at)})
    assert answer.location == "/sign-in"
    assert client.get("/account").status_code == 303


def test_guessing_a_code_is_slowed(sign_in_as: SignInAs, client: Browser, hands: Hands) -> None:
    totp, _ = add_app(sign_in_as("manager"), hands)
    hands.on()
    client.sign_in("manager")
    answers = [client.send("/sign-in/second", code="12345x").status_code for _ in range(FREE_BY_ACCOUNT + 1)]
    assert answers == [422] * FREE_BY_ACCOUNT + [429]
    assert client.send("/sign-in/second", code=totp.at(hands.at)).status_code == 429
    hands.on()
    assert client.send("/sign-in/second", code=totp.at(hands.at)).status_code == 303


def test_an_administrator_removes_a_lost_app_and_says_why(
    sign_in_as: SignInAs, people: dict[str, int], hands: Hands, client: Browser
) -> None:
    theirs = sign_in_as("manager")
    add_app(theirs, hands)
    admin, page = sign_in_as("admin"), f"/admin/users/{people['manager']}"
    assert admin.send(page, f"{page}/app/remove", reason="").status_code == 422
    assert theirs.get("/account").status_code == 200
    assert admin.send(page, f"{page}/app/remove", reason="Telephone lost").location == page
    assert theirs.get("/account").status_code == 303
    assert client.sign_in("manager").location == "/"


def test_an_administrator_signs_someone_out_everywhere(sign_in_as: SignInAs, people: dict[str, int]) -> None:
    theirs, admin, page = sign_in_as("manager"), sign_in_as("admin"), f"/admin/users/{people['manager']}"
    assert "Signed in now:" in admin.get(page).text
    assert admin.send(page, f"{page}/sessions/end").location == page
    assert theirs.get("/account").status_code == 303
    assert "Signed in now:" not in admin.get(page).text


def test_one_removes_ones_own_app_with_a_code_only(sign_in_as: SignInAs, hands: Hands, client: Browser) -> None:
    here, there = sign_in_as("manager"), sign_in_as("manager")
    totp, _ = add_app(here, hands)
    hands.on()
    assert here.send("/account/app", "/account/app/remove", code="000000").status_code == 422
    assert here.send("/account/app", "/account/app/remove", code=totp.at(hands.at)).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert client.sign_in("manager", PASSWORD).location == "/"


def test_everyone_must_have_an_app_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASH_MFA", raising=False)
    assert from_environment().demands_second_step(frozenset({"reviewer"}))
    monkeypatch.setenv("MASH_MFA", "admin,auditor")
    assert from_environment().demands_second_step(frozenset({"manager", "admin"}))
    assert not from_environment().demands_second_step(frozenset({"manager"}))
    monkeypatch.setenv("MASH_MFA", "offered")
    assert not from_environment().demands_second_step(frozenset({"admin"}))
    monkeypatch.setenv("MASH_MFA", "adnim")
    with pytest.raises(Misconfigured):
        from_environment()
