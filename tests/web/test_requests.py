"""Requests that no page of ours makes: forged, repeated, too large, for another host."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mash.config import Config
from mash.db import Database
from mash.rules import RuleBook
from mash.web.app import LARGEST_REQUEST, create_app
from tests.web.conftest import Browser, SignInAs
from tests.web.routes import address, rules

WAYS_TO_FORGE = {
    "no token": ({"csrf_token": ""}, {}),
    "another token": ({"csrf_token": "IjEi.x.y"}, {}),
    "another site by Origin": ({}, {"Origin": "https://evil.example"}),
    "no origin at all": ({}, {"Origin": "null"}),
    "another site by Sec-Fetch-Site": ({}, {"Sec-Fetch-Site": "cross-site"}),
    "a neighbour by Sec-Fetch-Site": ({}, {"Sec-Fetch-Site": "same-site"}),
}


@pytest.mark.parametrize("way", WAYS_TO_FORGE)
def test_a_forged_form_changes_nothing(app: Flask, sign_in_as: SignInAs, way: str) -> None:
    browser = sign_in_as("admin")
    answers, headers = WAYS_TO_FORGE[way]
    data = browser.tokens("/account") | {"density": "compact"} | answers
    posts = {address(rule) for rule in rules(app) if "POST" in (rule.methods or ())}
    posts -= {"/sign-in/council/ended"}  # the council’s provider sends it, and signs it: see tests/oidc
    posts -= {"/policy-report"}  # a browser sends it by itself, and it changes nothing: see test_sweeps
    assert "/account/preferences" in posts
    for path in sorted(posts):
        answer = browser.client.post(path, data=data, headers=headers)
        assert answer.status_code == 400, path
        assert "This page is out of date" in answer.text
    assert "compact" not in browser.get("/help").text


def test_one_persons_token_does_not_serve_another(sign_in_as: SignInAs) -> None:
    mine, theirs = sign_in_as("admin"), sign_in_as("manager")
    data = theirs.tokens("/account") | {"density": "compact"}
    assert mine.client.post("/account/preferences", data=data).status_code == 400


def test_a_form_from_our_own_page_is_taken_whatever_its_age(
    sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in_as("admin")
    tokens = browser.tokens("/account")
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: 4_000_000_000)
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = browser.client.post("/account/preferences", data=tokens | {"density": "compact"}, headers=headers)
    assert answer.status_code == 303


def test_a_form_sent_twice_counts_once(sign_in_as: SignInAs, app: Flask) -> None:
    browser = sign_in_as("admin")
    data = browser.tokens("/admin/users/new") | {"name": "Lee Marsh", "username": "lee", "roles": "auditor", "team": ""}
    first, second = (browser.client.post("/admin/users/new", data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert browser.get("/admin/users").text.count("Lee Marsh") == 1


def test_a_form_without_its_own_token_is_refused(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("admin")
    data = {"csrf_token": browser.tokens("/account")["csrf_token"], "density": "compact"}
    assert browser.client.post("/account/preferences", data=data).status_code == 400


def test_the_largest_form_is_one_megabyte(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("admin")
    tokens = browser.tokens("/account")
    head = f"csrf_token={tokens['csrf_token']}&form_token={tokens['form_token']}&density="
    for size, status in ((LARGEST_REQUEST, 422), (LARGEST_REQUEST + 1, 413)):
        body = head + "x" * (size - len(head))
        answer = post(browser.client, body)
        assert answer == status, size


def post(client: FlaskClient, body: str) -> int:
    return client.post("/account/preferences", data=body, content_type="application/x-www-form-urlencoded").status_code


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", ""])
def test_only_our_own_host_names_are_answered(client: Browser, host: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host or "-"})
    assert answer.status_code == 400
    assert host not in answer.text or not host


def test_forwarded_addresses_are_not_believed_without_a_proxy(client: Browser, people: dict[str, int]) -> None:
    told = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = client.get("/account", headers=told)
    assert answer.location == "/sign-in?next=/account"
    assert "Strict-Transport-Security" not in answer.headers


def test_over_https_the_browser_is_told_to_stay_there(database: Database, settings: Config, rulebook: RuleBook) -> None:
    behind_a_proxy = Config(folder=settings.folder, trusted_proxies=1)
    browser = create_app(database, behind_a_proxy, rulebook).test_client()
    answer = browser.get("/sign-in", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mash=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
