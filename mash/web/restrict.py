"""Restrict a contact, name who is let in or kept from it, review and lift that; and the list of all restricted."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import restrict as journeys
from mash.journeys.restrict import GROUNDS, AccessRefused
from mash.journeys.views import seen_all
from mash.queries import restrictions as queries
from mash.queries.restricted import emergency_until
from mash.web.access import actor, current, needs_role
from mash.web.contact_page import ON_DUTY, ReadOnly, may_open
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_fresh_sign_in
from mash.web.schemas import Choice, FormSchema, SafeText, Tick, Whole
from mash.web.wiring import moment, reading, transaction

blueprint = Blueprint("restrict", __name__)
FORMS = ("restrict", "name", "keep", "lift", "agree", "end")
KINDS = {"let_in": "Let in", "kept_from": "Kept from it"}


class RestrictSchema(FormSchema):
    ground = Choice(GROUNDS, empty="Choose the ground")
    reason = SafeText(longest=2000, empty="Say why it is restricted", called="Reason")
    people = Tick()


class NameSchema(FormSchema):
    kind = Choice(KINDS, empty="Choose whether they are let in or kept from it")
    whom = Whole(least=1, most=999_999_999, called="Colleague", empty="Choose a colleague")
    reason = SafeText(longest=500, empty="Say why", called="Reason")


class WhySchema(FormSchema):
    reason = SafeText(longest=2000, empty="Say why", called="Reason")


@blueprint.get("/restricted")
@needs_role("manager", "auditor")
def show() -> str:
    """Show what is restricted, what is to be reviewed, and what was opened in an emergency."""
    with reading() as session:
        register = queries.register(session, roles=current().roles, at=moment())
        emergencies = queries.emergencies(session, roles=current().roles)
        conflicts = queries.conflicts(session, but=current().user_id)
    with transaction() as session:
        ids = {one.contact_id for one in register} | {one.contact_id for one in emergencies}
        seen_all(session, sorted(ids), "restricted", actor(), moment())
    told = {"emergencies": emergencies, "conflicts": conflicts, "form": Form(FormSchema())}
    return render_template("restricted.html", register=register, grounds=GROUNDS, **told)


@blueprint.get("/contacts/<reference>/restrict")
@needs_role(*ON_DUTY)
def ask(reference: str) -> str:
    """Show who may see a contact, and ask to restrict it or to change that."""
    return _page(reference, {})


@blueprint.post("/contacts/<reference>/restrict")
@needs_role(*ON_DUTY)
def keep(reference: str) -> ResponseReturnValue:
    """Restrict it."""

    def act(session: Session, said: dict[str, Any]) -> str:
        told = {"ground": said["ground"], "reason": said["reason"], "people_too": said["people"]}
        journeys.restrict(session, reference, **told, by=actor(), at=moment())
        return f"{reference} is restricted. It is reviewed in 90 days."

    return _act(reference, "restrict", RestrictSchema(), act)


@blueprint.post("/contacts/<reference>/restrict/name")
@needs_role("manager")
@needs_fresh_sign_in
def name(reference: str) -> ResponseReturnValue:
    """Let somebody in by name, or keep them from it."""

    def act(session: Session, said: dict[str, Any]) -> str:
        told = {"user_id": said["whom"], "kind": said["kind"], "reason": said["reason"]}
        journeys.name(session, reference, **told, by=actor(), at=moment())
        return f"{KINDS[said['kind']]}: it is on the record, and holds from now."

    return _act(reference, "name", NameSchema(), act)


@blueprint.post("/contacts/<reference>/restrict/name/<int:access_id>/end")
@needs_role("manager")
@needs_fresh_sign_in
def end_name(reference: str, access_id: int) -> ResponseReturnValue:
    """Take a name off."""

    def act(session: Session, said: dict[str, Any]) -> str:
        journeys.end_name(session, reference, access_id, by=actor(), at=moment())
        return "That name is taken off."

    return _act(reference, "end", FormSchema(), act)


@blueprint.post("/contacts/<reference>/restrict/keep")
@needs_role("manager")
def review(reference: str) -> ResponseReturnValue:
    """Let the restriction stand."""

    def act(session: Session, said: dict[str, Any]) -> str:
        day = journeys.keep_restricted(session, reference, reason=said["reason"], by=actor(), at=moment())
        return f"It stays restricted. The next review is by {day:%d/%m/%Y}."

    return _act(reference, "keep", WhySchema(), act)


@blueprint.post("/contacts/<reference>/restrict/lift")
@needs_role("manager")
@needs_fresh_sign_in
def ask_to_lift(reference: str) -> ResponseReturnValue:
    """Ask that it is lifted."""

    def act(session: Session, said: dict[str, Any]) -> str:
        journeys.ask_to_lift(session, reference, reason=said["reason"], by=actor(), at=moment())
        return "Another manager agrees to that, or does not. Until then it stays restricted."

    return _act(reference, "lift", WhySchema(), act)


@blueprint.post("/contacts/<reference>/restrict/lift/agree")
@needs_role("manager")
@needs_fresh_sign_in
def lift(reference: str) -> ResponseReturnValue:
    """Lift it, as another manager asked."""

    def act(session: Session, said: dict[str, Any]) -> str:
        journeys.lift(session, reference, by=actor(), at=moment())
        return f"{reference} is no longer restricted."

    return _act(reference, "agree", FormSchema(), act)


def _act(
    reference: str, which: str, schema: FormSchema, act: Callable[[Session, dict[str, Any]], str]
) -> ResponseReturnValue:
    form = Form(schema, prefix=f"{which}-").post(request.form)
    if form.errors:
        return _page(reference, {which: form}), 422

    def do(session: Session) -> str:
        may_open(session, reference)
        say(session, act(session, form.data))
        return f"/contacts/{reference}/restrict"

    try:
        return once(do)
    except AccessRefused as refused:
        return _page(reference, {which: form.fault({refused.field: str(refused)})}), 422


def _page(reference: str, forms: dict[str, Form]) -> str:
    with reading() as session:
        head = may_open(session, reference)
        if emergency_until(current().roles, head.id) is not None:
            raise ReadOnly
        found = queries.access_to(session, head.id, at=moment())
    every = {which: Form(FormSchema(), prefix=f"{which}-") for which in FORMS} | forms
    return render_template("restrict.html", reference=reference, found=found, grounds=GROUNDS, kinds=KINDS, forms=every)
