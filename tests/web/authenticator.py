"""A security key made of software: it makes passkeys and signs with them, honestly or as a test wants it to."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.web.conftest import Browser

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "http://localhost"


def coded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(written: str) -> bytes:
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))


class Authenticator:
    """One device with one passkey. ``count`` is how often it has signed."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0

    def create(self, asked: dict[str, Any], *, flags: int = PRESENT | VERIFIED, **client: Any) -> dict[str, Any]:
        """Make a passkey as a page asks; ``client`` changes what the browser writes of where it was."""
        self.handle = decoded(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        body = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = authenticator_data(client.pop("rp", asked["rp"]["id"]), flags | ATTESTED, self.count) + body
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = client_data("webauthn.create", asked["challenge"], client)
        return self._answer(said, attestationObject=coded(attested))

    def get(self, asked: dict[str, Any], *, flags: int = PRESENT | VERIFIED, **client: Any) -> dict[str, Any]:
        """Sign as a page asks."""
        self.count += 1
        data = authenticator_data(client.pop("rp", asked["rpId"]), flags, client.pop("count", self.count))
        said = client_data("webauthn.get", asked["challenge"], client)
        signed = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        more = {"authenticatorData": coded(data), "signature": coded(signed), "userHandle": coded(self.handle)}
        return self._answer(said, **more)

    def _answer(self, said: bytes, **response: str) -> dict[str, Any]:
        named = coded(self.id)
        return {
            "id": named,
            "rawId": named,
            "type": "public-key",
            "response": {"clientDataJSON": coded(said), **response},
            "clientExtensionResults": {},
        }


def authenticator_data(rp: str, flags: int, count: int) -> bytes:
    return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")


def client_data(kind: str, challenge: str, other: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False} | other).encode()


def asked(browser: Browser, purpose: str) -> dict[str, Any]:
    """Take what a page's script is told to ask for."""
    answer = browser.get(f"/passkeys/ask/{purpose}", headers={"X-Mash": "1"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def add_passkey(browser: Browser, name: str = "Work laptop") -> Authenticator:
    """Add a passkey for whoever is signed in."""
    device = Authenticator()
    browser.get("/account/passkeys")
    made = json.dumps(device.create(asked(browser, "add")))
    assert browser.send("/account/passkeys", name=name, answer=made).location == "/account/passkeys"
    return device


def sign_in_with(browser: Browser, device: Authenticator, next: str = "/") -> Any:
    """Sign in with nothing but a passkey."""
    browser.get("/sign-in")
    answer = json.dumps(device.get(asked(browser, "sign-in")))
    return browser.send("/sign-in", "/sign-in/passkey", answer=answer, next=next)
