"""The audit, read: who looked at what, by worker, record and time; what was refused, what left; and one's own trail."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mash.clock import LONDON
from mash.journeys.read_pages import LEAVES, OPENS, SEARCHES, page_of
from mash.journeys.take_audit_out import note_audit_out
from mash.queries import audit
from mash.queries.audit import A_PAGE, MOST_OUT, Place, ReadRow, Wanted
from mash.queries.restricted import may_see_restricted
from mash.web.access import actor, current, needs_role, signed_in
from mash.web.contact_page import may_open
from mash.web.csv_out import csv_line
from mash.web.forms import Form
from mash.web.london import london_moment
from mash.web.proof import needs_proof
from mash.web.schemas import FormSchema, SafeText
from mash.web.search import reference_form
from mash.web.wiring import moment, reading, transaction
from mash.workflow.sign_in_policy import Act

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
WHAT = {
    "": "Everything",
    "opened": "Records opened",
    "searches": "Searches",
    "refused": "Refused or hidden",
    "left": "Printed or taken out",
    "audit": "The audit itself",
}
PAGES = {"opened": OPENS, "searches": SEARCHES, "left": LEAVES, "audit": tuple(
    f"audit.{name}" for name in ("show", "contact", "person", "breach", "take_out")
)}  # fmt: skip
ASKED = ("worker", "from", "to", "what", "reference")
COLUMNS = (
    "When (UTC)", "Worker", "Roles", "Page", "Route", "Outcome", "Kind of fields", "Contacts", "People", "Asked for",
)  # fmt: skip
LONGEST_BREACH = timedelta(days=31)


class OutSchema(FormSchema):
    why = SafeText(empty="Say what the file is for", called="What it is for")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the list, as an address says it, and what that looks for: None for no such record."""

    said: Mapping[str, str]
    wanted: Wanted | None


@blueprint.get("")
@needs_role("auditor")
def show() -> str:
    """Show the list, the newest first, narrowed as asked."""
    return _list(Form(FormSchema()))


def _list(form: Form) -> str:
    with reading() as session:
        asked = _asked(session, request.values)
        found = audit.reads(session, asked.wanted, current().roles, after=_after()) if asked.wanted else []
        out = audit.taken_out(session, **_period(asked)) if asked.said.get("what") == "left" else []
        workers = audit.workers(session)
    rows, more = found[:A_PAGE], len(found) > A_PAGE
    told = {"rows": rows, "next_place": _place(rows[-1]) if more else "", "what": WHAT, "taken_out": out}
    return render_template("audit.html", asked=asked, workers=workers, page_of=page_of, form=form, **told)


@blueprint.post("/out")
@needs_role("auditor")
@needs_proof(Act.EXPORT)
def take_out() -> ResponseReturnValue:
    """Give the list as a file. What it is for is kept."""
    form = Form(OutSchema()).post(request.form, buttons=ASKED)
    if form.errors:
        return _list(form), 422
    with reading() as session:
        asked = _asked(session, request.form)
        rows = audit.reads(session, asked.wanted, current().roles, limit=MOST_OUT) if asked.wanted else []
    with transaction() as session:
        note_audit_out(session, asked=asked.said, rows=len(rows), reason=form.data["why"], by=actor(), at=moment())
    lines = [csv_line(COLUMNS), *(csv_line(_cells(row)) for row in rows)]
    name = f"audit-{moment():%Y-%m-%dT%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("".join(lines).encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _cells(row: ReadRow) -> list[str]:
    return [
        row.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        row.name,
        row.roles,
        page_of(row.page).words,
        row.page,
        row.outcome,
        row.fields,
        " ".join(row.contacts),
        " ".join(map(str, row.people)),
        "; ".join(f"{name}: {said}" for name, said in row.asked.items()),
    ]


@blueprint.get("/contacts/<reference>")
@needs_role("auditor", "manager")
def contact(reference: str) -> str:
    """Show who looked at a contact."""
    with reading() as session:
        head = may_open(session, reference)
        people = audit.people_on(session, head.id, current().roles)
        shown = _looked(session, Wanted(contacts=(head.id,)))
    return render_template("audit_record.html", reference=reference, whom=None, people=people, **shown)


@blueprint.get("/people/<int:person_id>")
@needs_role("auditor", "manager")
def person(person_id: int) -> str:
    """Show who looked at one child or adult, on whichever contact."""
    return show_person(person_id, Form(FormSchema()))


def person_known(session: Session, person_id: int) -> audit.Whom:
    """Find somebody whom the reader may know of.

    Raises:
        NotFound: If there is nobody such.
    """
    whom = audit.person(session, person_id, current().roles)
    if whom is None or not may_see_restricted(current().roles):
        raise NotFound
    return whom


def show_person(person_id: int, form: Form) -> str:
    """Show who looked at one person, with the form that watches it, empty or refused."""
    with reading() as session:
        whom, mark = person_known(session, person_id), audit.watched(session, person_id)
        shown = _looked(session, Wanted(contacts=tuple(whom.contacts), people=(person_id,)))
    told = {"whom": whom, "people": [], "mark": mark, "form": form}
    return render_template("audit_record.html", reference="", **told, **shown)


def _looked(session: Session, wanted: Wanted) -> dict[str, Any]:
    """Count who looked, and list what they looked at; of one worker, where the address names one."""
    every = audit.looked_at(session, wanted, OPENS)
    worker = _whole(request.args.get("worker", ""))
    rows = audit.reads(session, replace(wanted, user_id=worker), current().roles, after=_after())
    more = len(rows) > A_PAGE
    told = {"every": every, "worker": worker, "rows": rows[:A_PAGE], "page_of": page_of}
    return told | {"next_place": _place(rows[A_PAGE - 1]) if more else ""}


@blueprint.get("/mine")
@signed_in
def mine() -> str:
    """Show one's own trail. Of what was hidden it says what was asked for alone, as of what is not there."""
    mine = Wanted(user_id=current().user_id)
    with reading() as session:
        found = audit.reads(session, mine, current().roles, after=_after())
    rows = [row if row.outcome == "shown" else replace(row, contacts=()) for row in found]
    more = len(rows) > A_PAGE
    place = _place(rows[A_PAGE - 1]) if more else ""
    return render_template("audit_mine.html", rows=rows[:A_PAGE], next_place=place, page_of=page_of)


@blueprint.get("/breach")
@needs_role("auditor")
def breach() -> str:
    """Say who was told of whom between two times: what a report of a breach begins from."""
    since, until = _time("from"), _time("to")
    worker, asked = _whole(request.args.get("worker", "")), bool(request.args)
    wrong = ""
    if asked and (since is None or until is None or until <= since):
        wrong = "Enter a time from which and a later one up to which to look"
    elif since and until and until - since > LONGEST_BREACH:
        wrong = "Look at no more than 31 days at once"
    found, told, out = [], {}, []
    with reading() as session:
        workers = audit.workers(session)
        if asked and not wrong:
            wanted = Wanted(since=since, until=until, user_id=worker)
            found = audit.looked_at(session, wanted, OPENS)
            told = audit.told_of(session, wanted, current().roles)
            out = audit.taken_out(session, since=since, until=until, user_id=worker)
    said = {name: request.args.get(name, "") for name in ("from", "to", "worker")}
    whom = {user: sorted(references) for user, references in told.items()}
    return render_template(
        "audit_breach.html", found=found, whom=whom, taken_out=out, workers=workers, said=said, asked=asked, wrong=wrong
    )


def _asked(session: Session, said: Mapping[str, str]) -> Asked:
    """Read what was asked for, from an address or a form."""
    known = {name: said.get(name, "").strip()[:40] for name in ASKED}
    known = {name: value for name, value in known.items() if value}
    first, last = _day(known.get("from", "")), _day(known.get("to", ""))
    what = known.get("what", "")
    wanted = Wanted(
        user_id=_whole(known.get("worker", "")),
        since=london_moment(first, time()) if first else None,
        until=london_moment(last + timedelta(days=1), time()) if last else None,
        refused=what == "refused",
        shown=what in PAGES,
        pages=PAGES.get(what, ()),
    )
    if "reference" not in known:
        return Asked(known, wanted)
    known["reference"] = reference_form(known["reference"])
    id = audit.contact_id(session, known["reference"], current().roles)
    return Asked(known, replace(wanted, contacts=(id,)) if id else None)


def _period(asked: Asked) -> dict[str, Any]:
    wanted = asked.wanted or Wanted()
    return {"since": wanted.since, "until": wanted.until}


def _whole(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _time(name: str) -> datetime | None:
    """Read a time as a browser writes it, on the wall in London."""
    try:
        said = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return said.replace(tzinfo=LONDON) if said.tzinfo is None else said


def _place(row: ReadRow) -> str:
    return f"{int(row.at.timestamp() * 1000)}-{row.id}"


def _after() -> Place | None:
    at, _, id = request.args.get("after", "").partition("-")
    plain = all(part.isascii() and part.isdigit() and len(part) < 15 for part in (at, id))
    return (datetime.fromtimestamp(int(at) / 1000, UTC), int(id)) if plain else None
