"""Read the children whom a replay moves, one by one, the most serious first; one's own verdict before anyone else's."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.read_movers import read_mover
from mash.queries.going_live import strongest_of
from mash.queries.movers import agreement, leaving, next_unread, readings
from mash.queries.replays import ReplayRow
from mash.web.access import actor, current, needs_role
from mash.web.forms import Form
from mash.web.once import once
from mash.web.replay_words import VERDICTS
from mash.web.replays import as_replayed, find_replay, note_seen, traced
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.wiring import moment, reading

blueprint = Blueprint("movers", __name__, url_prefix="/replays")
READERS = ("reviewer", "manager", "safeguarding_partner")


class VerdictSchema(FormSchema):
    verdict = Choice(VERDICTS, empty="Choose which version is right about this child")
    reason = SafeText(longest=2000, called="Reason")


@blueprint.get("/<int:number>/read")
@needs_role(*READERS)
def begin(number: int) -> ResponseReturnValue:
    """Open the first child that the reader has not read, or say that all are read."""
    found = find_replay(number)
    with reading() as session:
        address = _next(session, found)
        summed = agreement(session, number, _strongest(found), current().roles)
    if address != url_for("movers.begin", number=number):
        return redirect(address, 303)
    return render_template("movers_read.html", replay=found, summed=summed, verdicts=VERDICTS, open=True)


def _next(session: Session, found: ReplayRow) -> str:
    reader = current()
    child = next_unread(session, found.id, _strongest(found), reader.user_id, reader.roles)
    return url_for("movers.begin", number=found.id) if child is None else _at(found.id, child)


def _at(number: int, child: int) -> str:
    return url_for("movers.read", number=number, child=child)


def _strongest(found: ReplayRow) -> str:
    return strongest_of(as_replayed(found, "baseline"))


@blueprint.get("/<int:number>/read/<int:child>")
@needs_role(*READERS)
def read(number: int, child: int) -> str:
    """Show one child under both versions, with the question which is right."""
    return _page(number, child, Form(VerdictSchema()))


def _page(number: int, child: int, form: Form) -> str:
    found = find_replay(number)
    told: dict[str, Any] = traced(found, child)
    note_seen(child)
    with reading() as session:
        summed = agreement(session, number, _strongest(found), current().roles)
        said = readings(session, number, child)
        out = child in leaving(session, number, _strongest(found))
    mine = next((one for one in said if one.by == current().user_id), None)
    told |= {"form": form, "said": said if mine else [], "mine": mine, "summed": summed, "verdicts": VERDICTS}
    return render_template("mover.html", replay=found, leaves=out, **told)


@blueprint.post("/<int:number>/read/<int:child>")
@needs_role(*READERS)
def keep(number: int, child: int) -> ResponseReturnValue:
    """Keep a verdict and open the next child unread."""
    found, form = find_replay(number), Form(VerdictSchema()).post(request.form)
    traced(found, child)
    with reading() as session:
        out = child in leaving(session, number, _strongest(found))
    if not form.errors and not form.data["reason"] and (out or form.data["verdict"] != "draft"):
        form.fault({"reason": "Say why in a sentence"})
    if form.errors:
        return _page(number, child, form), 422

    def save(session: Session) -> str:
        said = {"verdict": form.data["verdict"], "reason": form.data["reason"]}
        read_mover(session, number, child, **said, by=actor(), at=moment())
        session.flush()
        return _next(session, found)

    return once(save)
