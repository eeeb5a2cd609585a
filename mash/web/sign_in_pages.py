"""Sign in and out, and get back what was being sent when a sign-in lapsed."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mash.journeys import passwords, second_step, sign_in
from mash.journeys.passwords import Checked
from mash.journeys.sign_in import Attempt
from mash.journeys.throttle import TooManyTries
from mash.web.access import (
    actor,
    anyone,
    current,
    even_with_old_password,
    gave_way,
    new_token,
    presented_token,
    safe_next,
    signed_in,
    who,
)
from mash.web.device import describe
from mash.web.forms import Form
from mash.web.schemas import FormSchema, Password, SafeText
from mash.web.wiring import moment, transaction, wiring

blueprint = Blueprint("sign_in", __name__)
WRONG = "Check your username and password. They do not match"
WITH_CODE = "Check your username, password and code. They do not match"


class SignInSchema(FormSchema):
    username = SafeText(longest=64, empty="Enter your username", called="Username")
    password = Password(longest=passwords.LONGEST, empty="Enter your password", called="Password")
    code = SafeText(longest=40, called="Code")
    next = SafeText(longest=200, called="Address")


@blueprint.get("/sign-in")
@anyone
def ask() -> ResponseReturnValue:
    """Show the form, or go on if there is no need."""
    onward = safe_next(request.args.get("next", "/"))
    if who() is not None:
        return redirect(onward, 303)
    return sign_in_form(Form(SignInSchema(), {"next": onward}), kept="kept" in request.args)


@blueprint.post("/sign-in")
@anyone
def enter() -> ResponseReturnValue:
    """Check a username and password, and open a session under a new token."""
    form = Form(SignInSchema()).post(request.form)
    if form.errors:
        return _again(form)
    before = presented_token()
    try:
        attempt = _count(form, before)
    except TooManyTries as wrong:
        if wrong.by_network:
            raise
        return _held_up(form, wrong)
    checked = passwords.check(attempt.stored, form.data["password"])
    with transaction() as session:
        coded = not form.data["code"] or second_step.check_with_password(
            session, attempt, code=form.data["code"], key=wiring().keys, at=moment()
        )
    if not checked.right or not coded:
        with transaction() as session:
            sign_in.refuse(session, attempt, at=moment())
        return _again(form.fault({"password": WITH_CODE if form.data["code"] else WRONG}))
    return _let_in(form, attempt, checked, before)


def _count(form: Form, before: str) -> Attempt:
    with transaction() as session:
        return sign_in.count_try(
            session,
            username=form.data["username"],
            network=request.remote_addr or "",
            known_by=before,
            key=wiring().keys,
            at=moment(),
            with_code=bool(form.data["code"]),
        )


def _held_up(form: Form, wrong: TooManyTries) -> ResponseReturnValue:
    """Say how long to wait, and how whoever it is may come in meanwhile; the same for a name that nobody has."""
    form.raw["password"] = ""
    page = sign_in_form(form.fault({"_schema": str(wrong)}), held_up=True)
    return page, 429, {"Retry-After": str(int(wrong.wait.total_seconds()) + 1)}


def _let_in(form: Form, attempt: Attempt, checked: Checked, before: str) -> ResponseReturnValue:
    """Open a session for whoever got the password right, and the code if it came along; else ask for a second step."""
    with transaction() as session:
        token = (
            None
            if form.data["code"]
            else second_step.ask(
                session,
                attempt,
                demanded=wiring().settings.demands_second_step,
                before=before,
                onward=safe_next(form.data["next"]),
                rehash=checked.rehash,
                key=wiring().keys,
                at=moment(),
            )
        )
        if token is not None:
            return new_token(token, "/sign-in/second")
        token = sign_in.finish(
            session, attempt, rehash=checked.rehash, device=describe(request.user_agent.string), at=moment()
        )
        held = sign_in.hand_over_held(session, known_by=sign_in.token_hash(before), token=token)
    return new_token(token, "/sign-in/kept" if held else safe_next(form.data["next"]))


def _again(form: Form) -> ResponseReturnValue:
    form.raw["password"] = ""
    return sign_in_form(form, held_up=bool(form.value("code"))), 422


def sign_in_form(form: Form, *, kept: bool = False, held_up: bool = False) -> str:
    """Show the form for signing in, with what there is to say first."""
    council = wiring().provider is not None
    form.raw["code"] = ""
    said = {"kept": kept, "held_up": held_up, "gave_way": gave_way() is not None}
    return render_template("sign_in.html", form=form, by_council=council, **said)


@blueprint.get("/sign-in/kept")
@signed_in
def show_kept() -> ResponseReturnValue:
    """Offer to send what was written before the sign-in lapsed."""
    held = current().held
    if held is None:
        return redirect("/", 303)
    return render_template("kept.html", held=held)


@blueprint.post("/sign-in/kept/drop")
@signed_in
def drop_kept() -> ResponseReturnValue:
    """Let go of it."""
    with transaction() as session:
        sign_in.drop_held(session, session_id=current().session_id)
    return redirect("/", 303)


@blueprint.get("/sign-out")
@anyone
def confirm_sign_out() -> str:
    """Say that someone is signed out, or offer to."""
    return render_template("sign_out.html")


@blueprint.post("/sign-out")
@even_with_old_password
def leave() -> ResponseReturnValue:
    """End the session. The token stays in the browser, and opens nothing: it only marks a desk known before."""
    with transaction() as session:
        sign_in.sign_out(session, session_id=current().session_id, by=actor(), at=moment())
    response = make_response(redirect("/sign-out", 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
