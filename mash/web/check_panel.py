"""What the check shows, once a person has said their own level; and what it shows before: only what cannot wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mash.journeys.check import Checked
from mash.rules.advice import Reason
from mash.web.decision_form import DecisionForm, Scope
from mash.web.version_words import level_words
from mash.workflow.routes import Routes
from mash.workflow.sign_off import Policy

OTHER_KINDS = frozenset({"urgency", "route", "redirect", "gate"})


@dataclass(frozen=True, slots=True)
class Panel:
    """The check of children for whom it came out the same.

    Attributes:
        lower: Why a reason is needed: the level is lower, or the step is weaker. Empty where none is.
    """

    names: str
    checked: Checked
    yours: int
    lower: tuple[str, ...]

    @property
    def relation(self) -> str:
        if self.checked.level is None or self.yours == self.checked.level:
            return "equal"
        return "lower" if self.yours < self.checked.level else "higher"

    @property
    def bases(self) -> list[Any]:
        reached = self.checked.advice.bases
        return [basis for basis in self.checked.ruleset.bases if basis.key in reached]

    @property
    def level_words(self) -> str:
        return level_words(self.checked.ruleset).get(str(self.checked.level), "not a child")

    def route_words(self, key: str) -> str:
        ruleset = self.checked.ruleset
        named = {route.key: route.name for route in ruleset.routes}
        named |= {redirect.route: redirect.name for redirect in ruleset.redirects}
        return named.get(key, key)

    def rating_words(self, key: str) -> str:
        return next((rating.name for rating in self.checked.ruleset.ratings if rating.key == key), key)

    @property
    def reasons(self) -> list[Reason]:
        """The rules that give a level, the highest first, and those that call for something beside it."""
        told = [reason for reason in self.checked.advice.reasons if reason.kind not in OTHER_KINDS]
        return sorted(told, key=lambda reason: -(self.level_of(reason.level) or 0))

    @property
    def other_reasons(self) -> list[Reason]:
        """The rules that give the rating or the next step."""
        return [reason for reason in self.checked.advice.reasons if reason.kind in OTHER_KINDS]

    def level_of(self, key: str | None) -> int | None:
        return next((level.ordinal for level in self.checked.ruleset.levels if level.key == key), None)

    @property
    def nearest(self) -> list[Any]:
        """The few nearest changes of one fact that move a child's level, or failing that, any result."""
        changes = self.checked.advice.would_change
        moved = [change for change in changes if change.level not in (None, self.checked.advice.level)]
        return (moved or list(changes))[:4]

    @property
    def to_ask(self) -> list[Any]:
        """What is not known and could raise a result by itself, first what could raise the level."""
        alone = [gap for gap in self.checked.advice.missing if gap.alone]
        return sorted(alone, key=lambda gap: gap.level is None)[:6]

    @property
    def could_reach(self) -> str:
        """The highest that unanswered questions could take the level to; empty if no higher."""
        ceiling = self.level_of(self.checked.advice.ceiling.level)
        return f"level {ceiling}" if ceiling and ceiling > (self.checked.level or 0) else ""


def triggers(scope: Scope, checked: Mapping[int, Checked]) -> list[Reason]:
    """List the immediate-safety rules that are met for any of these children, each once."""
    met: dict[str, Reason] = {}
    for child in scope.child_ids:
        if child in checked:
            met |= {reason.id: reason for reason in checked[child].advice.reasons if reason.kind == "trigger"}
    return list(met.values())


def panels(
    form: DecisionForm,
    scope: Scope,
    checked: Mapping[int, Checked],
    names: Mapping[int, str],
    judged_by: tuple[Policy, Routes],
) -> list[Panel]:
    """Make the panels of one set of answers, one for each different result."""
    groups: dict[Any, list[int]] = {}
    for child in scope.child_ids:
        if child in checked:
            advice = checked[child].advice
            met = tuple(reason.id for reason in advice.reasons)
            groups.setdefault((advice.level, advice.rating, advice.route, met), []).append(child)
    several = len(groups) > 1
    return [
        Panel(
            names=", ".join(names[child] for child in children) if several else "",
            checked=checked[children[0]],
            yours=form.level(scope.key) or 0,
            lower=why_lower(form, scope, checked[children[0]], *judged_by),
        )
        for children in groups.values()
    ]


def why_lower(form: DecisionForm, scope: Scope, checked: Checked, policy: Policy, routes: Routes) -> tuple[str, ...]:
    """Say in what way an answer is less than the rules suggest; nothing if it is not."""
    said = []
    level = form.level(scope.key)
    if level is not None and checked.level is not None and level < checked.level:
        said.append(f"Why are you choosing level {level}?")
    route, advised = routes.get(str(form.value(f"{scope.key}-route"))), routes.get(checked.advice.route)
    if route and advised and not advised.closes and policy.weaker(route, advised):
        closing = route.closes and policy.statutory(checked.level)
        said.append(
            f"You are closing a contact the rules put at level {checked.level}. Why?"
            if closing
            else f"The rules suggest more than {route.words.lower()}. Why is it enough?"
        )
    return tuple(said)
