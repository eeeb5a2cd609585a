"""What every page is protected by, whoever added it: a declared audience, headers, tokens, limits."""

import gzip
import re

import pytest
from flask import Flask

from mash.config import Config
from mash.db import Database
from mash.queries.access import ROLES
from mash.rules import RuleBook
from mash.web.access import allowed_on, require_declarations
from mash.web.app import create_app
from mash.web.assets import files
from mash.web.headers import ALWAYS
from tests.web.conftest import Browser, SignInAs
from tests.web.routes import address, methods, rules

OPEN_TO_ALL = {
    "brand.show_logo",
    "brand.show_style",
    "assets.show",
    "first_admin.ask",
    "first_admin.make",
    "front.show_accessibility",
    "front.show_help",
    "front.health",
    "monitor.alive",
    "monitor.metrics",
    "monitor.ready",
    "self_check.answer",
    "self_check.ask",
    "thresholds.download",
    "thresholds.show",
    "thresholds.show_rule",
    "thresholds.versions",
    "council.come_back",
    "council.end",
    "council.go",
    "sign_in.ask",
    "sign_in.enter",
    "sign_in.confirm_sign_out",
    "passkeys.ask",
    "policy_report.take",
    "password_link.ask",
    "password_link.choose",
    "passkeys.enter",
    "passkeys.enter_second",
    "second_step.ask",
    "second_step.enter",
}
"""The only pages that need no sign-in, besides those of the referral form."""
ENDS_THE_SIGN_IN = {"/sign-out"}


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    assert [rule.endpoint for rule in rules(app) if allowed_on(app.view_functions[rule.endpoint]) is None] == []


def test_an_application_with_a_page_that_does_not_say_will_not_start(
    database: Database, settings: Config, rulebook: RuleBook
) -> None:
    made = create_app(database, settings, rulebook)
    made.add_url_rule("/forgotten", "forgotten", lambda: "secrets")
    with pytest.raises(RuntimeError, match="forgotten"):
        require_declarations(made)
    assert made.test_client().get("/forgotten").status_code == 403


def test_nothing_else_is_open_to_all(app: Flask) -> None:
    open_to_all = {
        rule.endpoint
        for rule in rules(app)
        if (allowed := allowed_on(app.view_functions[rule.endpoint])) and allowed.roles is None
    }
    assert {name for name in open_to_all if not name.startswith("referral.")} == OPEN_TO_ALL


def test_without_signing_in_nothing_else_answers(app: Flask, client: Browser) -> None:
    token = client.tokens("/sign-in")
    for rule in rules(app):
        if allowed_on(app.view_functions[rule.endpoint]).roles is None:  # type: ignore[union-attr]
            continue
        for method in methods(rule):
            answer = client.client.open(address(rule), method=method, data=token if method != "GET" else None)
            assert (answer.status_code, (answer.location or "").partition("?")[0]) == (303, "/sign-in"), (rule, method)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_nothing_else(app: Flask, sign_in_as: SignInAs, role: str) -> None:
    browser = sign_in_as(role)
    tokens = browser.tokens("/account")
    for rule in rules(app):
        allowed = allowed_on(app.view_functions[rule.endpoint])
        assert allowed is not None
        if allowed.roles is None or rule.rule in ENDS_THE_SIGN_IN:
            continue
        for method in methods(rule):
            data = tokens | {"form_token": f"{rule.endpoint}{method}"[:60]} if method != "GET" else None
            answer = browser.client.open(address(rule), method=method, data=data)
            if role in allowed.roles:
                assert answer.status_code in {200, 204, 303, 400, 404, 409, 422}, (rule, method, answer.status_code)
            else:
                assert answer.status_code == 403, (rule, method)


def test_every_reply_carries_every_header(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("admin")
    for path in [*(address(rule) for rule in rules(app)), "/nothing-here", "/static/none/mash.css"]:
        for method in ("GET", "POST", "PUT", "TRACE"):
            answer = browser.client.open(path, method=method)
            assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, (path, method)
            if not (path.startswith("/static/") and answer.status_code == 200):
                assert answer.headers["Cache-Control"] == "no-store", (path, method)


def test_nothing_may_run_but_our_own_files(client: Browser) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("page", ["/sign-in", "/help", "/account", "/admin/users", "/admin/users/new", "/nothing"])
def test_pages_hold_no_inline_script_or_style(sign_in_as: SignInAs, page: str) -> None:
    text = sign_in_as("admin").get(page).text
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text) == []
    assert set(re.findall(r'(?:src|href|action)="(\w+:)?//', text)) == set()


def test_files_are_kept_for_a_year_at_an_address_that_changes_with_them(client: Browser) -> None:
    page = client.get("/sign-in").text
    found = re.findall(r'"(/static/[^"]+)"', page)
    assert len(found) >= 4
    for address_ in found:
        answer = client.get(address_)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/older/mash.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", "vendor/../../app.py"])
def test_only_our_files_are_served(client: Browser, name: str) -> None:
    assert client.get(f"/static/x/{name}", follow_redirects=True).status_code == 404


@pytest.mark.parametrize(("kind", "most"), [("css", 30), ("js", 40)])
def test_styles_and_scripts_are_small(client: Browser, kind: str, most: int) -> None:
    sizes = []
    for name in (name for name in files() if name.endswith(f".{kind}")):
        answer = client.get(f"/static/x/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == client.get(f"/static/x/{name}").data
        sizes.append(len(answer.data))
    assert len(sizes) >= 3
    assert sum(sizes) <= most * 1024


def test_only_one_cookie_is_ever_set(sign_in_as: SignInAs, app: Flask) -> None:
    browser = sign_in_as("admin")
    for rule in rules(app):
        for cookie in browser.get(address(rule)).headers.getlist("Set-Cookie"):
            assert cookie.startswith("mash="), rule


def test_titles_and_addresses_hold_no_names(sign_in_as: SignInAs, people: dict[str, int]) -> None:
    browser = sign_in_as("admin")
    page = browser.get(f"/admin/users/{people['manager']}").text
    assert "Invented manager" in page
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert "Invented" not in title[1]
    assert "Invented" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))
