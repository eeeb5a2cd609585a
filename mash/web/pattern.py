"""Review what was made of a pattern of contacts: the list of views that wait, and the answer to one."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import finish
from mash.journeys.pattern import may_review
from mash.journeys.practice import Practice, practice_from
from mash.queries.pattern import waiting_views
from mash.web.access import actor, current, needs_role
from mash.web.acts import act_on
from mash.web.contact_page import QUALIFIED
from mash.web.schemas import Choice, FormSchema, SafeText, Whole
from mash.web.wiring import moment, reading, wiring
from mash.workflow.contact import State
from mash.workflow.pattern import nth

blueprint = Blueprint("pattern", __name__)


class PatternReviewSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    view = Choice(("holds", "differs"), empty="Select whether the view holds")
    seen = SafeText(longest=2000, called="What you see otherwise")


@blueprint.get("/reviews")
@needs_role(*QUALIFIED)
def show() -> str:
    """List the views that wait, each with why its reader may not review it, if so."""
    who = current()
    with reading() as session:
        found = waiting_views(session, roles=who.roles)
        limits = practice_from(session, wiring().rulebook).pattern(moment()).limits
    views = [(one, may_review(one.row, user_id=who.user_id, roles=who.roles)) for one in found]
    asked_for = " or ".join(f"the {nth(limit.contacts)} contact in {limit.words}" for limit in limits)
    mine = sum(not objections for _, objections in views)
    return render_template("reviews.html", views=views, mine=mine, asked_for=asked_for)


@blueprint.post("/contacts/<reference>/pattern-review")
@needs_role(*QUALIFIED)
def review(reference: str) -> ResponseReturnValue:
    """Say whether a view holds."""

    def answer(session: Session, said: dict[str, Any], practice: Practice) -> str:
        told = {"answer": said["view"], "reason": said["seen"], "version": said["version"]}
        contact = finish.review_pattern(session, reference, **told, by=actor(), at=moment(), practice=practice)
        if contact.state == State.REOPENED:
            return f"{reference} is open again. The view and what you see otherwise stay on the record."
        if said["view"] == "differs":
            return f"Kept. The view on {reference} is before a manager."
        return f"The view of the pattern on {reference} is reviewed."

    return act_on(reference, "pattern-review", PatternReviewSchema(), answer)
