"""Add what somebody says is wrong or missing beside their record: on the contact, or on a part that they asked for."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.practice import Practice
from mash.journeys.rectify import ABOUT, KINDS, LONGEST, OF_A_PART, add_addendum
from mash.journeys.subject_access import open_for_work
from mash.web.access import actor, needs_role
from mash.web.acts import act_on
from mash.web.contact_page import ON_DUTY
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.subject_parts import found_part, show_part
from mash.web.wiring import moment, reading

blueprint = Blueprint("rectify", __name__)


class SaidSchema(FormSchema):
    kind = Choice(KINDS, empty="Select what they say of it")
    said_by = SafeText(longest=200, empty="Say who says it", called="Who says it")
    text = SafeText(longest=LONGEST, empty="Write what they say", called="What they say")


class AddendumSchema(SaidSchema):
    about = Choice(ABOUT, empty="Select what it is about")


@blueprint.post("/contacts/<reference>/addendum")
@needs_role(*ON_DUTY)
def add(reference: str) -> ResponseReturnValue:
    """Keep what somebody says of a contact beside it."""

    def keep(session: Session, said: dict[str, Any], practice: Practice) -> str:
        add_addendum(session, reference, **said, by=actor(), at=moment())
        return "It stands beside the record. Nothing was changed."

    return act_on(reference, "addendum", AddendumSchema(), keep)


@blueprint.post("/subject-access/<int:number>/parts/<int:place>/addendum")
@needs_role("manager")
def add_to_part(number: int, place: int) -> ResponseReturnValue:
    """Keep what somebody who asked for their records says of a part beside it."""
    form = Form(SaidSchema(), prefix="addendum-").post(request.form)
    with reading() as session:
        found, part = found_part(session, number, place)
    if form.errors:
        return show_part(number, found, part, addendum=form), 422

    def keep(session: Session) -> str:
        open_for_work(session, number, actor(), moment(), states=("open", "ready", "signed"))
        about = OF_A_PART.get(part.row.kind, "decision")
        where = part.reference or found.newest
        add_addendum(session, where, about=about, **form.data, by=actor(), at=moment(), request=number)
        say(session, f"It stands beside the record of {where}. Nothing was changed.")
        return url_for("subject_parts.ask", number=number, place=place)

    return once(keep)
