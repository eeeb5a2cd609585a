"""Who gets in, who does not, and what ends it."""

from datetime import timedelta

import pytest
from flask import Flask

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys import users
from mash.journeys.actor import Actor
from mash.journeys.throttle import FREE_BY_ACCOUNT, FREE_BY_NETWORK
from mash.models import Event, LoginAttempt, UserSession
from mash.queries.access import IDLE, LONGEST
from tests.web.conftest import PASSWORD, Browser, SignInAs


def wait(monkeypatch: pytest.MonkeyPatch, length: timedelta) -> None:
    """Let just this much time pass for every page from now on, however slow the machine is."""
    then = clock.now() + length
    monkeypatch.setattr(clock, "now", lambda: then)


def test_the_right_password_opens_the_page_that_was_asked_for(client: Browser, people: dict[str, int]) -> None:
    assert client.get("/admin/users").location == "/sign-in?next=/admin/users"
    answer = client.sign_in("ADMIN", next="/admin/users")
    assert (answer.status_code, answer.location) == (303, "/admin/users")
    assert client.get("/admin/users").status_code == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(client: Browser, people: dict[str, int]) -> None:
    known, unknown = client.sign_in("admin", "not it at all"), client.sign_in("nobody", "not it at all")
    assert known.status_code == unknown.status_code == 422
    assert "Error: Sign in" in known.text
    assert words(known.text) == words(unknown.text.replace("nobody", "admin"))


def words(page: str) -> list[str]:
    return [line for line in page.splitlines() if "_token" not in line and "data-now" not in line]


def test_the_password_is_never_sent_back(client: Browser, people: dict[str, int]) -> None:
    assert "not it at all" not in client.sign_in("admin", "not it at all").text


def test_a_cookie_kept_from_before_signing_out_opens_nothing(sign_in_as: SignInAs, app: Flask) -> None:
    browser = sign_in_as("admin")
    kept = browser.token
    assert browser.send("/account", "/sign-out").status_code == 303
    thief = Browser(app.test_client())
    thief.token = kept
    assert thief.get("/account").location == "/sign-in?next=/account"
    assert browser.get("/account").status_code == 303


def test_signing_in_changes_the_token(client: Browser, people: dict[str, int]) -> None:
    client.get("/sign-in")
    planted = client.token
    assert planted
    client.sign_in("admin")
    assert client.token != planted


def test_only_the_hash_of_a_token_is_kept(sign_in_as: SignInAs, database: Database) -> None:
    browser = sign_in_as("admin")
    with reading(database) as session:
        row = session.query(UserSession).one()
        assert len(row.token_hash) == 64
        assert browser.token not in str(vars(row))


def test_a_cookie_is_for_this_host_only_and_not_for_scripts(client: Browser, people: dict[str, int]) -> None:
    cookie = client.sign_in("admin").headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_a_quarter_of_an_hour_without_use_ends_a_sign_in(sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> None:
    wait(monkeypatch, timedelta())
    browser = sign_in_as("admin")
    wait(monkeypatch, IDLE - timedelta(seconds=1))
    assert browser.get("/account").status_code == 200
    wait(monkeypatch, IDLE - timedelta(seconds=1))
    assert browser.get("/account").status_code == 200
    wait(monkeypatch, IDLE)
    assert browser.get("/account").status_code == 303


def test_ten_hours_end_a_sign_in_however_busy(sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> None:
    wait(monkeypatch, timedelta())
    browser = sign_in_as("admin")
    for _ in range(int(LONGEST / timedelta(minutes=12)) - 1):
        wait(monkeypatch, timedelta(minutes=12))
        assert browser.get("/account").status_code == 200
    wait(monkeypatch, timedelta(minutes=12))
    assert browser.get("/account").status_code == 303


def test_being_there_is_noted_at_most_once_a_minute(
    sign_in_as: SignInAs, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, timedelta())
    browser = sign_in_as("admin")
    began = seen(database)
    wait(monkeypatch, timedelta(seconds=50))
    browser.get("/account")
    assert seen(database) == began
    wait(monkeypatch, timedelta(seconds=50))
    browser.get("/account")
    assert seen(database) != began


def seen(database: Database) -> object:
    with reading(database) as session:
        return session.query(UserSession).one().seen_at


def test_someone_who_leaves_is_out_at_their_next_click(
    sign_in_as: SignInAs, database: Database, people: dict[str, int]
) -> None:
    browser = sign_in_as("practitioner")
    with transaction(database) as session:
        users.deactivate(session, user_id=people["practitioner"], by=Actor.system("test"), at=clock.now())
    assert browser.get("/account").status_code == 303
    assert browser.sign_in("practitioner").status_code == 422


def test_roles_count_from_the_next_click(sign_in_as: SignInAs, database: Database, people: dict[str, int]) -> None:
    browser = sign_in_as("practitioner")
    assert browser.get("/admin/users").status_code == 403
    with transaction(database) as session:
        users.change_roles(
            session, user_id=people["practitioner"], roles=["admin"], by=Actor.system("test"), at=clock.now()
        )
    assert browser.get("/admin/users").status_code == 200


def guess(client: Browser, times: int, name: str = "admin") -> list[int]:
    return [client.sign_in(name, "not it at all").status_code for _ in range(times)]


def test_guessing_is_slowed_before_any_hashing(
    client: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, timedelta(0))
    assert guess(client, FREE_BY_ACCOUNT) == [422] * FREE_BY_ACCOUNT
    monkeypatch.setattr("mash.journeys.passwords.check", pytest.fail)
    answer = client.sign_in("admin", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 31
    assert "Wait 30 seconds, then try again." in answer.text


def test_a_slowed_account_opens_again_without_anyones_help(
    client: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, timedelta(0))
    guess(client, FREE_BY_ACCOUNT)
    wait(monkeypatch, timedelta(seconds=31))
    assert client.sign_in("admin").status_code == 303


def test_a_name_nobody_has_is_slowed_alike(
    client: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, timedelta(0))
    assert guess(client, FREE_BY_ACCOUNT + 1, "nobody") == [422] * FREE_BY_ACCOUNT + [429]


def test_a_stranger_cannot_shut_someone_out_of_their_own_browser(
    sign_in_as: SignInAs, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sign_in_as("manager")
    desk.send("/account", "/sign-out")
    wait(monkeypatch, timedelta(seconds=1))
    assert guess(client, FREE_BY_ACCOUNT + 1, "manager")[-1] == 429
    assert desk.sign_in("manager").status_code == 303


def test_one_network_cannot_try_name_after_name(
    client: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mash.journeys.passwords.check", lambda *_: type("No", (), {"right": False}))
    wait(monkeypatch, timedelta(0))
    tries = [client.sign_in(f"name{n}", "x").status_code for n in range(FREE_BY_NETWORK + 1)]
    assert tries == [422] * FREE_BY_NETWORK + [429]


def test_tries_name_nobody(client: Browser, people: dict[str, int], database: Database) -> None:
    client.sign_in("admin", "not it at all")
    with reading(database) as session:
        kept = str([vars(row) for row in session.query(LoginAttempt)])
    assert "admin" not in kept
    assert "127.0.0.1" not in kept


def test_coming_and_going_are_events(sign_in_as: SignInAs, database: Database) -> None:
    browser = sign_in_as("admin")
    Browser(browser.client).send("/account", "/sign-out")
    browser.sign_in("admin", "not it at all")
    with reading(database) as session:
        kinds = [event.kind for event in session.query(Event).order_by(Event.seq)]
    assert [kind for kind in kinds if kind.startswith("sign_in")] == [
        "sign_in.opened",
        "sign_in.closed",
        "sign_in.refused",
    ]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/account?x=https://evil.example",
        "/a:b",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie: a=b",
        "/\r\nSet-Cookie: a=b",
        "https:evil.example",
        "/@evil.example",
        "",
    ],
)
def test_signing_in_leads_nowhere_but_here(client: Browser, people: dict[str, int], elsewhere: str) -> None:
    answer = client.sign_in("admin", next=elsewhere)
    assert answer.status_code == 303
    assert answer.location == "/" or answer.location.startswith("/%")


def test_what_was_sent_too_late_is_kept_and_sent_once_after_signing_in(
    sign_in_as: SignInAs, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in_as("admin")
    late = browser.tokens("/account")
    wait(monkeypatch, IDLE)
    answer = browser.client.post("/account/preferences", data=late | {"density": "compact"})
    assert answer.location == "/sign-in?kept=1"
    assert "is kept" in browser.get("/sign-in?kept=1").text
    assert browser.sign_in("admin").location == "/sign-in/kept"
    page = browser.get("/sign-in/kept").text
    assert 'name="density" value="compact"' in page
    assert browser.send("/sign-in/kept", "/account/preferences", density="compact").location == "/account"
    assert 'class="govuk-template compact"' in browser.get("/account").text
    assert browser.get("/sign-in/kept").location == "/"


def test_what_one_person_sent_is_not_shown_to_the_next(sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in_as("admin")
    late = browser.tokens("/account")
    wait(monkeypatch, IDLE)
    browser.client.post("/account/preferences", data=late | {"density": "compact"})
    assert browser.sign_in("manager").location == "/"
    assert browser.get("/sign-in/kept").location == "/"


def test_a_script_is_told_rather_than_sent_to_sign_in(client: Browser) -> None:
    assert client.get("/account", headers={"X-Mash": "1"}).status_code == 401
