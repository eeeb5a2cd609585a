"""Sign in with a council account: the way to the council's provider, the way back, and being signed out from there."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mash.journeys import council_sign_in as council
from mash.journeys.council_sign_in import Outcome
from mash.journeys.passkeys import prove_strongly
from mash.journeys.throttle import TooManyTries
from mash.log import log
from mash.openid import Ended, Provider, ProviderAway, TokenRefused, cannot_be_phished, proved_after
from mash.web import council_trip
from mash.web.access import actor, anyone, current, new_token, presented_token, safe_next, who
from mash.web.council_trip import Lost, Trip
from mash.web.device import describe
from mash.web.wiring import moment, transaction, wiring

blueprint = Blueprint("council", __name__)
WORDS = {
    "no_role": (
        403,
        "Your council account gives you no role here",
        (
            "We know who you are, and nothing more: no account was made. Ask whoever runs council accounts to "
            "give you a role for this service, then sign in again."
        ),
    ),
    "left": (
        403,
        "Your account here has been closed",
        "Ask an administrator of this service to open it again if that is wrong.",
    ),
    "other_person": (
        403,
        "That was another person's council account",
        "Nothing was done. Sign in again as the person who is signed in here, or sign out first.",
    ),
    "away": (
        503,
        "Your council's sign-in cannot be reached",
        "Try again in a few minutes. If you have a username and password kept here, you can use them meanwhile.",
    ),
    "provider": (
        400,
        "You were not signed in",
        "Your council's sign-in ended without letting you in: it was called off, or it refused.",
    ),
}
"""Why in one word, to a status, a heading and a sentence or two."""
UNSURE = (
    400,
    "You were not signed in",
    (
        "What came back from your council's sign-in could not be relied on. It may have taken too long, been opened "
        "twice or in another browser. Begin again; if it happens every time, tell whoever runs council accounts."
    ),
)


@blueprint.get("/sign-in/council")
@anyone
def go() -> ResponseReturnValue:
    """Send somebody to the provider; a browser that holds no token of ours gets one first."""
    provider, again = _provider(), "again" in request.args and who() is not None
    onward = safe_next(request.args.get("next", "/"))
    if who() is not None and not again:
        return redirect(onward, 303)
    if not presented_token():
        generate_csrf()
        if "arrived" in request.args:
            return _page("cookie")
        return redirect(url_for("council.go", next=onward, arrived=1), 303)
    trip = council_trip.set_out(key=wiring().key, browser=presented_token(), onward=onward, again=again, at=moment())
    said = {"state": trip.state, "nonce": trip.nonce, "verifier": trip.verifier}
    try:
        return redirect(provider.address(back=_back(), again=again, at=moment(), **said), 303)
    except ProviderAway as wrong:
        return _away(wrong)


@blueprint.get("/sign-in/council/back")
@anyone
def come_back() -> ResponseReturnValue:
    """Let in whoever the provider says has signed in. Every return is counted, and each state is good for one."""
    provider, browser = _provider(), presented_token()
    with transaction() as session:
        network = request.remote_addr or ""
        tried = council.count(session, browser=browser, network=network, key=wiring().keys, at=moment())
    try:
        trip = council_trip.come_back(request.args.get("state", ""), key=wiring().key, browser=browser, at=moment())
        said = _claims(provider, trip)
    except Lost:
        return _refused("state")
    except TokenRefused as wrong:
        return _refused(str(wrong))
    except ProviderAway as wrong:
        return _away(wrong)
    with transaction() as session:
        outcome = _settle(session, provider, trip, said, tried)
    if outcome.why:
        return _page(outcome.why)
    return new_token(outcome.token, "/sign-in/kept" if outcome.held else safe_next(trip.onward))


@blueprint.post("/sign-in/council/ended")
@anyone
def end() -> ResponseReturnValue:
    """End the sessions of somebody who has signed out at the provider. Its server asks, by a token that it signed."""
    provider = _provider()
    try:
        ended = provider.ended(request.form.get("logout_token", ""), moment())
        _end(provider, ended)
    except TokenRefused as wrong:
        _note_refused_end(str(wrong))
        return {"error": "invalid_request"}, 400
    except ProviderAway as wrong:
        log().warning("provider.away", error=str(wrong))
        return {"error": "temporarily_unavailable"}, 503
    return "", 200


def _end(provider: Provider, ended: Ended) -> None:
    issuer = provider.settings.issuer
    with transaction() as session:
        if not council.use_once(session, f"logout|{issuer}|{ended.jti}", until=ended.until, at=moment()):
            raise TokenRefused("jti")
        council.end_at_provider(session, issuer=issuer, subject=ended.subject, sid=ended.sid, at=moment())


def _claims(provider: Provider, trip: Trip) -> dict[str, object]:
    """Trade what came back for what the provider says of somebody."""
    with transaction() as session:
        if not council.use_once(session, trip.state, until=trip.began + council_trip.LASTS, at=moment()):
            raise Lost
    if request.args.get("iss", provider.settings.issuer) != provider.settings.issuer:
        raise TokenRefused("iss")
    if "error" in request.args:
        raise TokenRefused("provider")
    if not (code := request.args.get("code", "")):
        raise TokenRefused("code")
    said = provider.claims(code=code, back=_back(), nonce=trip.nonce, verifier=trip.verifier, at=moment())
    if trip.again and not proved_after(said, trip.began, moment()):
        raise TokenRefused("auth_time")
    return said


def _settle(session: Session, provider: Provider, trip: Trip, said: dict[str, object], tried: int) -> Outcome:
    app_roles = said.get("roles")
    posts = provider.settings.posts_of(app_roles if isinstance(app_roles, list) else [])
    issuer = provider.settings.issuer
    if trip.again:
        if who() is None:
            return council.refuse(session, why="state", at=moment())
        me = current().session_id
        outcome = council.prove(
            session, issuer=issuer, said=said, posts=posts, tried=tried, session_id=me, by=actor(), at=moment()
        )
        _note_strength(session, outcome, said)
        return Outcome(outcome.token, bool(current().held), outcome.why)
    device = describe(request.user_agent.string)
    browser = presented_token()
    outcome = council.enter(
        session, issuer=issuer, said=said, posts=posts, tried=tried, before=browser, device=device, at=moment()
    )
    _note_strength(session, outcome, said)
    return outcome


def _note_strength(session: Session, outcome: Outcome, said: dict[str, object]) -> None:
    """Note what the provider says of how somebody proved who they are, if it could not have been phished."""
    if outcome.token and cannot_be_phished(said):
        prove_strongly(session, token=outcome.token, at=moment())


def _provider() -> Provider:
    provider = wiring().provider
    if provider is None:
        raise NotFound
    return provider


def _back() -> str:
    scheme = "https" if wiring().settings.secure_cookies else request.scheme
    return url_for("council.come_back", _external=True, _scheme=scheme)


def _refused(why: str) -> ResponseReturnValue:
    with transaction() as session:
        council.refuse(session, why=why, at=moment())
    return _page(why)


def _away(wrong: ProviderAway) -> ResponseReturnValue:
    log().warning("provider.away", error=str(wrong))
    return _page("away")


def _note_refused_end(why: str) -> None:
    """Record that a sign-out was refused, unless so many were that they would drown the record."""
    try:
        with transaction() as session:
            network = request.remote_addr or ""
            council.count(session, browser="", network=network, key=wiring().keys, at=moment())
            council.refuse(session, why=f"ended:{why}", at=moment())
    except TooManyTries:
        log().warning("provider.refused", error=why)


def _page(why: str) -> ResponseReturnValue:
    status, title, words = WORDS.get(why, UNSURE)
    return render_template("council_refused.html", title=title, words=words), status
