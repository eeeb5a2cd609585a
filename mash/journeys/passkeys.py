"""Passkeys of one's own: added, removed, and used to sign in, as a second step, or to prove again who one is.

A passkey cannot be guessed, so no try of it is held up by those who guess at its owner's password.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash import passkey
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.council_sign_in import use_once
from mash.journeys.events import record_event
from mash.journeys.pages_secret import Secret
from mash.journeys.sign_in import (
    Attempt,
    SignInRefused,
    end_sessions,
    finish,
    hand_over_held,
    open_session,
    prove_again,
    token_hash,
)
from mash.journeys.throttle import allow, keyed_each
from mash.journeys.users import UserRefused
from mash.models import LoginAttempt, Passkey, SecondFactor, SignInStep, StrongProof, User, UserSession
from mash.passkey import Answer, NewKey, PasskeyRefused, Site

WRONG = "That passkey did not let you in. Try again, or sign in another way"
MOST = 10


def count(session: Session, *, browser: str, network: str, key: Secret, at: datetime) -> int:
    """Count a try with a passkey, by browser and network and not by account, and return its number.

    Raises:
        TooManyTries: If it comes too soon after too many others.
    """
    who = keyed_each(key, "passkey", browser or network)
    return allow(session, who=who, network=keyed_each(key, "network", network), at=at).id


def add(session: Session, answer: Answer, made: NewKey, *, name: str, by: Actor, at: datetime) -> Passkey:
    """Keep a passkey that its owner has just made.

    Raises:
        PasskeyRefused: If its challenge was used before, or somebody has it already.
        UserRefused: If they have as many as anyone may.
    """
    if by.user_id is None or not use_once(session, _use(answer), until=answer.until, at=at):
        raise PasskeyRefused("challenge")
    if (session.scalar(select(func.count(Passkey.id)).where(Passkey.user_id == by.user_id)) or 0) >= MOST:
        raise UserRefused("name", f"You have {MOST} passkeys. Remove one first")
    hashed = _hash(made.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_hash == hashed)) is not None:
        raise PasskeyRefused("known")
    found = Passkey(
        user_id=by.user_id,
        credential_id=made.credential_id,
        credential_hash=hashed,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        made_at=at,
    )
    session.add(found)
    session.flush()
    record_event(session, kind="user.passkey_added", at=at, by=by, data={"user": by.user_id, "passkey": found.id})
    return found


def rename(session: Session, *, user_id: int, passkey_id: int, name: str) -> None:
    """Call a passkey of one's own something else.

    Raises:
        NotFound: If they have no such passkey.
    """
    _own(session, user_id, passkey_id).name = name


def remove(
    session: Session,
    *,
    user_id: int,
    passkey_id: int,
    demanded: Callable[[frozenset[str]], bool],
    by: Actor,
    at: datetime,
    keep: int | None = None,
) -> None:
    """Take a passkey away: its owner does so, or an administrator. Its owner's sign-ins end but the one to ``keep``.

    Args:
        demanded: Says whether people of these roles must have a second step.

    Raises:
        NotFound: If they have no such passkey.
        UserRefused: If its owner has no other second step and must have one.
    """
    found = _own(session, user_id, passkey_id)
    others = session.scalar(select(func.count(Passkey.id)).where(Passkey.user_id == user_id, Passkey.id != found.id))
    app = session.get(SecondFactor, user_id, with_for_update=True)
    alone = not others and (app is None or app.confirmed_at is None)
    if alone and by.user_id == user_id and demanded(Actor.of(session.get_one(User, user_id)).roles):
        raise UserRefused("_schema", "Your role needs a second step, and this is your only one. Add another first")
    session.delete(found)
    end_sessions(session, user_id=user_id, by=by, at=at, keep=keep)
    said = {"user": user_id, "passkey": passkey_id}
    record_event(session, kind="user.passkey_removed", at=at, by=by, data=said)


def use(session: Session, answer: Answer, site: Site, *, user_id: int | None, at: datetime) -> User:
    """Take an answer from a passkey, once, and return whose it is.

    Args:
        user_id: Whose it must be; None for anyone's.

    Raises:
        PasskeyRefused: If it is not to be believed. The try is for the caller to record.
    """
    if not use_once(session, _use(answer), until=answer.until, at=at):
        raise PasskeyRefused("challenge")
    hashed = _hash(answer.credential_id)
    found = session.scalars(select(Passkey).where(Passkey.credential_hash == hashed).with_for_update()).one_or_none()
    if found is None:
        raise PasskeyRefused("unknown")
    if user_id is not None and found.user_id != user_id:
        raise PasskeyRefused("other_person")
    handle = passkey.handle_of(found.user_id, site.key)
    found.sign_count = passkey.used(
        answer, site, public_key=found.public_key, sign_count=found.sign_count, handle=handle
    )
    found.used_at = at
    user = session.get_one(User, found.user_id)
    if not user.active:
        raise PasskeyRefused("left")
    return user


def refuse(session: Session, *, why: str, at: datetime, user_id: int | None = None) -> None:
    """Record that an answer from a passkey was refused, and why in one word."""
    about = {} if user_id is None else {"user": user_id}
    record_event(session, kind="sign_in.refused", at=at, by=Actor.system("sign-in"), data={"passkey": why, **about})


def enter(session: Session, user: User, *, tried: int, before: str, device: str, at: datetime) -> tuple[str, bool]:
    """Open a session for somebody whose passkey was right: its token, and whether a form of theirs was held.

    Args:
        before: The token the browser held until now, which may stand for a lapsed sign-in.
    """
    session.get_one(LoginAttempt, tried).worked = True
    token = open_session(session, user, device=device, at=at)
    prove_strongly(session, token=token, at=at)
    return token, hand_over_held(session, known_by=token_hash(before), token=token)


def enter_second(
    session: Session, user: User, *, token: str, tried: int, device: str, at: datetime
) -> tuple[str, bool]:
    """End a sign-in that waited for its second step, by a passkey.

    Raises:
        SignInRefused: If it waits no more, or the password was changed since the first step.
    """
    step = session.get(SignInStep, token_hash(token), with_for_update=True)
    if step is None or step.user_id != user.id:
        raise SignInRefused("That sign-in has ended. Begin again.")
    session.delete(step)
    session.get_one(LoginAttempt, tried).worked = True
    attempt = Attempt(step.data["attempt"], user.id, step.data["stored"])
    opened = finish(session, attempt, rehash=step.data["rehash"], device=device, at=at)
    prove_strongly(session, token=opened, at=at)
    return opened, hand_over_held(session, known_by=step.data["before"], token=opened)


def enter_again(session: Session, *, session_id: int, tried: int, by: Actor, at: datetime) -> str:
    """Note that whoever uses a session has proved who they are by a passkey; return its new token."""
    session.get_one(LoginAttempt, tried).worked = True
    token = prove_again(session, session_id=session_id, by=by, at=at)
    prove_strongly(session, token=token, at=at)
    return token


def prove_strongly(session: Session, *, token: str, at: datetime) -> None:
    """Note that a sign-in was proved in a way that cannot be phished."""
    opened = session.scalars(select(UserSession.id).where(UserSession.token_hash == token_hash(token))).one()
    session.merge(StrongProof(session_id=opened, proved_at=at))


def _own(session: Session, user_id: int, passkey_id: int) -> Passkey:
    found = session.get(Passkey, passkey_id, with_for_update=True)
    if found is None or found.user_id != user_id:
        raise NotFound("There is no such passkey.")
    return found


def _use(answer: Answer) -> str:
    return f"passkey|{answer.challenge.hex()}"


def _hash(credential_id: str) -> str:
    return hashlib.sha256(credential_id.encode()).hexdigest()
