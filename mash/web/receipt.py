"""Correct when a contact was received: a manager sets it back, with a reason, and the clocks are worked out anew."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from mash.journeys.correct_receipt import set_receipt_back
from mash.journeys.practice import Practice
from mash.web.access import actor, needs_role
from mash.web.acts import act_on
from mash.web.filters import moment as moment_words
from mash.web.london import london_moment
from mash.web.record_form import TimeOfDay
from mash.web.schemas import DayMonthYear, FormSchema, SafeText, Whole
from mash.web.wiring import moment

blueprint = Blueprint("receipt", __name__)


class ReceiptSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    day = DayMonthYear(called="Day it was received", empty="Enter the day it was received", earliest=2000)
    time = TimeOfDay(called="Time it was received")
    reason = SafeText(longest=2000, empty="Say why it is corrected", called="Reason")

    @validates_schema(skip_on_field_errors=False)
    def has_a_time(self, data: dict[str, Any], **_: Any) -> None:
        """Ask for the time of day, which a clock in hours cannot do without."""
        if data.get("time") is None:
            raise ValidationError("Enter the time it was received", "time")


@blueprint.post("/contacts/<reference>/receipt")
@needs_role("manager")
def correct(reference: str) -> ResponseReturnValue:
    """Set the time of receipt back."""

    def set_back(session: Session, said: dict[str, Any], practice: Practice) -> str:
        at = london_moment(said["day"], said["time"])
        told = {"version": said["version"], "reason": said["reason"]}
        set_receipt_back(session, reference, at, **told, by=actor(), at=moment(), practice=practice)
        return f"{reference} was received {moment_words(at)}. What was recorded first stays on the timeline."

    return act_on(reference, "receipt", ReceiptSchema(), set_back)
