"""What someone sees of their own account: where they are signed in, their password, how they like their screens."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import passwords, sign_in, users
from mash.queries.access import open_sessions
from mash.web.access import actor, current, even_with_old_password, signed_in
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, FormSchema, Password, Tick
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("account", __name__)
DENSITIES = {"standard": "Standard", "compact": "Compact: more rows on the screen"}


class PreferencesSchema(FormSchema):
    density = Choice(DENSITIES, empty="Select how close together rows are")
    shortcuts = Tick()
    initials = Tick()


class PasswordSchema(FormSchema):
    current = Password(longest=passwords.LONGEST, empty="Enter your current password", called="Current password")
    new = Password(longest=passwords.LONGEST, empty="Enter a new password", called="New password")


@blueprint.get("/account")
@signed_in
def show() -> str:
    """Show the account page."""
    liked = current().preferences
    start = {
        "density": liked.get("density", "standard"),
        "shortcuts": "yes" if liked.get("shortcuts") else "",
        "initials": "yes" if liked.get("initials") else "",
    }
    return _page(Form(PreferencesSchema(), start))


@blueprint.post("/account/preferences")
@signed_in
def prefer() -> ResponseReturnValue:
    """Keep how someone likes their screens."""
    form = Form(PreferencesSchema()).post(request.form)
    if form.errors:
        return _page(form), 422

    def keep(session: Session) -> str:
        users.set_preferences(session, user_id=current().user_id, chosen=form.data)
        say(session, "Your choices have been saved.")
        return "/account"

    return once(keep)


@blueprint.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_one(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""

    def end(session: Session) -> str:
        sign_in.end_sessions(session, user_id=current().user_id, by=actor(), at=moment(), only=session_id)
        if session_id == current().session_id:
            return "/sign-out"
        say(session, "That sign-in has ended.")
        return "/account"

    return once(end)


@blueprint.get("/account/stay")
@signed_in
def ask_to_stay() -> str:
    """Say until when one is signed in, and how to stay: the warning of a lapse, for pages without scripts."""
    return render_template("stay.html", lapses=min(moment() + wiring().settings.idle, current().expires_at))


@blueprint.post("/account/stay")
@signed_in
def stay() -> ResponseReturnValue:
    """Count as being there: the answer to the warning before a sign-in lapses."""
    with transaction() as session:
        sign_in.touch(session, session_id=current().session_id, at=moment())
    return ("", 204) if request.headers.get("X-Mash") else redirect("/account/stay", 303)


@blueprint.get("/account/password")
@even_with_old_password
def ask_password() -> str:
    """Show the form for a new password."""
    return render_template("password.html", form=Form(PasswordSchema()))


@blueprint.post("/account/password")
@even_with_old_password
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    form = Form(PasswordSchema()).post(request.form)
    if not form.errors:
        try:
            return once(lambda session: _changed(session, form))
        except users.UserRefused as wrong:
            form.fault({wrong.field: str(wrong)})
        except passwords.PasswordRefused as wrong:
            form.fault({"new": str(wrong)})
    form.raw = {}
    return render_template("password.html", form=form), 422


def _changed(session: Session, form: Form) -> str:
    users.change_password(
        session,
        user_id=current().user_id,
        current=form.data["current"],
        new=form.data["new"],
        keep_session=current().session_id,
        by=actor(),
        at=moment(),
    )
    say(session, "Your password has been changed. You have been signed out everywhere else.")
    return "/account"


def _page(form: Form) -> str:
    with reading() as session:
        sessions = open_sessions(session, current().user_id, moment(), wiring().settings.idle)
    return render_template("account.html", form=form, sessions=sessions, densities=DENSITIES)
