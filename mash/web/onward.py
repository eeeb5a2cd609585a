"""Where to go after something is saved: the next contact that is due, or back to the same one."""

from sqlalchemy.orm import Session

from mash.journeys.triage import claim_next
from mash.web.access import actor
from mash.web.once import say
from mash.web.wiring import moment

NEXT = "next"


def onward(session: Session, reference: str, go: str) -> str:
    """Take the next contact and return its page; the same page if asked to stay; the queue when nothing is left.

    What its reader skipped lately does not come straight back: it waits until they press "Start next contact".
    """
    if go != NEXT:
        return f"/contacts/{reference}"
    following = claim_next(session, by=actor(), at=moment(), skipped_too=False)
    if following is None:
        say(session, "Nothing else is left to start.", kind="note")
        return "/queue"
    return f"/contacts/{following.reference}"
