"""Skip a contact: say why, and go on to the next one."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.skip import skip_contact
from mash.web.access import actor, needs_role
from mash.web.acts import place
from mash.web.contact_page import ON_DUTY, may_open
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import FormSchema, SafeText
from mash.web.wiring import moment, reading
from mash.workflow.contact import MoveRefused

blueprint = Blueprint("skip", __name__)


class SkipSchema(FormSchema):
    reason = SafeText(longest=500, empty="Say why you are skipping it", called="Reason")


@blueprint.get("/contacts/<reference>/skip")
@needs_role(*ON_DUTY)
def ask(reference: str) -> str:
    """Ask why."""
    return _page(reference, Form(SkipSchema()))


@blueprint.post("/contacts/<reference>/skip")
@needs_role(*ON_DUTY)
def go_on(reference: str) -> ResponseReturnValue:
    """Put it back with the reason, and open the next one."""
    form = Form(SkipSchema()).post(request.form)
    if form.errors:
        return _page(reference, form), 422

    def pass_over(session: Session) -> str:
        may_open(session, reference)
        following = skip_contact(session, reference, reason=form.data["reason"], by=actor(), at=moment())
        here = ("Open it", f"/contacts/{reference}")
        if following is None:
            say(session, f"{reference} is back in the queue. Nothing else is left to start.", kind="note", link=here)
            return "/queue"
        say(session, f"{reference} is back in the queue, in its place. This is the next one due.", link=here)
        return f"/contacts/{following.reference}"

    try:
        return once(pass_over)
    except MoveRefused as refused:
        return _page(reference, place(form, refused.objections)), 422


def _page(reference: str, form: Form) -> str:
    with reading() as session:
        may_open(session, reference)
    return render_template("skip.html", reference=reference, form=form)
