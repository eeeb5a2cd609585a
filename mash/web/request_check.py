"""Did this form come from one of our own pages? Flask-WTF's token, tied to the browser's cookie, and the origin."""

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, g, request
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer
from typing_extensions import override
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.wrappers import Response

from mash.web.access import UNSAFE, presented_token, set_cookie
from mash.web.wiring import wiring

SIGNED_BY_THE_SENDER = "mash.web.council_pages.end"
"""The one change that no page of ours asks for: a provider's server does, by a token that it signed."""
CHANGES_NOTHING = "mash.web.policy_report.take"
"""What a browser sends by itself, without a token; it changes nothing."""
FOR_ANY_SITE = frozenset({"assets.show", "brand.show_style", "brand.show_logo"})
SEVERAL = frozenset({"show"})
"""What an address may say more than once: the kinds of event that a timeline shows."""


class NotFromOurPage(BadRequest):
    """A form that did not come from a page of ours, or came from one made before signing in."""


class Bound(dict[str, Any], SessionMixin):
    """What Flask calls the session: nothing but the form token's secret, worked out from the browser's token."""

    def __init__(self, token: str, key: str, *, fresh: bool) -> None:
        super().__init__(csrf_token=hmac.new(key.encode(), b"form:" + token.encode(), hashlib.sha256).hexdigest())
        self.token = token
        self.fresh = fresh


class BoundSessions(SessionInterface):
    """Keep nothing in cookies: our one cookie holds a random token, and the form secret follows from it."""

    @override
    def open_session(self, app: Flask, request: Request) -> Bound:
        token, key = presented_token(), wiring().key
        if app.config["SECRET_KEY"] != key:  # it was changed under us
            app.config["SECRET_KEY"] = key
        return Bound(token or secrets.token_urlsafe(32), key, fresh=not token)

    @override
    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if isinstance(session, Bound) and session.fresh and "csrf_token" in g and "new_token" not in g:
            set_cookie(response, session.token)


class FormTokens(CSRFProtect):  # type: ignore[misc]  # flask-wtf is not typed
    """Takes a token made from the secret in use, or for a day from the one before it, for a form that was open."""

    @override
    def protect(self, apply_exemptions: bool = False) -> None:
        try:
            super().protect(apply_exemptions)
        except CSRFError:
            if not any(_made_from(secret, self._get_csrf_token() or "") for secret in wiring().keys[1:]):
                raise
            g.csrf_valid = True


def _made_from(secret: str, sent: str) -> bool:
    """Say whether a token was made from a secret, for this browser."""
    try:
        said = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").loads(sent)
    except BadData:
        return False
    wanted = Bound(presented_token(), secret, fresh=False)["csrf_token"]
    return isinstance(said, str) and hmac.compare_digest(said, wanted)


def same_origin() -> None:
    """Refuse a change asked for by another site's page, whatever token it carries."""
    if request.method not in UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in {"same-origin", "none"} or (origin is not None and urlsplit(origin).netloc != request.host):
        raise NotFromOurPage


def no_load_by_another_site() -> None:
    """Refuse a page asked for by another site's script, picture or frame. Somebody may follow a link to it."""
    if request.method in UNSAFE or request.endpoint in FOR_ANY_SITE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}:
        return
    asked = request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")
    if asked != ("navigate", "document"):
        raise Forbidden


def said_once() -> None:
    """Refuse an address that says a thing twice, of which one reader would take the first and another the last."""
    if any(len(said) > 1 for name, said in request.args.lists() if name not in SEVERAL):
        raise BadRequest


def set_up(app: Flask) -> None:
    """Check every change before anything else looks at it."""
    app.session_interface = BoundSessions()
    app.config.update(
        SECRET_KEY=app.extensions["mash"].key,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # same_origin asks the stricter question, of the headers that browsers always send
    )
    for check in (same_origin, no_load_by_another_site, said_once):
        app.before_request(check)
    tokens = FormTokens(app)
    for name in (SIGNED_BY_THE_SENDER, CHANGES_NOTHING):
        tokens.exempt(name)
