"""Who is asking, and may they? Every view declares who may open it; a view that does not is never opened.

Flask-Login is used only for ``current_user`` and its loader. The sign-in itself is a row in the database, found by the
hash of the token in one cookie; roles are read with it on every request.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Request, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from mash.db import Unavailable
from mash.journeys import sign_in
from mash.journeys.actor import Actor
from mash.journeys.open_pages import count_page
from mash.queries.access import ROLES, SignedIn, displaced, who_is
from mash.web.proof import fresh_enough, strong_enough
from mash.web.wiring import moment, reading, transaction, wiring

View = TypeVar("View", bound=Callable[..., Any])
TOUCH_EVERY = timedelta(minutes=1)
TOKEN_LONGEST = 128
NOT_COUNTED = frozenset({
    "assets.show", "brand.show_style", "brand.show_logo", "front.health", "council.end",
    "monitor.alive", "monitor.ready", "monitor.metrics",
})  # fmt: skip
"""Files that browsers keep, and what a watch and a provider's server ask for."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may open a view. ``roles`` None: anyone at all. ``keeps_alive``: opening it counts as being there."""

    roles: frozenset[str] | None
    keeps_alive: bool = True
    before_password_change: bool = False


class Visitor(UserMixin):  # type: ignore[misc]  # flask-login is not typed
    """What flask-login calls the current user."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    def get_id(self) -> str:
        return str(self.signed_in.user_id)


def anyone(view: View) -> View:
    """Let a view be opened without signing in."""
    return _mark(view, Allowed(None))


def signed_in(view: View) -> View:
    """Let a view be opened by anyone who is signed in."""
    return _mark(view, Allowed(frozenset(ROLES)))


def even_with_old_password(view: View) -> View:
    """Let a view be opened by anyone signed in, even before they change a password given to them."""
    return _mark(view, Allowed(frozenset(ROLES), before_password_change=True))


def needs_role(*roles: str, keeps_alive: bool = True) -> Callable[[View], View]:
    """Let a view be opened by these roles only.

    Args:
        keeps_alive: False for what a page asks for by itself, so that an empty desk is signed out in time.
    """
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"No such role: {', '.join(sorted(unknown))}")
    return lambda view: _mark(view, Allowed(frozenset(roles), keeps_alive))


def _mark(view: View, allowed: Allowed) -> View:
    view.mash_allowed = allowed  # type: ignore[attr-defined]
    return view


def allowed_on(view: Callable[..., Any]) -> Allowed | None:
    """Return who may open a view; None if it does not say."""
    found: Allowed | None = getattr(view, "mash_allowed", None)
    return found


def who() -> SignedIn | None:
    """Return who is signed in, or None. A lapsed sign-in is nobody."""
    found = _presented()
    return None if found is None or found.lapsed else found


def current() -> SignedIn:
    """Return who is signed in.

    Raises:
        Unauthorized: If nobody is.
    """
    found = who()
    if found is None:
        raise Unauthorized
    return found


def actor() -> Actor:
    """Return who is signed in, as journeys want them."""
    found = current()
    return Actor(found.user_id, found.name, found.roles, found.team)


def has_role(*roles: str) -> bool:
    """Say whether whoever is signed in holds one of these roles."""
    found = who()
    return found is not None and not found.roles.isdisjoint(roles)


def cookie_name() -> str:
    """Name the cookie. Practice has its own: a browser keeps one jar for every port of a machine."""
    settings = wiring().settings
    name = "mash-practice" if settings.practice else "mash"
    return f"__Host-{name}" if settings.secure_cookies else name


def presented_token() -> str:
    """Return the token the browser sent, if it could be one of ours; else an empty string."""
    token = request.cookies.get(cookie_name(), "")
    return token if len(token) <= TOKEN_LONGEST and token.isascii() else ""


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its token. It goes when the browser closes."""
    response.set_cookie(
        cookie_name(), token, secure=wiring().settings.secure_cookies, httponly=True, samesite="Lax", path="/"
    )


def new_token(token: str, onward: str) -> Response:
    """Give the browser a new token in place of the one it held, and send it on."""
    g.new_token = token
    response = redirect(onward, 303)
    set_cookie(response, token)
    return response


def _presented() -> SignedIn | None:
    """Find the sign-in behind the browser's token once a request, lapsed or not."""
    if "presented" not in g:
        g.presented = None
        if token := presented_token():
            with reading() as session:
                g.presented = who_is(session, sign_in.token_hash(token), moment(), wiring().settings.idle)
    found: SignedIn | None = g.presented
    return found


def guard() -> ResponseReturnValue | None:
    """Open the way to a view, or not. Runs before every request."""
    if request.endpoint is None:
        return None
    allowed = allowed_on(current_app.view_functions[request.endpoint])
    if allowed is None:
        raise Forbidden
    if allowed.roles is None:
        _count_open_page(request.endpoint)
        return None
    found = who()
    if found is None:
        return _ask_to_sign_in()
    if found.must_change_password and not allowed.before_password_change:
        return redirect("/account/password", 303)
    if found.roles.isdisjoint(allowed.roles) and not allowed.before_password_change:
        raise Forbidden
    view = current_app.view_functions[request.endpoint]
    if (unproved := not strong_enough(found, view)) or not fresh_enough(found, view):
        return _ask_again(found, strong=unproved)
    _touch(found, allowed)
    return None


def _count_open_page(endpoint: str) -> None:
    """Count a page opened by somebody who is not signed in; a database that is busy holds nobody up here."""
    if endpoint in NOT_COUNTED or who() is not None:
        return
    with suppress(Unavailable), transaction() as session:
        count_page(session, network=request.remote_addr or "", key=wiring().key, at=moment())


def _touch(found: SignedIn, allowed: Allowed) -> None:
    """Count opening a view as being there, at most once a minute."""
    if allowed.keeps_alive and moment() - found.seen_at >= TOUCH_EVERY:
        with suppress(Unavailable), transaction() as session:
            sign_in.touch(session, session_id=found.session_id, at=moment())


def _ask_again(found: SignedIn, *, strong: bool) -> ResponseReturnValue:
    """Send someone to prove who they are and back. What they sent is kept."""
    if request.headers.get("X-Mash"):
        raise Unauthorized
    more = "&strong=1" if strong else ""
    if request.method not in UNSAFE:
        return redirect(f"/sign-in/again?next={quote(request.path)}{more}", 303)
    with transaction() as session:
        sign_in.hold_form(session, session_id=found.session_id, path=request.path, fields=_written())
    return redirect(f"/sign-in/again{more.replace('&', '?')}", 303)


def _written() -> list[tuple[str, str]]:
    return [pair for pair in request.form.items(multi=True) if pair[0] not in {"csrf_token", "form_token"}]


def _ask_to_sign_in() -> ResponseReturnValue:
    """Send a page's reader to sign in and back. A form that came too late is kept; a script is told."""
    if request.headers.get("Sec-Fetch-Dest", "document") == "empty" or request.headers.get("X-Mash"):
        raise Unauthorized
    if request.method in UNSAFE:
        fields, was = _written(), _lapsed()
        if was is not None and fields:
            with transaction() as session:
                sign_in.hold_form(session, session_id=was, path=request.path, fields=fields)
        return redirect("/sign-in?kept=1" if was is not None and fields else "/sign-in", 303)
    back = "" if request.path == "/" else f"?next={quote(request.path)}"
    return redirect(f"/sign-in{back}", 303)


def _lapsed() -> int | None:
    """Give the number of a sign-in that lapsed, or gave way to another of its owner's; None for any other."""
    found = _presented()
    return found.session_id if found is not None else gave_way()


def gave_way() -> int | None:
    """Give the number of a sign-in of this browser that ended because its owner signed in at another place."""
    with reading() as session:
        return displaced(session, sign_in.token_hash(presented_token()))


def safe_next(path: str) -> str:
    """Return where to go after signing in: a path of ours, or the front page."""
    plain = path.startswith("/") and not path.startswith("//") and path.isascii() and path.isprintable()
    return path if plain and not set(path) & set("\\?#:@ ") else "/"


def set_up(app: Flask) -> None:
    """Guard every view, and give flask-login its loader."""
    manager = LoginManager()
    manager.init_app(app)
    manager.session_protection = None

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load(_: Request) -> Visitor | None:
        found = who()
        return Visitor(found) if found else None

    app.before_request(guard)


def require_declarations(app: Flask) -> None:
    """Refuse to start if any view does not say who may open it."""
    silent = sorted(name for name, view in app.view_functions.items() if allowed_on(view) is None)
    if silent:
        raise RuntimeError(f"These views do not say who may open them: {', '.join(silent)}")
