"""Pages of breakdowns: what came of contacts, from whom, who came back, who helps early; each number opens its list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from mash.journeys.contacts import NotFound
from mash.measures.acceptance import times_to_acceptance
from mash.measures.come_backs import CAME_BACK, RE_REFERRALS
from mash.measures.counting import behind as events_behind
from mash.measures.figures import month_of, months
from mash.measures.leaving import held_back
from mash.measures.national import national
from mash.measures.picture_rows import CHILDREN, CONVERSION, EARLY_HELP, REPEATS, SOURCES, STRANDS
from mash.measures.pictures import WHOLE, Asked, Picture, behind, tally
from mash.queries.restricted import open_to
from mash.web.access import current, needs_role
from mash.web.called import tell_apart
from mash.web.drawings import Bars, Lines
from mash.web.picture_parts import (
    IN_TIME,
    InTime,
    Source,
    by_source,
    drawn_beside,
    drawn_by_group,
    drawn_by_month,
    furthest,
    in_time,
)
from mash.web.picture_tables import Line, Seen, month_words, says, seen, table
from mash.web.timeliness import A_PAGE, FAR_BEHIND, SEES_CONTACTS, asked_month
from mash.web.wiring import moment, practice_in, reading, wiring
from mash.workflow.calendar import london_day as day_of

blueprint = Blueprint("pictures", __name__)
MONTHS = (1, 3, 12)
YEAR = 12


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title, and the pictures on it."""

    title: str
    pictures: tuple[Picture, ...]


SHOWN: Mapping[str, Page] = {
    "came-back": Page("Timeliness beside who came back", (CAME_BACK, RE_REFERRALS)),
    "outcomes": Page("From contact to referral, assessment and early help", (CONVERSION,)),
    "sources": Page("Who contacts us, and what comes of it", (SOURCES,)),
    "strands": Page("Neglect and domestic abuse", (STRANDS,)),
    "children": Page("Children with several contacts", (REPEATS, CHILDREN)),
    "early-help": Page("Early help by receiving service", (EARLY_HELP,)),
}
PICTURES = {picture.id: picture for page in SHOWN.values() for picture in page.pictures}


@dataclass(frozen=True, slots=True)
class Part:
    """One picture on a page: what it says, how it is drawn, and its table."""

    picture: Picture
    says: str
    drawn: Lines | Bars | None
    table: Sequence[Line]


@blueprint.get("/timeliness/pictures/<page>")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def show(page: str) -> str:
    """Show one page of pictures, of one or several months up to the month asked for."""
    if page not in SHOWN:
        raise NotFound("There is no such page of pictures.")
    at, by_name = moment(), not SEES_CONTACTS.isdisjoint(current().roles)
    month, many = asked_month(day_of(at)), _asked_many(by_name=by_name)
    with reading() as session:
        if (waiting := events_behind(session)) > FAR_BEHIND:
            return render_template("timeliness_wait.html", waiting=waiting)
        asked = _asked(session, month, many)
        hidden = held_back(session, months(asked.first, asked.last), at, leaving=not by_name)
        found = [seen(one, tally(session, one, asked), hidden) for one in SHOWN[page].pictures]
        met = in_time(session, asked, hidden) if page == "came-back" else []
        times = times_to_acceptance(session, asked) if page == "early-help" and by_name else []
    published = national()
    areas = published.beside(wiring().settings.council)
    sources = by_source(found[0], published, areas) if page == "sources" else []
    told = {"page": page, "pages": SHOWN, "asked": asked, "month": month, "many": many, "all_months": MONTHS}
    return render_template(
        "pictures.html",
        parts=[_part(one, met, sources, by_name=by_name) for one in found],
        by_name=by_name,
        met=met,
        in_time_words=IN_TIME,
        times=times,
        sources=sources,
        national=published,
        areas=areas,
        **told,
    )


@blueprint.get("/timeliness/pictures/<picture>/<number>")
@needs_role(*sorted(SEES_CONTACTS))
def listed(picture: str, number: str) -> str:
    """List what is behind a number, the latest first."""
    found = PICTURES.get(picture)
    if found is None or number not in found.numbers:
        raise NotFound("There is no such list of contacts.")
    start, group = request.args.get("after", ""), request.args.get("group", WHOLE)
    offset = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    month, many = asked_month(day_of(moment())), _asked_many(by_name=True)
    with reading() as session:
        asked, visible = _asked(session, month, many), open_to(current().roles)
        told = {"visible": visible, "limit": A_PAGE + 1, "offset": offset}
        rows, hidden = behind(session, found, asked, number, group, **told)  # type: ignore[arg-type]
    tell_apart(row.reference for row in rows)
    return render_template(
        "picture_contacts.html",
        picture=found,
        page=next(id for id, page in SHOWN.items() if found in page.pictures),
        number=number,
        group=group,
        group_words="" if group == WHOLE else _group_words(found, group),
        asked=asked,
        month=month,
        many=many,
        rows=rows[:A_PAGE],
        hidden=hidden,
        offset=offset,
        more=offset + A_PAGE if len(rows) > A_PAGE else 0,
    )


def _group_words(picture: Picture, group: str) -> str:
    if not picture.by_month:
        return group
    if not (group.isascii() and group.isdigit() and len(group) == 6 and 1 <= int(group[4:]) <= YEAR and group > "1000"):
        raise NotFound("There is no such list of contacts.")
    return month_words(group)


def _asked_many(*, by_name: bool) -> int:
    """Read how many months are asked for. Outside the team it is always a year: months taken from one would tell."""
    asked = request.args.get("months", "")
    return next((many for many in MONTHS if str(many) == asked and by_name), YEAR)


def _asked(session: Session, month: date, many: int) -> Asked:
    first = date(month.year - (month.month < many), (month.month - many) % YEAR + 1, 1)
    strands: dict[str, list[str]] = {}
    for code, strand in practice_in(session).strands.items():
        strands.setdefault(strand, []).append(code)
    return Asked(first, month_of(month)[1], moment(), strands)


def _address(picture: Picture, number: str, group: str) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in ("month", "months") if name in request.args}
    if group != WHOLE:
        kept["group"] = group
    return url_for("pictures.listed", picture=picture.id, number=number, **kept)


def _part(found: Seen, met: Sequence[InTime], sources: Sequence[Source], *, by_name: bool) -> Part:
    said, drawn = says(found), drawn_by_month(found) if found.picture.by_month else drawn_by_group(found)
    if found.picture is SOURCES:
        said, drawn = f"{said} {furthest(sources)}", drawn_beside(sources)
    elif found.picture is CAME_BACK:
        drawn = drawn_by_month(found, met)
    return Part(found.picture, said, drawn, table(found, _address if by_name else None))
