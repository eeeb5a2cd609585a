"""Hand a red to the emergency duty team: who there took it, when, and what they were told; and the receipt."""

from datetime import datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mash.clock import LONDON
from mash.journeys.escalate import escalation_policy
from mash.journeys.red_turns import Taken, hand_to_night_team
from mash.journeys.views import seen
from mash.queries.children import children_of
from mash.queries.red_turns import receipt
from mash.web.access import actor, current, needs_role
from mash.web.contact_page import may_open
from mash.web.filters import time as time_words
from mash.web.forms import Form
from mash.web.london import london_moment
from mash.web.once import once, say
from mash.web.record_form import TimeOfDay
from mash.web.schemas import FormSchema, SafeText
from mash.web.wiring import moment, reading, transaction
from mash.workflow.contact import MoveRefused

blueprint = Blueprint("night", __name__)


class NightSchema(FormSchema):
    team = SafeText(empty="Enter the team that took it", called="Team")
    taken_by = SafeText(empty="Enter who took it", called="Who took it")
    taken_at = TimeOfDay(called="When they took it")
    told = SafeText(longest=4000, empty="Say what you told them", called="What you told them")


@blueprint.get("/red/<reference>/night")
@needs_role("practitioner", "manager")
def ask(reference: str) -> ResponseReturnValue:
    """Ask who took it, when, and what they were told."""
    with reading() as session:
        may_open(session, reference)
        team = escalation_policy(session, moment()).night_team
    return _page(reference, Form(NightSchema(), {"team": team, "taken_at": time_words(moment())}))


@blueprint.post("/red/<reference>/night")
@needs_role("practitioner", "manager")
def hand(reference: str) -> ResponseReturnValue:
    """Record the hand-over, and go to its receipt."""
    form = Form(NightSchema()).post(request.form)
    if form.errors:
        return _page(reference, form, 422)

    def record(session: Session) -> str:
        may_open(session, reference)
        said = {name: form.data[name] for name in ("team", "taken_by", "told")}
        taken = Taken(**said, taken_at=_taken_at(form))
        turn = hand_to_night_team(session, reference, taken, by=actor(), at=moment())
        say(session, f"{reference} is with {taken.team}. Print this receipt, or leave it here: it is kept.")
        return url_for("night.show", reference=reference, number=turn.id)

    try:
        return once(record)
    except MoveRefused as refused:
        return _page(reference, form.fault({"_schema": " ".join(refused.objections)}), 409)


@blueprint.get("/red/<reference>/night/<int:number>")
@needs_role("practitioner", "manager", "auditor")
def show(reference: str, number: int) -> str:
    """Show the receipt of one hand-over."""
    with transaction() as session:
        head = may_open(session, reference)
        found = receipt(session, number)
        if found is None or found[0] != head.id:
            raise NotFound
        seen(session, head.id, "night receipt", actor(), moment())
        children = children_of(session, [head.id], roles=current().roles).get(head.id, ())
    return render_template("night_receipt.html", reference=reference, turn=found[1], children=children)


def _taken_at(form: Form) -> datetime:
    """Return when it was taken: now if not said, and yesterday if that time has not come yet today."""
    clock, at = form.data["taken_at"], moment()
    if clock is None:
        return at
    today = at.astimezone(LONDON).date()
    said = london_moment(today, clock)
    return said if said <= at else london_moment(today - timedelta(days=1), clock)


def _page(reference: str, form: Form, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        head = may_open(session, reference)
        children = children_of(session, [head.id], roles=current().roles).get(head.id, ())
    return render_template("night.html", reference=reference, form=form, children=children), status
