"""A contact as its reader sees it now: the record, the form over it, the check beside it, shaped for the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from flask import current_app

from mash.clock import LONDON
from mash.journeys.check import Checked
from mash.journeys.practice import Practice
from mash.queries.workspace import AdultCard, ChildCard, Workspace
from mash.rules import Catalogue, RuleSet
from mash.web.access import current, has_role
from mash.web.check_panel import Panel, level_words, panels, triggers, why_lower
from mash.web.contact_words import TYPES
from mash.web.decision_form import DecisionForm, Scope
from mash.web.decision_start import names_of
from mash.web.fact_rows import Row, always_asked, details_of, in_words, matching, offered, rows_of
from mash.web.filters import day as day_words
from mash.web.filters import moment as moment_words
from mash.web.wiring import moment
from mash.workflow.sign_off import Policy
from mash.workflow.words import Agreement, Rating, Route

QUALIFIED = ("practitioner", "manager")
UNDECIDED = frozenset({"received", "screened", "rated", "waiting_for_information", "reopened"})
LOCKED = frozenset({"decided", "handed_over", "stepped_down", "closed"})
QUICK_TYPES = {code: words for code, words in TYPES.items() if code != "service_request"}
OUTCOMES = {"information_given": "Information given", "advice": "Advice given", "signposting": "Signposted elsewhere"}
ADDRESS_STALE = timedelta(days=365)
LATE_ENTRY = timedelta(hours=1)
TOLD = {"yes": "Yes", "no": "No", "not_asked_unsafe": "No: it would raise risk"}
ROUTES = {
    Route.CHILD_AND_FAMILY_ASSESSMENT: "",
    Route.STRATEGY_DISCUSSION: "section 47: goes ahead at once",
    Route.EARLY_HELP: "",
    Route.PASSED_TO_ALLOCATED_WORKER: "",
    Route.ADVICE: "",
    Route.SIGNPOSTING: "",
    Route.ANOTHER_AUTHORITY: "",
    Route.NO_FURTHER_ACTION: "",
}


@dataclass(frozen=True)
class Opened:
    """One contact, opened. ``own`` is the level said for each child before the check was shown."""

    found: Workspace
    form: DecisionForm
    own: Mapping[int, int]
    checked: Mapping[int, Checked]
    practice: Practice
    ruleset: RuleSet | None

    # What it is judged by

    @property
    def reference(self) -> str:
        return self.found.contact.reference

    @property
    def here(self) -> str:
        return f"/contacts/{self.reference}"

    @property
    def catalogue(self) -> Catalogue:
        return self.practice.rulebook.catalogue

    @property
    def policy(self) -> Policy:
        return self.practice.sign_off(moment())

    @cached_property
    def names(self) -> dict[int, str]:
        return names_of(self.found)

    @cached_property
    def day(self) -> date:
        return self.found.contact.received_at.astimezone(LONDON).date()

    @property
    def state(self) -> str:
        return self.found.contact.state

    # The bar at the top

    @property
    def any_unborn(self) -> bool:
        return any(child.person.unborn for child in self.found.children)

    @property
    def mothers(self) -> list[AdultCard]:
        return [adult for adult in self.found.adults if "mother" in adult.row.relation.lower()]

    @property
    def newest_rating(self) -> Any:
        given = [child.rated for child in self.found.children if child.rated]
        return max(given, key=lambda rating: rating.at, default=None)

    def you_or(self, user_id: int | None) -> str:
        return "you" if user_id == current().user_id else self.found.who(user_id)

    @property
    def open_work(self) -> bool:
        return self.state not in LOCKED and self.state != "cancelled"

    @property
    def clock(self) -> str:
        return next((clock.name for clock in self.found.clocks if clock.due_at == self.found.contact.due_at), "")

    @property
    def how(self) -> list[str]:
        return next((clock.how for clock in self.found.clocks if clock.due_at == self.found.contact.due_at), [])

    @property
    def markers(self) -> list[tuple[str, Any]]:
        """Every risk to children marker, with whose it is and how they stand to the child."""
        children = [(child.name, marker) for child in self.found.children for marker in child.markers]
        adults = [
            (f"{adult.name} ({adult.row.relation})" if adult.row.relation else adult.name, marker)
            for adult in self.found.adults
            for marker in adult.markers
        ]
        return children + adults

    @property
    def claimed_by_other(self) -> bool:
        return self.found.presence.holder_id not in {None, current().user_id}

    # What was reported

    @property
    def entered_late(self) -> bool:
        return self.found.contact.entered_at - self.found.contact.received_at > LATE_ENTRY

    def _newest(self, kind: str) -> Any:
        rows = [child.agreements[kind] for child in self.found.children if kind in child.agreements]
        rows += [row for row in self.found.told if row.kind == kind]
        return max(rows, key=lambda row: row.id, default=None)

    @property
    def told_words(self) -> str:
        row = self._newest("told")
        if row is None:
            return "Not recorded"
        return TOLD.get(row.status, in_words(row.status)) + (f". {row.reason}" if row.reason else "")

    @property
    def agreement_words(self) -> str:
        row = self._newest("service")
        if row is None:
            return "Not recorded, which is not a refusal"
        said = Agreement(row.status).words if row.status in set(Agreement) else in_words(row.status)
        by = f", {row.given_by}" if row.given_by else ""
        return f"{said}{by}, {moment_words(row.at)}" + (f". {row.reason}" if row.reason else "")

    def about_child(self, child: ChildCard) -> list[str]:
        """Give what is known of a child in a few words each; what is not known is left out."""
        person = child.person
        born = f"born {day_words(person.date_of_birth)}" if person.date_of_birth else ""
        parts = [born, {"F": "girl", "M": "boy"}.get(person.sex, ""), person.school, person.gp and f"GP {person.gp}"]
        language = f"speaks {person.language}" if person.language else ""
        parts += [language, "needs an interpreter" if person.interpreter else ""]
        parts += ["disabled" if set(person.disabilities) - {"NONE"} else ""]
        return [part for part in parts if part] or ["Little is recorded yet"]

    @property
    def stale_address(self) -> str:
        """Warn of an address that nobody checked lately; empty if somebody did."""
        checked = self.found.contact.address_verified_at
        if checked is None:
            return "Nobody has checked this address. Check it before a visit or a letter."
        if moment() - checked > ADDRESS_STALE:
            return f"This address was last checked {day_words(checked)}. Check it before a visit or a letter."
        return ""

    @property
    def has_people_page(self) -> bool:
        return any(rule.rule == "/contacts/<reference>/people" for rule in current_app.url_map.iter_rules())

    # The decision

    @property
    def quick_types(self) -> dict[str, str]:
        return QUICK_TYPES

    @property
    def quick_outcomes(self) -> dict[str, str]:
        return OUTCOMES

    @property
    def can_decide(self) -> bool:
        """Whether the reader decides or recommends here now; while with a manager, what is unsaid may still be said."""
        if not has_role(*QUALIFIED):
            return False
        unsaid = any(child.recommended is None and not child.row.outcome for child in self.found.children)
        return self.state in UNDECIDED or (self.state == "with_manager" and unsaid and not self.answers_as_manager)

    @property
    def can_record(self) -> bool:
        """Whether the reader notes what is known, and proposes a rating, without deciding."""
        return self.state in UNDECIDED and has_role("contact_officer") and not has_role(*QUALIFIED)

    @property
    def recommended(self) -> list[ChildCard]:
        return [child for child in self.found.children if child.recommended]

    @property
    def answers_as_manager(self) -> bool:
        return has_role("manager") and self.state == "with_manager"

    @property
    def shows_manager_panel(self) -> bool:
        return (
            has_role("manager")
            and self.open_work
            and (self.state == "with_manager" or self.found.contact.rating == Rating.RED)
        )

    @property
    def returned(self) -> list[Any]:
        """The manager's last word on a recommendation that was sent back, while it is being done again."""
        sent_back = [done for done in self.found.oversight if done.kind == "returned"]
        return sent_back[-1:] if self.state in UNDECIDED and any(c.returned for c in self.found.children) else []

    @property
    def levels(self) -> Mapping[str, str]:
        return level_words(self.ruleset)

    @property
    def routes(self) -> dict[str, str]:
        return {route.value: f"{route.words}{f', {more}' if more else ''}" for route, more in ROUTES.items()}

    @property
    def agreements(self) -> dict[str, str]:
        return {agreement.value: agreement.words for agreement in Agreement}

    @property
    def extra_routes(self) -> dict[str, str]:
        return {} if self.ruleset is None else {note.key: note.name for note in self.ruleset.extra_routes.values()}

    @property
    def usual_receivers(self) -> str:
        return "; ".join(f"{Route(route).words}: {team}" for route, team in self.practice.receivers.items())

    @property
    def details(self) -> Mapping[str, tuple[str, Mapping[str, str]]]:
        """Every detail that goes with a fact, with its question and answers, for the rows a script makes."""
        return details_of(self.catalogue)

    def people(self, scope: Scope) -> list[Any]:
        return [child.person for child in self.found.children if child.id in scope.child_ids]

    def proposals(self, scope: Scope) -> Iterator[Any]:
        return (child.proposed for child in self.found.children if child.proposed and child.id in scope.child_ids)

    def offered(self, scope: Scope) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        return offered(self.catalogue, self.people(scope), self.day)

    def matches(self, scope: Scope) -> list[Row]:
        return matching(self.offered(scope), str(self.form.value(f"{scope.key}-find")))

    def rows(self, scope: Scope) -> list[Row]:
        """List the rows to show: those answered, after what is always asked."""
        always = always_asked(self.people(scope), self.day)
        known, chosen = rows_of(self.catalogue), self.form.rows(scope.key)
        return [known[code] for code in always if code in known and known[code] not in chosen] + chosen

    # The check

    def said_own(self, scope: Scope) -> bool:
        """Whether the reader has said a level of their own, and so may be shown what the rules make of it."""
        return set(scope.child_ids) <= set(self.own) and bool(self.form.level(scope.key))

    def panels(self, scope: Scope) -> list[Panel]:
        return panels(self.form, scope, self.checked, self.names, self.policy) if self.said_own(scope) else []

    def triggers(self, scope: Scope) -> Any:
        return triggers(scope, self.checked)

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
                    asked |= dict.fromkeys(why_lower(self.form, scope, self.checked[child], self.policy))
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
