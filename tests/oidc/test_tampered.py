"""More that comes as from the council’s provider, in shapes no honest one sends: none lets anyone in, none is a 500."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from mash import clock
from mash.db import Database, reading
from mash.journeys.throttle import FREE_BY_NETWORK
from mash.models import Identity, StrongProof, User
from mash.openid import LONGEST_SUBJECT, cannot_be_phished
from tests.oidc.running import CLIENT_ID
from tests.oidc.signer import Signer
from tests.oidc.test_hostile import HOSTILE, MINE
from tests.oidc.trip import come_back, come_in, honest, refusals, set_out, stranger
from tests.web.conftest import Browser

DAY = timedelta(days=1)


def recoded(token: str, part: int, **other: Any) -> str:
    """Change what a token says in its header (0) or its claims (1), and leave its signature."""
    parts = token.split(".")
    said = json.loads(urlsafe_b64decode(parts[part] + "=="))
    parts[part] = urlsafe_b64encode(json.dumps(said | other).encode()).decode().rstrip("=")
    return ".".join(parts)


def seconds(at: datetime) -> int:
    return int(at.timestamp())


TAMPERED: dict[str, MINE] = {
    "a hash of another access token": lambda by, n, at: honest(by, n, at, at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "a hash that is a number": lambda by, n, at: honest(by, n, at, at_hash=7),
    "claims changed": lambda by, n, at: recoded(honest(by, n, at), 1, roles=["mash.admin"]),
    "header changed": lambda by, n, at: recoded(honest(by, n, at), 0, typ="at+jwt"),
    "said to be unsigned": lambda by, n, at: recoded(honest(by, n, at), 0, alg="none"),
    "said to be unsigned, in capitals": lambda by, n, at: recoded(honest(by, n, at), 0, alg="NONE"),
    "another signature": lambda by, n, at: recoded(honest(by, n, at), 0, alg="RS512"),
    "a signature of another kind": lambda by, n, at: recoded(honest(by, n, at), 0, alg="ES256"),
    "a signature of no kind": lambda by, n, at: recoded(honest(by, n, at), 0, alg=["RS256"]),
    "a key with no name": lambda by, n, at: recoded(honest(by, n, at), 0, kid=None),
    "a key named by a path": lambda by, n, at: recoded(honest(by, n, at), 0, kid="../../dev/null"),
    "a key named in SQL": lambda by, n, at: recoded(honest(by, n, at), 0, kid="' OR 1=1 --"),
    "a key to be fetched": lambda by, n, at: by.sign(by.claims(n, at), stranger(), jku="http://127.0.0.1:9/k"),
    "something critical": lambda by, n, at: recoded(honest(by, n, at), 0, crit=["exp"]),
    "no signature": lambda by, n, at: honest(by, n, at).rpartition(".")[0] + ".",
    "two parts": lambda by, n, at: honest(by, n, at).rpartition(".")[0],
    "five parts": lambda by, n, at: honest(by, n, at) + ".e30.e30",
    "for a list of lists": lambda by, n, at: honest(by, n, at, aud=[[CLIENT_ID]]),
    "for nobody": lambda by, n, at: honest(by, n, at, aud=[]),
    "from a list": lambda by, n, at: honest(by, n, at, iss=[by.issuer]),
    "a nonce in a list": lambda by, n, at: by.sign(by.claims(None, at) | {"nonce": [n]}),
    "a tenant in a list": lambda by, n, at: honest(by, n, at, tid=["0b5f3e52-7d3c-4c1e-9a55-2f6f5c0d9e11"]),
    "expired a minute ago": lambda by, n, at: honest(by, n, at, exp=seconds(at) - 60),
    "expires as a truth": lambda by, n, at: honest(by, n, at, exp=True),
    "valid in words": lambda by, n, at: honest(by, n, at, nbf="now"),
    "made tomorrow": lambda by, n, at: honest(by, n, at, iat=seconds(at + DAY)),
    "a name too long": lambda by, n, at: honest(by, n, at, sub="x" * (LONGEST_SUBJECT + 1)),
    "a name that is a number": lambda by, n, at: honest(by, n, at, sub=7),
}


def test_no_tampered_token_lets_anyone_in(database: Database, app: Flask, signer: Signer) -> None:
    assert len(TAMPERED) + len(HOSTILE) >= 40
    for number, (name, forge) in enumerate(TAMPERED.items()):
        desk = Browser(app.test_client())
        desk.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        sent = set_out(desk)
        signer.answer = 200, {"id_token": forge(signer, sent["nonce"], clock.now()), "access_token": "opaque"}
        answer = come_back(desk, sent)
        assert (answer.status_code, "You were not signed in" in answer.text) == (400, True), name
        assert desk.get("/account").status_code == 303, name
    assert len(refusals(database)) == len(TAMPERED)
    with reading(database) as session:
        assert session.query(Identity).count() == session.query(User).count() == 0


def test_floods_from_one_place_leave_a_bounded_record_and_never_a_500(
    database: Database, app: Flask, signer: Signer
) -> None:
    desk = Browser(app.test_client())
    ended = [desk.client.post("/sign-in/council/ended", data={"logout_token": f"{n}"}).status_code for n in range(60)]
    assert set(ended) == {400}
    back = [desk.get("/sign-in/council/back?state=x&code=y").status_code for _ in range(20)]
    assert set(back) <= {400, 429}
    assert 429 in back
    assert len(refusals(database)) <= FREE_BY_NETWORK
    other = Browser(app.test_client())
    other.client.environ_base["REMOTE_ADDR"] = "10.0.0.1"
    assert come_in(other, signer).location == "/"


def test_how_somebody_signed_in_there_counts_only_where_it_cannot_be_phished(
    database: Database, app: Flask, signer: Signer
) -> None:
    ways: list[tuple[dict[str, Any], bool]] = [
        ({}, False),
        ({"amr": ["pwd", "mfa"]}, False),
        ({"amr": ["fido", "mfa"]}, True),
        ({"acr": "phr"}, True),
        ({"acr": ["phr"], "amr": "fido"}, False),
        ({"amr": [["fido"]]}, False),
        ({"amr": {"fido": 1}}, False),
    ]
    assert [cannot_be_phished(said) for said, _ in ways] == [strong for _, strong in ways]
    come_in(Browser(app.test_client()), signer, amr=["pwd"])
    come_in(Browser(app.test_client()), signer, amr=["fido", "mfa"])
    with reading(database) as session:
        assert session.query(StrongProof).count() == 1
