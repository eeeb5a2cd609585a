"""A manager decides otherwise than was recommended, on the same form; what was recommended stays beside it."""

from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.drafts import drop_draft
from mash.journeys.oversee import change
from mash.web.access import actor, needs_role
from mash.web.contact_page import may_open, open_contact, show_contact
from mash.web.decide import FORM, attempt, sent, version_of
from mash.web.decision_form import DecisionForm
from mash.web.decision_rules import complete, complete_view, same_thresholds, strong_only
from mash.web.decision_save import decide_and_go, keep_facts
from mash.web.decision_start import with_own
from mash.web.once import say
from mash.web.onward import onward
from mash.web.opened import Opened
from mash.web.wiring import moment, reading

blueprint = Blueprint("change", __name__)


@blueprint.get("/contacts/<reference>/change")
@needs_role("manager")
def ask(reference: str) -> str:
    """Show the form with what was recommended in it, to be changed."""
    return show_contact(reference, changing=True)


@blueprint.post("/contacts/<reference>/change")
@needs_role("manager")
def save(reference: str) -> ResponseReturnValue:
    """Record what the manager decides instead."""
    with reading() as session:
        opened = open_contact(session, reference, sent)
    form = opened.form
    same_thresholds(form, opened.ruleset)
    ratings = {child.id: child.row.rating for child in opened.found.children}
    complete(form, opened.checked, opened.policy, opened.routes_here, ratings)
    standing = {child.id: child.row.outcome for child in opened.found.children}
    complete_view(form, opened.repeats, standing, opened.routes_here)
    if opened.recommended and not str(form.value("why")).strip():
        form.fault("why", "Say why you are changing what was recommended")
    strong, version = strong_only(form, opened.policy, opened.routes_here), version_of(form)
    alone = partial(decide_and_go, opened=opened, scopes=strong, version=version, whole=False) if strong else None
    if form.errors and alone:
        return attempt(opened, alone, changing=True)
    if form.errors:
        return show_contact(reference, form, changing=True), 422
    return attempt(opened, lambda session: _change(session, opened, form), alone, changing=True)


def _change(session: Session, opened: Opened, form: DecisionForm) -> str:
    may_open(session, opened.reference)
    keep_facts(session, opened)
    own = with_own(form, opened.own)
    choices = tuple(form.choice(scope, child, own.get(child)) for scope in form.scopes for child in scope.child_ids)
    contact = change(
        session,
        opened.reference,
        choices,
        reason=str(form.value("why")).strip() or choices[0].reason,
        exception_reason=str(form.value("exception")).strip(),
        pattern_view=str(form.value("pattern")).strip(),
        version=version_of(form),
        by=actor(),
        at=moment(),
        practice=opened.practice,
    )
    drop_draft(session, contact_id=contact.id, form=FORM, by=actor())
    text = f"{opened.reference} decided: level {contact.level}. What was recommended stays on the record."
    say(session, text, link=("Open it", opened.here), action=("Undo", f"{opened.here}/undo"))
    return onward(session, opened.reference, request.form.get("go", ""))
