"""The parts of a contact that are withheld: shown to who says why, and how far a partner's reply goes."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from typing_extensions import override

from mash.journeys.practice import Practice
from mash.journeys.reveal import reveal
from mash.journeys.share_information import set_tier
from mash.web.access import actor, needs_role
from mash.web.acts import act_on
from mash.web.contact_page import ON_DUTY, may_open
from mash.web.partner_words import SENSITIVITY
from mash.web.schemas import Choice, Choices, FormSchema, SafeText, Tick, Whole
from mash.web.wiring import moment
from mash.workflow.parts import withheld_parts

blueprint = Blueprint("parts", __name__)
MOST_NAMED = 50


class People(Choices):
    """The people who were ticked, by id, each once."""

    def __init__(self) -> None:
        super().__init__(())

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> Any:
        ticked = [item for item in value or [] if isinstance(item, str) and item.isascii() and item.isdigit()]
        if len(ticked) > MOST_NAMED or any(len(item) > 9 for item in ticked):
            raise ValidationError("Choose from the people shown")
        return sorted({int(item) for item in ticked})


class RevealSchema(FormSchema):
    reason = SafeText(longest=500, empty="Say what you need it for", called="Reason")


class TierSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    tier = Choice(SENSITIVITY, empty="Choose who may see it")
    named = People()
    summary = SafeText(longest=1000, called="What may be shared")
    agreed = Tick()


@blueprint.post("/contacts/<reference>/reveal/<part>")
@needs_role(*ON_DUTY, "receiving_team")
def show_part(reference: str, part: str) -> ResponseReturnValue:
    """Show one withheld part to the reader, for a while."""

    def show(session: Session, said: dict[str, Any], practice: Practice) -> str:
        contact_id = may_open(session, reference).id
        made = reveal(session, contact_id, part, reason=said["reason"], by=actor(), at=moment())
        minutes = (made.until - made.at).total_seconds() // 60
        return f"{withheld_parts()[part].words}: shown to you for {minutes:.0f} minutes. Your reason is on the record."

    name = part if part in withheld_parts() else "nothing"
    return act_on(reference, f"reveal-{name}", RevealSchema(), show)


@blueprint.post("/contacts/<reference>/information/<int:request_id>/tier")
@needs_role(*ON_DUTY)
def keep_tier(reference: str, request_id: int) -> ResponseReturnValue:
    """Keep how far a reply goes."""

    def keep(session: Session, said: dict[str, Any], practice: Practice) -> str:
        told = {name: said[name] for name in ("tier", "agreed", "summary", "named", "version")}
        set_tier(session, reference, request_id, **told, by=actor(), at=moment())
        return "Who may see that reply is on the record."

    return act_on(reference, f"tier-{request_id}", TierSchema(), keep)
