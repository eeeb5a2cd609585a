"""Replays: run one, leave it, come back; then every figure leads to its children, and a child to both traces."""

import threading
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash import clock
from mash.journeys.contacts import NotFound
from mash.journeys.resume_replay import SILENT
from mash.journeys.run_replay import Asked, begin_replay, cancel_replay, run_replay
from mash.journeys.views import seen
from mash.measures.suppress import SMALLEST_SHOWN
from mash.queries.going_live import strongest_of
from mash.queries.movers import agreement, next_unread, readings
from mash.queries.narrow_replays import too_narrow
from mash.queries.replays import (
    MOST_LISTED,
    SIDES,
    ReplayRow,
    all_replays,
    child_of,
    children_of,
    contact_of,
    facts_then,
    one_replay,
)
from mash.queries.restricted import may_see_restricted
from mash.queries.rule_books import book_with_drafts
from mash.replay.compare import Period
from mash.replay.judge import AXES
from mash.replay.past import LATER_KINDS
from mash.replay.text import AWAY
from mash.rules import RuleBook, RuleSet, evaluate
from mash.web import reads
from mash.web.access import actor, current, has_role, needs_role
from mash.web.forms import Form
from mash.web.narrow_replays import TooNarrow, faults_of
from mash.web.once import once, say
from mash.web.replay_words import EVERYONE, VERDICTS, Words, lists_of, parts_of
from mash.web.replay_work import work_of
from mash.web.schemas import Choice, DayMonthYear, FormSchema
from mash.web.wiring import moment, reading, transaction, wiring
from mash.workflow.calendar import london_day

blueprint = Blueprint("replays", __name__, url_prefix="/replays")
READERS = ("reviewer", "manager", "auditor", "safeguarding_partner")


class NewSchema(FormSchema):
    baseline = Choice((), empty="Select the version to compare with")
    candidate = Choice((), empty="Select the version to rehearse")
    since = DayMonthYear(called="First day", earliest=2000)
    until = DayMonthYear(called="Last day", earliest=2000)


def _drafted() -> RuleBook:
    """Give the versions that may be replayed: those in force or once so, and drafts."""
    with reading() as session:
        return book_with_drafts(session, wiring().files)


def _form(start: dict[str, Any] | None = None) -> Form:
    schema = NewSchema()
    for name in ("baseline", "candidate"):
        field = schema.fields[name]
        if isinstance(field, Choice):
            field.among = tuple(version.id for version in _drafted().versions)
    return Form(schema, start)


@blueprint.get("")
@needs_role(*READERS)
def show() -> str:
    """List the replays, with a form for the next: of the last year, where it is asked for from a draft."""
    start: dict[str, Any] = {name: request.args.get(name, "") for name in ("baseline", "candidate")}
    if start["candidate"]:
        first = (london_day(moment()) - timedelta(days=365)).replace(day=1)
        start["since"] = {"day": first.day, "month": first.month, "year": first.year}
    return _list(_form(start))


def _list(form: Form) -> str:
    with reading() as session:
        found = all_replays(session)
    versions = {version.id: f"{version.id}: {version.title} ({version.status})" for version in _drafted().versions}
    return render_template("replays.html", replays=found, form=form, versions=versions, silent=_silent)


@blueprint.post("")
@needs_role("reviewer", "manager")
def ask() -> ResponseReturnValue:
    """Begin a replay; it runs on while its asker does other things."""
    form = _form().post(request.form)
    since, until = form.data.get("since"), form.data.get("until")
    if not form.errors and since and until and until < since:
        form.fault({"until": "Choose a last day after the first day"})
    if not form.errors and not may_see_restricted(current().roles):
        form.fault(faults_of(since, until, london_day(moment())))
    if form.errors:
        return _list(form), 422
    book = _drafted()
    period = Period(since and since.isoformat(), until and until.isoformat())
    asked = Asked(book.get(form.data["baseline"]), book.get(form.data["candidate"]), period)
    begun: list[int] = []

    def begin(session: Session) -> str:
        begun.append(begin_replay(session, asked, by=actor(), at=moment()).id)
        return url_for("replays.one", number=begun[0])

    answer = once(begin)
    for number in begun:
        run_in_background(number, asked)
    return answer


def run_in_background(number: int, asked: Asked) -> threading.Thread:
    """Run a replay beside the pages, on its own connections."""
    made = wiring()
    told = (made.database, made.rulebook, number, asked, clock.now)
    thread = threading.Thread(target=run_replay, args=told, name=f"replay-{number}", daemon=True)
    thread.start()
    return thread


@blueprint.get("/<int:number>")
@needs_role(*READERS)
def one(number: int) -> str:
    """Show a replay: how far it is, why there is none, or what it found."""
    found = find_replay(number)
    if found.result is None:
        return render_template("replay_wait.html", replay=found, silent=_silent(found))
    names = {"decided": "People", "baseline": found.baseline_id, "candidate": found.candidate_id}
    earlier = any(
        one.id == found.candidate_id and one.content_hash != found.candidate_hash for one in _drafted().versions
    )
    more: dict[str, Any] = {"away": AWAY, "kinds": LATER_KINDS, "words": words_of(found), "earlier": earlier}
    more |= work_of(found) | _readings(found)
    return render_template("replay.html", replay=found, said=found.result, names=names, **more)


def _readings(found: ReplayRow) -> dict[str, Any]:
    """Give how far the children who move were read; what was said of them only to those with no view left to form."""
    ruleset = _replayed_or_none(found.baseline_id, found.baseline_hash)
    reader = current()
    with reading() as session:
        if ruleset is None or not readings(session, found.id):
            return {}
        strongest = strongest_of(ruleset)
        told = {"summed": agreement(session, found.id, strongest, reader.roles), "verdicts": VERDICTS}
        unread = next_unread(session, found.id, strongest, reader.user_id, reader.roles)
    return told | {"open": not has_role("reviewer", "manager") or unread is None}


@blueprint.post("/<int:number>/cancel")
@needs_role("reviewer", "manager")
def cancel(number: int) -> ResponseReturnValue:
    """Stop a replay that is running."""

    def stop(session: Session) -> str:
        cancel_replay(session, number, at=moment())
        say(session, "The replay is stopped. Nothing of it was kept.")
        return url_for("replays.show")

    return once(stop)


@blueprint.get("/<int:number>/children")
@needs_role(*READERS)
def children(number: int) -> str:
    """List the children of one cell, or of one list."""
    found = find_replay(number)
    wanted = {
        f"{side}:{axis}": value for side in SIDES for axis in AXES if (value := request.args.get(f"{side}-{axis}"))
    }
    listed, lists = request.args.get("list", ""), lists_of(found.result or {"edits": ()})
    if listed in lists and listed != EVERYONE:
        wanted[f"is:{listed}"] = "yes"
    if not (wanted or listed == EVERYONE) or found.result is None:
        raise NotFound("There is no such list.")
    with reading() as session:
        count, hidden, rows = children_of(session, number, wanted, current().roles)
    reads.told(children=[row.number for row in rows])
    words = words_of(found)
    said = words.of_list(wanted, lists.get(listed, ""))
    more = {"count": count, "rows": rows, "most": MOST_LISTED, "said": said, "words": words, "sides": SIDES}
    if not may_see_restricted(current().roles):
        more |= {"unsaid": hidden < SMALLEST_SHOWN, "hidden": hidden}
    return render_template("replay_children.html", replay=found, **more)


@blueprint.get("/<int:number>/children/<int:child>")
@needs_role(*READERS)
def trace(number: int, child: int) -> str:
    """Show one child under both versions, side by side, with where they part."""
    found = find_replay(number)
    told = traced(found, child)
    note_seen(child)
    return render_template("replay_child.html", replay=found, **told)


def note_seen(child: int) -> None:
    """Keep that somebody looked at a child of a replay, as of any page about a contact."""
    with transaction() as session:
        seen(session, contact_of(session, child), "replay", actor(), moment())
    reads.told(children=[child])


def traced(found: ReplayRow, child: int) -> dict[str, Any]:
    """Give what a page about one child of a replay shows: facts then, both traces, what people did, what came later.

    Raises:
        NotFound: If the child is not in the replay, or not for this reader; or a version is not here as replayed.
    """
    catalogue = wiring().rulebook.catalogue
    with reading() as session:
        row = child_of(session, found.id, child, current().roles)
        known = facts_then(session, catalogue, child)
    if row is None or known is None:
        raise NotFound("There is no such child in this replay.")
    facts, later = known
    versions = [as_replayed(found, side) for side in ("baseline", "candidate")]
    traces = [evaluate(version, facts) for version in versions]
    shown = [(catalogue.facts[name], value.to_json()) for name, value in facts]
    told: dict[str, Any] = {"child": row, "facts": shown, "later": later, "kinds": LATER_KINDS}
    told |= {"both": list(zip(versions, traces, strict=True)), "words": words_of(found)}
    return told | {"parted": parts_of(traces[0], traces[1])}


def find_replay(number: int) -> ReplayRow:
    """Give a replay, or answer that there is none.

    Raises:
        TooNarrow: If it is of so little of the past that it is not for who may not see restricted records.
    """
    with reading() as session:
        found = one_replay(session, number)
        if found is None:
            raise NotFound("There is no such replay.")
        narrow = too_narrow(session, found.since, found.until, found.result)
    if narrow and not may_see_restricted(current().roles):
        raise TooNarrow
    return found


def as_replayed(found: ReplayRow, side: str) -> RuleSet:
    """Return a version as it was replayed; one that has been edited since is not shown in its place."""
    id, hash_ = (found.baseline_id, found.baseline_hash)
    if side == "candidate":
        id, hash_ = (found.candidate_id, found.candidate_hash)
    ruleset = _replayed_or_none(id, hash_)
    if ruleset is None:
        raise NotFound(f"Version '{id}' is not here as it was replayed, so no trace can be shown.")
    return ruleset


def _replayed_or_none(id: str, hash_: str) -> RuleSet | None:
    return next((one for one in _drafted().versions if (one.id, one.content_hash) == (id, hash_)), None)


def words_of(found: ReplayRow) -> Words:
    """Give what the two versions of a replay call levels and routes."""
    return Words([one for one in _drafted().versions if one.id in (found.baseline_id, found.candidate_id)])


def _silent(found: ReplayRow) -> bool:
    """Say whether a replay that should run has not been heard of for so long that its process must have ended."""
    return found.state == "running" and moment() - found.seen_at > SILENT
