"""Contacts past the day until which they are kept: one person proposes, another decides; holds; tombstones."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.contacts import NotFound
from mash.journeys.dispose import DisposalRefused, decide_disposal, end_hold, hold, propose
from mash.queries.retention import disposals, known, outlived
from mash.web.access import actor, current, needs_role
from mash.web.forms import Form
from mash.web.keeping_words import RECORD_CLASSES
from mash.web.once import once, say
from mash.web.proof import needs_proof
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.wiring import moment, reading
from mash.workflow.sign_in_policy import Act

blueprint = Blueprint("retention", __name__, url_prefix="/retention")
KEEPERS = ("auditor", "manager")
ACTS = {
    "propose": "Propose it for disposal; somebody else decides",
    "hold": "Hold it, whatever its age",
    "end": "End what holds it",
}
ANSWERS = {"dispose": "Dispose of it", "keep": "Keep it"}


class ActSchema(FormSchema):
    act = Choice(ACTS, empty="Say what is to be done")
    reason = SafeText(longest=500, empty="Say what you looked at, and why", called="Reason")


class AnswerSchema(FormSchema):
    answer = Choice(ANSWERS, empty="Say whether it is kept")
    reason = SafeText(longest=500, empty="Say why", called="Reason")


@blueprint.get("")
@needs_role(*KEEPERS)
def show() -> str:
    """List what is past its day, what is proposed, and what was disposed of."""
    roles = current().roles
    with reading() as session:
        return render_template(
            "retention.html",
            outlived=outlived(session, moment(), roles=roles),
            proposed=disposals(session, "proposed", roles=roles),
            gone=disposals(session, "disposed", roles=roles),
            classes=RECORD_CLASSES,
            mine=current().user_id,
        )


@blueprint.get("/<reference>")
@needs_role(*KEEPERS)
def ask(reference: str) -> str:
    """Ask what is to be done with a contact."""
    return _page(reference, Form(ActSchema()))


@blueprint.post("/<reference>")
@needs_role(*KEEPERS)
@needs_proof(Act.ADMIN)
def act(reference: str) -> ResponseReturnValue:
    """Propose it, hold it, or end its hold."""
    form = Form(ActSchema()).post(request.form)
    if form.errors:
        return _page(reference, form), 422

    def do(session: Session) -> str:
        way = {"propose": propose, "hold": hold, "end": end_hold}[form.data["act"]]
        way(session, reference, form.data["reason"], by=actor(), at=moment())
        say(session, f"Saved for {reference}.")
        return "/retention"

    try:
        return once(do)
    except DisposalRefused as wrong:
        return _page(reference, form.fault({"_schema": str(wrong)})), 422


@blueprint.get("/proposals/<int:number>")
@needs_role(*KEEPERS)
def ask_second(number: int) -> str:
    """Ask a second person what becomes of what was proposed."""
    return _second_page(number, Form(AnswerSchema()))


@blueprint.post("/proposals/<int:number>")
@needs_role(*KEEPERS)
@needs_proof(Act.ADMIN)
def answer(number: int) -> ResponseReturnValue:
    """Dispose of what another person proposed, or keep it."""
    form = Form(AnswerSchema()).post(request.form)
    if form.errors:
        return _second_page(number, form), 422

    def do(session: Session) -> str:
        dispose = form.data["answer"] == "dispose"
        decide_disposal(session, number, dispose=dispose, reason=form.data["reason"], by=actor(), at=moment())
        say(session, "It was disposed of. Its tombstone stays." if dispose else "It is kept.")
        return "/retention"

    try:
        return once(do)
    except DisposalRefused as wrong:
        return _second_page(number, form.fault({"_schema": str(wrong)})), 422


def _page(reference: str, form: Form) -> str:
    with reading() as session:
        if not known(session, reference, current().roles):
            raise NotFound(f"There is no contact {reference}.")
    return render_template("retention_act.html", to=f"/retention/{reference}", title=reference, form=form, acts=ACTS)


def _second_page(number: int, form: Form) -> str:
    with reading() as session:
        found = next((one for one in disposals(session, "proposed", roles=current().roles) if one.id == number), None)
    if found is None:
        raise NotFound("There is no such proposal.")
    to = f"/retention/proposals/{number}"
    return render_template("retention_act.html", to=to, title=found.reference, form=form, acts=ANSWERS, found=found)
