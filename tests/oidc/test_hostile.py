"""What comes as from the council's provider and is not to be believed: refused with a page and an event, no 500."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from mash import clock
from mash.config import Config
from mash.db import Database, reading
from mash.models import Identity, User
from mash.openid import ASK_KEYS_AGAIN
from mash.rules import RuleBook
from mash.web.app import create_app
from mash.web.council_trip import LASTS
from tests.oidc.running import CLIENT_ID, SECRET
from tests.oidc.signer import Signer
from tests.oidc.trip import HOUR, come_back, come_in, honest, refusals, set_out, stranger
from tests.web.conftest import Browser

MINE = Callable[[Signer, str, datetime], str]
HOSTILE: dict[str, tuple[str, MINE]] = {
    "second issuer": ("iss", lambda by, n, at: honest(by, n, at, iss=by.issuer.replace("0b5f", "ffff"))),
    "issuer with a slash": ("iss", lambda by, n, at: honest(by, n, at, iss=by.issuer + "/")),
    "wrong audience": ("aud", lambda by, n, at: honest(by, n, at, aud="another")),
    "for another as well": ("aud", lambda by, n, at: honest(by, n, at, aud=[CLIENT_ID, "another"], azp=CLIENT_ID)),
    "other party": ("azp", lambda by, n, at: honest(by, n, at, azp="another")),
    "no audience": ("aud", lambda by, n, at: honest(by, n, at, aud=None)),
    "wrong tenant": ("tid", lambda by, n, at: honest(by, n, at, tid="ffff3e52-7d3c-4c1e-9a55-2f6f5c0d9e11")),
    "no tenant": ("tid", lambda by, n, at: honest(by, n, at, tid=None)),
    "wrong nonce": ("nonce", lambda by, n, at: honest(by, n + "0", at)),
    "no nonce": ("nonce", lambda by, _, at: honest(by, None, at)),
    "nobody signed": ("signature", lambda by, n, at: by.unsigned(by.claims(n, at))),
    "public key as a secret": ("signature", lambda by, n, at: by.sign_as_hs256(by.claims(n, at))),
    "stranger's key": ("key", lambda by, n, at: by.sign(by.claims(n, at), stranger())),
    "stranger under our key's name": (
        "signature",
        lambda by, n, at: by.sign(by.claims(n, at), stranger(), kid=by.key.kid),
    ),
    "key sent along": (
        "signature",
        lambda by, n, at: by.sign(by.claims(n, at), other := stranger(), jwk=other.as_dict(private=False)),
    ),
    "expired": ("exp", lambda by, n, at: honest(by, n, at - HOUR)),
    "not yet valid": ("nbf", lambda by, n, at: honest(by, n, at, nbf=int((at + HOUR).timestamp()))),
    "never expires": ("exp", lambda by, n, at: honest(by, n, at, exp=None)),
    "expires in words": ("exp", lambda by, n, at: honest(by, n, at, exp="tomorrow")),
    "nobody": ("sub", lambda by, n, at: honest(by, n, at, sub="")),
    "a list of people": ("sub", lambda by, n, at: honest(by, n, at, sub=["noor"])),
    "sign-out as a sign-in": ("nonce", lambda by, _, at: by.logout(at)),
    "not a token": ("signature", lambda *_: "a.b.c"),
    "a huge token": ("token", lambda *_: "a" * 40_000),
}


def test_no_hostile_token_lets_anyone_in(
    database: Database, settings: Config, rulebook: RuleBook, app: Flask, signer: Signer
) -> None:
    wanted = []
    for name, (why, forge) in HOSTILE.items():
        desk = Browser(app.test_client())
        sent = set_out(desk)
        signer.answer = 200, {"id_token": forge(signer, sent["nonce"], clock.now())}
        answer = come_back(desk, sent)
        assert (answer.status_code, "You were not signed in" in answer.text) == (400, True), name
        assert "Sign in another way" in answer.text
        assert desk.get("/account").status_code == 303, name
        wanted.append(why)
        assert refusals(database)[-1] == why, name
    assert refusals(database) == wanted
    with reading(database) as session:
        assert session.query(Identity).count() == session.query(User).count() == 0
    assert come_in(Browser(app.test_client()), signer).location == "/"


def test_what_is_sent_along_is_what_comes_back_once(desk: Browser, signer: Signer, database: Database) -> None:
    sent = set_out(desk, "?next=/account")
    assert (sent["code_challenge_method"], sent["response_type"], sent["client_id"]) == ("S256", "code", CLIENT_ID)
    signer.answer = 200, {"id_token": honest(signer, sent["nonce"], clock.now())}
    before = desk.token
    assert come_back(desk, sent).location == "/account"
    assert len(signer.asked[0]["code_verifier"][0]) >= 43
    assert signer.asked[0]["client_secret"] == [SECRET]
    desk.token = before
    assert come_back(desk, sent).status_code == 400
    assert refusals(database) == ["state"]
    assert len(signer.asked) == 1


def test_a_state_of_another_browser_or_too_old_or_changed_is_refused(
    app: Flask, desk: Browser, signer: Signer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Browser(app.test_client())
    set_out(other)
    sent = set_out(desk)
    assert come_back(other, sent).status_code == 400
    for state in ("", "x", "." * 9, sent["state"][1:], sent["state"] + "0", "é", "a" * 2000):
        stranger_to_it = Browser(app.test_client())
        set_out(stranger_to_it)
        assert come_back(stranger_to_it, sent, state=state).status_code == 400
    late = clock.now() + LASTS + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert come_back(desk, sent).status_code == 400
    assert set(refusals(database)) == {"state"}
    assert signer.asked == []


def test_errors_of_the_provider_have_a_page(app: Flask, signer: Signer, database: Database) -> None:
    def back(**other: str) -> int:
        desk = Browser(app.test_client())
        status: int = come_back(desk, set_out(desk), **other).status_code
        return status

    assert back(error="access_denied", error_description="<script>alert(1)</script>") == 400
    assert back(iss="https://another.example") == 400
    assert back(code="") == 400
    signer.answer = 400, {"error": "invalid_grant"}
    assert back() == 400
    assert refusals(database) == ["provider", "iss", "code", "code"]
    answers: list[tuple[int, Any]] = [(500, {}), (200, b"not json"), (302, b""), (200, [])]
    for answer in answers:
        signer.answer = answer
        assert back() == 503, answer
    signer.answer = 200, {"access_token": "only"}
    assert back() == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [("issuer", "https://another.example"), ("token_endpoint", "http://another.example"), ("jwks_uri", None)],
)
def test_a_provider_that_says_it_is_another_is_not_asked(
    desk: Browser, signer: Signer, name: str, value: str | None
) -> None:
    signer.document = signer.document | {name: value}
    answer = desk.get("/sign-in/council", follow_redirects=True)
    assert answer.status_code == 503
    assert "Sign in another way" in answer.text


def test_a_provider_that_is_down_leaves_the_way_in_beneath(
    database: Database, settings: Config, rulebook: RuleBook
) -> None:
    assert settings.oidc
    away = replace(settings, oidc=replace(settings.oidc, issuer="http://127.0.0.1:9"))
    desk = Browser(create_app(database, away, rulebook).test_client())
    assert desk.get("/sign-in/council", follow_redirects=True).status_code == 503
    assert re.search("username and password kept here.*Username", desk.get("/sign-in").text, re.DOTALL)


def test_a_new_key_is_asked_for_but_not_at_every_turn(
    desk: Browser, app: Flask, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(desk, signer)
    new, at = stranger(), clock.now() + ASK_KEYS_AGAIN
    signer.listed = [new]
    other = Browser(app.test_client())
    sent = set_out(other)
    signer.answer = 200, {"id_token": signer.sign(signer.claims(sent["nonce"], clock.now()), new)}
    assert come_back(other, sent).status_code == 400
    monkeypatch.setattr(clock, "now", lambda: at)
    sent = set_out(other)
    signer.answer = 200, {"id_token": signer.sign(signer.claims(sent["nonce"], at), new)}
    assert come_back(other, sent).status_code == 303
