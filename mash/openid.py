"""Ask a council's own sign-in provider who somebody is, and believe only what it signed, for us, for this sign-in.

Authlib speaks OAuth 2; joserfc, on which Authlib stands, checks signatures. Only RS256 is taken, whatever a token says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mash.provider import ProviderSettings, is_safe

LEEWAY = timedelta(seconds=30)
KEEP_DOCUMENT = timedelta(hours=1)
ASK_KEYS_AGAIN = timedelta(minutes=1)
LOGOUT_LASTS = timedelta(minutes=5)
TIMEOUT_SECONDS = 5
LONGEST_TOKEN = 32 * 1024
LONGEST_SUBJECT = 255
STRONG = frozenset({"phr", "phrh", "fido", "hwk"})
"""What providers call proof that cannot be phished, in ``acr`` (OpenID EAP) or ``amr`` (RFC 8176, Entra ID)."""
ENDS_SESSIONS = "http://schemas.openid.net/event/backchannel-logout"


class ProviderAway(Exception):
    """The provider was not reached, or did not answer as a provider does. The message names the kind of failure."""


class TokenRefused(Exception):
    """Something that came as from the provider is not to be believed. The message is one word that says what."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A sign-in at the provider that has ended: everything of ``subject``, or what ``sid`` names if that is empty."""

    subject: str
    sid: str
    jti: str
    until: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider said about itself, and when."""

    document: Mapping[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """A council's provider. It is asked about itself once an hour, and for its keys when a token names one we lack."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._known: _Known | None = None

    def address(self, *, back: str, state: str, nonce: str, verifier: str, again: bool, at: datetime) -> str:
        """Return where to send somebody to sign in there.

        Args:
            back: Our address to which they return with a code.
            again: Whether they must prove who they are even if they are signed in there.

        Raises:
            ProviderAway: If the provider cannot be asked where that is.
        """
        more = {"prompt": "login", "max_age": "0"} if again else {}
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                self._ask(at).document["authorization_endpoint"],
                state=state,
                code_verifier=verifier,
                nonce=nonce,
                **more,
            )
        return str(address)

    def claims(self, *, code: str, back: str, nonce: str, verifier: str, at: datetime) -> dict[str, Any]:
        """Trade a code for what the provider says of whoever signed in there.

        Raises:
            ProviderAway: If it cannot be asked.
            TokenRefused: If it refuses the code, or what it gives is not for us or for this sign-in.
        """
        known = self._ask(at)
        try:
            with self._client(back) as client:
                answer = client.fetch_token(
                    known.document["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=TIMEOUT_SECONDS,
                    allow_redirects=False,
                )
        except OAuthError as wrong:
            raise TokenRefused("code") from wrong
        except (requests.RequestException, ValueError) as wrong:
            raise ProviderAway(type(wrong).__name__) from wrong
        header, claims = self._signed(answer.get("id_token"), at)
        self._check(header, claims, nonce=nonce, access_token=answer.get("access_token"), at=at)
        return claims

    def ended(self, token: str, at: datetime) -> Ended:
        """Read a logout token, as OpenID Connect Back-Channel Logout 1.0 says it is to be read.

        Raises:
            ProviderAway: If the provider's keys cannot be had.
            TokenRefused: If it is not one, or not for us.
        """
        header, claims = self._signed(token, at)
        if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in {"jwt", "logout+jwt"}:
            raise TokenRefused("typ")
        self._ours(claims)
        events = claims.get("events")
        if "nonce" in claims or not isinstance(events, dict) or not isinstance(events.get(ENDS_SESSIONS), dict):
            raise TokenRefused("events")
        issued, jti = _moment(claims, "iat", at), claims.get("jti")
        if not -LEEWAY <= at - issued <= LOGOUT_LASTS:
            raise TokenRefused("iat")
        if "exp" in claims and _moment(claims, "exp", at) + LEEWAY <= at:
            raise TokenRefused("exp")
        subject, sid = claims.get("sub", ""), claims.get("sid", "")
        if not isinstance(jti, str) or not jti:
            raise TokenRefused("jti")
        if not isinstance(subject, str) or not isinstance(sid, str) or not (subject or sid):
            raise TokenRefused("sub")
        return Ended(subject, sid, jti, issued + LOGOUT_LASTS + LEEWAY)

    def _client(self, back: str) -> OAuth2Session:
        try:
            secret = self.settings.secret_file.read_text().strip()
        except OSError as wrong:
            raise ProviderAway(type(wrong).__name__) from wrong
        return OAuth2Session(
            self.settings.client_id,
            secret,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106  # the name of a way, not a secret
            scope="openid profile",
            redirect_uri=back,
            code_challenge_method="S256",
        )

    def _ask(self, at: datetime, *, anew: bool = False) -> _Known:
        """Return what the provider says about itself, asked lately."""
        known = self._known
        if known is None or anew or at - known.at >= KEEP_DOCUMENT:
            document = _fetch(self.settings.issuer + "/.well-known/openid-configuration")
            if document.get("issuer") != self.settings.issuer:
                raise ProviderAway("issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not isinstance(document.get(name), str) or not is_safe(document[name]):
                    raise ProviderAway(name)
            self._known = known = _Known(document, _keys(_fetch(document["jwks_uri"])), at)
        return known

    def _signed(self, token: object, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what a token says if the provider signed it; its keys are asked for again where it names a new one."""
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN or not token.isascii():
            raise TokenRefused("token")
        known = self._ask(at)
        try:
            return _opened(token, known.keys)
        except TokenRefused as wrong:
            if str(wrong) != "key" or at - known.at < ASK_KEYS_AGAIN:
                raise
        return _opened(token, self._ask(at, anew=True).keys)

    def _ours(self, claims: Mapping[str, Any]) -> None:
        """Refuse what is from another issuer or tenant, or for another service as well as for us."""
        ours = self.settings
        if claims.get("iss") != ours.issuer:
            raise TokenRefused("iss")
        if claims.get("aud") not in (ours.client_id, [ours.client_id]):
            raise TokenRefused("aud")

    def _check(
        self, header: dict[str, Any], claims: dict[str, Any], *, nonce: str, access_token: Any, at: datetime
    ) -> None:
        self._ours(claims)
        if claims.get("nonce") != nonce:
            raise TokenRefused("nonce")
        if self.settings.tenant and claims.get("tid") != self.settings.tenant:
            raise TokenRefused("tid")
        said = {"client_id": self.settings.client_id, "nonce": nonce, "access_token": access_token}
        try:
            CodeIDToken(claims, header, params=said).validate(int(at.timestamp()), int(LEEWAY.total_seconds()))
        except (JoseError, TypeError, ValueError) as wrong:
            raise TokenRefused(str(getattr(wrong, "claim", "") or getattr(wrong, "error", "") or "claims")) from wrong
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise TokenRefused("sub")


def proved_after(claims: Mapping[str, Any], began: datetime, at: datetime) -> bool:
    """Say whether somebody proved who they are at the provider since a moment, by what it signed."""
    return _moment(claims, "auth_time", at) >= began - LEEWAY


def cannot_be_phished(claims: Mapping[str, Any]) -> bool:
    """Say whether the provider signed that somebody proved who they are in a way that cannot be phished."""
    ways = claims.get("amr")
    named = {claims.get("acr"), *(ways if isinstance(ways, list) else [])} if _plain(ways) else set()
    return not STRONG.isdisjoint(named)


def _plain(ways: object) -> bool:
    return ways is None or (isinstance(ways, list) and all(isinstance(way, str) for way in ways))


def _moment(claims: Mapping[str, Any], name: str, at: datetime) -> datetime:
    """Read a claim that is a moment, in the time zone of ``at``."""
    said = claims.get(name)
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise TokenRefused(name)
    try:
        return at.fromtimestamp(said, at.tzinfo)
    except (OverflowError, OSError, ValueError) as wrong:
        raise TokenRefused(name) from wrong


def _fetch(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        said = answer.json() if answer.status_code == requests.codes.ok else None
    except (requests.RequestException, ValueError) as wrong:
        raise ProviderAway(type(wrong).__name__) from wrong
    if not isinstance(said, dict):
        raise ProviderAway(f"status {answer.status_code}")
    return said


def _keys(said: Mapping[str, Any]) -> KeySet:
    """Take the keys that may sign for RS256, and no other."""
    try:
        listed = [one for one in said["keys"] if one.get("kty") == "RSA" and one.get("use", "sig") == "sig"]
        return KeySet.import_key_set({"keys": listed})
    except (JoseError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise ProviderAway("keys") from wrong


def _opened(token: str, keys: KeySet) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        opened = jwt.decode(token, _Only(keys).key, algorithms=["RS256"])
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise TokenRefused("signature") from wrong
    return dict(opened.header), dict(opened.claims)


class _Only:
    """Finds the key that a token names, and none for a token that names none of ours."""

    def __init__(self, keys: KeySet) -> None:
        self.keys = keys

    def key(self, named: Any) -> Any:
        wanted = named.headers().get("kid")
        for one in self.keys.keys:
            if wanted is not None and one.kid == wanted:
                return one
        raise TokenRefused("key")
