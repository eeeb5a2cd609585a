"""A provider that signs whatever a test wants, honest or not: a small server on this machine with keys of its own."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from typing_extensions import override

from mash.openid import ENDS_SESSIONS
from tests.oidc.running import CLIENT_ID, TENANT


class Signer:
    """What the provider says about itself, what it answers next, and a way to sign."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}/{TENANT}/v2.0"
        self.key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        self.listed = [self.key]
        self.answer: tuple[int, Any] = (200, {})
        self.asked: list[dict[str, list[str]]] = []
        self.document: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def claims(self, nonce: str | None, at: datetime, **other: Any) -> dict[str, Any]:
        """Say of somebody what an honest provider says; a claim of None is left out."""
        now = int(at.timestamp())
        said = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "noor",
            "tid": TENANT,
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "nonce": nonce,
            "name": "Noor Hale",
            "preferred_username": "noor.hale@anytown.example",
            "roles": ["mash.practitioner"],
        }
        return {name: value for name, value in (said | other).items() if value is not None}

    def logout(self, at: datetime, **other: Any) -> str:
        """Sign that somebody has signed out; a claim of None is left out."""
        now = int(at.timestamp())
        said = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "noor", "iat": now, "exp": now + 120, "jti": uuid4().hex}
        said |= {"events": {ENDS_SESSIONS: {}}} | other
        return self.sign({name: value for name, value in said.items() if value is not None}, typ="logout+jwt")

    def sign(self, claims: dict[str, Any], key: RSAKey | None = None, **header: Any) -> str:
        """Sign claims as RS256, with our own key or another."""
        by = key or self.key
        return jwt.encode({"alg": "RS256", "kid": by.kid} | header, claims, by, algorithms=["RS256"])

    def sign_as_hs256(self, claims: dict[str, Any]) -> str:
        """Sign with the public key as if it were a shared secret."""
        shared = OctKey.import_key(urlsafe_b64encode(self.key.as_pem(private=False)).decode())
        return jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, shared, algorithms=["HS256"])

    def unsigned(self, claims: dict[str, Any]) -> str:
        """Say that nobody signed."""
        parts = ({"alg": "none", "kid": self.key.kid}, claims)
        return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@contextmanager
def signing() -> Generator[Signer]:
    """Serve one until the test ends."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("openid-configuration"):
                self._say(200, signer.document)
            else:
                self._say(200, {"keys": [key.as_dict(private=False) for key in signer.listed]})

        def do_POST(self) -> None:
            signer.asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self._say(*signer.answer)

        def _say(self, status: int, said: Any) -> None:
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        signer = Signer(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield signer
        finally:
            server.shutdown()
            thread.join()
