"""The front page, help, and the answer to "are you there?"."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from mash.web.access import anyone, current, signed_in
from mash.web.navigation import home
from mash.web.wiring import reading

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@signed_in
def start() -> ResponseReturnValue:
    """Go to the first page for the reader's role."""
    return redirect(home(current().roles), 303)


@blueprint.get("/help")
@anyone
def show_help() -> str:
    """Show who to ask, and how the pages work."""
    return render_template("help.html")


@blueprint.get("/help/accessibility")
@anyone
def show_accessibility() -> str:
    """Show how accessible the pages are, and whom to tell."""
    return render_template("accessibility.html")


@blueprint.get("/health")
@anyone
def health() -> ResponseReturnValue:
    """Say that the service and its database answer. An error page (503) says that they do not."""
    with reading() as session:
        session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
