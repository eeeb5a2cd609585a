"""Prove again who one is, in a sign-in that is open already: what ``needs_fresh_sign_in`` asks for."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from mash.journeys import passwords, second_factor, second_step, sign_in
from mash.journeys.passkeys import WRONG
from mash.queries.access import came_by_council, second_factor_since
from mash.queries.passkeys import passkeys_of
from mash.web.access import actor, current, new_token, presented_token, safe_next, signed_in
from mash.web.forms import Form
from mash.web.schemas import FormSchema, Password, SafeText
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("sign_in_again", __name__)


class AgainSchema(FormSchema):
    password = Password(longest=passwords.LONGEST, empty="Enter your password", called="Password")
    code = SafeText(longest=40, called="Code")
    next = SafeText(longest=200, called="Address")


@blueprint.get("/sign-in/again")
@signed_in
def ask() -> str:
    """Show the form."""
    form = Form(AgainSchema(), {"next": safe_next(request.args.get("next", "/"))})
    return _page(form.fault({"_schema": WRONG}) if "wrong" in request.args else form)


@blueprint.post("/sign-in/again")
@signed_in
def prove() -> ResponseReturnValue:
    """Check the password, and the code where there is an app; then go on under a new token. Tries are counted."""
    form, me = Form(AgainSchema()).post(request.form), current()
    if form.errors:
        return _page(form), 422
    key, network = wiring().keys, request.remote_addr or ""
    with transaction() as session:
        known = presented_token()
        attempt = sign_in.count_try(
            session, username=me.username, network=network, known_by=known, key=key, at=moment()
        )
        app = second_factor_since(session, me.user_id)
        tried = second_step.count_own(session, user_id=me.user_id, network=network, key=key, at=moment()) if app else 0
    if not passwords.check(attempt.stored, form.data["password"]).right:
        with transaction() as session:
            sign_in.refuse(session, attempt, at=moment())
        return _page(form.fault({"password": "That password is not right"})), 422
    with transaction() as session:
        code = form.data["code"]
        if app and not second_factor.check(session, user_id=me.user_id, code=code, key=key, at=moment()):
            return _page(form.fault({"code": second_factor.WRONG})), 422
        for number in filter(None, (attempt.id, tried)):
            second_step.went_well(session, tried=number)
        token = sign_in.prove_again(session, session_id=me.session_id, by=actor(), at=moment())
    return new_token(token, "/sign-in/kept" if me.held else safe_next(form.data["next"]))


def _page(form: Form) -> str:
    form.raw = {"next": form.raw.get("next")}
    with reading() as session:
        app = second_factor_since(session, current().user_id)
        council = wiring().provider is not None and came_by_council(session, current().session_id)
        held = passkeys_of(session, current().user_id)
    strong = "strong" in request.args
    return render_template("sign_in_again.html", form=form, app=app, by_council=council, passkeys=held, strong=strong)
