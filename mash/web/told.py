"""What colleagues tell each other reaches the page that is open, within a quarter of a minute."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from mash.journeys.tell_colleague import take_told
from mash.queries.access import ROLES
from mash.web.access import current, needs_role
from mash.web.wiring import transaction

blueprint = Blueprint("told", __name__)


@blueprint.get("/told")
@needs_role(*ROLES, keeps_alive=False)
def show() -> ResponseReturnValue:
    """Give what was told since the page was made; nothing, without asking the database more, where nothing was."""
    found = current()
    if not any(notice.get("told") for notice in found.notices):
        return "", 204
    with transaction() as session:
        told = take_told(session, session_id=found.session_id)
    return render_template("told.html", told=told)
