"""Where somebody chooses a password by the link that an administrator gave them."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mash.journeys import password_link, passwords
from mash.journeys.users import UserRefused
from mash.web.access import anyone
from mash.web.forms import Form
from mash.web.once import once
from mash.web.schemas import FormSchema, Password
from mash.web.wiring import moment, reading, wiring

blueprint = Blueprint("password_link", __name__)


class ChosenSchema(FormSchema):
    new = Password(longest=passwords.LONGEST, empty="Enter a password", called="Password")


@blueprint.get("/password/<code>")
@anyone
def ask(code: str) -> str:
    """Show the form, while the link counts."""
    _refuse_old(code)
    return render_template("password_link.html", form=Form(ChosenSchema()), code=code)


@blueprint.post("/password/<code>")
@anyone
def choose(code: str) -> ResponseReturnValue:
    """Keep the password; who chose it then signs in as anyone does."""
    _refuse_old(code)
    form = Form(ChosenSchema()).post(request.form)

    def keep(session: Session) -> str:
        password_link.choose(session, code, password=form.data["new"], key=_key_of(session, code), at=moment())
        return "/sign-in"

    try:
        if not form.errors:
            return once(keep)
    except (UserRefused, passwords.PasswordRefused) as wrong:
        form.fault({"new": str(wrong)})
    form.raw = {}
    return render_template("password_link.html", form=form, code=code), 422


def _refuse_old(code: str) -> None:
    with reading() as session:
        if password_link.whose(session, code, key=_key_of(session, code), at=moment()) is None:
            raise NotFound


def _key_of(session: Session, code: str) -> str:
    """Give the secret that a link was signed with, of those that count; the one in use where it was none of them."""
    signed = (key for key in wiring().keys if password_link.whose(session, code, key=key, at=moment()))
    return next(signed, wiring().key)
