"""There and back: what a browser, the provider and whoever reads the record do in a test of signing in."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc.jwk import RSAKey
from sqlalchemy import select

from mash import clock
from mash.db import Database, reading
from mash.models import Event, User
from tests.oidc.signer import Signer
from tests.web.conftest import Browser

HOUR = timedelta(hours=1)


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
