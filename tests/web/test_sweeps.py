"""Over every address: who may load it from where, what may be said twice, where it leads, whom it believes."""

import itertools
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask

from mash.config import Config
from mash.db import Database, reading
from mash.journeys.throttle import keyed
from mash.models import LoginAttempt
from mash.rules import RuleBook
from mash.web.access import safe_next
from mash.web.app import create_app
from mash.web.headers import ALWAYS
from mash.web.request_check import FOR_ANY_SITE
from tests.web.conftest import Browser, Logged, SignInAs
from tests.web.routes import address, methods, rules

SITES = ("cross-site", "same-site")
MODES = ("cors", "no-cors", "navigate", "websocket")
DESTINATIONS = ("empty", "image", "script", "style", "iframe", "frame", "object", "embed", "document")
EVIL = "evil.example"
ELSEWHERE = [
    *(
        f"{start}{EVIL}"
        for start in ("https://", "http://", "//", "///", "////", "/\\", "\\\\", "\\/", "/\\/", "https:")
    ),
    *(
        f"{start}{EVIL}"
        for start in ("https:", "https:/", "https:\\\\", "ftp://", "HtTpS://", " https://", "\thttps://")
    ),
    *(f"{start}{EVIL}" for start in ("/\t/", "/\n/", "/\r/", "/\0/", "\0//", "/ /", "\x0b//", "/\x0c/", "//\u3000")),
    *(f"/{mark}{EVIL}" for mark in ("@", ":", "a@", "a:b@", ":80@", ";@", "#@", "?@", "\\@", "%5c@")),
    *(f"https://{host}" for host in (f"localhost@{EVIL}", f"a:80@{EVIL}", f"{EVIL}/localhost", f"{EVIL}#localhost")),
    *(f"//{host}" for host in (f"localhost@{EVIL}", f"{EVIL}:80", "0x7f.1", "[::1]", "127.1", "2130706433", "\u2488")),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "file:///etc/passwd"),
    *(f"/\uff0f{EVIL}", f"\uff0f\uff0f{EVIL}", f"/queue?next=https://{EVIL}", f"/queue#//{EVIL}", "/queue\\..\\x"),
    *(f"\nhttps://{EVIL}", f"/\u200b/{EVIL}", "queue", ""),
]
"""Places that somebody might be sent to after signing in, none of which is a page of ours."""
HOSTS = [
    *(EVIL, f"localhost.{EVIL}", f"{EVIL}:80", f"localhost@{EVIL}", "localhost:80@x", f"localhost,{EVIL}"),
    *(f"{EVIL},localhost", f"localhost {EVIL}", f"localhost#{EVIL}", f"localhost?{EVIL}", f"localhost/{EVIL}"),
    *(
        "localhost\\x",
        "127.0.0.2",
        "[::1]",
        "0.0.0.0",
        "2130706433",
        "xlocalhost",
        "local host",
        "localhost.example",
        "-",
    ),
]
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix",
             "Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-Host")  # fmt: skip
SAID = (EVIL, "10.9.8.7", "for=10.9.8.7;host=evil.example;proto=https", "/admin/users")


def test_no_other_site_loads_a_page_and_anyone_may_follow_a_link_to_one(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("admin")
    pages = [rule for rule in rules(app) if "GET" in methods(rule) and rule.endpoint not in FOR_ANY_SITE]
    matrix = list(itertools.product(SITES, MODES, DESTINATIONS))
    for number, rule in enumerate(pages):
        for site, mode, destination in (matrix[number % len(matrix)], ("cross-site", "no-cors", "script")):
            sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
            if (mode, destination) != ("navigate", "document"):
                assert browser.get(address(rule), headers=sent).status_code == 403, (rule, sent)
    for site, mode, destination in matrix:
        sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
        wanted = 200 if (mode, destination) == ("navigate", "document") else 403
        assert browser.get("/account", headers=sent).status_code == wanted, sent


def test_an_address_that_says_a_thing_twice_is_refused_everywhere(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("admin")
    for rule in rules(app):
        for method in methods(rule):
            answer = browser.client.open(f"{address(rule)}?a=1&a=2", method=method)
            assert answer.status_code == 400, (rule, method)


def test_every_page_of_a_manager_refuses_an_answer_given_twice(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("manager")
    for page, field in (("/account", "density"), ("/search", "name"), ("/account/password", "current")):
        action = re.search(rf'action="([^"]+)"[^§]*?name="{field}"', browser.get(page).text)
        assert action
        to = {"/account": "/account/preferences", "/search": "/search"}.get(page, page)
        data = browser.tokens(page) | {field: ["a", "b"]}
        assert browser.client.post(to, data=data).status_code == 422, page


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/again"])
def test_nobody_is_led_elsewhere(sign_in_as: SignInAs, client: Browser, path: str) -> None:
    assert len(ELSEWHERE) >= 60
    for place in ELSEWHERE:
        safe = safe_next(place)
        assert safe == "/", (place, safe)
    browser = sign_in_as("manager") if path.endswith("again") else client
    for number, place in enumerate(ELSEWHERE):
        page = browser.get(path, query_string={"next": place}, environ_base={"REMOTE_ADDR": f"10.1.1.{number}"})
        assert 'name="next" value="/"' in page.text, place


@pytest.mark.parametrize("place", ["/queue", "/contacts/C-26-00001", "/admin/users/3"])
def test_a_page_of_ours_is_come_back_to(place: str) -> None:
    assert safe_next(place) == place


def test_no_other_host_name_is_answered(client: Browser) -> None:
    assert len(HOSTS) == 20
    for host in HOSTS:
        answer = client.get("/sign-in", headers={"Host": host})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False), host
        assert EVIL not in answer.text
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


def test_nothing_that_says_it_was_forwarded_is_believed_without_a_proxy(
    app: Flask, client: Browser, people: dict[str, int], database: Database
) -> None:
    told = list(itertools.product(FORWARDED, SAID))
    assert len(told) == 40
    for name, said in told:
        answer = client.get("/account", headers={name: said})
        assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account"), (name, said)
        assert "Strict-Transport-Security" not in answer.headers
        assert EVIL not in client.get("/sign-in", headers={name: said}).text
    client.client.post(
        "/sign-in", data=client.tokens("/sign-in") | {"username": "x", "password": "y"}, headers=dict(told)
    )
    with reading(database) as session:
        networks = {row.network for row in session.query(LoginAttempt)}
    assert networks == {keyed(app.extensions["mash"].key, "network", "127.0.0.1")}


def test_behind_one_proxy_only_what_it_added_is_believed(
    database: Database, settings: Config, rulebook: RuleBook, people: dict[str, int]
) -> None:
    app = create_app(database, replace(settings, trusted_proxies=1), rulebook)
    browser = Browser(app.test_client())
    data = browser.tokens("/sign-in") | {"username": "x", "password": "y"}
    browser.client.post("/sign-in", data=data, headers={"X-Forwarded-For": "6.6.6.6, 10.9.8.7"})
    with reading(database) as session:
        networks = {row.network for row in session.query(LoginAttempt)}
    assert networks == {keyed(app.extensions["mash"].key, "network", "10.9.8.7")}
    assert browser.get("/sign-in", headers={"X-Forwarded-Host": EVIL}).status_code == 400


def test_over_https_every_answer_says_to_stay_there_and_sets_one_cookie_of_this_host(
    database: Database, settings: Config, rulebook: RuleBook
) -> None:
    app = create_app(database, replace(settings, secure_cookies=True), rulebook)
    browser = app.test_client()
    paths = [address(rule) for rule in rules(app)] + ["/nothing", f"/{'x' * 3000}"]
    for number, (path, method) in enumerate(itertools.product(paths, ("GET", "POST", "DELETE"))):
        network = {"REMOTE_ADDR": f"10.2.{number // 250}.{number % 250}"}
        answer = browser.open(path, method=method, base_url="https://localhost", environ_base=network)
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000"), (path, method)
        assert answer.status_code < 500, (path, method)
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert cookie.startswith("__Host-mash="), path
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")), path


def test_what_is_no_page_is_never_shown_as_one(app: Flask, sign_in_as: SignInAs) -> None:
    for role in ("manager", "reviewer", "auditor", "admin"):
        browser = sign_in_as(role)
        for rule in rules(app):
            if "GET" not in methods(rule) or rule.endpoint in FOR_ANY_SITE:
                continue
            answer = browser.get(address(rule))
            if answer.mimetype not in {"text/html", "text/plain", "application/json"} and answer.status_code == 200:
                assert "attachment" in answer.headers.get("Content-Disposition", ""), (rule, answer.mimetype)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_broken_policy_is_logged_by_its_rule_and_by_nothing_of_the_page(client: Browser, logged: Logged) -> None:
    address_ = "http://localhost/contacts/C-26-00001?name=Ada"
    said = {"effective-directive": "script-src-elem", "document-uri": address_, "script-sample": "Ada Lovell"}
    assert client.client.post("/policy-report", json={"csp-report": said}).status_code == 204
    for odd in (b"", b"[]", b"{", b'{"csp-report": 1}', b'{"csp-report": {"effective-directive": "Ada"}}', b"\xff"):
        assert client.client.post("/policy-report", data=odd).status_code == 204
    lines = [line for line in logged().splitlines() if "policy.broken" in line]
    assert len(lines) == 1
    assert "script-src-elem" in lines[0]
    assert "Ada" not in logged()
    assert urlsplit(address_).query not in logged()
