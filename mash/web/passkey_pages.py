"""Passkeys in a browser: asked for by a script, used at the door, as a second step or to prove again who one is."""

from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, Unauthorized

from mash import passkey
from mash.journeys import passkeys, second_step
from mash.passkey import Answer, PasskeyRefused, Purpose, Site
from mash.queries.passkeys import passkeys_of
from mash.web.access import actor, anyone, current, new_token, presented_token, safe_next, signed_in, who
from mash.web.device import describe
from mash.web.forms import Form
from mash.web.schemas import FormSchema, SafeText
from mash.web.sign_in_pages import SignInSchema, sign_in_form
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("passkeys", __name__)


class AnswerSchema(FormSchema):
    answer = SafeText(longest=passkey.LONGEST_ANSWER, empty=passkeys.WRONG, called="The answer of the passkey")
    next = SafeText(longest=200, called="Address")


def site() -> Site:
    """Say who asks: this service at the address of this request, of the browser that made it."""
    settings = wiring().settings
    scheme = "https" if settings.secure_cookies else request.scheme
    host = request.host.rpartition(":")[0] or request.host
    return Site(host, f"{scheme}://{request.host}", presented_token(), wiring().key)


@blueprint.get("/passkeys/ask/<purpose>")
@anyone
def ask(purpose: str) -> dict[str, Any]:
    """Answer a script with what to ask of a passkey. A browser without a token of ours has opened no page of ours."""
    if purpose not in set(Purpose):
        raise NotFound
    if not presented_token():
        raise Unauthorized
    wanted = Purpose(purpose)
    with reading() as session:
        user_id = _whose(session, wanted)
        known = [one.credential_id for one in passkeys_of(session, user_id)] if user_id else []
    if wanted is not Purpose.ADD:
        return dict(passkey.ask_to_use(site(), wanted, known=known, at=moment()))
    me, named = current(), wiring().settings.council + " MASH"
    handle = passkey.handle_of(me.user_id, wiring().key)
    return dict(
        passkey.ask_to_add(site(), council=named, username=me.username, handle=handle, known=known, at=moment())
    )


@blueprint.post("/sign-in/passkey")
@anyone
def enter() -> ResponseReturnValue:
    """Let in whoever holds a passkey, with no name or password: their device has made sure of them."""
    form, before = Form(AnswerSchema()).post(request.form), presented_token()
    tried, onward = _count(), safe_next(str(form.raw.get("next") or "/"))
    try:
        answer = _answered(form, Purpose.SIGN_IN)
        with transaction() as session:
            user = passkeys.use(session, answer, site(), user_id=None, at=moment())
            device = describe(request.user_agent.string)
            token, held = passkeys.enter(session, user, tried=tried, before=before, device=device, at=moment())
    except PasskeyRefused as wrong:
        _note(wrong)
        again = Form(SignInSchema(), {"next": onward}).fault({"_schema": passkeys.WRONG})
        return sign_in_form(again), 422
    return new_token(token, "/sign-in/kept" if held else onward)


@blueprint.post("/sign-in/second/passkey")
@anyone
def enter_second() -> ResponseReturnValue:
    """Take a passkey as the second step of a sign-in that waits for it."""
    form, token = Form(AnswerSchema()).post(request.form), presented_token()
    with reading() as session:
        asked = second_step.waiting(session, token=token, key=wiring().keys, at=moment())
    if asked is None:
        return redirect("/sign-in", 303)
    tried = _count()
    try:
        answer = _answered(form, Purpose.SECOND)
        with transaction() as session:
            user = passkeys.use(session, answer, site(), user_id=asked.user_id, at=moment())
            device = describe(request.user_agent.string)
            opened, held = passkeys.enter_second(session, user, token=token, tried=tried, device=device, at=moment())
    except PasskeyRefused as wrong:
        _note(wrong, asked.user_id)
        return redirect("/sign-in/second?wrong=passkey", 303)
    return new_token(opened, "/sign-in/kept" if held else asked.onward)


@blueprint.post("/sign-in/again/passkey")
@signed_in
def prove() -> ResponseReturnValue:
    """Take a passkey as proof again of who one is."""
    form, me = Form(AnswerSchema()).post(request.form), current()
    tried, onward = _count(), safe_next(str(form.raw.get("next") or "/"))
    try:
        answer = _answered(form, Purpose.AGAIN)
        with transaction() as session:
            passkeys.use(session, answer, site(), user_id=me.user_id, at=moment())
            token = passkeys.enter_again(session, session_id=me.session_id, tried=tried, by=actor(), at=moment())
    except PasskeyRefused as wrong:
        _note(wrong, me.user_id)
        return redirect(f"/sign-in/again?wrong=passkey&next={onward}", 303)
    return new_token(token, "/sign-in/kept" if me.held else onward)


def _whose(session: Session, purpose: Purpose) -> int | None:
    """Say whose passkey is asked for; None for anyone's."""
    if purpose is Purpose.SIGN_IN:
        return None
    if purpose is Purpose.SECOND:
        asked = second_step.waiting(session, token=presented_token(), key=wiring().keys, at=moment())
        if asked is None:
            raise Unauthorized
        return asked.user_id
    if who() is None:
        raise Unauthorized
    return current().user_id


def _count() -> int:
    network = request.remote_addr or ""
    with transaction() as session:
        return passkeys.count(session, browser=presented_token(), network=network, key=wiring().keys, at=moment())


def _answered(form: Form, purpose: Purpose) -> Answer:
    """Read the answer that a form brought."""
    if form.errors:
        raise PasskeyRefused("form")
    return passkey.read(form.data["answer"], site(), purpose, moment())


def _note(wrong: PasskeyRefused, user_id: int | None = None) -> None:
    with transaction() as session:
        passkeys.refuse(session, why=str(wrong), at=moment(), user_id=user_id)
