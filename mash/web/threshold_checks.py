"""Two looks at the thresholds before they are trusted: holes that a version has, and what differs between two."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mash.queries.replays import all_replays
from mash.rules import RuleSet
from mash.rules.compare import SECTIONS, Difference, compare
from mash.rules.soundness import Finding, Severity, check, places
from mash.rules.soundness.answers import Answer, answer_to, read_answers
from mash.web.access import needs_role
from mash.web.threshold_words import STATUSES
from mash.web.versions import known_book, version_or_404, written_of
from mash.web.wiring import reading, wiring

blueprint = Blueprint("threshold_checks", __name__)

READERS = ("practitioner", "manager", "reviewer", "auditor", "safeguarding_partner")


@dataclass(frozen=True, slots=True)
class Hole:
    """One finding, and the answer that somebody gave to it."""

    finding: Finding
    answer: Answer | None

    @property
    def weight(self) -> str:
        if self.answer:
            return "answered"
        return "serious" if self.finding.severity is Severity.SERIOUS else "warning"


@blueprint.get("/thresholds/<version>/holes")
@needs_role(*READERS)
def holes(version: str) -> str:
    """Show the holes of a version, proved for every child that could be, each with a child who falls in."""
    ruleset = version_or_404(version)
    found = _holes(ruleset, _folder())
    return render_template("threshold_holes.html", ruleset=ruleset, holes=found, statuses=STATUSES)


@blueprint.get("/thresholds/compare")
@needs_role(*READERS)
def choose() -> ResponseReturnValue:
    """Go to the comparison of the two versions that were chosen."""
    old, new = request.args.get("old", ""), request.args.get("new", "")
    version_or_404(old)
    version_or_404(new)
    return redirect(url_for("threshold_checks.between", old=old, new=new), 303)


@blueprint.get("/thresholds/<old>...<new>")
@needs_role(*READERS)
def between(old: str, new: str) -> str:
    """Show what differs between two versions, in words."""
    before, after = version_or_404(old), version_or_404(new)
    found = _differences(before, after, _folder())
    counts: dict[str, int] = {}
    for one in found:
        counts[one.kind.value] = counts.get(one.kind.value, 0) + 1
    sections = {words: [one for one in found if one.section == key] for key, words in SECTIONS.items()}
    return render_template(
        "threshold_compare.html",
        before=before,
        after=after,
        counts=counts,
        sections={words: listed for words, listed in sections.items() if listed},
        versions=known_book().versions,
        replay=_replay_of(before, after),
    )


def _replay_of(before: RuleSet, after: RuleSet) -> int | None:
    """Give the newest finished replay of exactly these two texts over all of history; None if there is none."""
    hashes = before.content_hash, after.content_hash
    with reading() as session:
        rows = [one for one in all_replays(session) if one.state == "done" and one.since is None and one.until is None]
    return next((one.id for one in rows if (one.baseline_hash, one.candidate_hash) == hashes), None)


def _folder() -> Path:
    return wiring().settings.thresholds


@lru_cache(maxsize=16)
def _holes(ruleset: RuleSet, folder: Path) -> tuple[Hole, ...]:
    """Look for the holes of a version once: it takes seconds, and a version does not change."""
    answers = read_answers(folder)
    found = check(ruleset, places(written_of(ruleset).root))
    return tuple(Hole(one, answer_to(one, ruleset.id, answers)) for one in found)


@lru_cache(maxsize=16)
def _differences(old: RuleSet, new: RuleSet, folder: Path) -> tuple[Difference, ...]:
    return compare(written_of(old), written_of(new))
