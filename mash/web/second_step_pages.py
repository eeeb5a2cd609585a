"""The second step of signing in, and an authenticator app of one's own: added, and taken away."""

from collections.abc import Callable

import pyotp
import segno
from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from mash.journeys import second_factor, second_step, sign_in
from mash.journeys.passkeys import WRONG
from mash.journeys.users import UserRefused
from mash.queries.access import second_factor_since
from mash.web.access import actor, anyone, current, new_token, presented_token, signed_in
from mash.web.device import describe
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_fresh_sign_in
from mash.web.schemas import FormSchema, SafeText
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("second_step", __name__)
ONCE = "Shown once. Print them or write them down, and keep them away from your telephone. Each works once."


class CodeSchema(FormSchema):
    code = SafeText(longest=40, empty="Enter the code", called="Code")


@blueprint.get("/sign-in/second")
@anyone
def ask() -> ResponseReturnValue:
    """Ask for the code that ends a sign-in; show what to put into an app where there is none yet."""
    form = Form(CodeSchema())
    return _page(form.fault({"_schema": WRONG}) if "wrong" in request.args else form)


@blueprint.post("/sign-in/second")
@anyone
def enter() -> ResponseReturnValue:
    """Check the code, and open a session under a new token."""
    form = Form(CodeSchema()).post(request.form)
    if form.errors:
        return _page(form, 422)
    token, key = presented_token(), wiring().keys
    with transaction() as session:
        tried = second_step.count(session, token=token, network=request.remote_addr or "", key=key, at=moment())
    if tried is None:
        return redirect("/sign-in", 303)
    device = describe(request.user_agent.string)
    with transaction() as session:
        code = form.data["code"]
        opened = second_step.enter(session, token=token, code=code, tried=tried, device=device, key=key, at=moment())
        if opened and opened.codes:
            sign_in.leave_notice_under(session, token=opened.token, notice=_codes(opened.codes))
    if opened is None:
        return _page(form.fault({"code": second_factor.WRONG}), 422)
    return new_token(opened.token, "/sign-in/kept" if opened.held else opened.onward)


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    form.raw.pop("code", None)
    with reading() as session:
        asked = second_step.waiting(session, token=presented_token(), key=wiring().keys, at=moment())
    if asked is None:
        return redirect("/sign-in", 303)
    picture = _picture(asked.secret, asked.username) if asked.secret else ""
    return render_template(
        "second_step.html", form=form, secret=asked.secret, picture=picture, app=asked.app, passkeys=asked.passkeys
    ), status


@blueprint.get("/account/app")
@signed_in
def show() -> str:
    """Show whether one has an authenticator app, and how to add or remove it."""
    return _own(Form(CodeSchema()))


@blueprint.post("/account/app/begin")
@signed_in
@needs_fresh_sign_in
def begin() -> ResponseReturnValue:
    """Make a secret for a new app."""

    def make(session: Session) -> str:
        second_factor.begin(session, user_id=current().user_id, key=wiring().keys, at=moment())
        return "/account/app"

    return once(make)


@blueprint.post("/account/app")
@signed_in
def confirm() -> ResponseReturnValue:
    """Take the first code from a new app, and show the recovery codes, once."""
    form = Form(CodeSchema()).post(request.form)

    def keep(session: Session) -> str:
        me, code = current().user_id, form.data["code"]
        codes = second_factor.confirm(session, user_id=me, code=code, key=wiring().keys, by=actor(), at=moment())
        sign_in.leave_notice(session, session_id=current().session_id, notice=_codes(tuple(codes)))
        return "/account/app"

    return _tried(form, lambda: once(keep))


@blueprint.post("/account/app/remove")
@signed_in
@needs_fresh_sign_in
def remove() -> ResponseReturnValue:
    """Take one's own app away, with a code from it. Where one is demanded, the next sign-in asks for a new one."""
    form = Form(CodeSchema()).post(request.form)

    def take(session: Session) -> str:
        me, key = current().user_id, wiring().keys
        if not second_factor.check(session, user_id=me, code=form.data["code"], key=key, at=moment()):
            raise UserRefused("code", second_factor.WRONG)
        here, why = current().session_id, "removed by its owner"
        second_factor.remove(session, user_id=me, reason=why, by=actor(), at=moment(), keep=here)
        say(session, "Your authenticator app has been removed. You have been signed out everywhere else.")
        return "/account/app"

    return _tried(form, lambda: once(take))


def _tried(form: Form, change: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Make a change that a code allows. Tries are counted with those of signing in."""
    if not form.errors:
        key, network = wiring().keys, request.remote_addr or ""
        with transaction() as session:
            tried = second_step.count_own(session, user_id=current().user_id, network=network, key=key, at=moment())
        try:
            answer = change()
        except UserRefused as wrong:
            form.fault({"code": str(wrong)})
        else:
            with transaction() as session:
                second_step.went_well(session, tried=tried)
            return answer
    return _own(form), 422


def _own(form: Form) -> str:
    form.raw.pop("code", None)
    me = current()
    with reading() as session:
        since = second_factor_since(session, me.user_id)
        secret = second_factor.secret_of(session, user_id=me.user_id, key=wiring().keys)
    picture = _picture(secret, me.username) if secret else ""
    return render_template("app.html", form=form, since=since, secret=secret, picture=picture)


def _codes(codes: tuple[str, ...]) -> dict[str, object]:
    return {"text": "Your recovery codes", "kind": "note", "detail": ONCE, "lines": list(codes)}


def _picture(secret: str, username: str) -> Markup:
    """Draw what an app's camera reads: an SVG of plain attributes, which the content policy lets stand in the page."""
    address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=wiring().settings.council + " MASH")
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=4, light="#fff")
    return Markup(drawn)  # noqa: S704  # drawn by us from squares; nothing in it was typed
