"""What was offered to a receiving team, to accept with a named lead or to decline with a reason, child by child."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import hand_over
from mash.journeys.practice import practice_from
from mash.journeys.views import seen_all
from mash.queries.hand_overs import offers
from mash.web.access import actor, current, needs_role
from mash.web.called import tell_apart
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import FormSchema, SafeText, Whole
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("hand_overs", __name__)


class AcceptSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open this page again")
    lead = SafeText(empty="Enter the name of the lead practitioner", called="Name")


class DeclineSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open this page again")
    reason = SafeText(longest=1000, empty="Say why your team declines", called="Reason")


@blueprint.get("/hand-overs")
@needs_role("receiving_team")
def show() -> str:
    """Show what waits for the team's answer."""
    return _page()


def _page(answered: int = 0, form: Form | None = None) -> str:
    """Show the list; one child's answer with what is wrong with it, if there is one."""
    with reading() as session:
        waiting = offers(session, team=current().team, roles=current().roles)
    with transaction() as session:
        seen_all(session, sorted({offer.contact_id for offer in waiting}), "hand_overs", actor(), moment())
    tell_apart(offer.reference for offer in waiting)
    return render_template("hand_overs.html", offers=waiting, answered=answered, form=form, team=current().team)


@blueprint.post("/hand-overs/<reference>/<int:child>/accept")
@needs_role("receiving_team")
def accept(reference: str, child: int) -> ResponseReturnValue:
    """Accept one child, naming who leads from now on."""
    form = Form(AcceptSchema()).post(request.form)
    if form.errors:
        return _page(child, form), 422

    def take(session: Session) -> str:
        hand_over.accept(
            session,
            reference,
            child,
            lead=form.data["lead"],
            version=form.data["version"],
            by=actor(),
            at=moment(),
            practice=practice_from(session, wiring().rulebook),
        )
        say(session, f"Accepted on {reference}. {form.data['lead']} leads from now on.")
        return url_for("hand_overs.show")

    return once(take)


@blueprint.post("/hand-overs/<reference>/<int:child>/decline")
@needs_role("receiving_team")
def decline(reference: str, child: int) -> ResponseReturnValue:
    """Decline one child, saying why. The child stays with the front door."""
    form = Form(DeclineSchema()).post(request.form)
    if form.errors:
        return _page(child, form), 422

    def refuse(session: Session) -> str:
        hand_over.decline(
            session,
            reference,
            child,
            reason=form.data["reason"],
            version=form.data["version"],
            by=actor(),
            at=moment(),
            practice=practice_from(session, wiring().rulebook),
        )
        say(session, f"Declined on {reference}. The front door has it back, with your reason.")
        return url_for("hand_overs.show")

    return once(refuse)
