"""Begin and end watching who opens somebody's record, from the page that says who looked at them."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.watch_person import WatchRefused, begin_watch, end_watch
from mash.web.access import actor, needs_role
from mash.web.audit import person_known, show_person
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.wiring import moment, reading

blueprint = Blueprint("watch_person", __name__)


class WatchSchema(FormSchema):
    do = Choice(("begin", "end"), empty="Say whether it is watched")
    reason = SafeText(longest=500, empty="Say why", called="Reason")


@blueprint.post("/audit/people/<int:person_id>/watch")
@needs_role("auditor", "manager")
def watch(person_id: int) -> ResponseReturnValue:
    """Begin or end watching who opens somebody's record."""
    form = Form(WatchSchema()).post(request.form)
    with reading() as session:
        person_known(session, person_id)
    if form.errors:
        return show_person(person_id, form), 422
    do = {"begin": begin_watch, "end": end_watch}[form.data["do"]]

    def keep(session: Session) -> str:
        do(session, person_id, form.data["reason"], by=actor(), at=moment())
        words = "Whoever opens it from now on raises an alert." if do is begin_watch else "It is no longer watched."
        say(session, words)
        return url_for("audit.person", person_id=person_id)

    try:
        return once(keep)
    except WatchRefused as wrong:
        return show_person(person_id, form.fault({"reason": str(wrong)})), 422
