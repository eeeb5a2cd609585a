"""Did this form come from one of our own pages? Flask-WTF's token, tied to the browser's cookie, and the origin."""

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, g, request
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from typing_extensions import override
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from mash.web.access import UNSAFE, presented_token, set_cookie
from mash.web.wiring import wiring

SIGNED_BY_THE_SENDER = "mash.web.council_pages.end"
"""The one change that no page of ours asks for: a provider's server does, by a token that it signed."""


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
        token = presented_token()
        return Bound(token or secrets.token_urlsafe(32), wiring().key, fresh=not token)

    @override
    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if isinstance(session, Bound) and session.fresh and "csrf_token" in g and "new_token" not in g:
            set_cookie(response, session.token)


def same_origin() -> None:
    """Refuse a change asked for by another site's page, whatever token it carries."""
    if request.method not in UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in {"same-origin", "none"} or (origin is not None and urlsplit(origin).netloc != request.host):
        raise NotFromOurPage


def set_up(app: Flask) -> None:
    """Check every change before anything else looks at it."""
    app.session_interface = BoundSessions()
    app.config.update(
        SECRET_KEY=app.extensions["mash"].key,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # same_origin asks the stricter question, of the headers that browsers always send
    )
    app.before_request(same_origin)
    CSRFProtect(app).exempt(SIGNED_BY_THE_SENDER)
