"""The team page: what each person has in hand, who is away, and giving contacts on. It measures no one's work."""

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import share_out
from mash.journeys.absences import AbsenceRefused, end_absence, note_absence
from mash.journeys.contacts import NotFound
from mash.journeys.share_out import NotShared
from mash.queries.queue import queue_page
from mash.queries.team import absences, team_load
from mash.web.access import actor, needs_role
from mash.web.called import tell_apart
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.queue_list import asker
from mash.web.queue_many import References, say_outcomes
from mash.web.schemas import DayMonthYear, FormSchema, SafeText, Whole
from mash.web.wiring import moment, reading
from mash.workflow.calendar import london_day

blueprint = Blueprint("team", __name__)


class GiveSchema(FormSchema):
    ref = References()
    whom = Whole(least=1, most=999_999_999, called="Colleague", empty="Select who to give them to")
    reason = SafeText(called="Reason")


class AwaySchema(FormSchema):
    first = DayMonthYear(called="First day", empty="Enter the first day away", earliest=2020)
    last = DayMonthYear(called="Last day", empty="Enter the last day away", earliest=2020)


@blueprint.get("/team")
@needs_role("manager")
def show() -> str:
    """Show what everyone has in hand, and one person's contacts where one is chosen."""
    person = request.args.get("person", "")
    return _page(int(person) if person.isascii() and person.isdigit() and len(person) < 10 else 0)


@blueprint.post("/team/<int:user_id>/give")
@needs_role("manager")
def give(user_id: int) -> ResponseReturnValue:
    """Give some of one person's contacts to another, with a result for each."""
    form = Form(GiveSchema()).post(request.form)
    if form.errors:
        return _page(user_id, form), 422

    def share(session: Session) -> str:
        told = {"by": actor(), "at": moment(), "reason": form.data["reason"]}
        outcomes = share_out.assign_each(session, form.data["ref"], to=form.data["whom"], **told)
        say_outcomes(session, outcomes, "given")
        return _back(user_id)

    try:
        return once(share)
    except (NotShared, NotFound) as refused:
        return _page(user_id, form.fault({"whom": str(refused).rstrip(".")})), 422


@blueprint.post("/team/<int:user_id>/away")
@needs_role("manager")
def note_away(user_id: int) -> ResponseReturnValue:
    """Note that someone is away."""
    form = Form(AwaySchema()).post(request.form)
    if form.errors:
        return _page(user_id, form), 422

    def note(session: Session) -> str:
        days = {"first_day": form.data["first"], "last_day": form.data["last"], "today": london_day(moment())}
        note_absence(session, user_id=user_id, by=actor(), at=moment(), **days)
        say(session, "Noted. Nothing is given to them on those days; what they have in hand stays theirs until given.")
        return _back(user_id)

    try:
        return once(note)
    except AbsenceRefused as refused:
        return _page(user_id, form.fault({refused.field: str(refused)})), 422


@blueprint.post("/team/away/<int:absence_id>/end")
@needs_role("manager")
def back_again(absence_id: int) -> ResponseReturnValue:
    """Call an absence off, or end it early."""

    def end(session: Session) -> str:
        end_absence(session, absence_id=absence_id, by=actor(), at=moment())
        say(session, "They are no longer noted as away.")
        return url_for("team.show")

    return once(end)


def _back(user_id: int) -> str:
    return url_for("team.show", person=user_id)


def _page(user_id: int, form: Form | None = None) -> str:
    who, day = asker(), london_day(moment())
    with reading() as session:
        team = team_load(session, who, day)
        chosen = next((one for one in team if one.id == user_id), None)
        rows, more = queue_page(session, "mine", replace(who, user_id=user_id)) if chosen else ([], False)
        away = absences(session, day)
    if user_id and chosen is None:
        raise NotFound("There is no such person.")
    tell_apart(row.reference for row in rows)
    return render_template(
        "team.html", team=team, chosen=chosen, rows=rows, more=more, away=away, form=form or Form(FormSchema())
    )
