"""Declare whom one knows: of an open contact, or beforehand by name or address. Another manager ends a declaration."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.declare_conflict import Declared, declare, declare_family_of, end_conflict
from mash.journeys.people import AddressGiven
from mash.journeys.restrict import AccessRefused
from mash.queries.restrictions import own_conflicts
from mash.web.access import actor, current, needs_role
from mash.web.contact_page import ON_DUTY, may_open, show_contact
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_fresh_sign_in
from mash.web.schemas import DayMonthYear, FormSchema, SafeText
from mash.web.wiring import moment, reading

blueprint = Blueprint("declared", __name__)
WHO = (*ON_DUTY, "receiving_team", "auditor")
KEPT = "Declared. Whatever is or comes on record about them is closed to you from now on."


class FamilySchema(FormSchema):
    reason = SafeText(longest=500, empty="Say how you know them", called="How you know them")


class DeclareSchema(FormSchema):
    name = SafeText(longest=200, called="Name")
    born = DayMonthYear(called="Date of birth", earliest=1900)
    lines = SafeText(longest=300, called="Address")
    postcode = SafeText(longest=10, called="Postcode")
    reason = SafeText(longest=500, empty="Say how you know them", called="How you know them")


@blueprint.get("/account/conflicts")
@needs_role(*WHO)
def ask() -> str:
    """Show what one declared, and ask for more."""
    return _page(Form(DeclareSchema()))


@blueprint.post("/account/conflicts")
@needs_role(*WHO)
def keep() -> ResponseReturnValue:
    """Keep a declaration. The answer is the same whether anybody like that is on record or not."""
    form = Form(DeclareSchema()).post(request.form)
    if form.errors:
        return _page(form), 422
    said = form.data
    home = AddressGiven(lines=said["lines"], postcode=said["postcode"])
    told = Declared(name=said["name"], born=said["born"], address=home, reason=said["reason"])

    def do(session: Session) -> str:
        declare(session, told, by=actor(), at=moment())
        say(session, KEPT)
        return "/account/conflicts"

    try:
        return once(do)
    except AccessRefused as refused:
        return _page(form.fault({refused.field: str(refused)})), 422


@blueprint.post("/contacts/<reference>/conflict")
@needs_role(*ON_DUTY, "receiving_team")
def know_them(reference: str) -> ResponseReturnValue:
    """Say that one knows the family of an open contact, which closes it."""
    form = Form(FamilySchema(), prefix="conflict-").post(request.form)
    if form.errors:
        return show_contact(reference, act={"conflict": form}), 422

    def do(session: Session) -> str:
        may_open(session, reference)
        declare_family_of(session, reference, reason=form.data["reason"], by=actor(), at=moment())
        say(session, f"{reference} is closed to you and free for somebody else, with all about the same people.")
        return "/"

    return once(do)


@blueprint.post("/restricted/conflicts/<int:access_id>/end")
@needs_role("manager")
@needs_fresh_sign_in
def end(access_id: int) -> ResponseReturnValue:
    """End somebody else's declaration."""
    form = Form(FamilySchema()).post(request.form)

    def do(session: Session) -> str:
        try:
            end_conflict(session, access_id, reason=form.data.get("reason", ""), by=actor(), at=moment())
        except AccessRefused as refused:
            say(session, f"{refused}.", kind="problem")
        else:
            say(session, "That declaration is ended.")
        return "/restricted"

    return once(do)


def _page(form: Form) -> str:
    with reading() as session:
        own = own_conflicts(session, current().user_id)
    return render_template("conflicts.html", form=form, own=own)
