"""The queue: everybody’s list of what to do next, and taking contacts, putting them back, asking for them."""

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import share_out, triage
from mash.journeys.contacts import NotFound
from mash.queries import claims
from mash.queries import queue as queries
from mash.queries.asker import Asker
from mash.queries.queue import VIEWS
from mash.web import called, contact_words
from mash.web.access import actor, needs_role
from mash.web.filters import moment as moment_words
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.queue_list import ON_DUTY, REFERENCE, asked_from, asker, kept_page
from mash.web.schemas import FormSchema, SafeText
from mash.web.wiring import moment, reading

blueprint = Blueprint("queue", __name__)
blueprint.record_once(lambda state: contact_words.set_up(state.app))
blueprint.record_once(lambda state: called.set_up(state.app))


class TakeOverSchema(FormSchema):
    reason = SafeText(longest=500, empty="Say why you are taking it over", called="Reason")


class AskSchema(FormSchema):
    words = SafeText(longest=500, called="What you ask")


def _after() -> tuple[int, ...] | None:
    parts = request.args.get("after", "").split("-")
    plain = all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts)
    return tuple(int(part) for part in parts) if plain else None


@blueprint.get("/queue")
@needs_role(*ON_DUTY)
def show() -> Response:
    """Show one view of the queue."""
    return Response(kept_page(asked_from(request.args), _after() if "after" in request.args else None))


@blueprint.get("/queue/new")
@needs_role(*ON_DUTY, keeps_alive=False)
def new_since() -> ResponseReturnValue:
    """Say how many contacts came since a page was made. The list itself never moves until it is asked to."""
    since = request.args.get("since", "")
    view = request.args.get("view", "")
    if not (since.isascii() and since.isdigit() and len(since) < 12 and view in VIEWS):
        return "", 404
    with reading() as session:
        number = queries.came_since(session, asker(), datetime.fromtimestamp(int(since), UTC))
    return render_template("queue_new.html", number=number, view=view)


@blueprint.post("/queue/next")
@needs_role(*ON_DUTY)
def start_next() -> ResponseReturnValue:
    """Take the next contact that nobody holds, and open it. If somebody was quicker, take the one after and say so."""
    return once(_start_next)


def _start_next(session: Session) -> str:
    expected, who = request.form.get("expected", ""), asker()
    taken = triage.claim_next(session, by=actor(), at=moment())
    quicker = claims.holder_of(session, expected, who) if REFERENCE.match(expected) else None
    if taken is None:
        say(session, _nothing_left(session, who), kind="note")
        return url_for("queue.show", view="everyone")
    if quicker and taken.reference != expected:
        say(session, f"{quicker[0]} took {expected}. This is the next one due.", kind="note")
    return url_for("workspace.show", reference=taken.reference)


def _nothing_left(session: Session, who: Asker) -> str:
    open_rows, _ = queries.queue_page(session, "everyone", who)
    if not open_rows or open_rows[0].due_at is None:
        return "Nothing is left to start."
    soonest = min(row.due_at for row in open_rows if row.due_at)
    return f"Nothing is left to start. The next one that somebody has is due {moment_words(soonest)}."


@blueprint.post("/queue/<reference>/claim")
@needs_role(*ON_DUTY)
def claim(reference: str) -> ResponseReturnValue:
    """Take one contact. If somebody else has it, ask why first."""
    with reading() as session:
        if claims.holder_of(session, reference, asker()):
            return redirect(url_for("queue.ask_take_over", reference=reference), 303)
    return once(lambda session: _claim(session, reference, ""))


def _claim(session: Session, reference: str, reason: str) -> str:
    _must_exist(session, reference)
    share_out.take_over(session, reference, by=actor(), at=moment(), reason=reason)
    undo = ("Put it back", url_for("queue.release", reference=reference))
    say(session, f"You have {reference}.", action=undo, link=("Open it", _workspace(reference)))
    return url_for("queue.show", view="mine")


@blueprint.post("/queue/<reference>/release")
@needs_role(*ON_DUTY)
def release(reference: str) -> ResponseReturnValue:
    """Put a contact back for others to take."""

    def put_back(session: Session) -> str:
        triage.release(session, reference, by=actor(), at=moment())
        undo = ("Take it again", url_for("queue.claim", reference=reference))
        say(session, f"{reference} is back in the queue.", action=undo)
        return url_for("queue.show", view="mine")

    return once(put_back)


@blueprint.get("/queue/<reference>/take-over")
@needs_role(*ON_DUTY)
def ask_take_over(reference: str) -> ResponseReturnValue:
    """Ask why someone takes over what another is working on."""
    return _take_over_page(reference)


@blueprint.post("/queue/<reference>/take-over")
@needs_role(*ON_DUTY)
def take_over(reference: str) -> ResponseReturnValue:
    """Take over a contact, with a reason that stays on its record."""
    form = Form(TakeOverSchema()).post(request.form)
    if form.errors:
        return _take_over_page(reference, form, status=422)
    return once(lambda session: _claim(session, reference, form.data["reason"]))


@blueprint.post("/queue/<reference>/ask")
@needs_role(*ON_DUTY)
def ask(reference: str) -> ResponseReturnValue:
    """Ask whoever has a contact open whether one may have it. They see it on the page they have open."""
    form = Form(AskSchema()).post(request.form)
    if form.errors:
        return _take_over_page(reference, asking=form, status=422)

    def put_to(session: Session) -> str:
        _must_exist(session, reference)
        asked = share_out.ask_holder(session, reference, by=actor(), at=moment(), words=form.data["words"])
        if asked is None:
            say(session, f"Nobody has {reference} open now, so you can take it.", kind="note")
            return url_for("queue.ask_take_over", reference=reference)
        say(session, f"{asked} has been asked for {reference}.", link=("Open it", _workspace(reference)))
        return url_for("queue.show", view="everyone")

    return once(put_to)


def _take_over_page(
    reference: str, form: Form | None = None, *, asking: Form | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading() as session:
        _must_exist(session, reference)
        held = claims.holder_of(session, reference, asker())
    forms = {"taking": form or Form(TakeOverSchema()), "asking": asking or Form(AskSchema())}
    return render_template("take_over.html", reference=reference, held=held, form=form or asking, **forms), status


def _must_exist(session: Session, reference: str) -> None:
    if not claims.is_open_to(session, reference, asker()):
        raise NotFound(f"There is no contact {reference}.")


def _workspace(reference: str) -> str:
    return url_for("workspace.show", reference=reference)
