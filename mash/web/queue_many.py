"""Several contacts at once from the queue: take, give, print; the list on paper or as a file; views of one's own."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from typing_extensions import override

from mash.clock import LONDON
from mash.journeys import saved_views, share_back, share_out
from mash.journeys.contacts import NotFound
from mash.journeys.share_out import NotShared, Outcome
from mash.journeys.take_out import note_taken_out
from mash.queries.queue import QueueRow
from mash.web.access import actor, current, needs_role
from mash.web.called import rated, tell_apart
from mash.web.contact_page import open_contact
from mash.web.contact_words import source_words, state_words, type_words
from mash.web.csv_out import csv_line
from mash.web.filters import count, person_age
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_proof
from mash.web.queue_list import (
    ASKED,
    MOST_AT_ONCE,
    ON_DUTY,
    REFERENCE,
    Asked,
    asked_from,
    refused_page,
    whole_list,
)
from mash.web.schemas import Choices, FormSchema, SafeText, Whole
from mash.web.wiring import moment, reading, transaction
from mash.workflow.sign_in_policy import Act

blueprint = Blueprint("queue_many", __name__)
COLUMNS = (
    "Reference", "Rating", "Decision due", "Received", "State", "Type", "From", "Source", "Children",
    "Contact in 12 months", "Risk to children marker", "Open with", "Decided",
)  # fmt: skip


class References(Choices):
    """The references that were ticked, each once."""

    def __init__(self) -> None:
        super().__init__((), empty="Select at least one contact")

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> list[str]:
        ticked = [item for item in value or [] if isinstance(item, str) and REFERENCE.match(item)]
        if not ticked:
            raise ValidationError(self.empty)
        if len(ticked) > share_out.MOST:
            raise ValidationError(f"Select at most {share_out.MOST} contacts at once")
        return list(dict.fromkeys(ticked))


class ManySchema(FormSchema):
    ref = References()
    whom = Whole(least=1, most=999_999_999, called="Colleague")
    reason = SafeText(called="Reason")


class OutSchema(FormSchema):
    why = SafeText(empty="Say what the list is for", called="What it is for")


class ViewSchema(FormSchema):
    name = SafeText(longest=40, empty="Enter a name for this view", called="Name")


@blueprint.post("/queue/many")
@needs_role(*ON_DUTY)
def many() -> ResponseReturnValue:
    """Take, give or print the contacts that were ticked."""
    asked, do = asked_from(request.form), request.form.get("do", "")
    form = Form(ManySchema()).post(request.form, buttons=("do", *ASKED))
    if do == "give" and not form.errors and form.data["whom"] is None:
        form.fault({"whom": "Select who to give them to"})
    if do == "print" and not form.errors and not form.data["reason"]:
        form.fault({"reason": "Say what you print them for"})
    if form.errors:
        return refused_page(asked, form), 422
    if do == "print":
        return _each_printed(asked, form.data["reason"], form.data["ref"])
    try:
        return once(lambda session: _share(session, asked, form, do))
    except (NotShared, NotFound) as refused:
        form.fault({"whom": str(refused).rstrip(".")})
        return refused_page(asked, form), 422


def _share(session: Session, asked: Asked, form: Form, do: str) -> str:
    references, reason = form.data["ref"], form.data["reason"]
    told: dict[str, Any] = {"by": actor(), "at": moment(), "reason": reason}
    if do == "give":
        outcomes = share_out.assign_each(session, references, to=form.data["whom"], **told)
    else:
        outcomes = share_out.claim_each(session, references, **told)
    say_outcomes(session, outcomes, "given" if do == "give" else "taken")
    return url_for("queue.show", **asked.here)


def say_outcomes(session: Session, outcomes: Sequence[Outcome], done: str) -> None:
    """Say what became of each contact, what did not work first."""
    worked, all_of = sum(outcome.done for outcome in outcomes), len(outcomes)
    text = f"{count(worked, 'contact')} {done}."
    if worked < all_of:
        text = f"{worked} of {count(all_of, 'contact')} {done}; {all_of - worked} not."
    lines = [f"{one.reference}: {one.words}" for one in sorted(outcomes, key=lambda one: one.done)]
    first = share_back.just_shared(session, by=actor(), at=moment()) if done in {"given", "taken"} else None
    undo = ("Undo", url_for("queue_many.undo", first=first)) if first else None
    say(session, text, kind="done" if worked == all_of else "problem", lines=lines, action=undo)


@blueprint.post("/queue/many/undo/<int:first>")
@needs_role(*ON_DUTY)
def undo(first: int) -> ResponseReturnValue:
    """Take back what was just taken or given, all of it, with a result for each."""

    def back(session: Session) -> str:
        try:
            outcomes = share_back.share_back(session, first, by=actor(), at=moment())
        except NotShared as refused:
            say(session, str(refused), kind="problem")
        else:
            say_outcomes(session, outcomes, "put back")
        return url_for("queue.show", view="everyone")

    return once(back)


@blueprint.post("/queue/out")
@needs_role(*ON_DUTY)
@needs_proof(Act.EXPORT)
def take_out() -> ResponseReturnValue:
    """Give the list as it stands for paper, or as a file. What it is for is kept."""
    asked = asked_from(request.form)
    form = Form(OutSchema()).post(request.form, buttons=("do", *ASKED))
    if form.errors:
        return refused_page(asked, form), 422
    if request.form.get("do") != "csv":
        return _printed(asked, form.data["why"])
    rows, _ = _taken_out("csv", asked, form.data["why"])
    name = f"queue-{asked.view}-{moment().astimezone(LONDON):%Y-%m-%dT%H%M}.csv"
    lines = [csv_line(COLUMNS), *(csv_line(_cells(row)) for row in rows)]
    return Response(
        "".join(lines).encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _taken_out(way: str, asked: Asked, reason: str, references: Sequence[str] = ()) -> tuple[list[QueueRow], bool]:
    with reading() as session:
        rows, more = whole_list(session, asked, references)
    said: dict[str, Any] = {"asked": asked.here, "reason": reason, "by": actor(), "at": moment()}
    with transaction() as session:
        note_taken_out(session, way, [row.id for row in rows], **said)
    tell_apart(row.reference for row in rows)
    return rows, more


def _printed(asked: Asked, reason: str) -> str:
    rows, more = _taken_out("print", asked, reason)
    told = {"reason": reason, "most": MOST_AT_ONCE if more else 0}
    return render_template("queue_print.html", rows=rows, words=asked.words, view=asked.view, here=asked.here, **told)


def _each_printed(asked: Asked, reason: str, references: Sequence[str]) -> str:
    """Give the ticked contacts whole, each on sheets of its own. Each is kept as seen."""
    rows, _ = _taken_out("print", Asked("everyone"), reason, references)
    with reading() as session:
        contacts = [open_contact(session, row.reference, checking=False) for row in rows]
    missing = sorted(set(references) - {row.reference for row in rows})
    return render_template("contacts_print.html", contacts=contacts, missing=missing, reason=reason, here=asked.here)


def _cells(row: QueueRow) -> list[str]:
    """Write a contact for a file: words for people, times in ISO 8601 with their zone."""
    times = [at.astimezone(LONDON).isoformat(timespec="minutes") if at else "" for at in (row.due_at, row.received_at)]
    return [
        row.reference,
        rated(row.rating, row.reference),
        *times,
        state_words(row.state),
        type_words(row.type),
        source_words(row.source_code),
        row.source,
        "; ".join(f"{child.name}, {person_age(child)}" for child in row.children),
        str(row.nth),
        "Yes" if row.marker else "No",
        row.claimed_by,
        row.decided_at.astimezone(LONDON).isoformat(timespec="minutes") if row.decided_at else "",
    ]


@blueprint.post("/queue/views")
@needs_role(*ON_DUTY)
def keep_view() -> ResponseReturnValue:
    """Keep what the list is narrowed to as a view of one's own."""
    asked = asked_from(request.form)
    form = Form(ViewSchema()).post(request.form, buttons=ASKED)
    if form.errors:
        return refused_page(asked, form), 422

    def keep(session: Session) -> str:
        name = form.data["name"]
        saved_views.keep_view(session, user_id=current().user_id, name=name, asked=asked.here)
        say(session, f"Saved as “{name}”. Only you see it.")
        return url_for("queue.show", **asked.here)

    try:
        return once(keep)
    except saved_views.ViewRefused as refused:
        return refused_page(asked, form.fault({"name": str(refused)})), 422


@blueprint.post("/queue/views/remove")
@needs_role(*ON_DUTY)
def drop_view() -> ResponseReturnValue:
    """Let one of one's own views go."""

    def drop(session: Session) -> str:
        name = request.form.get("name", "")
        saved_views.drop_view(session, user_id=current().user_id, name=name)
        say(session, f"“{name[:40]}” is removed.")
        return url_for("queue.show")

    return once(drop)
