"""What every page is protected by, whoever added it: a declared audience, headers, tokens, limits."""

import gzip
import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from mash.config import Config
from mash.db import Database, Unavailable
from mash.queries.access import ROLES
from mash.rules import RuleBook
from mash.web.access import allowed_on, require_declarations
from mash.web.app import LARGEST_REQUEST, create_app
from mash.web.assets import files
from mash.web.headers import ALWAYS
from tests.web.conftest import Browser, Logged, SignInAs

OPEN_TO_ALL = {
    "assets.show",
    "front.show_help",
    "front.health",
    "sign_in.ask",
    "sign_in.enter",
    "sign_in.confirm_sign_out",
}
"""The only pages that need no sign-in, besides those of the referral form."""
MADE_UP = {"int": "999999", "path": "none.css", "string": "C-26-99999", "default": "C-26-99999"}
ENDS_THE_SIGN_IN = {"/sign-out"}


def address(rule: Rule) -> str:
    """Fill a rule with arguments that name nothing."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", lambda part: MADE_UP[part[1] or "default"], rule.rule)


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def methods(rule: Rule) -> Iterator[str]:
    yield from sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


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


def test_styles_and_scripts_are_small(client: Browser) -> None:
    page = client.get("/sign-in").text
    sizes: dict[str, int] = {"css": 0, "js": len(gzip.compress(files()["vendor/govuk-frontend-6.3.0.js"][0]))}
    for found in re.findall(r'"(/static/[^"]+\.(?:css|js))"', page):
        answer = client.get(found, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == client.get(found).data
        sizes[found.rpartition(".")[2]] += len(answer.data)
    assert 0 < sizes["css"] <= 30 * 1024
    assert 0 < sizes["js"] <= 40 * 1024


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
    assert "ZeroDivisionError at test_protection.py" in said
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
    browser.get("/contacts/Robin-Sample")
    lines = [json.loads(line) for line in logged().splitlines()]
    assert [line["route"] for line in lines][-2:] == ["/admin/users/<int:user_id>", "none"]
    assert {"method", "route", "status", "ms", "request_id"} <= lines[-1].keys()
    assert "Robin" not in logged()
    assert "Invented" not in logged()
