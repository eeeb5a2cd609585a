"""Take a decision from the form: keep it as a draft, check it, tell a manager, record it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from mash.journeys.contacts import Stale
from mash.journeys.drafts import drop_draft, keep_draft
from mash.journeys.routes import routes_of
from mash.journeys.tell_manager import tell_manager
from mash.journeys.triage import RatingGiven, claim, rate, screen
from mash.queries.workspace import Sheet
from mash.rules import Catalogue, FactsRefused
from mash.web.access import actor, has_role, needs_role
from mash.web.conflict import show_conflict
from mash.web.contact_page import ON_DUTY, QUALIFIED, judge_sent, may_open, show_contact
from mash.web.decision_form import ALIKE, APART, DecisionForm, posted
from mash.web.decision_rules import (
    NO_VIEW,
    complete,
    complete_view,
    place_objections,
    same_thresholds,
    strong_only,
)
from mash.web.decision_save import decide_and_go, keep_facts
from mash.web.decision_start import names_of, to_draft, with_own
from mash.web.filters import time
from mash.web.forms import Form
from mash.web.judged import Judged
from mash.web.once import once, say, tokens_for
from mash.web.quick import FIELDS, QuickSchema, close_and_go, with_usual
from mash.web.wiring import moment, practice_in, reading, transaction, wiring
from mash.workflow.contact import MoveRefused

blueprint = Blueprint("decide", __name__)
Attempt = Callable[[Session], str]
FORM = "decision"
RECORDED_BY = ("decision", "change", "facts")
"""Where the form is sent to be recorded, after which its draft goes."""


def sent(found: Sheet, catalogue: Catalogue) -> DecisionForm:
    """Read what has just been sent over a contact."""
    return posted(request.form, catalogue, names_of(found), routes_of(None, wiring().rulebook).own)


def read(reference: str, *, checking: bool = True) -> Judged:
    """Read the contact with what has just been sent over it."""
    with reading() as session:
        return judge_sent(session, reference, sent, checking=checking)


def _keep(opened: Judged, *, with_levels: bool) -> None:
    """Keep the form as its writer's draft, and their hold on the contact if it is theirs or nobody's."""
    own = with_own(opened.form, opened.own) if with_levels else opened.own
    data = to_draft(opened.form, own)
    tokens = tokens_for(*(f"{opened.here}/{way}" for way in RECORDED_BY))
    with transaction() as session:
        told: dict[str, Any] = {"by": actor(), "at": moment(), "turn": request.form.get("turn", ""), "tokens": tokens}
        kept = keep_draft(session, contact_id=opened.found.contact.id, form=FORM, data=data, **told)
        if kept:
            with suppress(MoveRefused):
                claim(session, opened.reference, by=actor(), at=moment())


def _page_of(reference: str) -> str:
    """Give the page whose form was sent: the contact's own, or the one on which a manager changes it."""
    return f"/contacts/{reference}/change" if request.args.get("on") == "change" else f"/contacts/{reference}"


def version_of(form: DecisionForm) -> int:
    said = str(form.value("version"))
    return int(said) if said.isdecimal() and len(said) < 10 else 0


@blueprint.post("/contacts/<reference>/draft")
@needs_role(*ON_DUTY)
def draft(reference: str) -> ResponseReturnValue:
    """Keep what is written so far, valid or not; turn it from one for all to one for each, or back."""
    opened = read(reference, checking=False)
    form, go = opened.form, request.form.get("go", "")
    if go == APART and form.alike:
        form.split()
        form.raw["mode"] = [APART]
    elif go == ALIKE and not form.alike:
        form.join()
        form.raw["mode"] = [ALIKE]
    _keep(opened, with_levels=False)
    if request.headers.get("X-Mash"):
        return {"saved": time(moment())}
    return redirect(f"{_page_of(reference)}#decision", 303)


@blueprint.post("/contacts/<reference>/check")
@needs_role(*QUALIFIED)
def check_it(reference: str) -> ResponseReturnValue:
    """Show what the rules make of it, to someone who has said their own level first."""
    script = bool(request.headers.get("X-Mash"))
    opened = read(reference, checking=script)
    _keep(opened, with_levels=True)
    if not script:
        return redirect(f"{_page_of(reference)}#check-{opened.form.scopes[0].key}", 303)
    opened = replace(opened, own=with_own(opened.form, opened.own))
    return render_template("workspace/checks.html", opened=opened, form=opened.form)


@blueprint.post("/contacts/<reference>/red")
@needs_role(*QUALIFIED)
def tell(reference: str) -> ResponseReturnValue:
    """Tell a manager of a red now, and leave the rest of the form as it is."""
    opened = read(reference)
    form = opened.form
    red = tuple(
        child for scope in form.scopes for child in scope.child_ids if form.value(f"{scope.key}-rating") == "red"
    )
    if not red:
        form.fault(f"{form.scopes[0].key}-rating", f"Select {opened.rated_words('red')} first")
        return show_contact(reference, form), 422
    _keep(opened, with_levels=False)

    def put_before_manager(session: Session) -> str:
        may_open(session, reference)
        practice = opened.practice
        keep_facts(session, opened, usable=True)
        tell_manager(session, reference, red, version=version_of(form), by=actor(), at=moment(), practice=practice)
        say(session, f"A manager has been told of {reference}.", detail="Carry on: what is left to say is still open.")
        return f"/contacts/{reference}#decision"

    return attempt(opened, put_before_manager)


@blueprint.post("/contacts/<reference>/facts")
@needs_role(*ON_DUTY)
def note_facts(reference: str) -> ResponseReturnValue:
    """Note what is known without deciding, and propose a rating if one is given."""
    opened = read(reference)
    form = opened.form
    if form.errors:
        return show_contact(reference, form), 422

    def note(session: Session) -> str:
        may_open(session, reference)
        practice = opened.practice
        changed = keep_facts(session, opened)
        given = tuple(
            RatingGiven(child_id=child, value=str(value))
            for scope in form.scopes
            for child in scope.child_ids
            if (value := form.value(f"{scope.key}-rating"))
        )
        if given and not has_role(*QUALIFIED):
            rate(session, reference, given, version=version_of(form), by=actor(), at=moment(), practice=practice)
        drop_draft(session, contact_id=opened.found.contact.id, form=FORM, by=actor())
        proposed = " A rating has been proposed." if given and not has_role(*QUALIFIED) else ""
        say(session, f"{changed} {'fact' if changed == 1 else 'facts'} noted.{proposed}")
        return f"/contacts/{reference}"

    return attempt(opened, note)


@blueprint.post("/contacts/<reference>/screen")
@needs_role(*ON_DUTY)
def screen_it(reference: str) -> ResponseReturnValue:
    """Record that people were matched and open cases looked for."""
    version = request.form.get("version", "")

    def mark(session: Session) -> str:
        may_open(session, reference)
        practice = practice_in(session)
        number = int(version) if version.isdecimal() else 0
        screen(session, reference, version=number, by=actor(), at=moment(), practice=practice)
        say(session, f"{reference} is screened.")
        return f"/contacts/{reference}"

    return once(mark)


@blueprint.post("/contacts/<reference>/decision")
@needs_role(*ON_DUTY)
def save(reference: str) -> ResponseReturnValue:
    """Record the decision for every child, or close as information only, and go on to the next contact."""
    opened = read(reference)
    form = opened.form
    service = form.value("service")
    if service == "no":
        return _close(opened)
    if not has_role(*QUALIFIED):
        raise Forbidden
    strong = strong_only(form, opened.policy, opened.routes_here)
    if not service and not strong:
        form.fault("service", "Select whether this is a request for a service")
    ratings = {child.id: child.row.rating for child in opened.found.children}
    same_thresholds(form, opened.ruleset)
    complete(form, opened.checked, opened.policy, opened.routes_here, ratings)
    standing = {child.id: child.row.outcome for child in opened.found.children}
    complete_view(form, opened.repeats, standing, opened.routes_here)
    scopes = form.scopes
    if form.errors:
        if not strong:
            _keep(opened, with_levels=True)
            return show_contact(reference, form), 422
        scopes = strong
    whole = len(scopes) == len(form.scopes)
    if not whole:
        _keep(opened, with_levels=True)
    version = version_of(form)
    alone: Attempt | None = None
    if strong and whole and len(strong) < len(scopes):  # what the other children lack does not hold these up
        alone = partial(decide_and_go, opened=opened, scopes=strong, version=version, whole=False)
    return attempt(opened, partial(decide_and_go, opened=opened, scopes=scopes, version=version, whole=whole), alone)


def _close(opened: Judged) -> ResponseReturnValue:
    """Close as information only, from the same page."""
    form = opened.form
    answers = {name: str(form.value(name)) for name in FIELDS if form.value(name)}
    answers["version"] = str(version_of(form))
    quick = Form(QuickSchema(opened.quick_outcomes)).post(with_usual(answers, opened))
    for name, said in quick.errors.items():
        form.fault(name, said)
    if opened.repeats and not answers.get("pattern", "").strip():
        form.fault("pattern", NO_VIEW)
    if form.errors:
        _keep(opened, with_levels=False)
        return show_contact(opened.reference, form), 422
    return attempt(opened, lambda session: close_and_go(session, opened, quick))


def attempt(opened: Judged, action: Attempt, alone: Attempt | None = None, **more: Any) -> ResponseReturnValue:
    """Make a change. What is refused is said beside its answer; what came second is shown with both sides.

    Args:
        alone: The part of it that nothing may hold up: made by itself where the whole is refused.
    """
    try:
        return once(action)
    except (Stale, MoveRefused, FactsRefused) as refused:
        if alone is not None:
            _keep(opened, with_levels=True)
            return attempt(opened, alone, **more)
        return _refused(opened, refused, **more)


def _refused(opened: Judged, wrong: Stale | MoveRefused | FactsRefused, **more: Any) -> ResponseReturnValue:
    form = opened.form
    if isinstance(wrong, Stale):
        _keep(opened, with_levels=True)
        return show_conflict(opened.reference, form)
    if isinstance(wrong, MoveRefused):
        place_objections(form, wrong.objections, opened.names)
    else:
        form.fault(f"{form.scopes[0].key}-find", str(wrong).splitlines()[0])
    _keep(opened, with_levels=True)
    return show_contact(opened.reference, form, **more), 422
