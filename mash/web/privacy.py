"""Privacy alerts: patterns in somebody's reading, each reviewed by an auditor with a note."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.review_alert import AlertRefused, review_alert
from mash.queries import privacy as queries
from mash.web import reads
from mash.web.access import actor, current, needs_role
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.wiring import moment, reading
from mash.workflow.privacy import Pattern

blueprint = Blueprint("privacy", __name__, url_prefix="/audit/alerts")
ANSWERS = {"explained": "It is explained", "raised": "It goes further"}
WORDS = {pattern.value: pattern.words for pattern in Pattern}


class ReviewSchema(FormSchema):
    answer = Choice(ANSWERS, empty="Select what you made of it")
    note = SafeText(longest=2000, empty="Write what you found", called="What you found")


@blueprint.get("")
@needs_role("auditor")
def show() -> str:
    """List the alerts."""
    return _page(_blank(0))


def _blank(number: int) -> Form:
    return Form(ReviewSchema(), prefix=f"a{number}-")


def _page(form: Form, number: int = 0) -> str:
    with reading() as session:
        found = queries.alerts(session, current().user_id, current().roles)
    reads.told(people={one.person_id for one in found if one.person_id is not None})
    told: dict[str, Any] = {
        "answers": ANSWERS,
        "patterns": WORDS,
        "number": number,
        "blank": _blank,
    }
    return render_template("privacy.html", alerts=found, form=form, **told)


@blueprint.post("/<int:number>")
@needs_role("auditor")
def review(number: int) -> ResponseReturnValue:
    """Keep what the auditor made of one."""
    form = _blank(number).post(request.form)
    if form.errors:
        return _page(form, number), 422

    def keep(session: Session) -> str:
        said = {"answer": form.data["answer"], "note": form.data["note"]}
        review_alert(session, number, **said, by=actor(), at=moment())
        say(session, "Your review is kept.")
        return url_for("privacy.show")

    try:
        return once(keep)
    except AlertRefused as refused:
        return _page(form.fault({"note": str(refused)}), number), 409
