"""Add a child to a contact from its page."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.add_child import add_child
from mash.journeys.people import PersonGiven
from mash.journeys.practice import Practice
from mash.web.access import actor, needs_role
from mash.web.acts import act_on
from mash.web.contact_page import ON_DUTY
from mash.web.schemas import DayMonthYear, FormSchema, SafeText, Whole
from mash.web.wiring import moment

blueprint = Blueprint("children", __name__)


class ChildSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    forename = SafeText(longest=100, called="First name")
    surname = SafeText(longest=100, called="Surname")
    born = DayMonthYear(called="Date of birth")
    about = Whole(least=0, most=17, called="About how old")
    descriptor = SafeText(longest=200, called="Who is meant")


@blueprint.post("/contacts/<reference>/children")
@needs_role(*ON_DUTY)
def add(reference: str) -> ResponseReturnValue:
    """Put one more child on the contact."""

    def put(session: Session, said: dict[str, Any], practice: Practice) -> str:
        given = PersonGiven(
            forename=said["forename"] or "",
            surname=said["surname"] or "",
            descriptor=said["descriptor"] or "",
            date_of_birth=said["born"],
            estimated_age=said["about"],
        )
        add_child(session, reference, given, version=said["version"], by=actor(), at=moment())
        return "The child is on this contact now, and needs a decision too."

    return act_on(reference, "child", ChildSchema(), put)
