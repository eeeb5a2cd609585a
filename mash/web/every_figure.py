"""Every figure of a month with its list, frozen beside now, why they differ row by row, and a freezing that amends."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.contacts import NotFound
from mash.journeys.freeze_figures import NotFrozen, keep_frozen
from mash.journeys.practice import calendar_from
from mash.measures.counting import behind as events_behind
from mash.measures.every import contacts_behind, every_figure, held, opened
from mash.measures.figures import Figure, month_of
from mash.measures.frozen import as_frozen, explained, freezes, measured
from mash.measures.leaving import held_back
from mash.measures.measure import Measure
from mash.measures.outside import FigureNumber
from mash.measures.reading import IN, OF, Window, window
from mash.measures.registry import MEASURES
from mash.measures.written import figure_rows
from mash.queries.restricted import open_to
from mash.web.access import actor, current, needs_role
from mash.web.called import tell_apart
from mash.web.event_words import Names, in_words
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import FormSchema, SafeText
from mash.web.timeliness import A_PAGE, FAR_BEHIND, SEES_CONTACTS, asked_month
from mash.web.wiring import moment, reading
from mash.workflow.calendar import london_day as day_of

blueprint = Blueprint("every_figure", __name__)
Row = dict[str, Any]


class FreezeSchema(FormSchema):
    reason = SafeText(longest=500, empty="Say why it is frozen again", called="Reason")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure, or part of one, as it is now and as it was frozen; each is None where there is none."""

    measure: Measure
    part: str
    now: Row | None
    then: Row | None

    @property
    def differs(self) -> bool:
        """Whether anything that was frozen is otherwise now. Nothing frozen at all is no difference."""
        return any((self.now or {}).get(name) != (self.then or {}).get(name) for name in ("numerator", "denominator"))


@blueprint.get("/timeliness/figures")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def show() -> str:
    """Show every figure of a month, and what the record cannot give."""
    return _page(Form(FreezeSchema()))


@blueprint.post("/timeliness/figures")
@needs_role("manager")
def freeze() -> ResponseReturnValue:
    """Freeze a month again, with a reason: what was frozen before stays."""
    form = Form(FreezeSchema()).post(request.form)
    if form.errors:
        return _page(form), 422

    month = asked_month(day_of(moment()))
    with reading() as session:  # measured before anything is locked: at full size it takes seconds
        found = measured(session, month, moment(), calendar_from(session))

    def keep(session: Session) -> str:
        keep_frozen(session, found, by=actor(), at=moment(), reason=form.data["reason"])
        say(session, f"{month:%B %Y} is frozen as it stands now. What was frozen before is kept.")
        return url_for("every_figure.show", month=f"{month:%Y-%m}")

    try:
        return once(keep)
    except NotFrozen as wrong:
        return _page(form.fault({"reason": str(wrong)})), 422


def _page(form: Form) -> str:
    at, roles = moment(), current().roles
    by_name = not SEES_CONTACTS.isdisjoint(roles)
    month = asked_month(day_of(at))
    with reading() as session:
        if (waiting := events_behind(session)) > FAR_BEHIND:
            return render_template("timeliness_wait.html", waiting=waiting)
        found = every_figure(session, held(), *month_of(month), at, calendar_from(session))
        hidden = held_back(session, [month_of(month)], at, found, leaving=not by_name)
        kept = freezes(session, month) if by_name else []  # of two tables that leave the team one undoes the other
        then = as_frozen(session, kept[0]) if kept else []
    return render_template(
        "every_figure.html",
        month=month,
        over=month_of(month)[1] < day_of(at),
        by_name=by_name,
        may_freeze="manager" in roles,
        lines=_lines(found, then, hidden),
        absent=[one for one in MEASURES.values() if one.not_held],
        freezes=kept,
        form=form,
    )


def _lines(now: list[Figure], then: list[Figure], hidden: set[FigureNumber] | None) -> list[Line]:
    """Set each figure beside what was frozen, in the order of the registry."""
    sides: list[dict[tuple[str, str], Row]] = [
        {(one.measure.id, one.part): row for one, row in zip(some, figure_rows(some, hidden), strict=True)}
        for some in (now, then)
    ]
    order = {id: place for place, id in enumerate(MEASURES)}
    keys = sorted(sides[0] | sides[1], key=lambda key: (order[key[0]], key[1]))
    return [Line(MEASURES[id], part, *(side.get((id, part)) for side in sides)) for id, part in keys]


@blueprint.get("/timeliness/figures/<id>/<side>")
@needs_role(*sorted(SEES_CONTACTS))
def contacts(id: str, side: str) -> str:
    """List the contacts behind a number."""
    measure, part = _asked(id), request.args.get("part", "")
    if side not in {IN, OF} or (side == OF and not (measure.denominator or measure.out_of)):
        raise NotFound("There is no such list of contacts.")
    start = request.args.get("after", "")
    offset = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    with reading() as session:
        behind = contacts_behind(_window(session), measure, side, part)
        told: dict[str, Any] = {"visible": open_to(current().roles), "limit": A_PAGE + 1, "offset": offset}
        rows, hidden, elsewhere = opened(session, behind, **told)
    tell_apart(row.reference for row in rows)
    return render_template(
        "figure_contacts.html",
        measure=measure,
        side=side,
        part=part,
        month=asked_month(day_of(moment())),
        number=behind.total(),
        rows=rows[:A_PAGE],
        hidden=hidden,
        elsewhere=elsewhere,
        offset=offset,
        more=offset + A_PAGE if len(rows) > A_PAGE else 0,
    )


@blueprint.get("/timeliness/figures/<id>/changes")
@needs_role(*sorted(SEES_CONTACTS))
def changes(id: str) -> str:
    """Say row by row why a figure is not what was frozen: which contact, what changed, which event and when."""
    measure, part = _asked(id), request.args.get("part", "")
    number = request.args.get("freeze", "")
    with reading() as session:
        seen = _window(session)
        kept = freezes(session, seen.period.first)
        chosen = next((one for one in kept if str(one.number) == number), kept[0] if kept else None)
        if chosen is None or measure.now:
            raise NotFound("That month is not frozen.")
        found, otherwise = explained(seen, chosen, measure, part, visible=open_to(current().roles))
    rows = [(one, [(in_words(kind, data, Names()).title, at) for kind, at, data in one.events]) for one in found]
    told: dict[str, Any] = {"measure": measure, "part": part, "month": chosen.first, "freeze": chosen}
    return render_template("figure_changes.html", changes=rows, otherwise=otherwise, freezes=kept, **told)


def _asked(id: str) -> Measure:
    measure = MEASURES.get(id)
    if measure is None or measure.not_held:
        raise NotFound("There is no such figure.")
    return measure


def _window(session: Session) -> Window:
    month: date = asked_month(day_of(moment()))
    return window(session, *month_of(month), moment(), calendar_from(session))
