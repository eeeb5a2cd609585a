"""Open a restricted contact in an emergency, after proving again who one is; and the review of that by another."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.open_in_emergency import FINDINGS, open_in_emergency, review_emergency
from mash.journeys.restrict import AccessRefused
from mash.journeys.views import seen
from mash.queries.access import SignedIn, came_by_council, second_factor_since
from mash.queries.passkeys import proved_strongly
from mash.web.access import actor, current, needs_role
from mash.web.filters import time as time_words
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_fresh_sign_in, needs_proof
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.wiring import moment, practice_in, transaction
from mash.workflow.emergency import emergency_policy
from mash.workflow.sign_in_policy import Act

blueprint = Blueprint("emergency", __name__)


class OpenSchema(FormSchema):
    reference = SafeText(longest=20, empty="Enter the contact’s reference", called="Reference")
    reason = SafeText(longest=1000, empty="Say why it cannot wait for a manager", called="Reason")


class ReviewSchema(FormSchema):
    finding = Choice(FINDINGS)
    words = SafeText(longest=2000, called="What you found")


@blueprint.get("/emergency")
@needs_role("contact_officer", "practitioner")
@needs_proof(Act.BREAK_GLASS)
def ask() -> str:
    """Ask which contact, and why."""
    return _page(Form(OpenSchema(), {"reference": request.args.get("reference", "")[:20]}))


@blueprint.post("/emergency")
@needs_role("contact_officer", "practitioner")
@needs_proof(Act.BREAK_GLASS)
def let_in() -> ResponseReturnValue:
    """Open it for an hour."""
    form = Form(OpenSchema()).post(request.form)
    if form.errors:
        return _page(form), 422

    def do(session: Session) -> str:
        me, reference = current(), form.data["reference"].strip().upper()
        made = open_in_emergency(
            session,
            reference,
            reason=form.data["reason"],
            proved=_proved(session, me),
            by=actor(),
            at=moment(),
            calendar=practice_in(session).calendar,
        )
        say(
            session,
            f"{reference} is open to you until {time_words(made.until)}. Managers were told.",
        )
        return f"/contacts/{reference}"

    try:
        return once(do)
    except AccessRefused as refused:
        with transaction() as session:
            seen(session, None, "emergency refused", actor(), moment())
        return _page(form.fault({refused.field: str(refused)})), 422


@blueprint.post("/emergency/<int:access_id>/review")
@needs_role("manager", "auditor")
@needs_fresh_sign_in
def review(access_id: int) -> ResponseReturnValue:
    """Keep whether it was right to open it."""
    form = Form(ReviewSchema()).post(request.form)

    def do(session: Session) -> str:
        finding, words = form.data.get("finding") or "", form.data.get("words", "")
        try:
            review_emergency(session, access_id, finding=finding, words=words, by=actor(), at=moment())
        except AccessRefused as refused:
            say(session, f"{refused}.", kind="problem")
        else:
            say(session, "Your review is on the record.")
        return "/restricted"

    return once(do)


def _proved(session: Session, me: SignedIn) -> bool:
    """Say whether someone proved who they are by two factors: a code beside a password, a passkey, or the council."""
    by_app = second_factor_since(session, me.user_id) is not None
    return by_app or came_by_council(session, me.session_id) or proved_strongly(session, me.session_id)


def _page(form: Form) -> str:
    return render_template("emergency.html", form=form, policy=emergency_policy())
