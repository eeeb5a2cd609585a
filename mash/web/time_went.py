"""Where the time of late decisions went, and what timeliness is read together with; each number opens its contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from mash.journeys.contacts import NotFound
from mash.journeys.practice import calendar_from
from mash.measures.beside import NAMES, read_beside
from mash.measures.counting import behind as events_behind
from mash.measures.decided import Decided, decided_in, ids_decided_in, time_spent
from mash.measures.figures import month_of
from mash.measures.waits import PARTNER, PARTS, Row, Spent, by_agency, by_part
from mash.queries.restricted import open_to
from mash.web.access import current, needs_role
from mash.web.called import tell_apart
from mash.web.timeliness import A_PAGE, FAR_BEHIND, SEES_CONTACTS, asked_month
from mash.web.wiring import moment, reading
from mash.workflow.calendar import london_day as day_of

blueprint = Blueprint("time_went", __name__)
BEGINS, LONGEST_BAR, STEP = 190, 600, 34
"""Where the bars begin, how long the longest is, and how far apart they are, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing, and the words beside it."""

    words: str
    said: str
    y: int
    width: float


@blueprint.get("/timeliness/time")
@needs_role(*sorted(SEES_CONTACTS))
def show() -> str:
    """Show a month's late decisions by what they waited for, and the shares that stand beside."""
    at = moment()
    month = asked_month(day_of(at))
    with reading() as session:
        if (waiting := events_behind(session)) > FAR_BEHIND:
            return render_template("timeliness_wait.html", waiting=waiting)
        decided = decided_in(session, *month_of(month), visible=open_to(current().roles))
        late = _late(session, decided, month)
        beside = read_beside(session, decided, ids_decided_in(session, *month_of(month)), at)
    rows, agencies = by_part([spent for _, spent in late]), by_agency([spent for _, spent in late])
    shown = {"rows": rows, "agencies": agencies, "bars": bars(rows), "says": says(rows, len(late)), "parts": PARTS}
    return render_template("time_went.html", month=month, late=len(late), beside=beside, **shown)


@blueprint.get("/timeliness/time/<part>")
@needs_role(*sorted(SEES_CONTACTS))
def late_contacts(part: str) -> str:
    """List the late decisions, or those that waited so; the longest wait first."""
    agency = request.args.get("agency", "")
    if part not in {"late", *PARTS} or (agency and part != PARTNER):
        raise NotFound("There is no such list of contacts.")

    def length(spent: Spent) -> timedelta:
        if part == "late":
            return sum(spent.parts.values(), timedelta(0))
        return (spent.agencies if agency else spent.parts).get(agency or part, timedelta(0))

    month = asked_month(day_of(moment()))
    with reading() as session:
        late = _late(session, decided_in(session, *month_of(month), visible=open_to(current().roles)), month)
    found = sorted((one for one in late if part == "late" or length(one[1])), key=lambda one: -length(one[1]))
    title = "Decided late"
    if part != "late":
        title += f", after {PARTS[part]}" + (f": {agency}" if agency else "")
    return _list(title, "the longest first, in opening hours", [one for one, _ in found], dict(_by_id(found)))


@blueprint.get("/timeliness/beside/<id>/<side>")
@needs_role(*sorted(SEES_CONTACTS))
def beside_contacts(id: str, side: str) -> str:
    """List the contacts that a share has in it, or is out of."""
    if id not in NAMES or side not in {"in", "of"}:
        raise NotFound("There is no such list of contacts.")
    at = moment()
    with reading() as session:
        month = month_of(asked_month(day_of(at)))
        decided = decided_in(session, *month, visible=open_to(current().roles))
        shares = read_beside(session, decided, ids_decided_in(session, *month), at)
    place = 0 if side == "in" else 1
    share = next(one for one in shares if one.id == id)
    return _list(f"Contacts {share.words[place]}", "newest receipt first", share.contacts[place], {})


def _late(session: Session, decided: Sequence[Decided], month: date) -> list[tuple[Decided, Spent]]:
    late = [one for one in decided if one.late]
    if not late:
        return []
    times = time_spent(session, late, ids_decided_in(session, *month_of(month), late=True), calendar_from(session))
    return [(one, times[one.id]) for one in late]


def _by_id(found: Sequence[tuple[Decided, Spent]]) -> list[tuple[int, dict[str, float]]]:
    hours = timedelta(hours=1)
    return [(one.id, {part: round(length / hours, 1) for part, length in spent.parts.items()}) for one, spent in found]


def _list(title: str, order: str, rows: Sequence[Decided], hours: dict[int, dict[str, float]]) -> str:
    start = request.args.get("after", "")
    offset = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    seen = [one for one in rows if one.seen]
    shown = seen[offset : offset + A_PAGE]
    tell_apart(one.reference for one in shown)
    return render_template(
        "time_contacts.html",
        title=title,
        order=order,
        month=asked_month(day_of(moment())),
        rows=shown,
        hidden=len(rows) - len(seen),
        offset=offset,
        more=offset + A_PAGE if len(seen) > offset + A_PAGE else 0,
        hours=hours,
        parts=PARTS,
        asked={
            **(request.view_args or {}),
            **{name: request.args[name] for name in ("agency",) if name in request.args},
        },
    )


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Lay out a bar for each part, the longest as long as may be."""
    most = max((row.median or 0 for row in rows), default=0) or 1
    return [
        Bar(
            PARTS[row.name],
            f"{row.median} hours" if row.contacts else "none",
            place * STEP,
            round((row.median or 0) / most * LONGEST_BAR, 1),
        )
        for place, row in enumerate(rows)
    ]


def says(rows: Sequence[Row], late: int) -> str:
    """Say in a sentence what the bars show."""
    if not late:
        return "No decision of this month was late."
    most = max(rows, key=lambda row: row.share or 0)
    if not most.share:
        return "None of the late decisions of this month had any opening hours between receipt and decision."
    return (
        f"Most of the time went on {PARTS[most.name]}: {most.share}% of all opening hours from receipt to decision. "
        f"It was part of {most.contacts:,} of {late:,} late decisions, {most.median} hours in the middle one."
    )
