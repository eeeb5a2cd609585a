"""Close a contact that asked for no service in four presses: no, what was done, no worry, save.

What it was is as it was received unless said otherwise; what came of it is information or advice given unless said.
"""

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mash.journeys.drafts import drop_draft
from mash.journeys.inform import inform
from mash.journeys.practice import practice_from
from mash.journeys.views import seen
from mash.web.access import actor, needs_role
from mash.web.contact_page import ON_DUTY, may_open, open_contact
from mash.web.decision_rules import NO_VIEW
from mash.web.forms import Form
from mash.web.judged import Judged
from mash.web.once import once, say
from mash.web.onward import onward
from mash.web.schemas import Choice, FormSchema, SafeText, Tick, Whole
from mash.web.version_words import usual_outcome
from mash.web.versioned import QUICK_TYPES
from mash.web.wiring import moment, reading, transaction, wiring
from mash.workflow.contact import MoveRefused

blueprint = Blueprint("quick", __name__)
FIELDS = ("type", "outcome", "answer", "nothing", "pattern")


class QuickSchema(FormSchema):
    """What the short form asks. What it may come to belongs to the version that judges the contact."""

    type = Choice(QUICK_TYPES, empty="Select what it was")
    outcome = Choice((), empty="Select what came of it")
    answer = SafeText(longest=2000, empty="Say what you did", called="What you did")
    nothing = Tick(empty="Confirm there is no worry about a child in this contact")
    pattern = SafeText(longest=2000, called="Your view of the pattern")
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")

    def __init__(self, outcomes: Mapping[str, str]) -> None:
        super().__init__()
        cast("Choice", self.fields["outcome"]).among = tuple(outcomes)


def with_usual(answers: Mapping[str, str], opened: Judged) -> MultiDict[str, str]:
    """Fill in what nobody needs to say: the kind as it was received, and that it was answered."""
    came_as = opened.found.contact.type_at_receipt
    said = {name: value for name, value in answers.items() if value}
    if came_as in QUICK_TYPES:
        said.setdefault("type", came_as)
    said.setdefault("outcome", usual_outcome(opened.routes_here, said.get("type", "")))
    return MultiDict(said)


@blueprint.get("/contacts/<reference>/quick")
@needs_role(*ON_DUTY)
def ask(reference: str) -> str:
    """Show the short form by itself."""
    return _page(reference)


@blueprint.post("/contacts/<reference>/quick")
@needs_role(*ON_DUTY)
def close(reference: str) -> ResponseReturnValue:
    """Close the contact as information only."""
    with reading() as session:
        opened = open_contact(session, reference)
    form = Form(QuickSchema(opened.quick_outcomes))
    form = form.post(with_usual(request.form.to_dict(), opened), buttons=("go",))
    if not form.errors:
        try:
            return once(lambda session: close_and_go(session, opened, form))
        except MoveRefused as refused:
            form.fault({_place(said, number): said for number, said in enumerate(refused.objections)})
    return _page(reference, form), 422


def _place(objection: str, number: int) -> str:
    """Name the answer that a refusal is about."""
    return "pattern" if objection.startswith(NO_VIEW) else f"objection{number}"


def close_and_go(session: Session, opened: Judged, form: Form) -> str:
    """Close the contact in the caller's transaction, and say where to go next."""
    reference = opened.reference
    may_open(session, reference)
    contact = inform(
        session,
        reference,
        contact_type=form.data["type"],
        outcome=form.data["outcome"],
        answer=form.data["answer"],
        no_worry_confirmed=form.data["nothing"],
        pattern_view=form.data["pattern"],
        version=form.data["version"],
        by=actor(),
        at=moment(),
        practice=practice_from(session, wiring().rulebook),
    )
    drop_draft(session, contact_id=contact.id, form="decision", by=actor())
    text = f"{reference} closed: {opened.quick_outcomes[form.data['outcome']].lower()}."
    say(session, text, link=("Open it", f"/contacts/{reference}"), action=("Undo", f"/contacts/{reference}/undo"))
    return onward(session, reference, request.form.get("go", ""))


def _page(reference: str, form: Form | None = None) -> str:
    with transaction() as session:
        seen(session, may_open(session, reference).id, "quick", actor(), moment())
    with reading() as session:
        opened = open_contact(session, reference)
    outcomes = opened.quick_outcomes
    form = form or Form(QuickSchema(outcomes))
    return render_template("quick.html", opened=opened, form=form, types=QUICK_TYPES, outcomes=outcomes)
