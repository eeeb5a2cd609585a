"""Show one withheld part of a contact to one person for a while, with a reason that is kept."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.restrict import AccessRefused
from mash.journeys.views import seen
from mash.models import Reveal
from mash.workflow.parts import withheld_parts


def reveal(session: Session, contact_id: int, part: str, *, reason: str, by: Actor, at: datetime) -> Reveal:
    """Show a part, as far as policy lets this person have it shown.

    Raises:
        AccessRefused: If it does not, there is no such part, or no reason is given.
    """
    policy = withheld_parts().get(part)
    if policy is None or by.user_id is None or not policy.may_be_revealed_to(by.roles):
        raise AccessRefused("reason", f"That is withheld. Ask {policy.ask if policy else 'the duty manager'}")
    if not reason.strip():
        raise AccessRefused("reason", "Say what you need it for")
    made = Reveal(
        contact_id=contact_id, user_id=by.user_id, part=part, reason=reason.strip(), at=at, until=at + policy.lasts
    )
    session.add(made)
    session.flush()
    said = {"part": part, "reason": made.reason, "until": made.until.isoformat()}
    record_event(session, kind="part.revealed", at=at, by=by, contact_id=contact_id, data=said)
    seen(session, contact_id, f"reveal {part}", by, at)
    return made
