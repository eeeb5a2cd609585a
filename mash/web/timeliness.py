"""The timeliness page: the day that can still be saved first, then the figures, each with what it is made of."""

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from mash.journeys.contacts import NotFound
from mash.journeys.timeliness import timeliness_policy
from mash.measures.counting import behind as events_behind
from mash.measures.counting import listed
from mash.measures.figures import EVERYONE, by_period, figures, month_of, reconciled, year_on_year
from mash.measures.leaving import held_back, held_back_beside
from mash.measures.registry import CONVERSION, MEASURES
from mash.measures.suppress import small
from mash.measures.terms import TERMS
from mash.measures.today import Due, today
from mash.measures.written import figure_rows, table_of
from mash.queries.chart_limits import limits_begun
from mash.queries.owed import late_replies, to_be_told
from mash.queries.restricted import may_see_restricted, open_to
from mash.web.access import current, needs_role
from mash.web.ahead_words import ahead_of
from mash.web.called import tell_apart
from mash.web.chart import Chart, chart_of
from mash.web.london import london_day
from mash.web.wiring import moment, reading
from mash.workflow.calendar import london_day as day_of

blueprint = Blueprint("timeliness", __name__)
SEES_CONTACTS = frozenset({"practitioner", "manager", "auditor"})
CLOCKS = {
    "social-care-in-time": "Social care, one working day",
    "early-help-in-time": "Early help, three working days",
    "blended-in-time": "Both, each by its own limit",
}
IN_TIME = tuple(f"blended-in-time{ending}" for ending in ("", "-decided", "-by-outcome"))
WEEKS = (13, 26, 52)
A_PAGE = 100
EARLIEST = 2010
FAR_BEHIND = 20_000  # events; so many at once are read from the record too slowly for a page
LONGEST = timedelta(days=8)  # after so long three working days are over, Christmas included


@blueprint.get("/timeliness")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def show() -> str:
    """Show the day, the month, the weeks and the years."""
    at, roles = moment(), current().roles
    by_name = not SEES_CONTACTS.isdisjoint(roles)
    clock = request.args.get("clock", "")
    clock = clock if clock in CLOCKS else "blended-in-time"
    weeks = _whole("weeks", WEEKS, 26)
    month = asked_month(day_of(at))
    with reading() as session:
        if (waiting := events_behind(session)) > FAR_BEHIND:
            return render_template("timeliness_wait.html", waiting=waiting)
        policy = timeliness_policy(session, at)
        day = today(session, at, london_day(at), visible=open_to(roles), at_risk=policy.at_risk) if by_name else None
        found = figures(session, (*IN_TIME, "late-and-open", *CONVERSION), *month_of(month), at)
        hidden = held_back(session, [month_of(month)], at, leaving=not by_name)
        page = {
            "today": day,
            "replies": late_replies(session, at, visible=open_to(roles)) if by_name else [],
            "telling": to_be_told(session, london_day(at)[1], visible=open_to(roles)) if by_name else [],
            "holders": _holders(day.to_save, day.late) if day and "manager" in roles else None,
            "rows": dict(zip(found, figure_rows([*found.values()], hidden), strict=True)),
            "notes": reconciled(found) if by_name else [],
            "chart": _chart(session, clock, weeks, policy.target, leaving=not by_name),
            "years": _years(session, at, leaving=not by_name),
            "ahead": ahead_of(session, day.to_save, at) if day else None,
        }
    tell_apart(one.reference for one in ((*day.to_save, *day.late) if day else ()))
    told = {"clock": clock, "clocks": CLOCKS, "weeks": weeks, "all_weeks": WEEKS, "month": month}
    return render_template("timeliness.html", measures=MEASURES, policy=policy, by_name=by_name, **told, **page)


@blueprint.get("/timeliness/contacts/<term>")
@needs_role(*sorted(SEES_CONTACTS))
def behind(term: str) -> str:
    """List the contacts behind a number, newest first."""
    first, last = _day("from"), _day("to")
    if term not in TERMS or first is None or last is None or last < first:
        raise NotFound("There is no such list of contacts.")
    start = request.args.get("after", "")
    offset = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    with reading() as session:
        visible, at = open_to(current().roles), moment()
        rows, hidden = listed(session, term, first, last, at, visible=visible, limit=A_PAGE + 1, offset=offset)
    counted = _weeks_or_months(first, last)
    tell_apart(row.reference for row in rows)
    return render_template(
        "timeliness_contacts.html",
        term=TERMS[term],
        first=first,
        last=last,
        rows=rows[:A_PAGE],
        hidden=hidden if counted else 0,
        unsaid=not counted and not may_see_restricted(current().roles),
        offset=offset,
        more=offset + A_PAGE if len(rows) > A_PAGE else 0,
    )


def _weeks_or_months(first: date, last: date) -> bool:
    """Say whether days are whole weeks or months, of which charts and tables give the number to everyone anyway.

    Of other days, how many contacts are restricted would tell of one of them.
    """
    weeks = first.weekday() == 0 and last.weekday() == 6
    return weeks or (first.day == 1 and last.day == monthrange(last.year, last.month)[1])


@blueprint.get("/timeliness/definitions")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def definitions() -> str:
    """Say what every figure is made of."""
    return render_template("timeliness_definitions.html", measures=MEASURES, terms=TERMS)


def _holders(*lists: Sequence[Due]) -> list[tuple[str, int, int]]:
    """Say what each person has of what is due today and of what is late; who has most to save first."""
    ahead, late = (Counter(one.holder for one in due) for due in lists)
    return sorted(
        ((name, ahead[name], late[name]) for name in ahead | late), key=lambda one: (-one[1], -one[2], one[0])
    )


def _chart(session: Session, clock: str, weeks: int, target: int, *, leaving: bool) -> Chart | None:
    """Draw one measure for the last weeks, Monday to Sunday, this one last; None if it would show a small number."""
    monday = day_of(moment()) - timedelta(days=day_of(moment()).weekday())
    first = [monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    found = by_period(session, (clock,), [(day, day + timedelta(days=6)) for day in first], moment())
    shown = [one[clock] for one in found]
    parts = [part for one in shown for part in (one.numerator, (one.denominator or 0) - one.numerator)]
    if leaving and any(map(small, parts)):
        return None
    begun = limits_begun(session).get(clock, ())
    return chart_of(shown, target, complete_until=day_of(moment()) - LONGEST, begun=begun)


def _years(session: Session, at: datetime, *, leaving: bool) -> list[dict[str, Any]]:
    """Set months of contacts received beside the year before: the years asked for, or this one and the last."""
    asked, day = request.args.get("years", ""), day_of(at)
    parts = [part for part in asked.split("-") if part.isascii() and part.isdigit() and len(part) == 4]
    years = [int(part) for part in parts if EARLIEST <= int(part) <= day.year]
    pairs = [(years[0], years[1])] if len(years) == 2 else [(day.year - 2, day.year - 1), (day.year - 1, day.year)]
    return [
        {
            "earlier": earlier,
            "later": later,
            "rows": table_of(
                year_on_year(session, EVERYONE, earlier, later, at),
                held_back_beside(session, EVERYONE, (earlier, later), at, leaving=leaving),
            ),
        }
        for earlier, later in pairs
    ]


def _whole(name: str, allowed: Sequence[int], usual: int) -> int:
    asked = request.args.get(name, "")
    return next((number for number in allowed if str(number) == asked), usual)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def asked_month(day: date) -> date:
    """Read the month asked for, this one if none is."""
    try:
        asked = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return day.replace(day=1)
    return asked if date(EARLIEST, 1, 1) <= asked <= day else day.replace(day=1)
