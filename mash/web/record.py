"""Record a contact while someone talks. Only what it is about and what kind it is are needed to save.

Adding a row is a button of the same form, so that nothing typed is lost without scripts. People who may be known
already are shown once, before the first save; a child in danger now is saved without that.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from mash.clock import LONDON
from mash.journeys import triage
from mash.journeys.people import postcode_form, search_form
from mash.journeys.practice import practice_from
from mash.journeys.receive import receive
from mash.journeys.record_drafts import drop_record_draft, keep_record_draft
from mash.queries.hints import Described, maybe_known, recent_contacts
from mash.queries.record_draft import record_draft
from mash.queries.search import Found
from mash.web import reads
from mash.web import record_form as rows
from mash.web.access import actor, current, needs_role
from mash.web.contact_words import CHANNELS, SOURCE_GROUPS, SOURCES, TYPES
from mash.web.filters import time
from mash.web.forms import Form
from mash.web.once import once, say, tokens_for
from mash.web.record_approach import approach
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("record", __name__)
ON_DUTY = ("contact_officer", "practitioner", "manager")
UNKNOWN = "Choose one of the people shown"
Hints = Mapping[str, Sequence[Found]]


@blueprint.get("/contacts/new")
@needs_role(*ON_DUTY)
def ask() -> str:
    """Show the form: empty, or as its writer left it."""
    with reading() as session:
        kept = record_draft(session, current().user_id)
    if kept is None:
        return _page(rows.blank_form(moment()))
    written, kept_at = kept
    return _page(Form(rows.schema(written["children"], written["adults"]), written["fields"]), kept_at=kept_at)


@blueprint.post("/contacts/new/draft")
@needs_role(*ON_DUTY)
def draft() -> ResponseReturnValue:
    """Keep what is written so far, valid or not."""
    _keep_draft(_posted())
    if request.headers.get("X-Mash"):
        return {"saved": time(moment())}
    return redirect(url_for("record.ask"), 303)


@blueprint.post("/contacts/new/afresh")
@needs_role(*ON_DUTY)
def drop() -> ResponseReturnValue:
    """Let the draft go, and begin with an empty form."""

    def let_go(session: Session) -> str:
        drop_record_draft(session, by=actor())
        return url_for("record.ask")

    return once(let_go)


@blueprint.post("/contacts/new/hints")
@needs_role(*ON_DUTY)
def hints() -> str:
    """Say who on a form still being written may be known already, whatever else it lacks."""
    form = _posted()
    try:
        sound = form.schema.load(form.raw)
    except ValidationError as wrong:
        sound = wrong.valid_data
    form.data = dict.fromkeys(form.schema.fields) | dict(sound)
    found = _hints(form)
    shown = {row: people for row, people in found.items() if people}
    return render_template("record_hints.html", form=form, rows=_people(form), hints=shown, recent=_recent(form, found))


def _posted() -> Form:
    return Form(rows.schema(_count("children"), _count("adults"))).post(request.form, buttons=("do", "go", "turn"))


def _keep_draft(form: Form) -> None:
    """Keep the form as it is, with how many rows of each it has."""
    written = {
        "children": len(rows.child_rows(form)),
        "adults": len(rows.adult_rows(form)),
        "fields": form.raw | {"hinted": None},
    }
    tokens = tokens_for(url_for("record.save"))
    with transaction() as session:
        keep_record_draft(session, written, by=actor(), at=moment(), turn=request.form.get("turn", ""), tokens=tokens)


@blueprint.post("/contacts/new")
@needs_role(*ON_DUTY)
def save() -> ResponseReturnValue:
    """Save the contact, or give the same form back with another row, with hints, or with what is wrong."""
    children, adults = _count("children"), _count("adults")
    form = _posted()
    do = request.form.get("do", "save")
    if do in {"add_child", "add_adult"}:
        more = (children + 1, adults) if do == "add_child" else (children, adults + 1)
        _keep_draft(form)
        wider = Form(rows.schema(*(min(number, rows.MOST_ROWS) for number in more)), form.raw)
        return _page(wider, _hints(form) if form.data.get("hinted") else None)
    if not form.errors:
        form.fault(rows.problems(form, moment()))
    if form.errors:
        return _page(form), 422
    hints = _hints(form)
    form.fault({f"{row}_known": UNKNOWN for row in _people(form) if not _offered(form, row, hints)})
    if form.errors:
        return _page(form, hints), 422
    waits = form.data["danger_now"] != "yes" and not form.data["hinted"]
    if waits and (any(hints.values()) or _recent(form, hints)):
        return _page(form, hints)
    return once(lambda session: _keep(session, form, do))


def _count(name: str) -> int:
    given = request.form.get(name, "")
    return min(int(given), rows.MOST_ROWS) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def _page(form: Form, hints: Hints | None = None, kept_at: datetime | None = None) -> str:
    shown = {row: found for row, found in (hints or {}).items() if found}
    recent = _recent(form, hints) if hints is not None else []
    return render_template(
        "record.html",
        form=form,
        children=rows.child_rows(form),
        adults=rows.adult_rows(form),
        hints=shown,
        recent=recent,
        hinted=hints is not None,
        types=TYPES,
        channels=CHANNELS,
        sources=SOURCES,
        source_groups=SOURCE_GROUPS,
        choices=rows,
        kept_at=kept_at,
    )


def _hints(form: Form) -> Hints:
    """Look for each person on the form among those we know."""
    roles, day = current().roles, moment().astimezone(LONDON).date()
    postcode = postcode_form(form.data["postcode"] or "")
    found: dict[str, Sequence[Found]] = {}
    with reading() as session:
        for row in _people(form):
            one = Described(
                name=search_form(form.data[f"{row}_forename"] or "", form.data[f"{row}_surname"] or ""),
                born=form.data[f"{row}_born"],
                age=form.data.get(f"{row}_age"),
            )
            kind = row.rstrip("0123456789")
            found[row] = maybe_known(session, one, kind=kind, postcode=postcode, day=day, roles=roles)
    reads.told(people=[one.person.id for people in found.values() for one in people])
    return found


def _recent(form: Form, hints: Hints | None) -> Sequence[tuple[str, datetime]]:
    people = [one for found in (hints or {}).values() for one in found]
    with reading() as session:
        postcode = postcode_form(str(form.value("postcode") or ""))
        return recent_contacts(session, people, postcode=postcode, at=moment(), roles=current().roles)


def _people(form: Form) -> list[str]:
    return [*rows.child_rows(form), *rows.adult_rows(form)]


def _offered(form: Form, row: str, hints: Hints) -> bool:
    """Say whether the person chosen for a row, if any, is one of those it was offered."""
    chosen = form.data[f"{row}_known"]
    return not chosen or chosen in {one.person.id for one in hints.get(row, ())}


def _keep(session: Session, form: Form, do: str) -> str:
    at, by = moment(), actor()
    practice = practice_from(session, wiring().rulebook)
    made = receive(session, approach(form, at), by=by, at=at, practice=practice)
    drop_record_draft(session, by=by)
    opened = url_for("workspace.show", reference=made.reference)
    if do == "queue":
        say(session, f"{made.reference} is recorded and in the queue.", link=("Open it", opened))
        return url_for("record.ask")
    triage.claim(session, made.reference, by=by, at=at)
    say(session, f"{made.reference} is recorded, and you have it.")
    return opened
