"""What would decide more in time in the coming weeks: ask, leave, come back to the answer."""

import threading
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash import clock
from mash.journeys.ask_capacity import (
    ASKED,
    NOTHING_LEARNT,
    SILENT,
    Asked,
    begin_capacity,
    capacity_run,
    capacity_runs,
    question_of,
    run_capacity,
    stop_capacity,
)
from mash.journeys.contacts import NotFound
from mash.measures.learnt import taught_last
from mash.queries.replay_work import Extra, extra_of, extras
from mash.staffing.answer import NOW
from mash.staffing.working import Change
from mash.web.access import actor, needs_role
from mash.web.capacity_words import bars, fit_path, rows_of, says
from mash.web.few import counts, leaves_team, tells_few
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, FormSchema, Tick, Whole
from mash.web.wiring import moment, reading, wiring

blueprint = Blueprint("capacity", __name__, url_prefix="/timeliness/capacity")
WEEKS = {"2": "2 weeks", "4": "4 weeks", "8": "8 weeks"}
HOURS = {str(hour): f"{hour}:00" for hour in range(7, 20)}


class AskSchema(FormSchema):
    weeks = Choice(tuple(WEEKS), empty="Select how many weeks")
    people = Whole(called="People more", least=-20, most=20)
    from_hour = Choice(("", *HOURS), required=False)
    only_red_signed = Tick()
    replies_within = Whole(called="Hours", least=1, most=200)
    in_order = Tick()
    assessments = Whole(called="Assessments more a week", least=0, most=500)
    replay = Choice((), required=False)
    arrivals = Whole(called="Contacts more in a hundred", least=-90, most=300)


@blueprint.get("")
@needs_role("manager", "auditor", "reviewer")
def show() -> str:
    """Show what was asked before, how the front door works as measured, and the form that asks."""
    return _page(_form({"weeks": "4", "replay": request.args.get("replay", "")}))


def _page(form: Form) -> str:
    with reading() as session:
        taught, runs, replays = taught_last(session), capacity_runs(session), extras(session)
    fit = taught.fit if taught else ()
    leaving = leaves_team()
    few = [tells_few(week.seen * week.contacts, week.contacts, leaving=leaving) for week in fit]
    more: dict[str, Any] = {"fit": fit, "paths": fit_path(fit), "weeks": WEEKS, "hours": HOURS, "few": few}
    more["replays"] = replays
    more["contacts"] = counts([week.contacts for week in fit], leaving=leaving)
    return render_template(
        "capacity.html", form=form, taught=taught, runs=runs, silent=_silent, nothing=NOTHING_LEARNT, **more
    )


@blueprint.post("")
@needs_role("manager")
def ask() -> ResponseReturnValue:
    """Begin to work out an answer; it goes on while its asker does other things."""
    form = _form().post(request.form)
    if form.data.get("replay") and form.data.get("assessments"):
        form.fault({"assessments": "Choose a replay or type a number, not both"})
    if form.errors:
        return _page(form), 422
    extra = None
    if replay := form.data.get("replay"):
        with reading() as session:
            extra = extra_of(session, int(replay))
    return begin(change_of(form.data), int(form.data["weeks"]), extra)


def _form(start: dict[str, Any] | None = None) -> Form:
    schema = AskSchema()
    with reading() as session:
        offered = extras(session)
    field = schema.fields["replay"]
    if isinstance(field, Choice):
        field.among = tuple(offered)
    return Form(schema, start)


def begin(change: Change, weeks: int, extra: Extra | None = None) -> ResponseReturnValue:
    """Begin to work out an answer beside the pages, and go to where it will stand."""
    begun: list[int] = []

    def note(session: Session) -> str:
        row = begin_capacity(session, change, weeks=weeks, by=actor(), at=moment(), extra=extra)
        begun.append(row.id)
        return url_for("capacity.one", number=row.id)

    answer = once(note)
    made = wiring()
    for number in begun:
        told = (made.database, made.rulebook, number, clock.now)
        threading.Thread(target=run_capacity, args=told, name=f"capacity-{number}", daemon=True).start()
    return answer


def change_of(data: dict[str, Any]) -> Change:
    """Read what is to be done differently from the answers of the form."""
    return Change(
        people=data.get("people") or 0,
        from_hour=int(data.get("from_hour") or 0),
        in_order=bool(data.get("in_order")),
        only_red_signed=bool(data.get("only_red_signed")),
        replies_within=data.get("replies_within"),
        assessments=data.get("assessments") or 0,
        arrivals=1 + (data.get("arrivals") or 0) / 100,
    )


@blueprint.get("/<int:number>")
@needs_role("manager", "auditor", "reviewer")
def one(number: int) -> str:
    """Show an answer, or how far it is."""
    with reading() as session:
        found = capacity_run(session, number)
    if found is None:
        raise NotFound("Nothing was asked under this number.")
    if found.result is None:
        return render_template("capacity_wait.html", run=found, silent=_silent(found))
    rows = rows_of(found.result)
    told = {"rows": rows, "bars": bars(rows, found.result["target"]), "says": says(found.result), "now_name": NOW}
    begins, (_, extra) = date.fromisoformat(found.result["begins"]), question_of(found.change)
    return render_template(
        "capacity_answer.html", run=found, said=found.result, begins=begins, asked=ASKED, extra=extra, **told
    )


@blueprint.post("/<int:number>/stop")
@needs_role("manager")
def stop(number: int) -> ResponseReturnValue:
    """Stop working on an answer."""

    def end(session: Session) -> str:
        stop_capacity(session, number, at=moment())
        say(session, "It is stopped. Nothing of it was kept.")
        return url_for("capacity.show")

    return once(end)


def _silent(run: Asked) -> bool:
    """Say whether one that should run has not been heard of for so long that its process must have ended."""
    return run.state == "running" and moment() - run.seen_at > SILENT
