"""Someone's own passkeys: added, named, and taken away."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash import passkey
from mash.journeys import passkeys
from mash.journeys.users import UserRefused
from mash.passkey import PasskeyRefused, Purpose
from mash.queries.passkeys import passkeys_of
from mash.web.access import actor, current, signed_in
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.passkey_pages import site
from mash.web.proof import needs_fresh_sign_in
from mash.web.schemas import FormSchema, SafeText
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("own_passkeys", __name__, url_prefix="/account/passkeys")
REFUSED = "That passkey was not kept. Try again; if it happens every time, tell an administrator"


class NewSchema(FormSchema):
    name = SafeText(longest=60, empty="Enter a name for the passkey", called="Name")
    answer = SafeText(longest=passkey.LONGEST_ANSWER, empty=REFUSED, called="The answer of the passkey")


class NameSchema(FormSchema):
    name = SafeText(longest=60, empty="Enter a name for the passkey", called="Name")


@blueprint.get("")
@signed_in
@needs_fresh_sign_in
def show() -> str:
    """List one's passkeys, and ask for another."""
    return _page(Form(NewSchema()))


@blueprint.post("")
@signed_in
@needs_fresh_sign_in
def add() -> ResponseReturnValue:
    """Keep a passkey that has just been made."""
    form = Form(NewSchema()).post(request.form)

    def keep(session: Session) -> str:
        answer = passkey.read(form.data["answer"], site(), Purpose.ADD, moment())
        made = passkey.made(answer, site())
        passkeys.add(session, answer, made, name=form.data["name"], by=actor(), at=moment())
        say(session, "Your passkey has been added.")
        return "/account/passkeys"

    try:
        if not form.errors:
            return once(keep)
    except UserRefused as wrong:
        form.fault({wrong.field: str(wrong)})
    except PasskeyRefused as wrong:
        with transaction() as session:
            passkeys.refuse(session, why=f"add:{wrong}", at=moment(), user_id=current().user_id)
        form.fault({"_schema": REFUSED})
    return _page(form), 422


@blueprint.post("/<int:passkey_id>/name")
@signed_in
def rename(passkey_id: int) -> ResponseReturnValue:
    """Call a passkey something else."""
    form = Form(NameSchema()).post(request.form)
    if form.errors:
        return _page(Form(NewSchema()).fault({"_schema": form.errors["name"]})), 422

    def keep(session: Session) -> str:
        passkeys.rename(session, user_id=current().user_id, passkey_id=passkey_id, name=form.data["name"])
        say(session, "Saved.")
        return "/account/passkeys"

    return once(keep)


@blueprint.post("/<int:passkey_id>/remove")
@signed_in
@needs_fresh_sign_in
def remove(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away, unless it is the last second step of somebody who must have one."""

    def take(session: Session) -> str:
        passkeys.remove(
            session,
            user_id=current().user_id,
            passkey_id=passkey_id,
            demanded=wiring().settings.demands_second_step,
            by=actor(),
            at=moment(),
            keep=current().session_id,
        )
        say(session, "Your passkey has been removed. You have been signed out everywhere else.")
        return "/account/passkeys"

    try:
        return once(take)
    except UserRefused as wrong:
        return _page(Form(NewSchema()).fault({"_schema": str(wrong)})), 422


def _page(form: Form) -> str:
    form.raw.pop("answer", None)
    with reading() as session:
        found = passkeys_of(session, current().user_id)
    return render_template("passkeys.html", form=form, passkeys=found)
