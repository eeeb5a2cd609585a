"""A contact as it is judged by what is said of it: the children by name, the form, and the check beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from mash.clock import LONDON
from mash.journeys.check import Checked
from mash.journeys.practice import Practice
from mash.queries.workspace import Sheet
from mash.rules import Catalogue, RuleSet
from mash.web import version_words
from mash.web.check_panel import Panel, panels, triggers, why_lower
from mash.web.decision_form import DecisionForm, Scope
from mash.web.decision_start import names_of
from mash.web.fact_rows import in_words
from mash.web.versioned import Versioned
from mash.web.wiring import moment
from mash.workflow.pattern import Repeat
from mash.workflow.sign_off import Policy
from mash.workflow.words import Rating


@dataclass(frozen=True)
class Judged(Versioned):
    """One contact with a form over it.

    Attributes:
        own: The level said for each child before the check was shown.
        repeats: Whom so many contacts are about that closing this one asks for a view of them all.
    """

    found: Sheet
    practice: Practice
    form: DecisionForm
    own: Mapping[int, int]
    checked: Mapping[int, Checked]
    ruleset: RuleSet | None
    repeats: tuple[Repeat, ...]

    @property
    def reference(self) -> str:
        return self.found.contact.reference

    @property
    def here(self) -> str:
        return f"/contacts/{self.reference}"

    @property
    def catalogue(self) -> Catalogue:
        return self.practice.rulebook.catalogue

    @cached_property
    def policy(self) -> Policy:
        return self.practice.sign_off_of(self.found.contact, moment())

    @cached_property
    def names(self) -> dict[int, str]:
        return names_of(self.found)

    @cached_property
    def day(self) -> date:
        return self.found.contact.received_at.astimezone(LONDON).date()

    @property
    def state(self) -> str:
        return self.found.contact.state

    # The check

    def said_own(self, scope: Scope) -> bool:
        """Whether the reader has said a level of their own, and so may be shown what the rules make of it."""
        return set(scope.child_ids) <= set(self.own) and bool(self.form.level(scope.key))

    def panels(self, scope: Scope) -> list[Panel]:
        if not self.said_own(scope):
            return []
        return panels(self.form, scope, self.checked, self.names, (self.policy, self.routes_here))

    def triggers(self, scope: Scope) -> Any:
        return triggers(scope, self.checked)

    def rules_say_red(self, scope: Scope) -> bool:
        found = [self.checked[child] for child in scope.child_ids if child in self.checked]
        return Rating.RED in {version_words.urgency_of(one.ruleset, one.advice.rating) for one in found}

    def lower_questions(self, scope: Scope) -> list[str]:
        """Say what a reason is asked for, each once."""
        asked: dict[str, None] = {}
        rating = str(self.form.value(f"{scope.key}-rating"))
        red = any(self.found.child(child).row.rating == Rating.RED for child in scope.child_ids)  # type: ignore[union-attr]
        if red and rating in {"amber", "green"}:
            asked["Why is this no longer red?"] = None
        if self.said_own(scope):
            for child in scope.child_ids:
                if child in self.checked:
                    asked |= dict.fromkeys(
                        why_lower(self.form, scope, self.checked[child], self.policy, self.routes_here)
                    )
        return list(asked)

    def heard(self, scope: Scope) -> str:
        """Say the result of the check in one sentence, for a screen reader."""
        found = self.panels(scope)
        if not found or found[0].checked.level is None:
            return ""
        if found[0].relation == "equal":
            return f"Matches the thresholds: level {found[0].checked.level}."
        return f"Rules suggest level {found[0].checked.level}. Yours is level {found[0].yours}."

    def said(self, answer: Any) -> str:
        """Write a recorded answer for reading."""
        if isinstance(answer, dict):
            details = ", ".join(in_words(str(value)).lower() for name, value in answer.items() if name != "value")
            return f"{self.said(answer['value'])} ({details})" if details else self.said(answer["value"])
        words = {"present": "true", "absent": "not true", "unknown": "not known", None: "not asked"}
        return words.get(answer) or in_words(str(answer)).lower()
