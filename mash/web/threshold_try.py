"""Put one child through the version in force and a draft, side by side, what was met, missing, and where they part."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from mash.journeys.practice import practice_from
from mash.queries.replays import facts_then, may_know_child
from mash.queries.rule_books import read_draft
from mash.queries.threshold_drafts import DraftRow, children_to_try
from mash.rules import Facts, NoRuleSetInForce, evaluate, read_facts
from mash.web import reads
from mash.web.access import current, needs_role
from mash.web.draft_checks import checked
from mash.web.forms import Form
from mash.web.replay_words import Words, parts_of
from mash.web.self_check import AGE, UNBORN, check_schema, groups_of
from mash.web.versions import READS_DRAFTS, draft_or_404
from mash.web.wiring import moment, reading, wiring
from mash.workflow.calendar import london_day

blueprint = Blueprint("threshold_try", __name__, url_prefix="/thresholds")


@blueprint.get("/<draft>/try")
@needs_role(*READS_DRAFTS)
def ask(draft: str) -> str:
    """Ask for a contact; show what a real or a past one comes to, if one was named."""
    row = draft_or_404(draft)
    reference, number = request.args.get("contact", "").strip()[:40].upper(), request.args.get("child", "").strip()[:12]
    found: list[tuple[str, Facts]] = []
    if number:
        found = _past(number)
    elif reference:
        found = _real(reference)
    missing = bool(number or reference) and not found
    return _page(row, found, reference=reference, number=number, missing=missing)


@blueprint.post("/<draft>/try")
@needs_role(*READS_DRAFTS)
def made_up(draft: str) -> ResponseReturnValue:
    """Show what a made-up child comes to. It changes nothing, so it is answered at once."""
    row, catalogue = draft_or_404(draft), wiring().rulebook.catalogue
    form = Form(check_schema(catalogue)).post(request.form)
    if form.errors:
        return _page(row, [], form=form), 422
    told: dict[str, Any] = dict.fromkeys(form.data["seen"], "present")
    if form.data["unborn"]:
        told[UNBORN] = "present"
    elif form.data["age"] is not None:
        told[AGE] = form.data["age"]
    return _page(row, [("A made-up child", read_facts(catalogue, told))], form=form)


def _real(reference: str) -> list[tuple[str, Facts]]:
    """Give the children of a contact by their numbers, if the reader may know of it."""
    catalogue = wiring().rulebook.catalogue
    with reading() as session:
        strands = practice_from(session, wiring().rulebook).strands
        told = children_to_try(session, reference, current().roles, strands)
    return [(f"Child {number} of {reference}", read_facts(catalogue, facts)) for number, facts in told]


def _past(number: str) -> list[tuple[str, Facts]]:
    """Give a child of the frozen past as it was known then, if the reader may know of it."""
    if not number.isdecimal():
        return []
    with reading() as session:
        if not may_know_child(session, int(number), current().roles):
            return []
        known = facts_then(session, wiring().rulebook.catalogue, int(number))
    reads.told(children=[int(number)] if known else [])
    return [(f"Child {number} of the past", known[0])] if known else []


def _page(row: DraftRow, children: list[tuple[str, Facts]], form: Form | None = None, **more: Any) -> str:
    catalogue = wiring().rulebook.catalogue
    try:
        live = wiring().rulebook.in_force(london_day(moment()))
    except NoRuleSetInForce:
        raise NotFound("No thresholds are in force today, so there is nothing to try the draft beside.") from None
    written = read_draft(row.text, catalogue).written
    tried = []
    for who, facts in children if written else []:
        both = [evaluate(version, facts) for version in (live, written.ruleset)] if written else []
        known = [(catalogue.facts[name], value.to_json()) for name, value in facts]
        sides = list(zip((live, written and written.ruleset), both, strict=True))
        tried.append({"who": who, "known": known, "sides": sides, "parted": parts_of(*both)})
    words = Words([live, *([written.ruleset] if written else [])])
    form = form or Form(check_schema(catalogue))
    told: dict[str, Any] = {"tried": tried, "words": words, "groups": groups_of(catalogue), "form": form, "live": live}
    told |= {"readable": written is not None, "checked": checked(row.text, catalogue)}
    return render_template("draft_try.html", draft=row, **told, **more)
