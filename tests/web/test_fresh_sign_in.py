"""What matters more asks again who one is, after a quarter of an hour; what was sent meanwhile is kept."""

from datetime import timedelta

import pyotp
import pytest

from mash import clock
from mash.db import Database, reading
from mash.models import Event, User
from mash.queries.access import IDLE, LONGEST
from mash.web.proof import FRESH
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.test_second_step import Hands, add_app

NEW = {"name": "Lee Marsh", "username": "lee", "team": "", "roles": "practitioner"}


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


def users(database: Database) -> set[str]:
    with reading(database) as session:
        return {user.username for user in session.query(User)}


def test_a_form_sent_too_late_waits_for_the_password_and_then_counts_once(
    sign_in_as: SignInAs, hands: Hands, database: Database
) -> None:
    admin = sign_in_as("admin")
    hands.past_fresh(admin)
    assert admin.send("/admin/users/new", **NEW).location == "/sign-in/again"
    assert "lee" not in users(database)
    assert admin.send("/sign-in/again", password="not it at all", code="", next="/").status_code == 422
    assert admin.send("/admin/users/new", **NEW).location == "/sign-in/again"
    before = admin.token
    assert admin.send("/sign-in/again", password=PASSWORD, code="", next="/").location == "/sign-in/kept"
    assert admin.token not in {before, ""}
    tokens = admin.tokens("/sign-in/kept")
    assert "Lee Marsh" in admin.get("/sign-in/kept").text
    assert (admin.client.post("/admin/users/new", data=tokens | NEW).location or "").startswith("/admin/users/")
    assert "lee" in users(database)
    with reading(database) as session:
        assert session.query(Event).filter_by(kind="sign_in.proved_again").count() == 1


def test_the_token_from_before_opens_nothing_after(sign_in_as: SignInAs, client: Browser, hands: Hands) -> None:
    admin = sign_in_as("admin")
    client.token = admin.token
    admin.send("/sign-in/again", password=PASSWORD, code="", next="/account")
    assert admin.get("/account").status_code == 200
    assert client.get("/account").status_code == 303


def test_within_a_quarter_of_an_hour_nothing_is_asked(sign_in_as: SignInAs, hands: Hands, database: Database) -> None:
    admin = sign_in_as("admin")
    hands.on(FRESH - timedelta(seconds=1))
    admin.send("/admin/users/new", **NEW)
    assert "lee" in users(database)


def test_someone_with_an_app_needs_its_code_too(sign_in_as: SignInAs, hands: Hands) -> None:
    manager = sign_in_as("manager")
    app, _ = add_app(manager, hands)
    assert isinstance(app, pyotp.TOTP)
    hands.on()
    assert manager.send("/sign-in/again", password=PASSWORD, code="", next="/account").status_code == 422
    assert manager.send("/sign-in/again", password=PASSWORD, code=app.at(clock.now()), next="/account").location == (
        "/account"
    )


def test_who_may_not_open_a_page_is_not_asked_for_a_password(sign_in_as: SignInAs, hands: Hands) -> None:
    manager = sign_in_as("manager")
    hands.past_fresh(manager)
    assert manager.send("/account", "/admin/users/new", **NEW).status_code == 403


def test_guessing_there_is_slowed_as_at_the_door(sign_in_as: SignInAs, hands: Hands) -> None:
    admin = sign_in_as("admin")
    answers = [admin.send("/sign-in/again", password="no", code="", next="/").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_without_scripts_one_press_on_a_plain_page_stays(sign_in_as: SignInAs, hands: Hands) -> None:
    browser = sign_in_as("manager")
    assert "<noscript>" in browser.get("/account").text
    for _ in range(3):
        hands.on(IDLE - timedelta(minutes=1))
        assert browser.send("/account/stay").location == "/account/stay"
    assert browser.get("/account").status_code == 200


def test_the_ten_hours_begin_again_with_the_password(sign_in_as: SignInAs, hands: Hands) -> None:
    browser = sign_in_as("manager")
    for _ in range(int(LONGEST / timedelta(minutes=12)) - 1):
        hands.on(timedelta(minutes=12))
        assert browser.get("/account").status_code == 200
    browser.send("/sign-in/again", password=PASSWORD, code="", next="/account/stay")
    hands.on(timedelta(minutes=12))
    assert browser.get("/account/stay").status_code == 200
