"""An emergency on the page: the second step, what it opens and for how long, and that nothing is changed under it."""

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from mash.db import reading
from mash.models import BreakGlass, Contact, Viewing
from mash.workflow.emergency import emergency_policy
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.contacts import Desk
from tests.web.routes import address, methods, rules
from tests.web.test_second_step import Hands, add_app, hands

__all__ = ["hands"]
REASON = "The police hold the child now and ask who may collect him."
ABSENT = "C-26-99999"


@pytest.fixture
def secret(desk: Desk) -> str:
    return desk.contact("Zephyrine", restricted=True)


@pytest.fixture
def worker(sign_in_as: SignInAs, hands: Hands) -> tuple[Browser, pyotp.TOTP]:
    browser = sign_in_as("practitioner")
    app, _ = add_app(browser, hands)
    return browser, app


def open_it(browser: Browser, reference: str, reason: str = REASON) -> int:
    return browser.send("/emergency", reference=reference, reason=reason).status_code


def test_it_opens_says_so_and_shuts_after_the_hour(
    worker: tuple[Browser, pyotp.TOTP], secret: str, hands: Hands
) -> None:
    browser, _ = worker
    page = f"/contacts/{secret}"
    assert browser.get(page).status_code == 404
    assert open_it(browser, secret.lower()) == 303
    shown = browser.get(page)
    assert "Open to you in an emergency until" in shown.text
    assert "Zephyrine" in shown.text
    for _ in range(5):
        assert browser.get(page).status_code == 200
        hands.on(timedelta(minutes=12))
    assert browser.get(page).status_code == 404


def test_without_a_fresh_proof_it_asks_for_password_and_code(
    worker: tuple[Browser, pyotp.TOTP], secret: str, hands: Hands
) -> None:
    browser, app = worker
    tokens = browser.tokens("/emergency")
    hands.past_fresh(browser)
    answer = browser.client.post("/emergency", data=tokens | {"reference": secret, "reason": REASON})
    assert answer.location == "/sign-in/again"
    assert browser.get(f"/contacts/{secret}").status_code == 404
    assert browser.send("/sign-in/again", password=PASSWORD, code="000000", next="/").status_code == 422
    assert browser.send("/sign-in/again", password=PASSWORD, code=app.at(hands.at), next="/").status_code == 303
    assert open_it(browser, secret) == 303


def test_without_an_app_it_stays_shut_and_the_try_is_kept(sign_in_as: SignInAs, desk: Desk, secret: str) -> None:
    browser = sign_in_as("contact_officer")
    assert open_it(browser, secret) == 422
    with reading(desk.database) as session:
        assert session.scalars(select(Viewing.page).order_by(Viewing.id)).all()[-1:] == ["emergency refused"]
        assert session.scalars(select(BreakGlass)).all() == []


def test_under_it_nothing_is_changed_but_what_strengthens_a_response(
    app: Flask, worker: tuple[Browser, pyotp.TOTP], secret: str, desk: Desk
) -> None:
    browser, _ = worker
    assert open_it(browser, secret) == 303
    tokens = browser.tokens("/account")
    before = desk.row(secret)
    answers = {}
    for rule in rules(app):
        if "reference" in rule.arguments and "POST" in methods(rule):
            path = address(rule).replace(ABSENT, secret)
            answers[rule.endpoint] = browser.client.post(path, data=tokens | {"form_token": rule.endpoint}).status_code
    browser.send("/account", "/queue/many", do="take", ref=secret, view="everyone")
    after = desk.row(secret)
    assert (after.version, after.claimed_by_id, after.state) == (before.version, None, before.state)
    assert {name for name, status in answers.items() if status not in {403, 404}} <= emergency_policy().may_also | {
        name for name in answers if name.startswith("queue.")
    }
    assert {answers[name] for name in emergency_policy().may_also} <= {303, 409, 422}
    assert browser.send(f"/contacts/{secret}", f"/contacts/{secret}/note", text="Police rang.").status_code == 303


def test_what_may_still_be_done_is_done_at_addresses_that_are_there(app: Flask) -> None:
    assert emergency_policy().may_also <= set(app.view_functions)
    assert emergency_policy().reason_at_least >= 20


def test_the_reviewer_is_another_person(
    worker: tuple[Browser, pyotp.TOTP], sign_in_as: SignInAs, secret: str, desk: Desk
) -> None:
    assert open_it(worker[0], secret) == 303
    assert worker[0].send("/account", "/emergency/1/review", finding="right").status_code == 403
    manager = sign_in_as("manager")
    assert "Review by" in manager.get("/restricted").text
    assert manager.send("/account", "/emergency/1/review", finding="wrong", words="Nobody called.").status_code == 303
    assert worker[0].get(f"/contacts/{secret}").status_code == 404
    with reading(desk.database) as session:
        assert session.scalars(select(BreakGlass.finding)).one() == "wrong"
        assert session.scalars(select(Contact.restricted)).one()
