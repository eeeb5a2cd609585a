"""Record that the referrer was told: first that it arrived, then what kind of response was decided."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.practice import Practice
from mash.journeys.tell_referrer import tell_referrer
from mash.web.access import actor, needs_role
from mash.web.acts import act_on
from mash.web.contact_page import ON_DUTY
from mash.web.schemas import Choice, FormSchema, SafeText, Whole
from mash.web.wiring import moment

blueprint = Blueprint("referrer", __name__)

WAYS = {
    "telephone": "By telephone",
    "email": "By email",
    "letter": "By letter",
    "in_person": "In person",
    "cannot": "They cannot be told",
}
THINGS = {"arrived": "that it arrived", "outcome": "what kind of response was decided"}


class TellSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    what = Choice(THINGS, empty="Select what the referrer was told")
    way = Choice(WAYS, empty="Select how the referrer was told, or that they cannot be")
    note = SafeText(longest=2000, called="Note")


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """Give the templates the ways of telling."""
    return {"ways_of_telling": WAYS}


@blueprint.post("/contacts/<reference>/referrer")
@needs_role(*ON_DUTY)
def told(reference: str) -> ResponseReturnValue:
    """Keep that the referrer was told, or why they cannot be."""

    def keep(session: Session, said: dict[str, Any], practice: Practice) -> str:
        answer = {name: said[name] for name in ("what", "way", "version")} | {"note": said["note"] or ""}
        tell_referrer(session, reference, by=actor(), at=moment(), **answer)
        if said["way"] == "cannot":
            return "Kept: the referrer cannot be told."
        return f"Kept: the referrer was told {THINGS[said['what']]}."

    return act_on(reference, "referrer", TellSchema(), keep, of="what")
