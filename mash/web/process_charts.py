"""Process charts of the headline figures, week by week, and months set beside the year before, in the reports' form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.chart_limits import LimitsRefused, begin_limits, take_back_limits
from mash.journeys.timeliness import timeliness_policy
from mash.measures.counting import behind as events_behind
from mash.measures.figures import Figure, by_period, month_of, year_on_year
from mash.measures.leaving import held_back_beside
from mash.measures.measure import Measure
from mash.measures.registry import MEASURES
from mash.measures.suppress import small
from mash.measures.written import table_of
from mash.queries.chart_limits import Begun, limits_begun
from mash.web.access import actor, current, needs_role
from mash.web.chart import Chart, chart_of
from mash.web.filters import day as written_day
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, DayMonthYear, FormSchema, SafeText
from mash.web.timeliness import EARLIEST, FAR_BEHIND, LONGEST, SEES_CONTACTS, WEEKS
from mash.web.wiring import moment, reading
from mash.workflow.calendar import london_day as day_of

blueprint = Blueprint("process_charts", __name__)
AIMED_AT = ("social-care-in-time", "early-help-in-time")
CHARTED = (
    *AIMED_AT,
    "contacts-received",
    "request-share",
    "assessment-share",
    "early-help-share",
    "no-service-share",
)
COMPARED = {
    "contacts-received": "Contacts received",
    "request-share": "Contacts asking for a service",
    "assessment-share": "Contacts that came to an assessment",
    "early-help-share": "Contacts that came to early help",
    "no-service-share": "Contacts that came to neither",
}
"""What is set beside the year before: how many, not what share."""


ACTS = {"begin": "New limits begin with it", "take-back": "Take back that new limits begin with it"}
DONE = {"begin": "new limits from", "take-back": "no new limits any more from"}


class LimitsSchema(FormSchema):
    measure = Choice(CHARTED, empty="Select a figure")
    act = Choice(ACTS, empty="Select what to do")
    week = DayMonthYear(called="Week", empty="Enter a day of the week", earliest=EARLIEST)
    reason = SafeText(longest=300, empty="Say why", called="Reason")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One figure's chart; None where a number is too small for the reader. ``aimed``: whether more is better."""

    measure: Measure
    chart: Chart | None
    aimed: bool


@blueprint.get("/timeliness/charts")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def show() -> str:
    """Show a chart of each headline figure."""
    return _page(None)


def _page(form: Form | None) -> str:
    at, by_name = moment(), not SEES_CONTACTS.isdisjoint(current().roles)
    weeks = next((many for many in WEEKS if str(many) == request.args.get("weeks", "")), 26)
    with reading() as session:
        if wait := _wait(session):
            return wait
        target = timeliness_policy(session, at).target
        monday = day_of(at) - timedelta(days=day_of(at).weekday())
        first = [monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
        found = by_period(session, CHARTED, [(day, day + timedelta(days=6)) for day in first], at)
        begun = limits_begun(session)
    charts = [
        _drawn([week[id] for week in found], target, day_of(at), begun.get(id, ()), leaving=not by_name)
        for id in CHARTED
    ]
    names = {id: MEASURES[id].name for id in CHARTED}
    told = {"names": names, "acts": ACTS, "form": form or Form(LimitsSchema(), {"act": "begin"})}
    return render_template("charts.html", charts=charts, weeks=weeks, all_weeks=WEEKS, by_name=by_name, **told)


@blueprint.post("/timeliness/charts")
@needs_role("manager")
def set_limits() -> ResponseReturnValue:
    """Begin a figure's limits anew, or take that back."""
    form = Form(LimitsSchema()).post(request.form)
    if form.errors:
        return _page(form), 422
    told: dict[str, Any] = {"reason": form.data["reason"], "by": actor(), "at": moment()}

    def change(session: Session) -> str:
        measure, week = form.data["measure"], form.data["week"]
        if form.data["act"] == "begin":
            monday = begin_limits(session, measure, week, today=day_of(moment()), **told)
        else:
            monday = take_back_limits(session, measure, week, **told)
        say(session, f"{MEASURES[measure].name}: {DONE[form.data['act']]} {written_day(monday)}.")
        return url_for("process_charts.show")

    try:
        return once(change)
    except LimitsRefused as refused:
        return _page(form.fault({refused.field: str(refused)})), 422


def _drawn(weeks: Sequence[Figure], target: int, today: date, begun: Sequence[Begun], *, leaving: bool) -> Drawn:
    id = weeks[0].measure.id
    aimed = id in AIMED_AT
    parts = [part for one in weeks for part in (one.numerator, (one.denominator or one.numerator) - one.numerator)]
    if leaving and any(map(small, parts)):
        return Drawn(MEASURES[id], None, aimed)
    over = today - (timedelta(days=1) if weeks[0].denominator is None else LONGEST)
    return Drawn(MEASURES[id], chart_of(weeks, target if aimed else None, complete_until=over, begun=begun), aimed)


@blueprint.get("/timeliness/years")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def years() -> str:
    """Show how many of one kind there were each month of two years, the difference, and that in per cent."""
    today, by_name = day_of(moment()), not SEES_CONTACTS.isdisjoint(current().roles)
    asked = request.args.get("measure", "")
    measure = asked if asked in COMPARED else "contacts-received"
    later, at = _year("year", today.year, today), moment()
    with reading() as session:
        if wait := _wait(session):
            return wait
        rows = year_on_year(session, measure, later - 1, later, at)
        hidden = held_back_beside(session, measure, (later - 1, later), at, leaving=not by_name)
    written = table_of(rows, hidden)
    told = {"measure": measure, "compared": COMPARED, "later": later, "by_name": by_name, "today": today}
    term = MEASURES[measure].numerator[0]
    return render_template(
        "years.html", rows=_with_days(written, rows, later), says=_says(written, later), term=term, **told
    )


def _with_days(written: Sequence[dict[str, Any]], rows: Sequence[Any], later: int) -> list[dict[str, Any]]:
    """Give each month the days of its two years, for the lists behind them; the total has none."""
    days = [
        [[day.isoformat() for day in month_of(date(year, row.month, 1))] for year in (later - 1, later)] for row in rows
    ]
    return [{**row, "days": days[place] if place < len(days) else None} for place, row in enumerate(written)]


def _says(written: Sequence[dict[str, Any]], later: int) -> str:
    total = next((row for row in written if row["month"] == "Total"), None)
    if total is None:
        return f"The record holds no month of both {later - 1} and {later}."
    if not total["written"]:
        return "Some of these months have numbers too small to leave the team."
    return f"{later} beside {later - 1}, over the months that both have on record: {total['written']}."


def _year(name: str, usual: int, today: date) -> int:
    asked = request.args.get(name, "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else usual
    return number if EARLIEST < number <= today.year else usual


def _wait(session: Session) -> str:
    """Give the page that waits for the figures while too much is still to be added up; else nothing."""
    if (waiting := events_behind(session)) <= FAR_BEHIND:
        return ""
    return render_template("timeliness_wait.html", waiting=waiting)
