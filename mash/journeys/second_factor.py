"""An authenticator app as the second step of signing in, and the paper codes for when it is lost.

Clock skew: a code counts in its own 30 seconds and in those before and after, since phones drift; each 30 seconds count
once, and never one before the last that was used. So no code works twice, and an older one not at all.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.pages_secret import Secret, each
from mash.journeys.sign_in import end_sessions
from mash.journeys.users import UserRefused, user_by
from mash.models import RecoveryCode, SecondFactor

STEP = 30
SKEW = 1
CODES = 10
WRONG = "That code is not right, or has been used. Wait for the next one"


def begin(session: Session, *, user_id: int, key: Secret, at: datetime) -> str:
    """Return the secret to put into someone's app, in base 32: the one already waiting to be confirmed, or a new one.

    Raises:
        UserRefused: If they have an app already.
    """
    found = session.get(SecondFactor, user_id, with_for_update=True)
    if found is not None and found.confirmed_at:
        raise UserRefused("code", "You have an authenticator app already. Remove it first")
    if found is not None:
        return _unseal(found, key)
    secret = pyotp.random_base32()
    session.add(SecondFactor(user_id=user_id, secret=_seal(secret, user_id, each(key)[0]), last_step=0, made_at=at))
    session.flush()
    return secret


def secret_of(session: Session, *, user_id: int, key: Secret) -> str:
    """Return the secret that waits to be confirmed; empty if none does."""
    found = session.get(SecondFactor, user_id)
    return _unseal(found, key) if found is not None and not found.confirmed_at else ""


def confirm(session: Session, *, user_id: int, code: str, key: Secret, by: Actor, at: datetime) -> list[str]:
    """Take the first code from a new app, and return the recovery codes, which are kept only as hashes.

    Raises:
        UserRefused: If the code is not right, or no app waits to be confirmed.
    """
    found = session.get(SecondFactor, user_id, with_for_update=True)
    if found is None or found.confirmed_at or not _matches(found, code, key, at):
        raise UserRefused("code", WRONG)
    found.confirmed_at = at
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    made = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(CODES)]
    papers = _opened(found, key)[1]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(one, user_id, papers)) for one in made)
    record_event(session, kind="user.second_factor_added", at=at, by=by, data={"user": user_id})
    return made


def check(session: Session, *, user_id: int, code: str, key: Secret, at: datetime) -> bool:
    """Say whether a code from the app, or a recovery code, is right, and use it up if it is."""
    found = session.get(SecondFactor, user_id, with_for_update=True)
    if found is None or not found.confirmed_at:
        return False
    if _matches(found, code, key, at):
        return True
    paper = session.scalars(
        select(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(code, user_id, _opened(found, key)[1]))
        .where(RecoveryCode.used_at.is_(None))
    ).one_or_none()
    if paper is None:
        return False
    paper.used_at = at
    who = Actor.system("sign-in")
    record_event(session, kind="user.recovery_code_used", at=at, by=who, data={"user": user_id})
    return True


def remove(session: Session, *, user_id: int, reason: str, by: Actor, at: datetime, keep: int | None = None) -> None:
    """Take someone's app and paper codes away: they lost it, or change it. Their sign-ins end but the one to ``keep``.

    Raises:
        NotFound: If there is no such user.
        UserRefused: If no reason is given, or they have no app.
    """
    user_by(session, user_id)
    if not reason.strip():
        raise UserRefused("reason", "Enter why their authenticator app is removed")
    found = session.get(SecondFactor, user_id, with_for_update=True)
    if found is None:
        raise UserRefused("reason", "They have no authenticator app")
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.delete(found)
    end_sessions(session, user_id=user_id, by=by, at=at, keep=keep)
    said = {"user": user_id, "reason": reason.strip()}
    record_event(session, kind="user.second_factor_removed", at=at, by=by, data=said)


def _matches(found: SecondFactor, code: str, key: Secret, at: datetime) -> bool:
    """Compare with each 30 seconds that may count, in constant time each, and use up the one that fits."""
    digits, now = code.replace(" ", ""), int(at.timestamp()) // STEP
    app = pyotp.TOTP(_unseal(found, key), interval=STEP)
    for step in range(max(now - SKEW, found.last_step + 1), now + SKEW + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), digits.encode()):
            found.last_step = step
            return True
    return False


def _hash(code: str, user_id: int, key: str) -> str:
    plain = code.replace(" ", "").replace("-", "").casefold()
    return hmac.new(key.encode(), f"recovery:{user_id}:{plain}".encode(), hashlib.sha256).hexdigest()


def _cipher(key: str) -> AESGCM:
    return AESGCM(hmac.new(bytes.fromhex(key), b"second-factor", hashlib.sha256).digest())


def _seal(secret: str, user_id: int, key: str) -> str:
    """Encrypt for one user: moved to another's row, it does not open."""
    nonce = secrets.token_bytes(12)
    sealed = _cipher(key).encrypt(nonce, secret.encode(), str(user_id).encode())
    return base64.b64encode(nonce + sealed).decode()


def _unseal(found: SecondFactor, key: Secret) -> str:
    return _opened(found, key)[0]


def _opened(found: SecondFactor, key: Secret) -> tuple[str, str]:
    """Give the app's secret, and the key that the paper codes are hashed under: the one in use when they were made.

    While the key is changed it may be sealed under either.

    Raises:
        InvalidTag: If no key opens it.
    """
    raw = base64.b64decode(found.secret)
    for one in each(key):
        with suppress(InvalidTag):
            said = _cipher(one).decrypt(raw[:12], raw[12:], str(found.user_id).encode()).decode()
            secret, _, papers = said.partition(":")
            return secret, papers or one
    raise InvalidTag


def seal_anew(session: Session, accepted: Sequence[str], *, by: Actor, at: datetime) -> int:
    """Seal every app's secret under the key in use, whichever of those accepted it was sealed under. Return how many.

    With it goes the key that the paper codes of its owner are hashed under, so that they go on counting.

    Args:
        accepted: Keys, the one in use first.

    One that none of them opens stays as it is: its owner's app opened nothing before, either.
    """
    count = 0
    for row in session.scalars(select(SecondFactor).order_by(SecondFactor.user_id).with_for_update()):
        used = next((key for key in accepted if _opens(row, key)), accepted[0])
        if used != accepted[0]:
            row.secret = _seal(":".join(_opened(row, used)), row.user_id, accepted[0])
            count += 1
    if count:
        record_event(session, kind="second_factor.sealed_anew", at=at, by=by, data={"secrets": count})
    return count


def _opens(found: SecondFactor, key: str) -> bool:
    try:
        _unseal(found, key)
    except InvalidTag:
        return False
    return True
