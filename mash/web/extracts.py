"""Extracts: chosen, given a reason, written beside the pages, taken by whoever asked; and the list of every one."""

import threading
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mash import clock
from mash.journeys.keep_extracts import (
    KEPT,
    WAYS,
    ExtractRefused,
    Store,
    Wanted,
    ask_extract,
    make_extract,
    take_extract,
)
from mash.queries.extracts_made import Extract, extracts_made
from mash.web.access import actor, current, needs_role
from mash.web.forms import Form
from mash.web.once import once
from mash.web.proof import needs_proof
from mash.web.reads import told
from mash.web.schemas import Choice, DayMonthYear, FormSchema, SafeText
from mash.web.wiring import moment, reading, transaction, wiring
from mash.workflow.calendar import london_day
from mash.workflow.sign_in_policy import Act

blueprint = Blueprint("extracts", __name__, url_prefix="/timeliness/extracts")
EARLIEST = 2000
HALF_A_YEAR = timedelta(days=182)


class NewSchema(FormSchema):
    what = Choice(tuple(WAYS), empty="Select an extract")
    since = DayMonthYear(called="First day", empty="Enter the first day", earliest=EARLIEST)
    until = DayMonthYear(called="Last day", empty="Enter the last day", earliest=EARLIEST)
    reason = SafeText(longest=500, empty="Say why it is taken", called="Reason")


@blueprint.get("")
@needs_role("manager", "auditor")
def show() -> str:
    """List the extracts, with a form for the next: of the last half year."""
    today = london_day(moment())
    return _page(Form(NewSchema(), {"since": _boxes(today - HALF_A_YEAR), "until": _boxes(today)}))


def _boxes(day: date) -> dict[str, int]:
    return {"day": day.day, "month": day.month, "year": day.year}


def _page(form: Form) -> str:
    with reading() as session:
        found = extracts_made(session, moment())
    more: dict[str, Any] = {"ways": {key: way.words for key, way in WAYS.items()}, "mine": _to_take(found)}
    return render_template("extracts.html", form=form, extracts=found, **more)


def _to_take(found: Sequence[Extract]) -> set[int]:
    """Say which extracts whoever is signed in may take now."""
    return {
        one.number
        for one in found
        if one.by_page and one.state == "made" and one.by_id == current().user_id and moment() < one.at + KEPT
    }


@blueprint.post("")
@needs_role("manager")
@needs_proof(Act.EXPORT)
def ask() -> ResponseReturnValue:
    """Ask for an extract; it is written while its asker does other things."""
    form = Form(NewSchema()).post(request.form)
    since, until = form.data.get("since"), form.data.get("until")
    if since and until and until < since:
        form.fault({"until": "Choose a last day that is not before the first day"})
    if form.errors or since is None or until is None:
        return _page(form), 422
    wanted = Wanted(form.data["what"], since, until, form.data["reason"])
    asked: list[int] = []

    def begin(session: Session) -> str:
        asked.append(ask_extract(session, wanted, by=actor(), at=moment()))
        return url_for("extracts.show")

    try:
        answer = once(begin)
    except ExtractRefused as refused:
        return _page(form.fault({"what": str(refused)})), 422
    for number in asked:
        write_in_background(number, wanted)
    return answer


def write_in_background(number: int, wanted: Wanted) -> threading.Thread:
    """Write an extract beside the pages, on its own connections."""
    given = (wiring().database, store(), number, wanted, actor(), clock.now)
    thread = threading.Thread(target=make_extract, args=given, name=f"extract-{number}", daemon=True)
    thread.start()
    return thread


@blueprint.get("/<int:number>")
@needs_role("manager")
@needs_proof(Act.EXPORT)
def take(number: int) -> Response:
    """Give the file of an extract to whoever asked for it."""
    with transaction() as session:
        taken = take_extract(session, store(), number, by=actor(), at=moment())
    told(children=taken.children, people=taken.people)
    answer = Response(taken.content, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    return answer


def store() -> Store:
    """Say where files wait to be taken."""
    return Store(wiring().settings.folder, wiring().key, wiring().keys[1:])
