"""A partner's own check before referring: tick what is seen, read the likely level. Nothing of it is kept."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from mash.rules import Advice, Catalogue, Fact, NoRuleSetInForce, RuleSet, evaluate, read_facts
from mash.rules.catalogue import FactType, Role
from mash.web.access import anyone
from mash.web.forms import Form
from mash.web.schemas import Choices, FormSchema, Tick, Whole
from mash.web.wiring import moment, wiring
from mash.workflow.calendar import london_day

blueprint = Blueprint("self_check", __name__)

AGE, UNBORN = "age_years", "unborn"
FIRST = "The child as a whole, and what happened before"
ASKED = 6
"""Questions shown at most: those that could raise the level."""


class CheckSchema(FormSchema):
    age = Whole(least=0, most=25, called="Age in years")
    unborn = Tick()


@dataclass(frozen=True, slots=True)
class Found:
    """What the thresholds say, for the page."""

    advice: Advice
    ruleset: RuleSet

    @property
    def level(self) -> Any:
        return next((level for level in self.ruleset.levels if level.key == self.advice.level), None)

    @property
    def because(self) -> list[Any]:
        given = {level.key: level.ordinal for level in self.ruleset.levels}
        told = [reason for reason in self.advice.reasons if reason.level or reason.kind == "duty"]
        highest = sorted(told, key=lambda reason: -given.get(reason.level or "", 0))
        return list({reason.words: reason for reason in reversed(highest)}.values())[::-1]

    @property
    def could_reach(self) -> Any:
        """The level that what was not ticked could still lead to; None if no higher."""
        ceiling = next((level for level in self.ruleset.levels if level.key == self.advice.ceiling.level), None)
        return ceiling if ceiling and self.level and ceiling.ordinal > self.level.ordinal else None

    @property
    def questions(self) -> list[Any]:
        """What a social worker is likely to ask: the sort of thing that was ticked, further in."""
        facts, ticked = self.ruleset.catalogue.facts, {used.fact for one in self.advice.reasons for used in one.facts}
        near = {one.domain for name in ticked if (one := facts[name].indicator)}
        detail = [gap for gap in self.advice.missing if gap.detail and gap.fact in ticked]
        others = [gap for gap in self.advice.missing if not gap.detail and gap.alone and gap.level]
        others = [gap for gap in others if (one := facts[gap.fact].indicator) is None or one.domain in near]
        return [*detail, *others][:ASKED]


@blueprint.get("/thresholds/check")
@anyone
def ask() -> str:
    """Show what can be ticked."""
    ruleset = _in_force()
    return _page(ruleset, Form(check_schema(ruleset.catalogue)))


@blueprint.post("/thresholds/check")
@anyone
def answer() -> ResponseReturnValue:
    """Say the likely level, why, and what is missing. It changes nothing, so it is answered at once."""
    ruleset = _in_force()
    form = Form(check_schema(ruleset.catalogue)).post(request.form)
    if form.errors:
        return _page(ruleset, form), 422
    ticked = dict.fromkeys(form.data["seen"], "present")
    if not ticked and form.data["age"] is None and not form.data["unborn"]:
        return _page(ruleset, form.fault({"seen": "Tick at least one thing that you have seen or been told"})), 422
    told: dict[str, Any] = ticked | ({UNBORN: "present"} if form.data["unborn"] else {})
    if form.data["age"] is not None and not form.data["unborn"]:
        told[AGE] = form.data["age"]
    return _page(ruleset, form, Found(evaluate(ruleset, read_facts(ruleset.catalogue, told)), ruleset))


def check_schema(catalogue: Catalogue) -> FormSchema:
    seen = Choices(tuple(fact.name for group in groups_of(catalogue).values() for fact in group))
    return type("ThisCheckSchema", (CheckSchema,), {"seen": seen})()  # type: ignore[no-any-return]


def groups_of(catalogue: Catalogue) -> dict[str, list[Fact]]:
    """Return what can be ticked by part of a child's life, the judgements first."""
    groups: dict[str, list[Fact]] = {FIRST: []}
    groups |= {words: [] for words in catalogue.domains.values()}
    for fact in catalogue.facts.values():
        if fact.indicator:
            groups[catalogue.domains[fact.indicator.domain]].append(fact)
        elif fact.role is Role.RISK and fact.type is FactType.PRESENCE:
            groups[FIRST].append(fact)
    return {words: facts for words, facts in groups.items() if facts}


def _in_force() -> RuleSet:
    try:
        return wiring().rulebook.in_force(london_day(moment()))
    except NoRuleSetInForce:
        raise NotFound("No thresholds are in force today. Ring the duty manager.") from None


def _page(ruleset: RuleSet, form: Form, found: Found | None = None) -> str:
    return render_template(
        "threshold_check.html", ruleset=ruleset, form=form, found=found, groups=groups_of(ruleset.catalogue)
    )
