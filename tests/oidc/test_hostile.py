"""What comes as from the council's provider and is not to be believed: refused with a page and an event, no 500."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select

from mash import clock
from mash.config import ROLES, Config
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.users import deactivate
from mash.models import Event, Identity, User, UserSession
from mash.openid import ASK_KEYS_AGAIN
from mash.provider import Post, ProviderSettings, usual_posts
from mash.rules import RuleBook
from mash.web.access import FRESH
from mash.web.app import create_app
from mash.web.council_trip import LASTS
from tests.oidc.running import CLIENT_ID, SECRET
from tests.oidc.signer import Signer, signing
from tests.web.conftest import Browser

MINE = Callable[[Signer, str, datetime], str]


@pytest.fixture(scope="module")
def serving() -> Iterator[Signer]:
    with signing() as started:
        yield started


@pytest.fixture
def signer(serving: Signer) -> Iterator[Signer]:
    """Give an honest one, whatever the test before made of it."""
    serving.asked.clear()
    document, listed = dict(serving.document), list(serving.listed)
    yield serving
    serving.document, serving.listed = document, listed


@pytest.fixture
def settings(settings: Config, signer: Signer, tmp_path: Path) -> Config:
    """Give an installation on each database whose people sign in at the signer."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    posts = usual_posts(ROLES) | {"mash.hub": Post("receiving_team", "Early help hub")}
    return replace(settings, oidc=ProviderSettings(signer.issuer, CLIENT_ID, secret, posts))


@pytest.fixture
def desk(app: Flask) -> Browser:
    return Browser(app.test_client())


def set_out(desk: Browser, query: str = "") -> dict[str, str]:
    """Begin to sign in, and return what was sent along to the provider."""
    answer = desk.get(f"/sign-in/council{query}", follow_redirects=False)
    if not (answer.location or "").startswith("http"):
        answer = desk.get(answer.location)
    assert answer.status_code == 303
    return {name: value[0] for name, value in parse_qs(urlsplit(answer.location).query).items()}


def come_back(desk: Browser, sent: dict[str, str], **other: str) -> Any:
    """Come back with a code."""
    return desk.client.get("/sign-in/council/back", query_string={"code": "c", "state": sent["state"]} | other)


def come_in(desk: Browser, signer: Signer, query: str = "", **claims: Any) -> Any:
    """Go there and back with an honest token that says this."""
    sent = set_out(desk, query)
    signer.answer = 200, {"id_token": signer.sign(signer.claims(sent["nonce"], clock.now(), **claims))}
    return come_back(desk, sent)


def refusals(database: Database) -> list[str]:
    with reading(database) as session:
        found = session.scalars(select(Event).where(Event.kind == "sign_in.refused").order_by(Event.seq))
        return [event.data["council"] for event in found]


def roles_of(database: Database, name: str = "noor.hale") -> set[str]:
    with reading(database) as session:
        return {role.role for user in session.query(User).filter_by(username=name) for role in user.roles}


def honest(signer: Signer, nonce: str | None, at: datetime, **other: Any) -> str:
    return signer.sign(signer.claims(nonce, at, **other))


def stranger() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)


HOUR = timedelta(hours=1)
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


def test_app_roles_are_ours_at_every_sign_in_and_none_is_no_way_in(
    app: Flask, desk: Browser, signer: Signer, database: Database
) -> None:
    assert come_in(desk, signer, roles=None).status_code == 403
    assert come_in(desk, signer, roles="mash.admin").status_code == 403
    with reading(database) as session:
        assert session.query(User).count() == 0
    come_in(desk, signer, roles=["mash.admin", 7, "unheard.of"])
    assert roles_of(database) == {"admin"}
    other = Browser(app.test_client())
    come_in(other, signer, roles=["mash.hub"], name="Another name", email="changed@anytown.example")
    assert roles_of(database) == {"receiving_team"}
    with reading(database) as session:
        assert [(user.name, user.team) for user in session.query(User)] == [("Noor Hale", "Early help hub")]
    assert "gives you no role here" in come_in(Browser(app.test_client()), signer, roles=[]).text
    assert roles_of(database) == set()
    assert desk.get("/account").status_code == other.get("/account").status_code == 303
    assert refusals(database) == ["no_role"] * 3


def test_two_people_of_one_name_are_two_and_one_who_has_left_stays_out(
    app: Flask, desk: Browser, signer: Signer, database: Database
) -> None:
    come_in(desk, signer)
    come_in(Browser(app.test_client()), signer, sub="another")
    with transaction(database) as session:
        noor = session.scalars(select(User).where(User.username == "noor.hale")).one()
        assert session.query(User).filter_by(username="noor.hale-2").count() == 1
        deactivate(session, user_id=noor.id, by=Actor.system("test"), at=clock.now())
    assert desk.get("/account").status_code == 303
    assert "has been closed" in come_in(Browser(app.test_client()), signer).text
    assert refusals(database) == ["left"]


def test_proving_oneself_again_takes_a_new_sign_in_of_the_same_person(
    desk: Browser, signer: Signer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(desk, signer, roles=["mash.admin"])
    at = clock.now() + FRESH
    monkeypatch.setattr(clock, "now", lambda: at)
    assert desk.send("/admin/users/new", name="Lee Marsh", username="lee").location == "/sign-in/again"
    assert "Sign in again with your council account" in desk.get("/sign-in/again").text
    sent = set_out(desk, "?again=1")
    assert (sent["prompt"], sent["max_age"]) == ("login", "0")
    old, now = int((at - FRESH).timestamp()), int(at.timestamp())
    for claims in ({"auth_time": None}, {"auth_time": old}, {"auth_time": "now"}, {"sub": "another", "auth_time": now}):
        said: dict[str, Any] = {"roles": ["mash.admin"], **claims}
        assert come_in(desk, signer, "?again=1", **said).status_code in {400, 403}, claims
        assert desk.get("/account").status_code == 200
    assert refusals(database) == ["auth_time"] * 3 + ["other_person"]
    before = desk.token
    answer = come_in(desk, signer, "?again=1&next=/admin/users", roles=["mash.admin"], auth_time=now)
    assert answer.location == "/sign-in/kept"
    assert desk.token != before


def told(desk: Browser, token: str) -> int:
    status: int = desk.client.post("/sign-in/council/ended", data={"logout_token": token}).status_code
    return status


def test_a_sign_out_at_the_provider_ends_every_sign_in_once(
    app: Flask, desk: Browser, signer: Signer, database: Database
) -> None:
    second, other, server = (Browser(app.test_client()) for _ in range(3))
    come_in(desk, signer, sid="one")
    come_in(second, signer, sid="two")
    come_in(other, signer, sub="another", sid="three")
    token = signer.logout(clock.now())
    assert told(server, token) == 200
    assert [each.get("/account").status_code for each in (desk, second, other)] == [303, 303, 200]
    come_in(desk, signer, sid="four")
    assert told(server, token) == 400
    assert desk.get("/account").status_code == 200
    assert told(server, signer.logout(clock.now(), sub=None, sid="four")) == 200
    assert [each.get("/account").status_code for each in (desk, other)] == [303, 200]
    assert refusals(database) == ["ended:jti"]
    with reading(database) as session:
        assert session.query(UserSession).filter(UserSession.ended_at.is_(None)).count() == 1


def test_no_hostile_sign_out_ends_anything(app: Flask, desk: Browser, signer: Signer, database: Database) -> None:
    come_in(desk, signer)
    at = clock.now()
    hostile = {
        "ended:signature": signer.unsigned({"sub": "noor"}),
        "ended:iss": signer.logout(at, iss="https://another.example"),
        "ended:aud": signer.logout(at, aud="another"),
        "ended:events": signer.logout(at, nonce="n"),
        "ended:iat": signer.logout(at - HOUR, exp=None),
    }
    for token in hostile.values():
        assert told(Browser(app.test_client()), token) == 400
    assert refusals(database) == list(hostile)
    # Past the free tries they are refused all the same, and no longer fill the record.
    for token in (
        signer.logout(at, events={}),
        signer.logout(at, events=["http://schemas.openid.net/event/backchannel-logout"]),
        signer.logout(at, jti=None),
        signer.logout(at, sub=None),
        signer.logout(at, exp=int((at - HOUR).timestamp())),
        honest(signer, "n", at),
        honest(signer, None, at),
        "",
    ):
        assert told(Browser(app.test_client()), token) == 400
    assert len(refusals(database)) == len(hostile)
    assert desk.get("/account").status_code == 200
    assert told(desk, signer.logout(at)) == 200
    assert desk.get("/account").status_code == 303


def test_without_a_provider_there_is_nothing_of_it(database: Database, settings: Config, rulebook: RuleBook) -> None:
    desk = Browser(create_app(database, replace(settings, oidc=None), rulebook).test_client())
    assert desk.get("/sign-in/council").status_code == desk.get("/sign-in/council/back").status_code == 404
    assert told(desk, "x") == 404
    assert "council account" not in desk.get("/sign-in").text
