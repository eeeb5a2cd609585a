"""Passkeys: added, named, removed, and let in with; and what an answer must not be believed for."""

import json

import pytest
from flask import Flask

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys import users
from mash.journeys.actor import Actor
from mash.models import Event, Passkey, StrongProof, User
from tests.web.authenticator import add_passkey, asked, sign_in_with
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.test_second_step import Hands, add_app, demanded


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


def refusals(database: Database) -> list[str]:
    with reading(database) as session:
        found = session.query(Event).filter_by(kind="sign_in.refused").order_by(Event.seq)
        return [event.data.get("passkey", "") for event in found]


def test_a_passkey_alone_lets_its_owner_in_under_a_new_token(
    sign_in_as: SignInAs, client: Browser, database: Database
) -> None:
    device = add_passkey(sign_in_as("manager"))
    client.get("/sign-in")
    before = client.token
    answer = sign_in_with(client, device, "/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.token not in {before, ""}
    assert "Invented manager" in client.get("/account").text
    with reading(database) as session:
        row = session.query(Passkey).one()
        assert (row.sign_count, row.used_at is None) == (1, False)
        assert session.query(StrongProof).count() == 1
        assert session.query(Event).filter_by(kind="user.passkey_added").count() == 1


def test_a_passkey_is_a_second_step_and_a_password_alone_then_opens_nothing(
    sign_in_as: SignInAs, client: Browser
) -> None:
    device = add_passkey(sign_in_as("manager"))
    assert client.sign_in("manager", next="/account").location == "/sign-in/second"
    assert client.get("/account").status_code == 303
    assert "Use your passkey" in client.get("/sign-in/second").text
    assert client.send("/sign-in/second", code="000000").status_code == 422
    answer = json.dumps(device.get(asked(client, "second")))
    sent = client.send("/sign-in/second", "/sign-in/second/passkey", answer=answer, next="")
    assert sent.location == "/account"
    assert client.get("/account").status_code == 200


def test_somebody_elses_passkey_is_no_second_step(sign_in_as: SignInAs, client: Browser, database: Database) -> None:
    add_passkey(sign_in_as("manager"))
    other = add_passkey(sign_in_as("auditor"))
    client.sign_in("manager")
    answer = json.dumps(other.get(asked(client, "second")))
    sent = client.send("/sign-in/second", "/sign-in/second/passkey", answer=answer, next="")
    assert sent.location == "/sign-in/second?wrong=passkey"
    assert "did not let you in" in client.get(sent.location).text
    assert client.get("/account").status_code == 303
    assert refusals(database) == ["other_person"]


def test_where_a_role_demands_a_second_step_a_passkey_is_one_and_the_last_stays(
    sign_in_as: SignInAs, app: Flask, database: Database, hands: Hands
) -> None:
    browser = sign_in_as("manager")
    add_passkey(browser)
    add_passkey(browser, "Spare key")
    demanded(app, "manager")
    with reading(database) as session:
        first, second = (row.id for row in session.query(Passkey).order_by(Passkey.id))
    assert browser.send("/account/passkeys", f"/account/passkeys/{first}/remove").status_code == 303
    refused = browser.send("/account/passkeys", f"/account/passkeys/{second}/remove")
    assert (refused.status_code, "this is your only one" in refused.text) == (422, True)
    add_app(browser, hands)
    assert browser.send("/account/passkeys", f"/account/passkeys/{second}/remove").status_code == 303
    with reading(database) as session:
        assert session.query(Passkey).count() == 0
        assert session.query(Event).filter_by(kind="user.passkey_removed").count() == 2


def test_nobody_names_or_removes_anothers(sign_in_as: SignInAs, database: Database) -> None:
    add_passkey(sign_in_as("manager"))
    other = sign_in_as("auditor")
    with reading(database) as session:
        number = session.query(Passkey).one().id
    assert other.send("/account/passkeys", f"/account/passkeys/{number}/remove").status_code == 404
    assert other.send("/account/passkeys", f"/account/passkeys/{number}/name", name="Mine").status_code == 404


def test_a_passkey_is_renamed(sign_in_as: SignInAs, database: Database) -> None:
    browser = sign_in_as("manager")
    add_passkey(browser)
    with reading(database) as session:
        number = session.query(Passkey).one().id
    browser.send("/account/passkeys", f"/account/passkeys/{number}/name", name="Desk key")
    assert "Desk key" in browser.get("/account/passkeys").text


def test_to_add_or_remove_one_asks_again_who_one_is(sign_in_as: SignInAs, hands: Hands) -> None:
    browser = sign_in_as("manager")
    hands.past_fresh(browser)
    assert browser.get("/account/passkeys").location == "/sign-in/again?next=/account/passkeys"


def test_a_passkey_proves_again_who_one_is(sign_in_as: SignInAs, hands: Hands, database: Database) -> None:
    browser = sign_in_as("admin")
    device = add_passkey(browser)
    hands.past_fresh(browser)
    before = browser.token
    answer = json.dumps(device.get(asked(browser, "again")))
    sent = browser.send("/sign-in/again", "/sign-in/again/passkey", answer=answer, next="/account/passkeys")
    assert sent.location == "/account/passkeys"
    assert browser.token != before
    assert browser.get("/account/passkeys").status_code == 200


def test_who_has_left_is_not_let_in(sign_in_as: SignInAs, client: Browser, database: Database) -> None:
    device = add_passkey(sign_in_as("manager"))
    with transaction(database) as session:
        who = session.query(User).filter_by(username="manager").one()
        users.deactivate(session, user_id=who.id, by=Actor.system("test"), at=who.made_at)
    assert sign_in_with(client, device).status_code == 422
    assert refusals(database) == ["left"]


def test_guesses_at_a_password_do_not_hold_up_a_passkey(sign_in_as: SignInAs, app: Flask, client: Browser) -> None:
    device = add_passkey(sign_in_as("manager"))
    stranger = Browser(app.test_client())
    assert [stranger.sign_in("manager", "not it").status_code for _ in range(6)][-1] == 429
    assert sign_in_with(client, device).status_code == 303


def ask_for_passkeys(admin: Browser) -> None:
    """Set the policy, from today on, that managing users asks for a passkey."""
    day = clock.now()
    starts = {"starts-day": f"{day.day}", "starts-month": f"{day.month}", "starts-year": f"{day.year}"}
    said = {"passkey_for": "admin", "ended_kept_days": "30", "reason": "Keys are handed out", **starts}
    sent = admin.send("/admin/settings/signing-in", **said)
    assert sent.status_code == 303, sent.text


def test_where_policy_asks_an_administrator_needs_a_passkey(
    sign_in_as: SignInAs, client: Browser, database: Database
) -> None:
    admin = sign_in_as("admin")
    ask_for_passkeys(admin)
    new = {"name": "Lee Marsh", "username": "lee", "team": "", "roles": "practitioner"}
    assert admin.send("/admin/users/new", **new).location == "/sign-in/again?strong=1"
    page = admin.get("/sign-in/again?strong=1").text
    assert "you have none yet" in page
    assert 'name="password"' not in page
    device = add_passkey(admin)
    assert sign_in_with(client, device).status_code == 303
    assert (client.send("/admin/users/new", **new).location or "").startswith("/admin/users/")
    client.send("/sign-in/again", password=PASSWORD, code="", next="/")
    later = client.send("/admin/users/new", **new | {"username": "kim"})
    assert later.location == "/sign-in/again?strong=1"


def test_a_browser_that_opened_no_page_of_ours_is_asked_nothing(client: Browser) -> None:
    assert client.get("/passkeys/ask/sign-in").status_code == 401
    client.get("/sign-in")
    assert client.get("/passkeys/ask/add").status_code == 401
    assert client.get("/passkeys/ask/second").status_code == 401
    assert client.get("/passkeys/ask/other").status_code == 404
