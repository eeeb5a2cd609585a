"""Passkeys (WebAuthn): what a browser is asked, and its answer, believed only as far as a key of its owner signed it.

Nothing is kept between asking and answering. The challenge carries what it is for and when it was made, under a mark
that only we can make and only for the browser that asked; whoever takes an answer uses its challenge up.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LASTS = timedelta(minutes=10)
LONGEST_ANSWER = 16 * 1024
RANDOM, MOMENT = 24, 8
Verified = TypeVar("Verified")


class Purpose(StrEnum):
    """What somebody is asked to use a passkey for. An answer given for one counts for no other."""

    ADD = "add"
    SIGN_IN = "sign-in"
    SECOND = "second"
    AGAIN = "again"


class PasskeyRefused(Exception):
    """An answer that is not to be believed. The message is one word that says what."""


@dataclass(frozen=True, slots=True)
class Site:
    """Who asks.

    Attributes:
        host: The name that passkeys are bound to, without a port.
        origin: The address of our pages, as a browser writes it into what is signed.
        browser: The token that the browser holds.
        key: Our secret.
    """

    host: str
    origin: str
    browser: str
    key: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that was just made."""

    credential_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser answered, with nothing of it checked but its challenge, which is of our making and in time."""

    said: dict[str, Any]
    credential_id: str
    challenge: bytes
    until: datetime


def ask_to_add(site: Site, *, council: str, username: str, handle: bytes, known: Iterable[str], at: datetime) -> Any:
    """Say to a browser, in JSON, that a passkey is to be made for somebody who has those ``known``."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=council,
        user_name=username,
        user_id=handle,
        challenge=_challenge(site, Purpose.ADD, at),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_named(known),
    )
    return options_to_json_dict(options)


def ask_to_use(site: Site, purpose: Purpose, *, known: Iterable[str], at: datetime) -> Any:
    """Say to a browser, in JSON, that one of these passkeys is to be used; any it has for us if none is named."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=_challenge(site, purpose, at),
        allow_credentials=_named(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def read(written: str, site: Site, purpose: Purpose, at: datetime) -> Answer:
    """Read what a browser answered.

    Raises:
        PasskeyRefused: If it is no answer, or not to what this browser was asked, for this, a short while ago.
    """
    said, challenge = _read(written)
    random, moment, mark = challenge[:RANDOM], challenge[RANDOM : RANDOM + MOMENT], challenge[RANDOM + MOMENT :]
    if not site.browser or not hmac.compare_digest(mark, _mark(site, purpose, random + moment)):
        raise PasskeyRefused("challenge")
    began = int.from_bytes(moment, "big")
    if not 0 <= at.timestamp() - began <= LASTS.total_seconds():
        raise PasskeyRefused("late")
    return Answer(said, said["id"], challenge, at.fromtimestamp(began, at.tzinfo) + LASTS)


def made(answer: Answer, site: Site) -> NewKey:
    """Return the passkey that was made.

    Raises:
        PasskeyRefused: If it was not made here, or by nobody whom the device made sure of.
    """
    done = _believed(
        lambda: verify_registration_response(
            credential=answer.said,
            expected_challenge=answer.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    )
    return NewKey(bytes_to_base64url(done.credential_id), done.credential_public_key, done.sign_count)


def used(answer: Answer, site: Site, *, public_key: bytes, sign_count: int, handle: bytes) -> int:
    """Return how often the passkey has now signed, by its device's count.

    Raises:
        PasskeyRefused: If its owner's key did not sign, here and for this, or its count went back: it was copied.
    """
    named = answer.said["response"].get("userHandle")
    if named is not None and not (isinstance(named, str) and hmac.compare_digest(_bytes(named), handle)):
        raise PasskeyRefused("other_person")
    done = _believed(
        lambda: verify_authentication_response(
            credential=answer.said,
            expected_challenge=answer.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    )
    return done.new_sign_count


def handle_of(user_id: int, key: str) -> bytes:
    """Name somebody to their device, in a way that tells nobody anything."""
    return hmac.new(key.encode(), f"passkey user:{user_id}".encode(), hashlib.sha256).digest()


def _read(written: str) -> tuple[dict[str, Any], bytes]:
    if len(written) > LONGEST_ANSWER:
        raise PasskeyRefused("form")
    try:
        said = json.loads(written)
        client = json.loads(_bytes(said["response"]["clientDataJSON"]))
        challenge = _bytes(client["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise PasskeyRefused("form") from wrong
    if not isinstance(said.get("id"), str) or said.get("rawId") != said["id"]:
        raise PasskeyRefused("form")
    if client.get("crossOrigin", False) is not False or "topOrigin" in client:
        raise PasskeyRefused("origin")
    return said, challenge


def _bytes(written: Any) -> bytes:
    """Decode base64url; raises ValueError or TypeError for what is none."""
    if not isinstance(written, str):
        raise TypeError
    return base64url_to_bytes(written)


def _believed(check: Callable[[], Verified]) -> Verified:
    try:
        return check()
    except Exception as wrong:  # whatever a forged answer breaks on the way, it is not believed
        raise PasskeyRefused("ceremony") from wrong


def _challenge(site: Site, purpose: Purpose, at: datetime) -> bytes:
    said = secrets.token_bytes(RANDOM) + int(at.timestamp()).to_bytes(MOMENT, "big")
    return said + _mark(site, purpose, said)


def _mark(site: Site, purpose: Purpose, said: bytes) -> bytes:
    about = f"passkey {purpose}:{site.host}:{site.browser}:".encode()
    return hmac.new(site.key.encode(), about + said, hashlib.sha256).digest()


def _named(known: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
