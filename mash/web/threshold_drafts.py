"""Drafts of the thresholds: begin one, say something of a rule, read its history, bring a revision back, give it up."""

from difflib import unified_diff
from functools import lru_cache

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mash.journeys.draft_thresholds import (
    DraftRefused,
    abandon_draft,
    comment,
    draft_to_change,
    save_draft,
    start_draft,
)
from mash.queries.rule_books import read_draft
from mash.queries.threshold_drafts import revisions_of
from mash.rules import Catalogue
from mash.rules.compare import Difference, compare
from mash.web.access import actor, needs_role
from mash.web.draft_sections import SECTIONS
from mash.web.once import once, say
from mash.web.threshold_words import DRAFT_STATES
from mash.web.versions import READS_DRAFTS, draft_or_404, known_book, text_of, version_or_404
from mash.web.wiring import moment, reading, wiring

blueprint = Blueprint("threshold_drafts", __name__, url_prefix="/thresholds")
LONGEST = 4000


@blueprint.post("/drafts")
@needs_role("reviewer")
def start() -> ResponseReturnValue:
    """Begin a draft from a version."""
    based_on = version_or_404(request.form.get("based_on", ""))
    name = request.form.get("name", "").strip()
    title = " ".join(request.form.get("title", "").split())[:200]
    if not title:
        raise DraftRefused("Give the draft a title.")
    if any(one.id == name for one in known_book().versions):
        raise DraftRefused(f"The name {name} is taken. A name is never used again.")
    text = text_of(based_on)

    def begin(session: Session) -> str:
        start_draft(session, based_on=based_on, text=text, name=name, title=title, by=actor(), at=moment())
        say(session, f"The draft {name} is begun from {based_on.id}. Nothing is judged by it.")
        return url_for("threshold_edit.show", draft=name)

    return once(begin)


@blueprint.post("/<draft>/comments")
@needs_role(*READS_DRAFTS)
def say_of(draft: str) -> ResponseReturnValue:
    """Keep what somebody says of a rule, or of the whole draft."""
    draft_or_404(draft)
    rule, section = request.form.get("rule", "")[:64], request.form.get("section", "")
    words = request.form.get("words", "").replace("\r\n", "\n")[:LONGEST]

    def keep(session: Session) -> str:
        comment(session, draft_to_change(session, draft), rule=rule, words=words, by=actor(), at=moment())
        if rule and section in SECTIONS:
            return url_for("threshold_edit.edit_item", draft=draft, section=section, item=rule) + "#comments"
        return url_for("threshold_edit.show", draft=draft) + "#comments"

    return once(keep)


@blueprint.post("/<draft>/abandon")
@needs_role("reviewer")
def abandon(draft: str) -> ResponseReturnValue:
    """Give a draft up."""
    draft_or_404(draft)

    def give_up(session: Session) -> str:
        abandon_draft(session, draft_to_change(session, draft), by=actor(), at=moment())
        say(session, f"The draft {draft} is given up. It can still be read.")
        return url_for("thresholds.versions")

    return once(give_up)


@blueprint.get("/<draft>/history")
@needs_role(*READS_DRAFTS)
def history(draft: str) -> str:
    """Show every revision: who, when, what, and how one differs from the one before."""
    found = draft_or_404(draft)
    with reading() as session:
        revisions = revisions_of(session, found.id)
    number = request.args.get("of", "")
    shown = next((one for one in revisions if str(one.number) == number), revisions[0])
    before = next((one for one in revisions if one.number == shown.number - 1), None)
    differences = lines = None
    if before is not None:
        differences = _differences(before.text, shown.text, wiring().rulebook.catalogue)
        lines = _lines(before.text, shown.text)
    more = {"shown": shown, "before": before, "differences": differences, "lines": lines, "states": DRAFT_STATES}
    return render_template("draft_history.html", draft=found, revisions=revisions, **more)


@blueprint.post("/<draft>/history/<int:number>")
@needs_role("reviewer")
def bring_back(draft: str, number: int) -> ResponseReturnValue:
    """Make an earlier revision the newest again; what came between stays in the history."""
    found = draft_or_404(draft)
    with reading() as session:
        old = next((one for one in revisions_of(session, found.id) if one.number == number), None)
    if old is None:
        raise NotFound("There is no such revision.")
    seen = request.form.get("revision", "")

    def bring(session: Session) -> str:
        change = {"text": old.text, "what": f"Brought back revision {number}"}
        revision_seen = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        save_draft(
            session, draft_to_change(session, draft), **change, revision_seen=revision_seen, by=actor(), at=moment()
        )
        say(session, f"Revision {number} is brought back as the newest.")
        return url_for("threshold_drafts.history", draft=draft)

    return once(bring)


@lru_cache(maxsize=32)
def _differences(before: str, after: str, catalogue: Catalogue) -> tuple[Difference, ...] | None:
    """Say in words how two revisions differ; None while either cannot be read as a version."""
    old, new = (read_draft(text, catalogue).written for text in (before, after))
    return compare(old, new) if old and new else None


def _lines(before: str, after: str) -> list[tuple[str, str]]:
    """Give the lines that differ with a few around them: "+", "-" or " ", and the line."""
    told = list(unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm=""))[2:]
    return [(line[:1], line[1:]) for line in told if not line.startswith("@@")][:400]
