"""What an answer from a passkey must not be believed for: made elsewhere, for something else, copied, changed, late."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mash.db import Database, reading, transaction
from mash.models import Passkey
from mash.passkey import LASTS
from tests.web.authenticator import PRESENT, Authenticator, add_passkey, asked, coded, decoded, sign_in_with
from tests.web.conftest import Browser, SignInAs
from tests.web.test_passkeys import refusals
from tests.web.test_second_step import Hands


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


Made = dict[str, Any]
Tamper = Callable[[Authenticator, dict[str, Any]], Any]


def changed(answer: Made, **response: Any) -> Made:
    return answer | {"response": answer["response"] | response}


def without(answer: Made, *names: str) -> Made:
    return {name: value for name, value in answer.items() if name not in names}


def flipped(written: str, at: int) -> str:
    raw = bytearray(decoded(written))
    raw[at] ^= 1
    return coded(bytes(raw))


def resigned(device: Authenticator, ask: dict[str, Any], other: Authenticator) -> Made:
    """Have another device sign under this one's name."""
    other.id, other.handle = device.id, device.handle
    return other.get(ask)


TAMPERED: dict[str, Tamper] = {
    "another site": lambda d, a: d.get(a, origin="https://evil.example"),
    "a site that looks alike": lambda d, a: d.get(a, origin="http://localhost.evil.example"),
    "another scheme": lambda d, a: d.get(a, origin="https://localhost"),
    "another port": lambda d, a: d.get(a, origin="http://localhost:8443"),
    "no origin": lambda d, a: d.get(a, origin=""),
    "an origin that is a list": lambda d, a: d.get(a, origin=["http://localhost"]),
    "in a frame of another site": lambda d, a: d.get(a, crossOrigin=True),
    "below another site": lambda d, a: d.get(a, topOrigin="https://evil.example"),
    "for another service": lambda d, a: d.get(a, rp="evil.example"),
    "for a service beside": lambda d, a: d.get(a, rp="localhost.example"),
    "for nobody": lambda d, a: d.get(a, rp=""),
    "made, not used": lambda d, a: d.get(a, type="webauthn.create"),
    "of no type": lambda d, a: d.get(a, type=None),
    "another challenge": lambda d, a: d.get(a, challenge=coded(bytes(64))),
    "a challenge cut short": lambda d, a: d.get(a, challenge=a["challenge"][:-4]),
    "a challenge with more": lambda d, a: d.get(a, challenge=a["challenge"] + "AAAA"),
    "a challenge with another moment": lambda d, a: d.get(a, challenge=flipped(a["challenge"], 31)),
    "no challenge": lambda d, a: d.get(a, challenge=""),
    "nobody made sure of": lambda d, a: d.get(a, flags=PRESENT),
    "nobody there": lambda d, a: d.get(a, flags=0x04),
    "a count that went back": lambda d, a: d.get(a, count=0),
    "a count that stood still": lambda d, a: d.get(a, count=1),
    "another device under its name": lambda d, a: resigned(d, a, Authenticator()),
    "a device never added": lambda _, a: Authenticator().get(a),
    "another person named": lambda d, a: changed(d.get(a), userHandle=coded(bytes(32))),
    "a name that is a number": lambda d, a: changed(d.get(a), userHandle=7),
    "a signature changed": lambda d, a: changed(d.get(a), signature=flipped(d.get(a)["response"]["signature"], 9)),
    "no signature": lambda d, a: changed(d.get(a), signature=""),
    "a verified flag added after": lambda d, a: flag_added(d.get(a, flags=PRESENT)),
    "data cut short": lambda d, a: changed(d.get(a), authenticatorData=coded(bytes(20))),
    "two names": lambda d, a: d.get(a) | {"rawId": coded(b"another")},
    "no name": lambda d, a: without(d.get(a), "id"),
    "not a key": lambda d, a: d.get(a) | {"type": "password"},
    "no answer in it": lambda d, a: without(d.get(a), "response"),
    "a list": lambda *_: [],
    "a number": lambda *_: 7,
    "nested without end": lambda *_: json.loads("[" * 400 + "]" * 400),
    "nothing": lambda *_: {},
}


def flag_added(answer: Made) -> Made:
    return changed(answer, authenticatorData=flipped_flag(answer["response"]["authenticatorData"]))


def flipped_flag(written: str) -> str:
    raw = bytearray(decoded(written))
    raw[32] |= 0x04
    return coded(bytes(raw))


def test_no_tampered_answer_lets_anyone_in(sign_in_as: SignInAs, app: Flask, database: Database) -> None:
    assert len(TAMPERED) >= 30
    device = add_passkey(sign_in_as("manager"))
    honest = Browser(app.test_client())
    assert sign_in_with(honest, device).status_code == 303
    for name, tamper in TAMPERED.items():
        desk = Browser(app.test_client())
        desk.get("/sign-in")
        answer = json.dumps(tamper(device, asked(desk, "sign-in")))
        with transaction(database) as session:
            session.query(Passkey).update({"sign_count": 1})
        sent = desk.client.post(
            "/sign-in/passkey", data=desk.tokens("/sign-in") | {"answer": answer}, environ_base={"REMOTE_ADDR": name}
        )
        assert (sent.status_code, "did not let you in" in sent.text) == (422, True), (name, sent.status_code)
        assert desk.get("/account").status_code == 303, name
    assert len(refusals(database)) == len(TAMPERED)


def test_an_answer_counts_once_in_its_own_browser_for_its_own_purpose_in_time(
    sign_in_as: SignInAs, app: Flask, hands: Hands, database: Database
) -> None:
    mine = sign_in_as("manager")
    device = add_passkey(mine)
    desk, other = Browser(app.test_client()), Browser(app.test_client())
    for each in (desk, other):
        each.get("/sign-in")
    answer = json.dumps(device.get(asked(desk, "sign-in")))
    before = desk.token
    assert other.send("/sign-in", "/sign-in/passkey", answer=answer, next="").status_code == 422
    assert mine.send("/sign-in/again", "/sign-in/again/passkey", answer=answer, next="/").location != "/"
    assert desk.send("/sign-in", "/sign-in/passkey", answer=answer, next="").status_code == 303
    desk.token = before
    device.count = 0
    with transaction(database) as session:
        session.query(Passkey).update({"sign_count": 0})
    assert desk.send("/sign-in", "/sign-in/passkey", answer=answer, next="").status_code == 422
    late = json.dumps(device.get(asked(other, "sign-in")))
    hands.on(2 * LASTS)
    assert other.send("/sign-in", "/sign-in/passkey", answer=late, next="").status_code == 422
    assert refusals(database) == ["challenge"] * 3 + ["late"]


@pytest.mark.parametrize("wrong", ["origin", "rp", "flags", "type", "challenge", "twice"])
def test_a_passkey_made_elsewhere_is_not_kept(sign_in_as: SignInAs, database: Database, wrong: str) -> None:
    browser, device = sign_in_as("manager"), Authenticator()
    browser.get("/account/passkeys")
    ask, more = asked(browser, "add"), dict[str, Any]()
    if wrong != "twice":
        more = {
            wrong: {"origin": "https://evil.example", "rp": "evil.example", "flags": PRESENT}.get(wrong, "webauthn.get")
        }
    answer = json.dumps(device.create(ask, **more))
    sent = browser.send("/account/passkeys", name="Key", answer=answer)
    if wrong == "twice":
        assert sent.status_code == 303
        sent = browser.send("/account/passkeys", name="Key", answer=answer)
    assert sent.status_code == 422
    with reading(database) as session:
        assert session.query(Passkey).count() == (wrong == "twice")
