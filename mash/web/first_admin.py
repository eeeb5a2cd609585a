"""Where the first administrator of a new installation comes in, by the link that ``mash users first-admin`` prints."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mash.journeys import first_admin, passwords
from mash.journeys.users import UserRefused
from mash.web.access import anyone
from mash.web.forms import Form
from mash.web.once import once
from mash.web.schemas import FormSchema, Password, SafeText
from mash.web.wiring import moment, reading, wiring

blueprint = Blueprint("first_admin", __name__)


class FirstSchema(FormSchema):
    name = SafeText(empty="Enter your name", called="Name")
    username = SafeText(longest=64, empty="Enter a username", called="Username")
    password = Password(longest=passwords.LONGEST, empty="Enter a password", called="Password")


@blueprint.get("/first-administrator/<code>")
@anyone
def ask(code: str) -> str:
    """Show the form, while the code counts."""
    _refuse_old(code)
    return render_template("first_admin.html", form=Form(FirstSchema()), code=code)


@blueprint.post("/first-administrator/<code>")
@anyone
def make(code: str) -> ResponseReturnValue:
    """Add the first administrator, who then signs in as anyone does."""
    _refuse_old(code)
    form = Form(FirstSchema()).post(request.form)

    def let_in(session: Session) -> str:
        said = {name: form.data[name] for name in ("name", "username", "password")}
        first_admin.make_first(session, code, **said, key=wiring().key, at=moment())
        return "/sign-in"

    try:
        if not form.errors:
            return once(let_in)
    except UserRefused as wrong:
        form.fault({wrong.field: str(wrong)})
    except passwords.PasswordRefused as wrong:
        form.fault({"password": str(wrong)})
    form.raw["password"] = ""
    return render_template("first_admin.html", form=form, code=code), 422


def _refuse_old(code: str) -> None:
    with reading() as session:
        if not first_admin.counts(session, code, key=wiring().key, at=moment()):
            raise NotFound
