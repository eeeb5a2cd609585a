"""While a part of a draft is written: what it would do to the past as it stands, and over the range of a number.

It never blocks: nothing is saved by it, and a draft that cannot be read yet is only told so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from mash.queries.live_history import LiveHistory
from mash.queries.rule_books import read_draft
from mash.replay.column import Column
from mash.replay.meanwhile import Before, Effect, effect_of, moves_of
from mash.replay.past import FACT
from mash.rules import RuleSet
from mash.rules.one_item import SECTIONS, with_one
from mash.web.access import needs_role
from mash.web.live_curve import Curve, curve_of
from mash.web.live_numbers import Number, numbers_in, with_each
from mash.web.replay_words import Words
from mash.web.threshold_edit import Edited, sent
from mash.web.versions import known_book
from mash.web.wiring import moment, reading, wiring
from mash.workflow.calendar import london_day

blueprint = Blueprint("threshold_live", __name__, url_prefix="/thresholds")
PERIODS = {"year": "the last 12 months", "all": "all of history, of the newest 160,000 children at most"}
NO_PAST = "There is no past to go by yet. It is frozen by the scheduler, and whenever a replay is run."
_history = LiveHistory()


@dataclass(frozen=True, slots=True)
class Live:
    """What the panel shows. `wrong` says why there are no figures; without `before` there is no past to go by."""

    baseline: RuleSet
    period: str
    wrong: str = ""
    before: Before | None = None
    draft: RuleSet | None = None
    effect: Effect = field(default_factory=Effect)
    numbers: tuple[Number, ...] = ()
    curve: Curve | None = None

    @property
    def words(self) -> Words:
        """Return what levels and routes are called."""
        return Words([self.baseline, *([self.draft] if self.draft else [])])

    @property
    def missing(self) -> Mapping[str, int]:
        """Return how many have no answer that matters, by the words of the fact."""
        facts = self.baseline.catalogue.facts
        return {facts[name].words: count for name, count in sorted(self.effect.missing.items())}


@blueprint.post("/<draft>/rehearse")
@needs_role("reviewer")
def rehearse(draft: str) -> str:
    """Say what the draft would do to the past if what was sent were saved. Nothing is."""
    edited = sent(draft, request.form.get("section", ""), request.form.get("item", ""))
    return render_template("threshold_live_part.html", draft=edited.row, live=live_of(edited, request.form))


@blueprint.app_template_global("live_if_asked")
def live_if_asked(edited: Edited) -> Live | None:
    """Give the panel of a page whose form asked for it by its button, as it does without scripts."""
    return live_of(edited, request.form) if request.form.get("do") == "rehearse" else None


def live_of(edited: Edited, asked: MultiDict[str, str]) -> Live:
    """Work out what a draft with an item in it as written does to the past."""
    baseline = _baseline(edited.row.based_on)
    period = asked["period"] if asked.get("period") in PERIODS else "year"
    with reading() as session:
        before = _history.before(session, baseline, last_year=period == "year")
    if before is None or not before.children:
        return Live(baseline, period, NO_PAST)
    numbers = _numbers(edited, before)
    chosen = next((one for one in numbers if one.field == asked.get("curve")), numbers[0] if numbers else None)
    draft, curve = _read(edited, before, chosen)
    told: dict[str, Any] = {"before": before, "numbers": tuple(numbers), "curve": curve}
    if draft is None:
        return Live(baseline, period, "This cannot be read yet, so nothing is rehearsed. The checks say why.", **told)
    return Live(baseline, period, draft=draft, effect=effect_of(before, draft), **told)


def _baseline(id: str) -> RuleSet:
    """Return the version that a draft was begun from; the one in force where that is gone."""
    found = next((one for one in known_book().versions if one.id == id), None)
    return found or wiring().rulebook.in_force(london_day(moment()))


def _numbers(edited: Edited, before: Before) -> list[Number]:
    if edited.part is None or edited.section not in SECTIONS:
        return []

    def seen(fact: str) -> int:
        return max((_most(one.frame.column(FACT + fact)) for one in before.cohort.histories), default=0)

    return numbers_in(edited.part, before.ruleset.catalogue, seen)


def _most(column: Column) -> int:
    return max((int(value) for value in column.values if value.isdigit()), default=0)


def _read(edited: Edited, before: Before, number: Number | None) -> tuple[RuleSet | None, Curve | None]:
    """Read the draft as written, and so often again with a number at each of its values."""
    catalogue = before.ruleset.catalogue
    written = read_draft(edited.row.text, catalogue).written
    if written is None or edited.section not in SECTIONS:
        whole = read_draft(edited.text, catalogue).written
        return (whole.ruleset if whole else None), None
    items: list[Mapping[str, Any]] = [edited.item]
    if number is not None and edited.part is not None:
        items += with_each(number, edited.part, edited.item, catalogue)
    draft, *others = with_one(written, edited.section, edited.place, items)
    if number is None:
        return draft, None
    readable = [one for one in others if one is not None]
    counted = iter(moves_of(before, readable))
    return draft, curve_of(number, [next(counted) if one is not None else None for one in others])
